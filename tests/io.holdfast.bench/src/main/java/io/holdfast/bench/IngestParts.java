package io.holdfast.bench;

import com.github.luben.zstd.ZstdCompressCtx;
import io.airlift.compress.v3.lz4.Lz4Compressor;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.journal.BlockHash;
import io.holdfast.journal.BlockHasher;
import io.holdfast.journal.Codec;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.file.DirectoryFiles;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** The parts of the path, each alone on all threads: what no store that does the work of all of them can be faster than. */
final class IngestParts {

    private static final int FRAME_BYTES = 64 << 10;
    private static final int SLACK_BYTES = 1024;
    private static final int CHUNK_BYTES = 4 << 20;
    private static final int PAGE_BYTES = 4096;
    private static final String SEQUENTIAL = "sequential";

    private final byte[] data;
    private final ExecutorService executor;
    private final int threads;

    IngestParts(byte[] data, ExecutorService executor, int threads) {
        this.data = data;
        this.executor = executor;
        this.threads = threads;
    }

    private interface Work {

        void run(int from, int to);
    }

    /**
     * What was measured.
     *
     * @param bytes of plaintext
     * @param nanos from start to end
     * @param processorNanos of the whole process; tells more than the other when the machine is shared
     */
    record Rate(long bytes, long nanos, long processorNanos) {

        /** What was done since a moment. */
        static Rate since(Moment start, long bytes) {
            return new Rate(
                    bytes,
                    Math.max(1, System.nanoTime() - start.nanos),
                    Math.max(1, ProcessorTime.nanos() - start.processorNanos));
        }

        /** Both together. */
        Rate plus(Rate other) {
            return new Rate(bytes + other.bytes, nanos + other.nanos, processorNanos + other.processorNanos);
        }

        double bytesPerSecond() {
            return bytes * 1e9 / nanos;
        }

        double coreNanosPerByte() {
            return (double) processorNanos / bytes;
        }
    }

    /**
     * When something began.
     *
     * @param nanos on the clock
     * @param processorNanos of the process until then
     */
    record Moment(long nanos, long processorNanos) {

        static Moment now() {
            long processorNanos = ProcessorTime.nanos();
            return new Moment(System.nanoTime(), processorNanos);
        }
    }

    /** How fast every thread does its share of the data. */
    private Rate rate(Work work) throws Exception {
        int share = data.length / threads / FRAME_BYTES * FRAME_BYTES;
        Moment start = Moment.now();
        List<Future<?>> shares = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int from = thread * share;
            shares.add(executor.submit(() -> work.run(from, from + share)));
        }
        for (Future<?> each : shares) {
            each.get();
        }
        return Rate.since(start, (long) share * threads);
    }

    Rate codec(Codec codec) throws Exception {
        return switch (codec) {
            case NONE -> throw new IllegalArgumentException("there is nothing to measure without a codec");
            case LZ4 ->
                rate((from, to) -> {
                    Lz4Compressor compressor = Lz4Compressor.create();
                    byte[] target = new byte[FRAME_BYTES + SLACK_BYTES];
                    for (int at = from; at < to; at += FRAME_BYTES) {
                        compressor.compress(data, at, FRAME_BYTES, target, 0, target.length);
                    }
                });
            case ZSTANDARD ->
                rate((from, to) -> {
                    byte[] target = new byte[FRAME_BYTES + SLACK_BYTES];
                    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
                        context.setLevel(-1)
                                .setContentSize(false)
                                .setChecksum(false)
                                .setDictID(false);
                        for (int at = from; at < to; at += FRAME_BYTES) {
                            context.compressByteArray(target, 0, target.length, data, at, FRAME_BYTES);
                        }
                    }
                });
        };
    }

    Rate hash(MachineKeys keys, BlockHashAlgorithm algorithm) throws Exception {
        return rate((from, to) -> {
            BlockHasher hasher = new BlockHasher(keys, algorithm);
            byte[] entry = new byte[BlockHash.BYTES];
            for (int at = from; at < to; at += BlockHash.BLOCK_BYTES) {
                hasher.hash(0, at / BlockHash.BLOCK_BYTES, 0, data, at, BlockHash.BLOCK_BYTES, entry, 0);
            }
        });
    }

    /**
     * Writes so many bytes one behind the other, past the page cache as the store does, with one sync at the end.
     *
     * @param directory on the disk to measure
     * @param storedBytes how many, rounded up to whole pages
     * @param plaintextBytes what they stand for, of which the rate is
     */
    static Rate disk(Path directory, long storedBytes, long plaintextBytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES + PAGE_BYTES)
                .alignedSlice(PAGE_BYTES)
                .limit(CHUNK_BYTES)
                .slice();
        for (int at = 0; at < CHUNK_BYTES; at += Long.BYTES) {
            chunk.putLong(at, at * 0x9E3779B97F4A7C15L);
        }
        long end = Math.ceilDiv(storedBytes, PAGE_BYTES) * PAGE_BYTES;
        StoreFiles files = DirectoryFiles.at(directory);
        try (StoreFile file = files.open(SEQUENTIAL, OpenMode.NEW)) {
            Moment start = Moment.now();
            for (long at = 0; at < end; at += CHUNK_BYTES) {
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
                file.write(at, chunk);
            }
            file.force();
            return Rate.since(start, plaintextBytes);
        } finally {
            files.delete(SEQUENTIAL);
        }
    }
}
