package io.holdfast.cli.internal.command;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.PointImage;
import io.holdfast.nbd.NbdContexts;
import io.holdfast.nbd.NbdError;
import io.holdfast.nbd.NbdException;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExports;
import io.holdfast.nbd.NbdExtentSink;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The disks of a point as read-only block devices. What is damaged is answered as an error and named; the rest is read on. */
final class ServedDisks implements NbdExports {

    private static final int PARALLEL_READS = 4;
    private static final int HOLE_AND_ZERO = NbdContexts.HOLE | NbdContexts.ZERO;

    private final PointImage image;
    private final PrintStream complaints;

    ServedDisks(PointImage image, PrintStream complaints) {
        this.image = image;
        this.complaints = complaints;
    }

    static String name(DiskDescription disk) {
        return "disk" + disk.number();
    }

    @Override
    public Optional<NbdExport> find(String name) {
        return image.disks().disks().stream()
                .filter(disk -> name(disk).equals(name))
                .findFirst()
                .map(Disk::new);
    }

    @Override
    public List<String> list() {
        return image.disks().disks().stream().map(ServedDisks::name).toList();
    }

    private NbdException failed(String disk, HoldfastException cause) {
        complaints.println("holdfastctl: " + disk + ": " + cause.getMessage() + " (" + cause.code() + ")");
        return new NbdException(NbdError.EIO, String.valueOf(cause.getMessage()), cause);
    }

    private final class Disk implements NbdExport {

        private final DiskDescription disk;

        Disk(DiskDescription disk) {
            this.disk = disk;
        }

        @Override
        public long sizeBytes() {
            return disk.sizeBytes();
        }

        @Override
        public int parallelReads() {
            return PARALLEL_READS;
        }

        @Override
        public boolean sparseReads() {
            return true;
        }

        @Override
        public String description() {
            return disk.identity() + " at " + image.point().position();
        }

        @Override
        public void read(long offset, ByteBuffer target) throws NbdException {
            try {
                image.read(disk.number(), offset, target);
            } catch (HoldfastException e) {
                throw failed(name(disk), e);
            }
        }

        @Override
        public void blockStatus(String context, long offset, long length, NbdExtentSink sink) throws NbdException {
            try {
                image.blockStatus(
                        disk.number(),
                        offset,
                        length,
                        (from, bytes, kind) -> sink.extent(from, bytes, kind == ExtentKind.DATA ? 0 : HOLE_AND_ZERO));
            } catch (HoldfastException e) {
                throw failed(name(disk), e);
            }
        }
    }
}
