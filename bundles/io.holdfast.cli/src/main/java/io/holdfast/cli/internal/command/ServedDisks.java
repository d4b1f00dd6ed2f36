package io.holdfast.cli.internal.command;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.journal.PointImage;
import io.holdfast.nbd.FixedContent;
import io.holdfast.nbd.FixedExport;
import io.holdfast.nbd.NbdError;
import io.holdfast.nbd.NbdException;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExports;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The disks of a point as read-only block devices. What is damaged is answered as an error and named; the rest is read on. */
final class ServedDisks implements NbdExports {

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
                .map(this::export);
    }

    @Override
    public List<String> list() {
        return image.disks().disks().stream().map(ServedDisks::name).toList();
    }

    private NbdExport export(DiskDescription disk) {
        String description = disk.identity() + " at " + image.point().position();
        return new FixedExport(disk.sizeBytes(), description, new Content(disk));
    }

    private NbdException failed(String disk, HoldfastException cause) {
        complaints.println("holdfastctl: " + disk + ": " + cause.getMessage() + " (" + cause.code() + ")");
        return new NbdException(NbdError.EIO, String.valueOf(cause.getMessage()), cause);
    }

    private final class Content implements FixedContent {

        private final DiskDescription disk;

        Content(DiskDescription disk) {
            this.disk = disk;
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
        public void extents(long offset, long length, Sink sink) throws NbdException {
            try {
                image.blockStatus(disk.number(), offset, length, sink::accept);
            } catch (HoldfastException e) {
                throw failed(name(disk), e);
            }
        }
    }
}
