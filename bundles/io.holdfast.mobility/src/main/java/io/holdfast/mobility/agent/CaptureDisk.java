package io.holdfast.mobility.agent;

import io.holdfast.adapter.CaptureHeartbeat;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.mobility.stream.Sequencer;
import io.holdfast.mobility.stream.Sequencer.Taken;
import io.holdfast.nbd.NbdError;
import io.holdfast.nbd.NbdException;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One disk of a capture, as its hypervisor writes to it: every change gets its sequence before it is answered.
 *
 * <p>A change that finds no memory waits for it up to the stall limit, then the capture gives itself up: the answer is an error, the mirror ends,
 * and the guest goes on. Nothing is ever read from here.
 */
final class CaptureDisk implements NbdExport {

    /**
     * What the disks of one capture share.
     *
     * @param number of the capture
     * @param sequencer takes the changes
     * @param heartbeat shows how far the stream has come
     * @param stallNanosMax how long a change may wait for memory
     * @param time the monotonic clock
     */
    record Capture(long number, Sequencer sequencer, CaptureHeartbeat heartbeat, long stallNanosMax, TimeSource time) {}

    private final Capture capture;
    private final DiskDescription disk;

    CaptureDisk(Capture capture, DiskDescription disk) {
        this.capture = capture;
        this.disk = disk;
    }

    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public Set<NbdFeature> features() {
        return Set.of(NbdFeature.FLUSH, NbdFeature.FUA, NbdFeature.TRIM, NbdFeature.WRITE_ZEROES);
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        throw new NbdException(NbdError.EPERM, "a capture target is only written to");
    }

    /** A capture is durable where the source is: a forced write has been forced there, and our own log follows within milliseconds. */
    @Override
    public void write(long offset, ByteBuffer data, boolean fua) throws IOException {
        take(() -> capture.sequencer().write(capture.number(), disk.number(), offset, data));
    }

    @Override
    public void writeZeroes(long offset, long length, boolean fua, boolean noHole) throws IOException {
        take(() -> capture.sequencer().fill(capture.number(), disk.number(), offset, length, ExtentKind.ZERO));
    }

    /** Partial first and last sectors are rounded inward: what is not wholly discarded keeps its content. */
    @Override
    public void trim(long offset, long length, boolean fua) throws IOException {
        long sector = disk.logicalSectorBytes();
        long from = (offset + sector - 1) / sector * sector;
        long to = offset + length == disk.sizeBytes() ? disk.sizeBytes() : (offset + length) / sector * sector;
        if (to > from) {
            take(() -> capture.sequencer().fill(capture.number(), disk.number(), from, to - from, ExtentKind.DISCARD));
        }
    }

    private void take(Supplier<Taken> attempt) throws NbdException {
        long begun = capture.time().monotonicNanos();
        long left = capture.stallNanosMax();
        Taken taken = attempt.get();
        while (taken == Taken.FULL && left > 0) {
            left = capture.sequencer().awaitRoom(capture.number(), left);
            taken = attempt.get();
        }
        if (taken == Taken.FULL) {
            capture.sequencer().giveUp(capture.number());
        }
        capture.sequencer().waited(capture.time().monotonicNanos() - begun);
        if (taken != Taken.YES) {
            throw new NbdException(
                    NbdError.EIO, taken == Taken.FULL ? "the capture has no memory left" : "the capture is over");
        }
        capture.heartbeat().given(capture.sequencer().highestGiven());
    }
}
