/** Measurements: {@code ./holdfast bench}. What the figures mean stands in {@code docs/operating/figures.md}. */
@NullMarked
package io.holdfast.bench;

import org.jspecify.annotations.NullMarked;
