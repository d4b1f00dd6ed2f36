/** What all parts of the command line share. */
@NullMarked
package io.holdfast.cli.internal;

import org.jspecify.annotations.NullMarked;
