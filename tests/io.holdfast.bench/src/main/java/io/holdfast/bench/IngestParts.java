package io.holdfast.bench;

import com.github.luben.zstd.ZstdCompressCtx;
import io.airlift.compress.v3.lz4.Lz4Compressor;
import io.holdfast.journal.BlockHash;
import io.holdfast.journal.BlockHashAlgorithm;
import io.holdfast.journal.BlockHasher;
import io.holdfast.journal.Codec;
import io.holdfast.journal.MachineKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** The parts of the path, each alone on all threads: what no store that does the work of all of them can be faster than. */
final class IngestParts {

    private static final int FRAME_BYTES = 64 << 10;
    private static final int SLACK_BYTES = 1024;
    private static final int CHUNK_BYTES = 4 << 20;
    private static final int ROUNDS = 3;

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
     * @param bytesPerSecond of all threads together
     * @param coreNanosPerByte processor time of the whole process; tells more than the rate when the machine is shared
     */
    record Rate(double bytesPerSecond, double coreNanosPerByte) {

        static Rate of(long bytes, long startNanos, long startCpuNanos) {
            long nanos = Math.max(1, System.nanoTime() - startNanos);
            return new Rate(bytes * 1e9 / nanos, (double) (cpuNanos() - startCpuNanos) / bytes);
        }
    }

    /** Processor time of this process so far. */
    static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    /** How fast every thread does its share of the data. */
    private Rate rate(Work work) throws Exception {
        int share = data.length / threads / FRAME_BYTES * FRAME_BYTES;
        long start = System.nanoTime();
        long startCpu = cpuNanos();
        List<Future<?>> shares = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int from = thread * share;
            shares.add(executor.submit(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    work.run(from, from + share);
                }
            }));
        }
        for (Future<?> each : shares) {
            each.get();
        }
        return Rate.of((long) share * threads * ROUNDS, start, startCpu);
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
     * Writes so many bytes one behind the other, with one sync at the end.
     *
     * @return bytes a second
     */
    static double disk(Path directory, long bytes) throws IOException {
        Path file = directory.resolve("sequential");
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        for (int at = 0; at < CHUNK_BYTES; at += Long.BYTES) {
            chunk.putLong(at, at * 0x9E3779B97F4A7C15L);
        }
        long start;
        long end;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            start = System.nanoTime();
            for (long at = 0; at < bytes; at += CHUNK_BYTES) {
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, bytes - at));
                while (chunk.hasRemaining()) {
                    channel.write(chunk);
                }
            }
            channel.force(true);
            end = System.nanoTime();
        }
        Files.delete(file);
        return bytes * 1e9 / (end - start);
    }
}
