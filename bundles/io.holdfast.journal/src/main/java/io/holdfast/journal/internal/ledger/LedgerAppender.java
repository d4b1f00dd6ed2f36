package io.holdfast.journal.internal.ledger;

import java.io.IOException;

/** Where those who change a history record what they do. */
public interface LedgerAppender {

    /**
     * Appends an entry. Durable and signed on return. Called with the writer's lock held, after the outputs are durable under their final names
     * and before any input is deleted.
     *
     * @param entry what was done
     * @throws IOException when it could not be made durable; it is then there or not at the next opening of the store
     */
    void append(LedgerEntry entry) throws IOException;
}
