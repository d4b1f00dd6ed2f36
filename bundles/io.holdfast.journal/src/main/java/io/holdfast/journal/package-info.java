/**
 * The recovery store: for each protected machine the ordered stream of its writes, kept so that the disks can be read as they were at any
 * sequence. {@link io.holdfast.journal.BatchBuilder} turns stream records into batches on the process server;
 * {@link io.holdfast.journal.RecoveryStore} makes batches durable on the master target and opens points. Plain Java: no thread and no clock
 * of its own, files behind {@link io.holdfast.journal.file.StoreFiles}. The formats are described in {@code docs/formats}.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal;

import org.jspecify.annotations.NullMarked;
