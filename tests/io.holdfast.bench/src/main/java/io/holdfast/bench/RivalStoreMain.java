package io.holdfast.bench;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.harness.history.IngestProgress;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.IngestPipeline;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A recovery store that is told what to do line by line: {@code copy IMAGE} takes in a disk as it is, {@code take WRITES} what was written since,
 * {@code restore SEQUENCE FILE} writes out a point. It answers with the newest point, once that is proven, durable, and nothing is left to be done.
 */
final class RivalStoreMain implements AutoCloseable {

    /** Caches that suit one machine. */
    static final StoreSettings SETTINGS =
            new StoreSettings(16L << 20, 256L << 20, 32L << 20, 256 << 10, 16L << 20, 8L << 20);

    private static final int PIECE_BYTES = 1 << 20;
    private static final int BATCHES_MAX = 16;

    private final RecoveryStore store;
    private final MachineHistory history;
    private final MachineKeys keys = MachineKeys.generate(new SecureRandom());
    private final ExecutorService sealers =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private final IngestProgress progress = new IngestProgress();
    private final IngestPipeline pipeline;
    private final long epoch;
    private long sequence;

    private RivalStoreMain(Path directory) throws InterruptedException {
        store = RecoveryStore.open(directory, SETTINGS, TimeSource.SYSTEM);
        MachineId machine = new MachineId(new UUID(1, 1));
        history = store.create(machine);
        HistoryHead head =
                history.openEpoch(new EpochRequest(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "bench", 0));
        epoch = head.position().epoch();
        BatchBuilder builder = BatchBuilder.create(
                keys, BatchSettings.of(Codec.ZSTANDARD), BatchStart.after(machine, head, BatchStart.BOOT_UNKNOWN));
        pipeline = new IngestPipeline(
                store, history, builder, new IngestPipeline.Workers(sealers, writer, progress), BATCHES_MAX);
        DiskDescription disk = new DiskDescription(0, "bench", RivalImage.BYTES, 512, 4096);
        add(new StreamRecord.Disks(next(), now(), new DiskTable(1, List.of(disk))));
    }

    /**
     * Serves until its input ends.
     *
     * @param arguments the folder of the store, which must not be there
     * @throws Exception when something goes wrong; it is printed
     */
    public static void main(String[] arguments) throws Exception {
        try (RivalStoreMain main = new RivalStoreMain(Path.of(arguments[0]));
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "copy" -> main.copy(Path.of(words[1]));
                    case "take" -> main.take(Path.of(words[1]));
                    case "restore" -> main.restore(Long.parseLong(words[1]), Path.of(words[2]));
                    default -> throw new IllegalArgumentException(line);
                }
                System.out.println(main.sequence);
            }
        }
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private long next() {
        sequence++;
        return sequence;
    }

    private void add(StreamRecord streamRecord) throws InterruptedException {
        long seen = progress.commits();
        while (!pipeline.add(streamRecord)) {
            progress.awaitCommitAfter(seen);
            seen = progress.commits();
        }
    }

    private void write(ChangeOrigin origin, long offset, ByteBuffer data) throws InterruptedException {
        add(new StreamRecord.Change(next(), now(), origin, 0, offset, data.remaining(), ExtentKind.DATA, data));
    }

    private void copy(Path image) throws IOException, InterruptedException {
        try (InputStream in = Files.newInputStream(image)) {
            for (long at = 0; at < RivalImage.BYTES; at += PIECE_BYTES) {
                write(ChangeOrigin.COPY, at, ByteBuffer.wrap(in.readNBytes(PIECE_BYTES)));
            }
        }
        add(new StreamRecord.Ready(next(), now()));
        prove();
    }

    private void take(Path writes) throws IOException, InterruptedException {
        long bytes = Files.size(writes);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(writes)))) {
            long at = 0;
            while (at < bytes) {
                long offset = in.readLong();
                byte[] data = in.readNBytes(in.readInt());
                write(ChangeOrigin.GUEST, offset, ByteBuffer.wrap(data));
                at += Long.BYTES + Integer.BYTES + data.length;
            }
        }
        prove();
    }

    private void prove() throws InterruptedException {
        add(new StreamRecord.Proof(sequence, now(), System.nanoTime()));
        long seen = progress.commits();
        pipeline.flush();
        while (history.head().provenSequence() < sequence) {
            progress.awaitCommitAfter(seen);
            seen = progress.commits();
        }
        while (store.maintain()) {
            // until nothing is left to be done
        }
    }

    /** Every thread takes the next piece that nobody has; what is zero stays a hole. */
    private void restore(long point, Path target) throws IOException, InterruptedException, ExecutionException {
        AtomicLong next = new AtomicLong();
        try (PointImage image = history.openPoint(new Position(epoch, point), keys);
                FileChannel out = FileChannel.open(
                        target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            List<Future<?>> parts = new ArrayList<>();
            for (int thread = 0; thread < Runtime.getRuntime().availableProcessors(); thread++) {
                parts.add(sealers.submit(() -> {
                    restorePieces(image, next, out);
                    return next;
                }));
            }
            for (Future<?> part : parts) {
                part.get();
            }
            out.force(true);
        }
    }

    private static void restorePieces(PointImage image, AtomicLong next, FileChannel out) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        long end = RivalImage.BYTES;
        for (long at = next.getAndAdd(PIECE_BYTES); at < end; at = next.getAndAdd(PIECE_BYTES)) {
            boolean last = at + PIECE_BYTES == end;
            if (last || hasData(image, at)) {
                image.read(0, at, piece.clear());
                piece.flip();
                long to = at;
                while (piece.hasRemaining()) {
                    to += out.write(piece, to);
                }
            }
        }
    }

    private static boolean hasData(PointImage image, long at) {
        AtomicBoolean data = new AtomicBoolean();
        image.blockStatus(0, at, PIECE_BYTES, (_, _, kind) -> {
            data.set(kind == ExtentKind.DATA);
            return !data.get();
        });
        return data.get();
    }

    @Override
    public void close() {
        writer.close();
        sealers.close();
        store.close();
    }
}
