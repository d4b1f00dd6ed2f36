/** A whole play: an appliance, its agent and a guest that writes, and what to watch of it. */
@NullMarked
package io.holdfast.harness.stage;

import org.jspecify.annotations.NullMarked;
