/** The demonstration: a running machine is protected, destroyed and brought back. */
@NullMarked
package io.holdfast.demo;

import org.jspecify.annotations.NullMarked;
