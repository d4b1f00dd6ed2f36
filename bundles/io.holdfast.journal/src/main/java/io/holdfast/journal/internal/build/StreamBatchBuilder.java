package io.holdfast.journal.internal.build;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Codec;
import io.holdfast.journal.CodecTrial;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.SealedBatch;
import io.holdfast.journal.internal.format.BlockEncoder;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.NoteCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The builder behind {@link BatchBuilder#create}. */
public final class StreamBatchBuilder implements BatchBuilder {

    private static final int LABEL_CHARACTERS_MAX = 200;
    private static final int DETAIL_CHARACTERS_MAX = 1_000;

    private MachineKeys keys;
    private BatchSettings settings;
    private final BatchStart start;
    private final BuilderMemory memory;
    private CompletableFuture<ChainDigest> chain;
    private long nextBlockNumber;
    private long lastSequence;
    private DiskTable disks;
    private int tableVersionAtStart;
    private BatchDraft draft;

    /**
     * Makes a builder.
     *
     * @param keys the machine's keys
     * @param settings how batches are built
     * @param start what the first batch follows
     */
    public StreamBatchBuilder(MachineKeys keys, BatchSettings settings, BatchStart start) {
        this.keys = keys;
        this.settings = settings;
        this.start = start;
        memory = new BuilderMemory(keys, settings.hash(), settings.plaintextBytesMax());
        chain = CompletableFuture.completedFuture(start.chain());
        nextBlockNumber = start.blockNumber() + 1;
        lastSequence = start.head().sequence();
        disks = start.disks();
        tableVersionAtStart = disks.version();
        draft = newDraft(start.utcMillis(), 0);
    }

    private BatchDraft newDraft(long lastUtcMillis, int plaintextBytesExpected) {
        return new BatchDraft(
                memory.plaintexts(),
                settings.plaintextBytesMax(),
                plaintextBytesExpected,
                lastSequence + 1,
                lastUtcMillis);
    }

    @Override
    public boolean add(StreamRecord streamRecord) {
        boolean takesSequence = !(streamRecord instanceof StreamRecord.Proof);
        requireSequence(streamRecord, takesSequence);
        requireContent(streamRecord);
        if (!draft.hasRoomFor(streamRecord)) {
            return false;
        }
        switch (streamRecord) {
            case StreamRecord.Change change -> draft.addChange(change);
            case StreamRecord.Disks change -> addDisks(change);
            case StreamRecord.Proof _, StreamRecord.Gap _, StreamRecord.Ready _, StreamRecord.Marker _ ->
                draft.addNote(new Note.Entry(streamRecord), takesSequence);
        }
        if (takesSequence) {
            lastSequence = streamRecord.sequence();
        }
        return true;
    }

    private void requireSequence(StreamRecord streamRecord, boolean takesSequence) {
        long sequence = streamRecord.sequence();
        boolean follows = takesSequence ? sequence == lastSequence + 1 : sequence >= 0 && sequence <= lastSequence;
        if (!follows) {
            throw new HoldfastException(
                    ErrorCode.SEQUENCE_CONFLICT,
                    streamRecord.getClass().getSimpleName(),
                    "sequence " + sequence + " given; expected "
                            + (takesSequence ? Long.toString(lastSequence + 1) : "0 to " + lastSequence));
        }
    }

    private void requireContent(StreamRecord streamRecord) {
        switch (streamRecord) {
            case StreamRecord.Change change -> requireOnDisk(change);
            case StreamRecord.Gap gap ->
                requireAtMost("gap detail", gap.detail().length(), DETAIL_CHARACTERS_MAX);
            case StreamRecord.Marker marker ->
                requireAtMost("marker label", marker.label().length(), LABEL_CHARACTERS_MAX);
            case StreamRecord.Disks change -> requireTable(change.table());
            case StreamRecord.Proof _, StreamRecord.Ready _ -> {}
        }
    }

    private void requireOnDisk(StreamRecord.Change change) {
        Optional<DiskDescription> disk = disks.disk(change.disk());
        long size = disk.map(DiskDescription::sizeBytes).orElse(0L);
        if (change.offset() + change.length() > size) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "disk " + change.disk(),
                    "change at " + change.offset() + "+" + change.length() + "; the disk has " + size + " bytes");
        }
        if (change.kind() == ExtentKind.DATA) {
            requireAtMost("bytes of a change", change.length(), RECORD_BYTES_MAX);
        }
    }

    private void requireTable(DiskTable table) {
        if (table.version() <= disks.version()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "disk table",
                    "version " + table.version() + " given; expected above " + disks.version());
        }
        for (DiskDescription disk : table.disks()) {
            int identityBytes = disk.identity().getBytes(StandardCharsets.UTF_8).length;
            requireAtMost("bytes of a disk's identity", identityBytes, NoteCodec.IDENTITY_BYTES_MAX);
        }
    }

    private static void requireAtMost(String what, long value, long most) {
        if (value > most) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, what, value + " given; expected at most " + most);
        }
    }

    /**
     * A disk that shrinks loses its end, and one that is taken away all of it, so that it reads as zeroes should it grow again or come back.
     */
    private void addDisks(StreamRecord.Disks change) {
        draft.addNote(new Note.Entry(change), true);
        for (DiskDescription old : disks.disks()) {
            long size = change.table()
                    .disk(old.number())
                    .map(DiskDescription::sizeBytes)
                    .orElse(0L);
            if (size < old.sizeBytes()) {
                draft.addLost(old.number(), size, old.sizeBytes() - size);
            }
        }
        disks = change.table();
    }

    @Override
    public boolean isEmpty() {
        return draft.isEmpty();
    }

    @Override
    public boolean isFull() {
        return draft.isFull();
    }

    @Override
    public long plaintextBytes() {
        return draft.plaintextLength;
    }

    @Override
    public void rekey(MachineKeys rotated) {
        if (!MessageDigest.isEqual(rotated.hashKeyBytes(), keys.hashKeyBytes())) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    rotated.toString(),
                    "have another hash key than " + keys + "; expected keys of the same machine");
        }
        keys = rotated;
    }

    @Override
    public void recode(Codec codec) {
        settings = settings.withCodec(codec);
    }

    @Override
    public SealedBatch seal() {
        BatchSeal seal = nextSeal().prepare(_ -> {});
        ChainDigest digest = seal.link(chain.join());
        chain = CompletableFuture.completedFuture(digest);
        return seal.encrypt();
    }

    @Override
    public CompletableFuture<SealedBatch> sealOn(Executor executor, Consumer<CodecTrial> tester) {
        BatchSeal seal = nextSeal();
        CompletableFuture<ChainDigest> linked = CompletableFuture.supplyAsync(() -> seal.prepare(tester), executor)
                .thenCombine(chain, BatchSeal::link);
        chain = linked;
        return linked.thenApplyAsync(_ -> seal.encrypt(), executor);
    }

    private BatchSeal nextSeal() {
        if (draft.isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE, "batch", "nothing was added; expected at least one record");
        }
        BatchDraft full = draft;
        BlockEncoder.Identity identity = new BlockEncoder.Identity(
                start.machine(),
                start.head().epoch(),
                nextBlockNumber,
                full.firstSequence,
                full.sequences,
                tableVersionAtStart,
                full.firstUtcMillis,
                full.lastUtcMillis,
                start.bootId());
        nextBlockNumber++;
        tableVersionAtStart = disks.version();
        draft = newDraft(full.lastUtcMillis, full.plaintextLength);
        return new BatchSeal(full, identity, keys, settings, memory);
    }
}
