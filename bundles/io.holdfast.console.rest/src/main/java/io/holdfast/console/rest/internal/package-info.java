/** The component that ties the server to the services behind it. */
@NullMarked
package io.holdfast.console.rest.internal;

import org.jspecify.annotations.NullMarked;
