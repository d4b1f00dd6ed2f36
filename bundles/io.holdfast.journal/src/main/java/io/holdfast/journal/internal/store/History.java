package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.journal.AppendResult;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Epoch;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.HistoryStanding;
import io.holdfast.journal.HistoryStatistics;
import io.holdfast.journal.LostRange;
import io.holdfast.journal.Pin;
import io.holdfast.journal.VerifiedMachine;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.PinList;
import io.holdfast.journal.internal.format.ProvenSpan;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.read.ImageLayers;
import io.holdfast.journal.internal.retain.Lines;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the store knows of one machine. Three states, each at or behind the next: <i>written</i>, the newest block that lies in a segment;
 * <i>durable</i>, the newest committed one; <i>accepted</i>, the newest one taken. Blocks between written and durable lie in the intake log,
 * blocks between durable and accepted wait for a commit. Thread-safe; the segments are changed by the writer alone.
 */
final class History {

    private final MachineId machine;
    private final long incarnation;
    private final String folder;

    private HistoryState written = HistoryState.EMPTY;
    private HistoryState durable = HistoryState.EMPTY;
    private HistoryState accepted = HistoryState.EMPTY;
    private final List<HeldBlock> waiting = new ArrayList<>();
    private final LoggedBlocks logged = new LoggedBlocks();
    private final SegmentMap segments = new SegmentMap();
    private final RecentDigests recent = new RecentDigests();
    private final SpanTable spans = new SpanTable();
    private final Set<ImageLayers> images = new HashSet<>();
    private final RunDirectory runs = new RunDirectory();
    private final List<Epoch> opened = new ArrayList<>();
    private Lineage lineage = Lineage.EMPTY;
    private final Retention retention = new Retention();
    private List<Pin> pins = List.of();
    private long nextPinId = 1;
    private final Set<LostRange> lost = new LinkedHashSet<>();
    private @Nullable Ledger ledger;
    private long quarantinedBytes;
    private Standing standing = Standing.OWN;
    private boolean destroyed;

    History(MachineId machine, long incarnation) {
        this.machine = machine;
        this.incarnation = incarnation;
        this.folder = folderOf(machine, incarnation);
    }

    static String folderOf(MachineId machine, long incarnation) {
        return Layout.MACHINES + "/" + machine + "." + incarnation;
    }

    MachineId machine() {
        return machine;
    }

    long incarnation() {
        return incarnation;
    }

    String folder() {
        return folder;
    }

    // ---- ledger

    Ledger.Subject ledgerSubject() {
        return new Ledger.Subject(machine, incarnation, folder);
    }

    synchronized void ledger(Ledger opened) {
        ledger = opened;
    }

    /** The history's ledger: whoever changes sealed segments records it there first. */
    synchronized Ledger ledger() {
        Ledger present = ledger;
        if (present == null) {
            throw new IllegalStateException("the history of machine " + machine + " is not loaded yet");
        }
        return present;
    }

    /** Whether there are sealed segments and no entry for any yet, as in a store that is older than ledgers. */
    synchronized boolean lacksLedger() {
        return sealedCount() > 0 && ledger().size() == 0;
    }

    Retention retention() {
        return retention;
    }

    // ---- taking blocks

    /** Takes a batch if it follows; see {@code MachineHistory.append}. */
    synchronized AppendResult append(BlockHeader header, ByteBuffer bytes) {
        requireTakesBatches();
        if (header.isEpoch() || !header.machine().equals(machine)) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR,
                    "batch " + header.blockNumber(),
                    "belongs to machine " + header.machine() + "; expected a batch of " + machine);
        }
        if (header.epoch() != accepted.epoch()) {
            throw new HoldfastException(
                    ErrorCode.EPOCH_STALE,
                    "batch " + header.blockNumber() + " of machine " + machine,
                    "written in epoch " + header.epoch() + "; the current one is " + accepted.epoch());
        }
        if (header.blockNumber() <= accepted.blockNumber()) {
            return answerRepeated(header);
        }
        HistoryState after = accepted.after(header);
        accepted.requireForwardClock(header);
        waiting.add(new HeldBlock(header, after, bytes, 0));
        accepted = after;
        return AppendResult.ACCEPTED;
    }

    private AppendResult answerRepeated(BlockHeader header) {
        for (HeldBlock held : waiting) {
            if (held.header().blockNumber() == header.blockNumber()
                    && held.header().digest().equals(header.digest())) {
                return AppendResult.PENDING;
            }
        }
        ChainDigest known = recent.of(header.blockNumber());
        boolean durableThere =
                header.blockNumber() <= durable.blockNumber() && header.lastSequence() <= durable.sequence();
        if (durableThere && (known == null || known.equals(header.digest()))) {
            return AppendResult.DURABLE;
        }
        throw new HoldfastException(
                ErrorCode.SEQUENCE_CONFLICT,
                "batch " + header.blockNumber() + " of machine " + machine,
                "is another one than the batch of this number that was taken; expected the next, "
                        + (accepted.blockNumber() + 1));
    }

    /** Takes the opening of an epoch in place of everything that waits. */
    synchronized void acceptEpoch(BlockHeader header, ByteBuffer bytes) {
        waiting.clear();
        HistoryState after = durable.after(header);
        waiting.add(new HeldBlock(header, after, bytes, 0));
        accepted = after;
    }

    synchronized List<HeldBlock> waiting() {
        return List.copyOf(waiting);
    }

    /** Drops what waits, after a commit that found no room. */
    synchronized long dropWaiting() {
        long bytes = waiting.stream().mapToLong(HeldBlock::length).sum();
        waiting.clear();
        accepted = durable;
        return bytes;
    }

    // ---- after a commit

    /** Makes waiting blocks part of the durable history; those given as logged lie in the intake log now, the others in segments. */
    synchronized void committed(List<HeldBlock> blocks, List<HeldBlock> nowLogged) {
        for (HeldBlock block : blocks) {
            follow(block.header(), block.after());
            retention.received(block.length());
        }
        logged.add(nowLogged);
        waiting.subList(0, Math.min(blocks.size(), waiting.size())).clear();
    }

    /** Moves the durable state over one block. */
    private void follow(BlockHeader header, HistoryState after) {
        if (header.isEpoch() && header.notes().getFirst() instanceof Note.Opening opening) {
            opened.add(opening.epoch());
        } else {
            spans.apply(lineage(), durable, header);
        }
        durable = after;
        recent.put(header.blockNumber(), header.digest());
    }

    /** Takes in a block found in the intake log or a segment when the store is opened. */
    synchronized void recovered(BlockHeader header, @Nullable HeldBlock inLog, HistoryState after) {
        follow(header, after);
        accepted = durable;
        if (inLog != null) {
            logged.add(List.of(inLog));
        } else {
            written = after;
        }
    }

    /** Takes in a sealed segment when the store is opened. */
    synchronized void recovered(Segment sealed, SegmentSummary summary) {
        summary.openings().forEach(opening -> opened.add(opening.epoch()));
        spans.addAll(summary.spans());
        segments.add(sealed);
        written = summary.state();
        durable = written;
        accepted = written;
    }

    /** Finds the header of a block that lies in the intake log alone. */
    synchronized Optional<BlockHeader> loggedHeader(long sequence) {
        return logged.headerWith(sequence);
    }

    /** Lists the headers of blocks that lie in the intake log alone. */
    synchronized List<BlockHeader> loggedHeaders() {
        return logged.headers();
    }

    /** What lies in the intake log alone. */
    synchronized List<HeldBlock> logged() {
        return logged.all();
    }

    synchronized LoggedBlocks.Amount loggedAmount() {
        return logged.amount();
    }

    /** Notes that the segments hold everything up to a state. */
    synchronized void written(HistoryState state) {
        written = state;
        logged.removeUpTo(state.blockNumber());
    }

    synchronized HistoryState writtenState() {
        return written;
    }

    // ---- segments

    synchronized void addSegment(Segment segment) {
        segments.add(segment);
    }

    /** Notes that the newest segment takes no more, because there is a later one. */
    synchronized void newestRolled() {
        Segment newest = newestSegment();
        if (newest != null) {
            newest.roll();
        }
    }

    synchronized @Nullable Segment newestSegment() {
        return segments.newest();
    }

    synchronized long nextSegmentNumber() {
        Segment newest = segments.newest();
        return newest == null ? 1 : newest.number() + 1;
    }

    synchronized List<Segment> unsealed() {
        return List.copyOf(segments.unsealed());
    }

    synchronized void sealed(Segment segment) {
        segments.sealed(segment);
    }

    /** How many segments have their index. */
    synchronized int sealedCount() {
        return segments.all().size() - segments.unsealed().size();
    }

    /** Finds the first segment that takes no more and has no index yet. */
    synchronized Optional<Segment> firstToSeal() {
        for (Segment segment : segments.unsealed()) {
            if (segment.isRolled() && !segment.isDamaged()) {
                return Optional.of(segment);
            }
        }
        return Optional.empty();
    }

    /** Changes what a sealed segment takes. */
    synchronized void cleaned(Segment segment, Runnable change) {
        segments.uncount(segment);
        change.run();
        segments.count(segment);
    }

    synchronized List<Segment> segments() {
        return List.copyOf(segments.all());
    }

    /** Lists segments from a number on whose first sequence is not behind a given one. */
    synchronized List<Segment> segmentsBetween(long number, long lastSequence) {
        return segments.from(number, lastSequence);
    }

    synchronized Optional<Segment> segment(long number) {
        return segments.get(number);
    }

    /** Finds the segment that has a sequence. */
    synchronized Optional<Segment> segmentOf(long sequence) {
        return segments.of(sequence);
    }

    /** Lists the segments that have a sequence of a range, oldest first. */
    synchronized List<Segment> segmentsWith(long first, long last) {
        return segments.between(first, last);
    }

    /** Finds the newest segment, up to a number, with a record within a window of time. */
    synchronized Optional<Segment> newestSegmentTouching(long number, long fromUtcMillis, long toUtcMillis) {
        return segments.newestTouching(number, fromUtcMillis, toUtcMillis);
    }

    RunDirectory runs() {
        return runs;
    }

    // ---- what readers ask

    synchronized HistoryState durable() {
        return durable;
    }

    /** The digest of a durable block, if it is one of the newest. */
    synchronized Optional<ChainDigest> digestOf(long blockNumber) {
        return blockNumber == durable.blockNumber()
                ? Optional.of(durable.chain())
                : Optional.ofNullable(recent.of(blockNumber));
    }

    synchronized Lineage lineage() {
        lineage = lineage.with(opened);
        opened.clear();
        return lineage;
    }

    synchronized Lines lines() {
        return lineage().branches(durable.sequence());
    }

    synchronized HistoryHead head() {
        return new HistoryHead(
                durable.position(),
                durable.blockNumber(),
                durable.chain(),
                durable.disks(),
                durable.provenSequence(),
                durable.utcMillis(),
                lineage().epochs());
    }

    synchronized Optional<ProvenSpan> spanOf(long sequence) {
        return spans.containing(sequence);
    }

    synchronized Optional<ProvenSpan> newestSpanIn(long first, long last) {
        return spans.newestIn(first, last);
    }

    synchronized List<ProvenSpan> spansBetween(long first, long last) {
        return spans.between(first, last);
    }

    /** Says a position in terms of the epoch that gave it, if it is durable. */
    synchronized Optional<Position> resolve(Position position) {
        return lineage().resolve(position).filter(resolved -> resolved.sequence() <= durable.sequence());
    }

    synchronized List<Pin> pins() {
        return pins;
    }

    synchronized PinList pinList() {
        return new PinList(pins, nextPinId);
    }

    synchronized long nextPinId() {
        return nextPinId;
    }

    synchronized void pins(List<Pin> all, long nextId) {
        pins = List.copyOf(all);
        nextPinId = nextId;
    }

    /** Notes ranges that were found damaged, whatever was written over them since. */
    synchronized void lost(List<LostRange> ranges) {
        ranges.stream()
                .filter(range -> lost.size() < VerifiedMachine.LOST_MAX && !lost.contains(range))
                .forEach(lost::add);
    }

    synchronized List<LostRange> lost() {
        return List.copyOf(lost);
    }

    synchronized void quarantined(long bytes) {
        quarantinedBytes += bytes;
    }

    synchronized HistoryStatistics statistics() {
        SegmentBytes bytes = logged.addTo(segments.bytes());
        return new HistoryStatistics(
                bytes.plaintext(),
                bytes.payload(),
                bytes.rest() + ledger().end() + runs.bytes(),
                segments.all().size(),
                durable.sequence(),
                quarantinedBytes);
    }

    synchronized void opened(ImageLayers layers) {
        requireThere();
        images.add(layers);
    }

    synchronized void closed(ImageLayers layers) {
        images.remove(layers);
    }

    /** From now on everything is refused. */
    synchronized List<ImageLayers> destroy() {
        destroyed = true;
        waiting.clear();
        return List.copyOf(images);
    }

    synchronized Standing standing() {
        return standing;
    }

    synchronized void standing(Standing changed) {
        standing = changed;
    }

    synchronized void requireTakesBatches() {
        requireThere();
        standing.requireOwn(machine);
    }

    /** What a copy keeps is decided where it comes from. */
    synchronized void requireDecidesHere() {
        requireThere();
        if (standing.kind() == HistoryStanding.State.COPY) {
            standing.requireOwn(machine);
        }
    }

    synchronized void requireThere() {
        if (destroyed) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "history of machine " + machine, "was destroyed");
        }
    }
}
