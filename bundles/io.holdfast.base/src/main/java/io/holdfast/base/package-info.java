/**
 * What every other bundle rests on: ids, positions, time, error classes and the retry schedule. Plain Java; no state, no threads.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.base;

import org.jspecify.annotations.NullMarked;
