/**
 * One protected machine: what it remembers, what it decides, and how the decisions are carried out.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.mobility.machine;

import org.jspecify.annotations.NullMarked;
