package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.ReplicaPlace;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.kvm.unix.UnixConnection;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replicas of this host. Knows nothing that does not lie in their folders. Thread-safe. */
final class Replicas {

    private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);
    private static final Duration GRACE_MAX = Duration.ofMinutes(10);
    private static final Duration EXPORT_LIMIT = Duration.ofSeconds(5);
    private static final Duration GO_ON_LIMIT = Duration.ofSeconds(40);

    /** A process that was killed closes its sockets first and its files last. */
    private static final Duration DYING_LIMIT = Duration.ofSeconds(3);

    /** What a monitor is found to be when QEMU's main loop waits, or has just ended. */
    private static final Set<ErrorCode> NO_ANSWER =
            EnumSet.of(ErrorCode.MONITOR_NOT_REACHABLE, ErrorCode.MONITOR_IN_USE, ErrorCode.TIMEOUT);

    private static final Duration STEADY = Duration.ofMillis(500);

    private final KvmTargetSettings settings;
    private final Waits waits;
    private final AcceleratorProbe accelerator;
    private final PlaceLocks locks = new PlaceLocks();

    Replicas(KvmTargetSettings settings, TimeSource time) {
        this.settings = settings;
        this.waits = new Waits(time);
        this.accelerator = new AcceleratorProbe(settings, waits);
    }

    void check(ReplicaSpec spec) {
        Path qemu = Tools.find(settings.qemu());
        Tools.find(settings.qemuImg());
        HostCheck.check(spec);
        Tools.checkVersion(qemu, spec.place().folder().getParent());
        accelerator.choose(qemu);
    }

    void create(ReplicaSpec spec) {
        try (var _ = locks.take(spec.place().folder())) {
            Optional<ReplicaState> there = ReplicaStateFile.read(spec.place());
            if (there.isEmpty()) {
                check(spec);
                ReplicaFactory.create(spec, Tools.find(settings.qemuImg()));
                LOG.info(
                        "replica created replica={} folder={}",
                        spec.place().id(),
                        spec.place().folder());
                return;
            }
            refuseWhenDestroying(there.get());
            if (!there.get().spec().equals(spec)) {
                throw new HoldfastException(
                        ErrorCode.ALREADY_EXISTS,
                        spec.place().folder().toString(),
                        "holds this replica made from another specification; destroy it first");
            }
        }
    }

    void start(ReplicaPlace place) {
        try (var _ = locks.take(place.folder())) {
            ReplicaState state = existing(place);
            refuseWhenDestroying(state);
            ReplicaProcess process = process(place);
            if (process.find().isPresent()) {
                goOn(place);
                return;
            }
            HostCheck.checkMemory(state.spec());
            awaitExports(state);
            ReplicaFiles files = new ReplicaFiles(place.folder());
            DurableFiles.remove(files.booted());
            console(files).beginRun();
            Path qemu = Tools.find(settings.qemu());
            process.start(QemuCommandLine.of(qemu, accelerator.choose(qemu), state));
            LOG.info(
                    "replica started replica={} process={}",
                    place.id(),
                    process.find().map(ProcessHandle::pid).orElse(0L));
        }
    }

    /** QEMU opens exports once, without patience; one of ours may just be coming back. */
    private void awaitExports(ReplicaState state) {
        if (!waits.until(EXPORT_LIMIT, () -> silentExports(state).isEmpty())) {
            throw new HoldfastException(
                    ErrorCode.REPLICA_START_FAILED,
                    state.spec().place().folder().toString(),
                    "nothing listens at " + silentExports(state) + " within " + EXPORT_LIMIT.toSeconds()
                            + " s; expected the exports of its disks");
        }
    }

    /** To start copies, QEMU finishes all requests first, and waits in its main loop for an export that is away. */
    private static void requireExports(ReplicaState state) {
        Set<Path> silent = silentExports(state);
        if (!silent.isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.NETWORK,
                    state.spec().place().folder().toString(),
                    "nothing listens at " + silent + "; expected the exports of its disks");
        }
    }

    private static Set<Path> silentExports(ReplicaState state) {
        Set<Path> sockets = new TreeSet<>();
        for (int number = 0; number < state.spec().disks().size(); number++) {
            if (!state.hydratedDisks().contains(number)) {
                sockets.add(state.spec().disks().get(number).baseSocket());
            }
        }
        sockets.removeIf(Replicas::listens);
        return sockets;
    }

    private static boolean listens(Path socket) {
        try {
            UnixConnection.connect(socket).close();
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** A guest that goes on repeats the request that failed; while its storage still fails it is held again at once. */
    private void goOn(ReplicaPlace place) {
        try (ReplicaMonitor monitor = monitor(place)) {
            boolean steady = waits.until(GO_ON_LIMIT, () -> {
                String before = monitor.runState();
                if (before.equals("running")) {
                    return true;
                }
                monitor.goOn();
                return !waits.until(STEADY, () -> !monitor.runState().equals("running"));
            });
            if (!steady) {
                throw new HoldfastException(
                        ErrorCode.REPLICA_START_FAILED,
                        place.folder().toString(),
                        "does not go on within " + GO_ON_LIMIT.toSeconds() + " s: " + monitor.storageTrouble());
            }
        }
    }

    ReplicaStatus status(ReplicaPlace place) {
        try (var _ = locks.take(place.folder())) {
            Optional<ReplicaState> state = ReplicaStateFile.read(place);
            if (state.isEmpty()) {
                return new ReplicaStatus(
                        ReplicaStatus.State.ABSENT,
                        false,
                        0,
                        new ReplicaStatus.Hydration(false, 0, 0, false),
                        "",
                        Optional.empty());
            }
            return whileRunning(
                            place,
                            (process, monitor) -> running(state.get(), process, monitor),
                            process -> silent(state.get(), process))
                    .orElseGet(() -> stopped(state.get()));
        }
    }

    private static ReplicaStatus stopped(ReplicaState state) {
        return new ReplicaStatus(
                ReplicaStatus.State.STOPPED,
                false,
                0,
                new ReplicaStatus.Hydration(false, state.hydratedBytes(), state.sizeBytes(), state.hydrated()),
                state.destroying() ? "its removal has begun" : "",
                Optional.empty());
    }

    /** QEMU's main loop waits, together with its guest, when it has to finish a request for an export that is away. */
    private static ReplicaStatus silent(ReplicaState state, ProcessHandle process) {
        ReplicaFiles files = new ReplicaFiles(state.spec().place().folder());
        return new ReplicaStatus(
                ReplicaStatus.State.BLOCKED,
                Files.exists(files.booted()),
                process.pid(),
                new ReplicaStatus.Hydration(false, state.hydratedBytes(), state.sizeBytes(), state.hydrated()),
                "QEMU does not answer, as it does not while it has to wait for an export that is away",
                Optional.of(run(files)));
    }

    private ReplicaStatus running(ReplicaState before, ProcessHandle process, ReplicaMonitor monitor) {
        ReplicaFiles files = new ReplicaFiles(before.spec().place().folder());
        Hydration hydration = new Hydration(monitor);
        ReplicaState state = hydration.settle(before);
        boolean booted = booted(state, files, monitor);
        console(files).keepBounded();
        String found = monitor.runState();
        ReplicaStatus.State shown = switch (found) {
            case "running" -> ReplicaStatus.State.RUNNING;
            case "io-error" -> ReplicaStatus.State.BLOCKED;
            default -> ReplicaStatus.State.PAUSED;
        };
        String reason = switch (shown) {
            case RUNNING -> "";
            case BLOCKED -> monitor.storageTrouble();
            default -> "QEMU calls it " + found;
        };
        return new ReplicaStatus(
                shown, booted, process.pid(), hydration.figures(state), reason, Optional.of(run(files)));
    }

    private static ReplicaStatus.Run run(ReplicaFiles files) {
        return new ReplicaStatus.Run(
                files.consoleSocket(),
                files.consoleLog(),
                new SourceAddress(
                        KvmTargetAdapter.NAME,
                        Map.of(
                                "qmp", files.sourceMonitor().toString(),
                                "qmpOob", files.sourceOutOfBandMonitor().toString())));
    }

    private boolean booted(ReplicaState state, ReplicaFiles files, ReplicaMonitor monitor) {
        if (Files.exists(files.booted())) {
            return true;
        }
        String sign = state.spec().bootSign();
        boolean seen =
                sign.isEmpty() ? monitor.guestHasWritten() : console(files).contains(sign);
        if (seen) {
            try {
                Files.createFile(files.booted());
            } catch (IOException e) {
                throw DiskErrors.of(files.booted(), "cannot be created", e);
            }
        }
        return seen;
    }

    void stop(ReplicaPlace place, Duration grace) {
        if (grace.isNegative() || grace.compareTo(GRACE_MAX) > 0) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "grace",
                    grace + "; expected 0 to " + GRACE_MAX.toMinutes() + " minutes");
        }
        ReplicaProcess process = process(place);
        if (!grace.isZero() && pressPower(place, process)) {
            process.awaitEnd(grace);
        }
        try (var _ = locks.take(place.folder())) {
            if (process.find().isPresent()) {
                process.kill();
            }
        }
    }

    /** Asks the guest to shut down; false when nobody can be asked. */
    private boolean pressPower(ReplicaPlace place, ReplicaProcess process) {
        try (var _ = locks.take(place.folder())) {
            if (process.find().isEmpty()) {
                return false;
            }
            try (ReplicaMonitor monitor = monitor(place)) {
                monitor.pressPower();
                return true;
            } catch (HoldfastException e) {
                LOG.info("replica cannot be asked to shut down replica={} reason={}", place.id(), e.getMessage());
                return false;
            }
        }
    }

    void hydrate(ReplicaPlace place, long bytesPerSecondMax) {
        if (bytesPerSecondMax < 0) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "bytes per second", bytesPerSecondMax + "; expected at least 0");
        }
        try (var _ = locks.take(place.folder())) {
            ReplicaState state = existing(place);
            refuseWhenDestroying(state);
            if (state.hydrated()) {
                return;
            }
            requireExports(state);
            whileRunning(place, (_, monitor) -> {
                        new Hydration(monitor).run(state, bytesPerSecondMax);
                        return true;
                    })
                    .orElseThrow(() -> new HoldfastException(
                            ErrorCode.ILLEGAL_STATE,
                            place.folder().toString(),
                            "the replica does not run; start it first"));
        }
    }

    boolean isHydrated(ReplicaPlace place) {
        try (var _ = locks.take(place.folder())) {
            ReplicaState state = existing(place);
            return state.hydrated()
                    || whileRunning(
                                    place,
                                    (_, monitor) ->
                                            new Hydration(monitor).settle(state).hydrated())
                            .orElse(false);
        }
    }

    void destroy(ReplicaPlace place) {
        try (var _ = locks.take(place.folder())) {
            readableState(place)
                    .filter(state -> !state.destroying())
                    .ifPresent(state -> ReplicaStateFile.write(state.withDestroying()));
            process(place).kill();
            ReplicaFactory.remove(place.folder());
            LOG.info("replica destroyed replica={} folder={}", place.id(), place.folder());
        }
    }

    /** What is known of a replica that is to be removed: nothing when its state file is damaged. */
    private static Optional<ReplicaState> readableState(ReplicaPlace place) {
        try {
            return ReplicaStateFile.read(place);
        } catch (HoldfastException e) {
            if (e.code() != ErrorCode.REPLICA_INVALID) {
                throw e;
            }
            LOG.warn("replica removed although its state is damaged replica={} reason={}", place.id(), e.getMessage());
            return Optional.empty();
        }
    }

    private static ReplicaState existing(ReplicaPlace place) {
        return ReplicaStateFile.read(place)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, place.folder().toString(), "holds no replica; expected " + place.id()));
    }

    private static void refuseWhenDestroying(ReplicaState state) {
        if (state.destroying()) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE,
                    state.spec().place().folder().toString(),
                    "the replica's removal has begun; only destroy is possible");
        }
    }

    /** What is asked of a running replica. */
    private interface Question<T> {
        T ask(ProcessHandle process, ReplicaMonitor monitor);
    }

    private <T> Optional<T> whileRunning(ReplicaPlace place, Question<T> question) {
        return whileRunning(place, question, _ -> {
            throw new HoldfastException(
                    ErrorCode.MONITOR_NOT_REACHABLE,
                    place.folder().toString(),
                    "QEMU runs and does not answer; expected that the exports of its disks are there");
        });
    }

    /** Asks a replica, or nothing when it does not run; one that ends during the question did not run. */
    private <T> Optional<T> whileRunning(
            ReplicaPlace place, Question<T> question, Function<ProcessHandle, T> withoutAnswer) {
        ReplicaProcess process = process(place);
        Optional<ProcessHandle> handle = process.find();
        if (handle.isEmpty()) {
            return Optional.empty();
        }
        try (ReplicaMonitor monitor = monitor(place)) {
            return Optional.of(question.ask(handle.get(), monitor));
        } catch (HoldfastException e) {
            if (!NO_ANSWER.contains(e.code())) {
                throw e;
            }
            return process.awaitEnd(DYING_LIMIT) ? Optional.empty() : Optional.of(withoutAnswer.apply(handle.get()));
        }
    }

    private ReplicaProcess process(ReplicaPlace place) {
        return new ReplicaProcess(new ReplicaFiles(place.folder()), waits);
    }

    private static ReplicaMonitor monitor(ReplicaPlace place) {
        return ReplicaMonitor.open(new ReplicaFiles(place.folder()).monitor(), place.id());
    }

    private ConsoleLog console(ReplicaFiles files) {
        return new ConsoleLog(files, settings.consoleLogBytesMax());
    }
}
