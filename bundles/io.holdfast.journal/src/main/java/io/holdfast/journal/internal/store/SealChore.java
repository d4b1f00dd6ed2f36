package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.HistoryStanding;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Seals full segments, one at a time. */
final class SealChore implements Chore {

    private final Writer writer;
    private final StoreContext context;
    private @Nullable Sealer sealer;

    SealChore(Writer writer, StoreContext context) {
        this.writer = writer;
        this.context = context;
    }

    @Override
    public boolean step() throws IOException {
        Sealer active = sealer;
        if (active == null) {
            active = nextSealer();
            sealer = active;
        }
        if (active == null) {
            return false;
        }
        try {
            if (active.step()) {
                active.history().sealed(active.segment());
                sealer = null;
            }
        } catch (DamagedException | UnreadableException e) {
            sealer = null;
            active.segment().markDamaged();
            context.damages().add(active.segment().path(), 0, active.segment().writtenBytes(), e.getMessage());
            throw new HoldfastException(
                    ErrorCode.STORE_DAMAGED,
                    active.segment().path(),
                    "does not read back as it was written and stays unsealed: " + e.getMessage(),
                    e);
        }
        return true;
    }

    /** The segments of a copy get their indexes from where they come from. */
    private @Nullable Sealer nextSealer() {
        for (History history : writer.histories()) {
            Optional<Segment> full = history.firstToSeal();
            if (full.isPresent() && history.standing().kind() != HistoryStanding.State.COPY) {
                return new Sealer(context.files(), context.leases(), history, full.get());
            }
        }
        return null;
    }

    @Override
    public void forget(History history) {
        Sealer active = sealer;
        if (active != null && active.history() == history) {
            sealer = null;
        }
    }
}
