package io.holdfast.mobility.machine;

import io.holdfast.adapter.SourceAddress;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.changelog.ChangeLog;
import io.holdfast.mobility.machine.ProtectedMachine.Context;
import io.holdfast.mobility.stream.Lineage;
import io.holdfast.mobility.stream.LogPump;
import io.holdfast.mobility.stream.Sequencer;
import io.holdfast.mobility.stream.Uplink;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/**
 * One protected machine at work: carries out what {@link ProtectedMachine} decides.
 *
 * <p>It owns no thread. {@link #turn} belongs to one, {@link #copyStep} to another, {@link #logStep} to a third, which may hang with the log's
 * disk; what takes time at the source goes to the slow executor. Everything else may be called by anybody and only posts.
 */
public final class MachineEngine implements AutoCloseable {

    /**
     * Who the agent is and what it may use.
     *
     * @param agent id of the agent
     * @param agentName for people
     * @param software name and version, for people
     * @param memoryBytesMax what records of a machine may take in memory
     * @param bitmapRotationMillis how long a bitmap serves before it is replaced by a new one, so that a delta stays small
     */
    public record Settings(
            UUID agent, String agentName, String software, long memoryBytesMax, int bitmapRotationMillis) {

        private static final int BITMAP_ROTATION_MILLIS_DEFAULT = 30_000;

        /**
         * Settings with bitmaps that serve 30 seconds.
         *
         * @param agent id of the agent
         * @param agentName for people
         * @param software name and version, for people
         * @param memoryBytesMax what records of a machine may take in memory
         */
        public Settings(UUID agent, String agentName, String software, long memoryBytesMax) {
            this(agent, agentName, software, memoryBytesMax, BITMAP_ROTATION_MILLIS_DEFAULT);
        }
    }

    /**
     * What the engine works with.
     *
     * @param log the machine's change log, owned by the engine from now on
     * @param dialer reaches process servers
     * @param slow runs what takes time at the source, one thing at a time
     * @param time clocks of the source's host
     * @param random draws the numbers of epochs; one that nobody can set back
     * @param wake told when there is something for {@link MachineEngine#turn}; any thread
     */
    public record Tools(
            ChangeLog log, StoreDialer dialer, Executor slow, TimeSource time, RandomGenerator random, Runnable wake) {}

    /** A status, and when it was taken by the monotonic clock. */
    private record Described(MachineStatus status, long atNanos) {}

    private static final long COPY_PENDING_BYTES_MAX = 16 << 20;
    private static final long INSPECT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final MachineSurroundings around;
    private final Tools tools;
    private final Sequencer sequencer;
    private final LogPump logPump;
    private final Uplink uplink;
    private final StoreSessions sessions;
    private final ProtectedMachine machine;
    private final SourceHands source;
    private final CopyHands copy;
    private final ProofLedger proofs;
    private final Waiters waiters = new Waiters();
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private volatile Described described;
    private boolean logWasFull;
    private boolean exhaustionTold;
    private boolean ended;
    private long gaps;
    private long inspectedNanos;
    private String trouble = "";

    /**
     * Makes an engine at rest; the first {@link #turn} sets it to work.
     *
     * @param state what is remembered of the machine
     * @param settings who the agent is
     * @param around what is around the machine
     * @param tools what it works with
     */
    public MachineEngine(MachineRecord state, Settings settings, MachineSurroundings around, Tools tools) {
        this.around = around;
        this.tools = tools;
        this.sequencer = new Sequencer(tools.time(), settings.memoryBytesMax());
        this.logPump = new LogPump(tools.log(), sequencer, tools.time());
        Uplink.Identity identity =
                new Uplink.Identity(state.id(), settings.agent(), settings.software(), settings.agentName());
        this.uplink = new Uplink(
                identity,
                new Uplink.Stream(sequencer, tools.log(), logPump),
                state.lineage(),
                tools.random(),
                new StreamOwner());
        this.sessions = new StoreSessions(uplink, tools.dialer(), this::post);
        BitmapNames names = BitmapNames.of(settings.agent(), state.id(), around::isProtectedHere);
        this.machine = new ProtectedMachine(
                state, names, new CaptureCycle.Limits(COPY_PENDING_BYTES_MAX, settings.bitmapRotationMillis()));
        this.source = new SourceHands(around, sequencer, tools, this::input);
        this.copy = new CopyHands(sequencer, uplink.hashes(), source::openReader, this::input);
        this.proofs = new ProofLedger(tools.time());
        this.inspectedNanos = tools.time().monotonicNanos() - INSPECT_NANOS;
        this.described = describe();
    }

    // ---- what somebody wants

    /**
     * Protects the machine under a policy, anew or otherwise than before; after a failover too.
     *
     * @param name for people
     * @param address where the source is
     * @param settings the policy
     */
    public void protect(String name, SourceAddress address, ProtectionSettings settings) {
        input(new MachineInput.Protect(name, address, settings));
    }

    /**
     * Lets the capture stand aside.
     *
     * @param untilUtcMillis when it starts again by itself
     */
    public void pause(long untilUtcMillis) {
        input(new MachineInput.Pause(untilUtcMillis));
    }

    /** Ends a pause, or tries again after an error. */
    public void resume() {
        input(new MachineInput.Resume());
    }

    /** Lets go of the machine, which was failed over. */
    public void release() {
        input(new MachineInput.Release());
    }

    /** Compares everything with the store and sends what differs. */
    public void resynchronise() {
        input(new MachineInput.Resynchronise());
    }

    /**
     * Ends the protection: capture, bitmaps, hold.
     *
     * @return completes when nothing of ours is left at the source, or the source is not there
     */
    public CompletableFuture<Void> unprotect() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        post(() -> {
            waiters.onForgotten(done);
            decide(new MachineInput.Remove());
        });
        return done;
    }

    /**
     * Gives the current moment a name.
     *
     * @param kind what it is consistent with
     * @param label for people
     * @return its position, once it is a recovery point
     */
    public CompletableFuture<Position> marker(MarkerKind kind, String label) {
        return whenProven(stream -> stream.marker(kind, label), false);
    }

    /**
     * Waits for everything up to now; also after the end of a source whose capture was whole.
     *
     * @return the position, once it is a recovery point
     */
    public CompletableFuture<Position> drain() {
        return whenProven(Sequencer::highestGiven, true);
    }

    private CompletableFuture<Position> whenProven(ToLongFunction<Sequencer> give, boolean ofWhatIsThere) {
        CompletableFuture<Position> done = new CompletableFuture<>();
        post(() -> {
            if (machine.cycle().isReady()) {
                waiters.onProven(give.applyAsLong(sequencer), done);
                decide(new MachineInput.ProveSoon());
            } else if (ofWhatIsThere && !machine.cycle().isCapturing() && sequencer.isProvenToTheEnd()) {
                waiters.onProven(sequencer.highestGiven(), done);
            } else {
                done.completeExceptionally(new HoldfastException(
                        ErrorCode.ILLEGAL_STATE,
                        machine.memory().name(),
                        "it is " + machine.phase() + "; expected READY"));
            }
        });
        return done;
    }

    /** Ends the capture in order, closes the hold and keeps everything; {@link #isAtRest} tells when that is done. */
    public void shutdown() {
        post(() -> {
            decide(new MachineInput.Shutdown());
        });
    }

    /**
     * A connection through which writes came has ended.
     *
     * @param capture of which it was
     * @param reason for people
     */
    public void connectionEnded(long capture, String reason) {
        input(new MachineInput.Broken(capture, GapCause.CAPTURE_BROKEN, reason));
    }

    private void input(MachineInput input) {
        post(() -> decide(input));
    }

    private void post(Runnable item) {
        mailbox.add(item);
        tools.wake().run();
    }

    // ---- the machine's turn

    /** Takes what has come, decides, sends. Never waits for a disk or a network, except for the change log when memory has run over. */
    public void turn() {
        for (Runnable item = mailbox.poll(); item != null; item = mailbox.poll()) {
            item.run();
        }
        watchLog();
        watchMemory();
        decide(new MachineInput.Tick());
        if (machine.wantsStore() && !ended) {
            sessions.keep(machine.memory().settings(), tools.time().monotonicNanos());
        } else {
            sessions.end("the machine is not captured here any more");
        }
        sessions.pump();
        waiters.proven(uplink.epoch(), uplink.provenSequence());
        lookAtReleased();
        described = describe();
    }

    private void watchLog() {
        boolean full = logPump.isFull();
        if (full != logWasFull) {
            logWasFull = full;
            decide(new MachineInput.LogBound(full));
        }
    }

    private void watchMemory() {
        boolean exhausted = sequencer.isExhausted();
        if (exhausted && !exhaustionTold) {
            decide(new MachineInput.Broken(
                    machine.memory().captureCount(),
                    GapCause.LOG_FULL,
                    "memory ran over: neither the change log nor the store took writes fast enough"));
        }
        exhaustionTold = exhausted;
    }

    private void lookAtReleased() {
        long now = tools.time().monotonicNanos();
        if (machine.memory().mode() == MachineRecord.Mode.RELEASED
                && machine.isAtRest()
                && now - inspectedNanos >= INSPECT_NANOS) {
            inspectedNanos = now;
            source.inspect(machine.memory().address());
        }
    }

    private void decide(MachineInput input) {
        Context context = new Context(
                tools.time().monotonicNanos(),
                tools.time().utcMillis(),
                sequencer.highestGiven(),
                uplink.provenSequence());
        perform(machine.decide(context, input));
    }

    /** What follows something that could not be written down is not done. */
    private void perform(List<MachineAction> actions) {
        List<MachineAction> left = new ArrayList<>(actions);
        try {
            while (!left.isEmpty()) {
                switch (left.removeFirst()) {
                    case MachineAction.Quick quick -> perform(quick);
                    case MachineAction.Slow slow -> source.begin(slow, machine.memory());
                }
            }
            trouble = "";
        } catch (HoldfastException e) {
            trouble = String.valueOf(e.getMessage());
            for (MachineAction action : left) {
                if (action instanceof MachineAction.Slow slow) {
                    mailbox.add(() -> decide(new MachineInput.Failed(slow, e)));
                }
            }
        }
    }

    private void perform(MachineAction.Quick action) {
        switch (action) {
            case MachineAction.Persist persist -> around.persist(persist.state());
            case MachineAction.OpenGate open -> sequencer.open(open.capture());
            case MachineAction.Seal _ -> sequencer.seal();
            case MachineAction.Gap gap -> {
                gaps++;
                sequencer.gap(gap.cause(), gap.detail());
                waiters.failAll("a gap: " + gap.detail());
            }
            case MachineAction.Disks disks -> sequencer.disks(disks.table());
            case MachineAction.Proof proof -> prove(proof.sequence(), proof.begunNanos());
            case MachineAction.ProofOfAll proof -> prove(sequencer.highestGiven(), proof.begunNanos());
            case MachineAction.Copy plan -> copy.start(plan.plan());
            case MachineAction.CancelCopy _ -> copy.cancel();
            case MachineAction.Adopt _ -> uplink.adoptNext();
            case MachineAction.Forget _ -> {
                around.forgotten(machine.memory().id());
                waiters.forgotten();
            }
        }
    }

    /** A mark that nothing happened is only worth sending to a store that has everything else. */
    private void prove(long sequence, long begunNanos) {
        proofs.begun(sequence, begunNanos);
        if (uplink.isCaughtUp()) {
            sequencer.nothingSince(sequence, begunNanos);
        } else {
            sequencer.proof(sequence, begunNanos);
        }
    }

    private final class StreamOwner implements Uplink.Owner {

        @Override
        public void remember(Lineage lineage) {
            around.persist(machine.remember(lineage));
        }

        @Override
        public void streamLost() {
            decide(new MachineInput.StreamLost());
            waiters.failAll("records were lost");
        }

        @Override
        public void streaming(Uplink.StreamStart start) {
            if (start.first() && uplink.provenSequence() > 0) {
                proofs.provenBefore(start.utcMillis());
            }
            decide(new MachineInput.Streaming(start));
        }

        @Override
        public void lost(List<DiskRange> ranges) {
            decide(new MachineInput.Lost(ranges));
        }

        @Override
        public void foreign(Position head) {
            decide(new MachineInput.Foreign(head));
        }

        @Override
        public void durable() {
            machine.remember(uplink.lineage());
            proofs.proven(uplink.provenSequence());
        }
    }

    // ---- other threads' work

    /**
     * Does a little of the copy, if one runs.
     *
     * @return whether there is more to do at once
     */
    public boolean copyStep() {
        return copy.step();
    }

    /**
     * Waits for something to log and logs it.
     *
     * @return what was done
     */
    public LogPump.Outcome logStep() {
        return logPump.step();
    }

    /**
     * Waits until there is something to log.
     *
     * @param nanosMax how long
     * @return whether there is
     */
    public boolean awaitUnlogged(long nanosMax) {
        return sequencer.awaitUnlogged(nanosMax);
    }

    /** Writes down that nothing is missing in the log, when nothing came for a while. On the log's thread. */
    public void logRest() {
        logPump.rest();
    }

    // ---- what is told

    /**
     * Tells how the machine is, as of the last turn; the age of its newest point is counted on to now.
     *
     * @return the status
     */
    public MachineStatus status() {
        Described last = described;
        return last.status().after(tools.time().monotonicNanos() - last.atNanos());
    }

    /**
     * Tells whether nothing runs at the source and it is let go; for an orderly end.
     *
     * @return true once it is so; only right in the machine's turn
     */
    public boolean isAtRest() {
        return mailbox.isEmpty() && machine.isAtRest();
    }

    private Described describe() {
        long atNanos = tools.time().monotonicNanos();
        MachineStatus status = new StatusReport(machine, sequencer, uplink)
                .describe(
                        copy.figures(),
                        logPump,
                        tools.log(),
                        new StatusReport.Extras(
                                source.isSourceRunning(),
                                proofs.rpoMillis(machine.cycle().isReady(), sequencer),
                                gaps,
                                trouble,
                                sessions.lastError()));
        return new Described(status, atNanos);
    }

    /** Lets go of everything, in order or not. The capture is not ended in order: that is what {@link #shutdown} is for. Idempotent. */
    @Override
    public void close() {
        ended = true;
        sequencer.seal();
        copy.cancel();
        copy.step();
        sessions.end("the agent ends");
        source.close();
        tools.log().close();
        waiters.failAll("the agent ends");
    }
}
