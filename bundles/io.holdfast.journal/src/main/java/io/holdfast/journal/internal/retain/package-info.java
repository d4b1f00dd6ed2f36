/**
 * What of a history is kept, and what of its segments is still needed for that. Plain functions of what they are given: no clock, no files but
 * those handed in.
 */
@NullMarked
package io.holdfast.journal.internal.retain;

import org.jspecify.annotations.NullMarked;
