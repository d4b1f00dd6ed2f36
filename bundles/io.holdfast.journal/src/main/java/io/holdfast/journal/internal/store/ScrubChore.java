package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.VerifyFinding;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.UnreachableException;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.verify.SegmentInspection;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads every sealed segment again, slowly, and compares it with the ledger: no key is needed. A segment that has no entry yet, because the store is
 * older than ledgers, is looked through and gets one. What is damaged is named, kept aside as well, and the ranges that are lost by it are known from
 * then on; the file stays, for what is good in it. A round begins once a day at most; after a restart it goes on where it was, or begins anew when it had
 * found damage: what is lost is known in memory alone.
 */
final class ScrubChore implements Chore {

    private static final int STEP_BYTES = 1 << 20;
    private static final long BYTES_PER_SECOND = 8L << 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long ROUND_MILLIS_LEAST = 24 * 60 * 60_000L;

    /** What was not read while the store had other work, or slept, is not caught up in one go. */
    private static final long CREDIT_BYTES_MAX = 4L << 20;

    private final Writer writer;
    private final StoreContext context;
    private @Nullable ScrubPosition position;
    private @Nullable SegmentScrub active;
    private boolean damageInRound;
    private long lastNanos;
    private long creditBytes;

    ScrubChore(Writer writer, StoreContext context) {
        this.writer = writer;
        this.context = context;
        this.lastNanos = context.time().monotonicNanos();
    }

    @Override
    public boolean step() throws IOException {
        if (!mayRead()) {
            return false;
        }
        SegmentScrub scrub = active;
        if (scrub == null || !scrub.isCurrent()) {
            scrub = next();
            active = scrub;
        }
        if (scrub == null) {
            creditBytes = 0;
            return false;
        }
        creditBytes -= STEP_BYTES;
        try {
            if (!scrub.step(STEP_BYTES)) {
                ended(scrub);
                judge(scrub);
            }
        } catch (UnreadableException e) {
            ended(scrub);
            unreadable(scrub, e);
        } catch (NoSuchFileException _) {
            ended(scrub);
            missing(scrub);
        } catch (UnreachableException e) {
            ended(scrub);
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, scrub.path(), "is read again in the next round: " + e.getMessage(), e);
        }
        return true;
    }

    private void ended(SegmentScrub scrub) throws IOException {
        active = null;
        reached(new ScrubPosition(position().roundUtcMillis(), scrub.history().machine(), scrub.number()));
    }

    /** The store's clock gives so many bytes a second. */
    private boolean mayRead() {
        long now = context.time().monotonicNanos();
        long given = (now - lastNanos) / 1_000 * BYTES_PER_SECOND / (NANOS_PER_SECOND / 1_000);
        if (given > 0) {
            creditBytes = Math.min(CREDIT_BYTES_MAX, creditBytes + given);
            lastNanos = now;
        }
        return creditBytes >= STEP_BYTES;
    }

    private ScrubPosition position() throws IOException {
        ScrubPosition known = position;
        if (known == null) {
            known = load().orElse(ScrubPosition.start(context.time().utcMillis()));
            position = known;
        }
        return known;
    }

    /** A position that cannot be read is none: the round begins anew. */
    private Optional<ScrubPosition> load() throws IOException {
        try {
            return context.files().exists(Layout.SCRUB)
                    ? Optional.of(ScrubPosition.decode(SmallFiles.read(context.files(), Layout.SCRUB)))
                    : Optional.empty();
        } catch (DamagedException _) {
            return Optional.empty();
        }
    }

    private void reached(ScrubPosition next) throws IOException {
        position = next;
        if (!damageInRound) {
            SmallFiles.replace(context.files(), "", Layout.SCRUB, next.encode());
        }
    }

    private @Nullable SegmentScrub next() throws IOException {
        ScrubPosition from = position();
        for (History history : writer.histories()) {
            int order = history.machine().compareTo(from.machine());
            if (order < 0) {
                continue;
            }
            for (Segment segment : history.segments()) {
                if (segment.isSealed() && (order > 0 || segment.number() > from.number())) {
                    return new SegmentScrub(context.files(), history, segment);
                }
            }
        }
        long now = context.time().utcMillis();
        if (now - from.roundUtcMillis() >= ROUND_MILLIS_LEAST || from.roundUtcMillis() > now) {
            damageInRound = false;
            reached(ScrubPosition.start(now));
        }
        return null;
    }

    private void judge(SegmentScrub scrub) throws IOException {
        Ledger ledger = scrub.history().ledger();
        Optional<FileDigest> wanted = ledger.current(scrub.number());
        FileDigest found = scrub.found();
        if (wanted.isPresent() && wanted.get().equals(found)) {
            return;
        }
        SegmentInspection.Result result = inspect(scrub);
        boolean mayAdopt = wanted.isEmpty() && scrub.number() <= ledger.adopted();
        if (mayAdopt && result.damages().isEmpty() && result.summary().isPresent()) {
            adopt(ledger, found, result.summary().get(), result);
            return;
        }
        String detail = wanted.map(file -> "has SHA-256 " + found.sha256() + "; the ledger says " + file.sha256())
                .orElse("has no entry in the ledger");
        damaged(scrub, result, detail);
    }

    private SegmentInspection.Result inspect(SegmentScrub scrub) throws IOException {
        return SegmentInspection.inspect(
                context.files(), scrub.path(), scrub.history().machine(), scrub.generation());
    }

    /** What the medium does not give back is damaged, unless it does by now. */
    private void unreadable(SegmentScrub scrub, UnreadableException cause) throws IOException {
        SegmentInspection.Result result = inspect(scrub);
        if (!result.damages().isEmpty()) {
            damaged(scrub, result, String.valueOf(cause.getMessage()));
        }
    }

    private void missing(SegmentScrub scrub) throws IOException {
        beginAgainAfterRestart();
        String detail = "is missing; a verification of the store names the points that are still whole";
        context.damages().add(scrub.path(), 0, 0, detail);
        throw new HoldfastException(ErrorCode.STORE_DAMAGED, scrub.path(), detail);
    }

    private static void adopt(Ledger ledger, FileDigest file, SegmentSummary summary, SegmentInspection.Result result)
            throws IOException {
        ledger.append(new LedgerEntry.Sealed(
                file,
                summary.firstBlock(),
                summary.lastBlock(),
                summary.firstSequence(),
                summary.lastSequence(),
                result.blocksRoot(),
                summary.state().chain(),
                true));
    }

    private void damaged(SegmentScrub scrub, SegmentInspection.Result result, String detail) throws IOException {
        beginAgainAfterRestart();
        List<VerifyFinding> damages = result.damages();
        Quarantine quarantine = new Quarantine(context.files());
        try (StoreFile file = context.files().open(scrub.path(), OpenMode.READ)) {
            for (VerifyFinding damage : damages) {
                scrub.history().quarantined(quarantine.keepOnce(file, scrub.path(), damage.offset(), damage.length()));
                context.damages().add(scrub.path(), damage.offset(), damage.length(), damage.detail());
            }
        }
        if (damages.isEmpty()) {
            context.damages().add(scrub.path(), 0, sizeOf(scrub), detail);
        }
        scrub.history().lost(result.lost());
        String more = result.allKnown()
                ? result.lost().size() + " ranges are lost by it; others stay readable"
                : "what blocks wrote whose headers are damaged is not known";
        throw new HoldfastException(ErrorCode.STORE_DAMAGED, scrub.path(), detail + "; " + more);
    }

    private void beginAgainAfterRestart() throws IOException {
        if (!damageInRound) {
            ScrubPosition begin = ScrubPosition.start(position().roundUtcMillis());
            SmallFiles.replace(context.files(), "", Layout.SCRUB, begin.encode());
            damageInRound = true;
        }
    }

    private long sizeOf(SegmentScrub scrub) throws IOException {
        try (StoreFile file = context.files().open(scrub.path(), OpenMode.READ)) {
            return file.size();
        }
    }

    @Override
    public void forget(History history) {
        SegmentScrub scrub = active;
        if (scrub != null && scrub.history() == history) {
            active = null;
        }
    }
}
