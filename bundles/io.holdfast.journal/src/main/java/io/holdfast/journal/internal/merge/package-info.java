/**
 * Merged runs: indexes over many segments, made from the runs of these and kept in files of their own. They can always be made again, so nothing
 * here is ever the only copy of anything.
 */
@NullMarked
package io.holdfast.journal.internal.merge;

import org.jspecify.annotations.NullMarked;
