package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.format.Note;

/**
 * A note and the block that has it.
 *
 * @param place the block's place in its segment, from 0
 * @param note which
 */
record PlacedNote(int place, Note note) {}
