package io.holdfast.mobility.machine;

import io.holdfast.adapter.CaptureTarget;
import io.holdfast.adapter.DiskReader;
import io.holdfast.adapter.SourceAdapter;
import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.SourceDescription;
import io.holdfast.adapter.SourceDisk;
import io.holdfast.adapter.SourceListener;
import io.holdfast.adapter.SourceSession;
import io.holdfast.adapter.SourceSettings;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds a {@link SimSource} as a hypervisor adapter would. */
final class SimAdapter implements SourceAdapter {

    private final SimSource source;
    final Map<String, SimSource.Target> offers = new HashMap<>();

    @Nullable
    SourceListener listener;

    SimAdapter(SimSource source) {
        this.source = source;
    }

    @Override
    public String name() {
        return "sim";
    }

    @Override
    public SourceDescription inspect(SourceAddress address) {
        alive();
        List<SourceDisk> disks = source.disks.stream()
                .map(disk -> new SourceDisk(disk.identity, "node-" + disk.identity, disk.content.length, 512, 512))
                .toList();
        return new SourceDescription(
                "sim",
                "sim-identity",
                "run-" + source.run,
                "Simulator 1",
                true,
                new Hardware(1, 64, Hardware.Firmware.BIOS),
                disks);
    }

    @Override
    public SourceSession open(SourceAddress address, SourceSettings settings, SourceListener ears) {
        alive();
        listener = ears;
        return new Session();
    }

    private void alive() {
        if (!source.alive) {
            throw new HoldfastException(ErrorCode.MONITOR_NOT_REACHABLE, "sim", "the source does not run");
        }
    }

    private final class Session implements SourceSession {
        private final int run = source.run;

        private void here() {
            alive();
            if (run != source.run) {
                throw new HoldfastException(ErrorCode.MONITOR_NOT_REACHABLE, "sim", "the source was started again");
            }
        }

        @Override
        public SourceDescription describe() {
            here();
            return inspect(new SourceAddress("sim", Map.of()));
        }

        @Override
        public void addBitmap(String bitmap) {
            here();
            source.disks.forEach(disk -> disk.bitmaps.computeIfAbsent(bitmap, _ -> new BitSet()));
        }

        @Override
        public void removeBitmap(String bitmap) {
            here();
            source.disks.forEach(disk -> disk.bitmaps.remove(bitmap));
        }

        @Override
        public List<String> bitmaps() {
            here();
            List<String> common =
                    new ArrayList<>(source.disks.getFirst().bitmaps.keySet());
            source.disks.forEach(disk -> common.retainAll(disk.bitmaps.keySet()));
            return common;
        }

        @Override
        public void startCapture(List<CaptureTarget> targets) {
            here();
            Map<String, SimSource.Target> mirrors = new HashMap<>();
            for (CaptureTarget target : targets) {
                SimSource.Target offer = offers.get(target.exportName());
                if (offer == null) {
                    throw new HoldfastException(ErrorCode.CAPTURE_BROKEN, "sim", "no export " + target.exportName());
                }
                mirrors.put(target.diskIdentity(), offer);
            }
            if (mirrors.size() != source.disks.size()) {
                throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, "sim", "targets do not fit the disks");
            }
            source.startMirrors(mirrors);
        }

        @Override
        public void stopCapture() {
            here();
            source.stopMirrors();
        }

        @Override
        public void cutCapture() {
            here();
            source.settleUncaptured();
        }

        @Override
        public Optional<String> prove() {
            here();
            return Optional.ofNullable(source.brokenBecause());
        }

        @Override
        public DiskReader openReader(String diskIdentity, List<String> bitmaps) {
            here();
            return new Reader(
                    source.disks.stream()
                            .filter(disk -> disk.identity.equals(diskIdentity))
                            .findFirst()
                            .orElseThrow(),
                    bitmaps);
        }

        @Override
        public void close() {
            if (source.alive && run == source.run) {
                source.settleUncaptured();
            }
        }

        private final class Reader implements DiskReader {
            private final SimSource.SimDisk disk;
            private final List<String> bitmaps;

            Reader(SimSource.SimDisk disk, List<String> bitmaps) {
                this.disk = disk;
                this.bitmaps = bitmaps;
                bitmaps.forEach(name -> Objects.requireNonNull(disk.bitmaps.get(name), name));
            }

            @Override
            public long sizeBytes() {
                return disk.content.length;
            }

            @Override
            public List<Range> dirty(long offset, long length) throws IOException {
                readable();
                return source.dirty(disk, bitmaps, offset, length);
            }

            @Override
            public void read(long offset, ByteBuffer target) throws IOException {
                readable();
                target.put(disk.content, Math.toIntExact(offset), target.remaining());
            }

            private void readable() throws IOException {
                if (!source.alive || run != source.run) {
                    throw new IOException("the source is gone");
                }
            }

            @Override
            public void close() {
                // nothing is held
            }
        }
    }
}
