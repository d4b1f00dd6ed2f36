/**
 * Builds batches out of stream records: cutting, hashing, compressing, sealing.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.internal.build;

import org.jspecify.annotations.NullMarked;
