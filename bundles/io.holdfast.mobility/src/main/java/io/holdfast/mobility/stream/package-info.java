/**
 * From a guest's write to a record on its way: sequence, memory, change log, uplink. Plain Java; threads and clocks are given.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.mobility.stream;

import org.jspecify.annotations.NullMarked;
