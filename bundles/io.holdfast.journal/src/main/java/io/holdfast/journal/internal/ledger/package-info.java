/**
 * The ledger of a machine's history: an append-only file of signed entries with a Merkle tree over them, and what proves that one state of it
 * grew out of another.
 */
@NullMarked
package io.holdfast.journal.internal.ledger;

import org.jspecify.annotations.NullMarked;
