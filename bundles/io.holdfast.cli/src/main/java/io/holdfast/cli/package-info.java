/**
 * The operator's command line {@code holdfastctl}: a client of the interface under {@code /api/v1} and of nothing else. Plain Java; runs
 * from a class path of this bundle, {@code io.holdfast.base} and Jackson.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.cli;

import org.jspecify.annotations.NullMarked;
