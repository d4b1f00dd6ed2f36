package io.holdfast.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An export in memory that writes down every call and can be told to fail or to wait. */
final class MemoryExport implements NbdExport {

    /** What happens before a call is served. */
    @FunctionalInterface
    interface Hook {
        void before(String call) throws IOException;
    }

    final byte[] content;
    final List<String> calls = new CopyOnWriteArrayList<>();
    private Set<NbdFeature> features = EnumSet.of(
            NbdFeature.FLUSH,
            NbdFeature.FUA,
            NbdFeature.TRIM,
            NbdFeature.WRITE_ZEROES,
            NbdFeature.FAST_ZERO,
            NbdFeature.MULTI_CONN,
            NbdFeature.CACHE);
    private NbdBlockSizes sizes = NbdBlockSizes.DEFAULT;
    private boolean readOnly;
    private boolean sparse;
    private int parallel = 1;
    private List<String> contexts = List.of(NbdContexts.ALLOCATION);
    private @Nullable ByteBuffer lastWritten;
    private volatile Hook hook = _ -> {};

    MemoryExport(int bytes) {
        content = new byte[bytes];
    }

    MemoryExport filled() {
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + (i >> 9) + 1);
        }
        return this;
    }

    MemoryExport asReadOnly() {
        readOnly = true;
        return this;
    }

    MemoryExport withSparseReads() {
        sparse = true;
        return this;
    }

    MemoryExport withParallelReads(int count) {
        parallel = count;
        return this;
    }

    MemoryExport withSizes(NbdBlockSizes other) {
        sizes = other;
        return this;
    }

    MemoryExport withFeatures(NbdFeature... offered) {
        features = Set.of(offered);
        return this;
    }

    MemoryExport withContexts(String... names) {
        contexts = List.of(names);
        return this;
    }

    MemoryExport withHook(Hook other) {
        hook = other;
        return this;
    }

    @Nullable
    ByteBuffer lastWritten() {
        return lastWritten;
    }

    private void called(String call) throws IOException {
        calls.add(call);
        hook.before(call);
    }

    @Override
    public long sizeBytes() {
        return content.length;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public boolean sparseReads() {
        return sparse;
    }

    @Override
    public int parallelReads() {
        return parallel;
    }

    @Override
    public Set<NbdFeature> features() {
        return features;
    }

    @Override
    public NbdBlockSizes blockSizes() {
        return sizes;
    }

    @Override
    public String description() {
        return "in memory";
    }

    @Override
    public List<String> metaContexts() {
        return contexts;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        called("read " + offset + "+" + target.remaining());
        target.put(content, (int) offset, target.remaining());
    }

    @Override
    public void write(long offset, ByteBuffer data, boolean fua) throws IOException {
        called("write " + offset + "+" + data.remaining() + (fua ? " fua" : ""));
        lastWritten = data;
        data.duplicate().get(content, (int) offset, data.remaining());
    }

    @Override
    public void writeZeroes(long offset, long length, boolean fua, boolean noHole) throws IOException {
        called("zero " + offset + "+" + length + (fua ? " fua" : "") + (noHole ? " nohole" : ""));
        Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
    }

    @Override
    public void trim(long offset, long length, boolean fua) throws IOException {
        called("trim " + offset + "+" + length + (fua ? " fua" : ""));
        Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
    }

    @Override
    public void flush() throws IOException {
        called("flush");
    }

    @Override
    public void cache(long offset, long length) throws IOException {
        called("cache " + offset + "+" + length);
    }

    /** Zeroes are known by sectors of 512 bytes; any other context marks every second 64 KiB. */
    @Override
    public void blockStatus(String context, long offset, long length, NbdExtentSink sink) throws IOException {
        called("status " + context + " " + offset + "+" + length);
        boolean allocation = context.equals(NbdContexts.ALLOCATION);
        int unit = allocation ? 512 : 65_536;
        long at = offset;
        boolean more = true;
        while (more && at < offset + length) {
            long end = Math.min(content.length, (at / unit + 1) * unit);
            int flags =
                    allocation ? (zeroes(at, end) ? NbdContexts.HOLE | NbdContexts.ZERO : 0) : (int) (at / unit % 2);
            more = sink.extent(at, end - at, flags);
            at = end;
        }
    }

    private boolean zeroes(long begin, long end) {
        for (int i = (int) begin; i < end; i++) {
            if (content[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** This export under one name. */
    NbdExports as(String name) {
        return new NbdExports() {
            @Override
            public Optional<NbdExport> find(String asked) {
                return asked.equals(name) ? Optional.of(MemoryExport.this) : Optional.empty();
            }

            @Override
            public List<String> list() {
                return new ArrayList<>(List.of(name));
            }
        };
    }
}
