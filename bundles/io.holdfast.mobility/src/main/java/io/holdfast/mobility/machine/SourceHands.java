package io.holdfast.mobility.machine;

import io.holdfast.adapter.CaptureTarget;
import io.holdfast.adapter.DiskReader;
import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.SourceListener;
import io.holdfast.adapter.SourceSession;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.GapCause;
import io.holdfast.mobility.stream.Sequencer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what takes time at the source, one thing at a time, and hears what happens there by itself. Answers are posted as inputs.
 */
final class SourceHands {

    private final MachineSurroundings around;
    private final Sequencer sequencer;
    private final Executor slow;
    private final TimeSource time;
    private final Consumer<MachineInput> inbox;
    /** A session takes one call at a time: those of the slow executor and the opening of readers. */
    private final ReentrantLock sessionLock = new ReentrantLock();

    private volatile long hold;
    private volatile long capture;
    private volatile boolean running;
    private @Nullable SourceSession session;

    SourceHands(
            MachineSurroundings around, Sequencer sequencer, MachineEngine.Tools tools, Consumer<MachineInput> inbox) {
        this.around = around;
        this.sequencer = sequencer;
        this.slow = tools.slow();
        this.time = tools.time();
        this.inbox = inbox;
    }

    /** Whether the source's processors run, as last heard. */
    boolean isSourceRunning() {
        return running;
    }

    void begin(MachineAction.Slow action, MachineRecord state) {
        slow.execute(() -> inbox.accept(carryOut(action, state)));
    }

    /** Looks at a source that is not held and not to be touched. */
    void inspect(SourceAddress address) {
        slow.execute(() -> {
            try {
                running = around.adapter(address.adapter()).inspect(address).running();
            } catch (HoldfastException _) {
                running = false;
            }
        });
    }

    private MachineInput carryOut(MachineAction.Slow action, MachineRecord state) {
        sessionLock.lock();
        try {
            return switch (action) {
                case MachineAction.OpenSource _ -> open(state);
                case MachineAction.LookAtSource _ -> look(held());
                case MachineAction.CloseSource _ -> {
                    close();
                    yield new MachineInput.Done(action);
                }
                case MachineAction.AddBitmap add -> {
                    held().addBitmap(add.name());
                    yield new MachineInput.Done(action);
                }
                case MachineAction.RemoveBitmap remove -> {
                    held().removeBitmap(remove.name());
                    yield new MachineInput.Done(action);
                }
                case MachineAction.StartCapture start -> {
                    start(start, state);
                    yield new MachineInput.Done(action);
                }
                case MachineAction.StopCapture _ -> {
                    held().stopCapture();
                    around.withdraw(state.id());
                    yield new MachineInput.Done(action);
                }
                case MachineAction.CutCapture _ -> {
                    cut(state);
                    yield new MachineInput.Done(action);
                }
                case MachineAction.Prove prove -> new MachineInput.Checked(prove, held().prove());
            };
        } catch (HoldfastException e) {
            return new MachineInput.Failed(action, e);
        } catch (RuntimeException e) {
            return new MachineInput.Failed(
                    action,
                    new HoldfastException(ErrorCode.INTERNAL, "source adapter", "failed unexpectedly: " + e, e));
        } finally {
            sessionLock.unlock();
        }
    }

    private MachineInput open(MachineRecord state) {
        close();
        long number = hold + 1;
        hold = number;
        SourceSession opened = around.adapter(state.address().adapter())
                .open(state.address(), around.sourceSettings(state), new Ears(number));
        session = opened;
        try {
            return look(opened);
        } catch (HoldfastException e) {
            close();
            throw e;
        }
    }

    private MachineInput look(SourceSession held) {
        MachineInput.SourceSeen seen = new MachineInput.SourceSeen(held.describe(), held.bitmaps());
        running = seen.description().running();
        return seen;
    }

    private void start(MachineAction.StartCapture start, MachineRecord state) {
        SourceSession held = held();
        List<CaptureTarget> targets = around.offer(state.id(), start.capture(), start.disks(), sequencer);
        capture = start.capture();
        try {
            held.startCapture(targets);
        } catch (HoldfastException e) {
            around.withdraw(state.id());
            throw e;
        }
    }

    private void cut(MachineRecord state) {
        try {
            held().cutCapture();
        } finally {
            around.withdraw(state.id());
        }
    }

    private SourceSession held() {
        SourceSession held = session;
        if (held == null) {
            throw new HoldfastException(ErrorCode.MONITOR_NOT_REACHABLE, "source", "it is not held any more");
        }
        return held;
    }

    /** Opens a disk of the source, on the copy's thread. */
    DiskReader openReader(String diskIdentity, List<String> bitmaps) {
        sessionLock.lock();
        try {
            return held().openReader(diskIdentity, bitmaps);
        } finally {
            sessionLock.unlock();
        }
    }

    /** Lets go of the source, if it is held. */
    void close() {
        sessionLock.lock();
        try {
            SourceSession held = session;
            session = null;
            hold++;
            if (held != null) {
                held.close();
            }
        } finally {
            sessionLock.unlock();
        }
    }

    /** Hears one hold; what an earlier one still says is not of interest. */
    private final class Ears implements SourceListener {
        private final long number;

        Ears(long number) {
            this.number = number;
        }

        @Override
        public void captureBroken(String diskIdentity, String reason) {
            String where = diskIdentity.isEmpty() ? "" : diskIdentity + ": ";
            say(new MachineInput.Broken(capture, GapCause.CAPTURE_BROKEN, where + reason));
        }

        @Override
        public void disksChanged(String reason) {
            say(new MachineInput.Broken(capture, GapCause.DISKS_CHANGED, reason));
        }

        @Override
        public void guestEvent(String event) {
            Optional<Boolean> now = switch (event) {
                case "RESUME", "WAKEUP" -> Optional.of(true);
                case "STOP", "SHUTDOWN" -> Optional.of(false);
                default -> Optional.empty();
            };
            now.ifPresent(value -> running = value);
        }

        @Override
        public void sourceGone(boolean captureUnbroken, boolean clean, String reason) {
            running = false;
            say(new MachineInput.SourceGone(captureUnbroken, time.monotonicNanos(), reason));
        }

        @Override
        public void guardLost(String reason) {
            // The adapter starts another guard, or breaks the capture and says so.
        }

        private void say(MachineInput input) {
            if (hold == number) {
                inbox.accept(input);
            }
        }
    }
}
