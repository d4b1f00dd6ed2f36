package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.adapter.CaptureTarget;
import io.holdfast.adapter.SourceDisk;
import io.holdfast.adapter.kvm.guard.Names;
import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The mirrors of one machine: one NBD node and one write-blocking job per disk, without an initial copy. Their names carry a number drawn at
 * each start, so that nothing said about an earlier run is taken for this one.
 */
final class Mirrors {

    /** Without an initial copy the job's own buffer is not used. */
    private static final int BUFFER_BYTES = 1 << 20;

    /** How long QEMU may wait for a capture server that greeted a moment ago; whole seconds only. */
    private static final int OPEN_TIMEOUT_SECONDS = 1;

    private static final Duration READY_LIMIT = Duration.ofSeconds(5);
    private static final Duration CLEAN_END_LIMIT = Duration.ofSeconds(4);

    /** A mirror whose write failed notices it at its next turn, each 100 ms. */
    private static final Duration OWN_END_LIMIT = Duration.ofMillis(250);

    private static final Duration CUT_LIMIT = Duration.ofSeconds(1);

    /** One mirror of the run that was started last. */
    private record Mirror(SourceDisk disk, String node, String job) {}

    private final Qmp qmp;
    private final Cutter cutter;
    private final CaptureWatch watch;
    private final CaptureServer server;
    private volatile List<Mirror> mirrors = List.of();

    Mirrors(Qmp qmp, Cutter cutter, CaptureWatch watch, CaptureServer server) {
        this.qmp = qmp;
        this.cutter = cutter;
        this.watch = watch;
        this.server = server;
    }

    /**
     * Starts a mirror for each disk and waits until all are ready.
     *
     * @param targets by disk identity, one for each disk
     * @throws HoldfastException {@code BLOCK_JOB_CONFLICT}, {@code CAPTURE_BROKEN} or {@code INVALID_ARGUMENT}; nothing of ours is left
     */
    void start(List<SourceDisk> disks, Map<String, CaptureTarget> targets, Deadline deadline) {
        if (!server.answers()) {
            throw new HoldfastException(
                    ErrorCode.CAPTURE_BROKEN,
                    "capture server",
                    "it does not beat or does not answer; expected it to run");
        }
        cut(deadline);
        targets.values().stream().map(CaptureTarget::socket).distinct().forEach(server::expectGreeting);
        String run = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt(), 6);
        Map<SourceDisk, Mirror> planned = new LinkedHashMap<>();
        for (SourceDisk disk : disks) {
            String suffix = run + "-" + planned.size();
            planned.put(disk, new Mirror(disk, Names.CAPTURE_NODE + suffix, Names.CAPTURE_JOB + suffix));
        }
        boolean done = false;
        try {
            for (Mirror mirror : planned.values()) {
                addNode(mirror, targets.get(mirror.disk.identity()), deadline);
            }
            expectCuttable(planned.values().stream().map(Mirror::node).toList(), deadline);
            Map<String, String> diskOfJob = new LinkedHashMap<>();
            planned.values().forEach(mirror -> diskOfJob.put(mirror.job, mirror.disk.identity()));
            watch.begin(diskOfJob);
            mirrors = List.copyOf(planned.values());
            for (Mirror mirror : mirrors) {
                startJob(mirror, deadline);
            }
            awaitReady(deadline.atMost(READY_LIMIT));
            done = true;
        } finally {
            if (!done) {
                cut(Deadline.in(CLEAN_END_LIMIT));
            }
        }
    }

    private void addNode(Mirror mirror, CaptureTarget target, Deadline deadline) {
        QmpCommand add = QmpCommand.of("blockdev-add")
                .with("driver", "nbd")
                .with("node-name", mirror.node)
                .with(
                        "server",
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("type", "unix")
                                .put("path", target.socket().toString()))
                .with("export", target.exportName())
                .with("reconnect-delay", 0)
                // else discards of the guest would end at the node
                .with("discard", "unmap");
        if (qmp.version().isAtLeast(7, 0)) {
            add = add.with("open-timeout", OPEN_TIMEOUT_SECONDS);
        }
        try {
            qmp.execute(add, deadline.left());
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.CAPTURE_BROKEN, target.diskIdentity());
        }
    }

    /** A second monitor that belongs to another machine would cut the wrong one. */
    private void expectCuttable(List<String> nodes, Deadline deadline) {
        if (!cutter.cuttable(deadline.left()).containsAll(nodes)) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    KvmAddress.OUT_OF_BAND_MONITOR,
                    "it does not know the nodes added through " + KvmAddress.MONITOR
                            + "; expected a monitor of the same machine");
        }
    }

    private void startJob(Mirror mirror, Deadline deadline) {
        QmpCommand start = QmpCommand.of("blockdev-mirror")
                .with("job-id", mirror.job)
                .with("device", mirror.disk.node())
                .with("target", mirror.node)
                .with("sync", "none")
                .with("copy-mode", "write-blocking")
                .with("on-target-error", "report")
                .with("buf-size", BUFFER_BYTES);
        try {
            qmp.execute(start, deadline.left());
        } catch (QmpRefusal e) {
            throw refused(mirror, e, deadline);
        }
    }

    /** QEMU refuses in several ways when another job holds the node, and in none of them says which job. */
    private HoldfastException refused(Mirror mirror, QmpRefusal refusal, Deadline deadline) {
        List<String> onNode = BlockGraph.jobsOn(qmp, mirror.disk.node(), deadline);
        List<String> foreign = BlockJob.list(qmp, deadline.left()).stream()
                .filter(job -> !job.isOurs() && (onNode.isEmpty() || onNode.contains(job.id())))
                .map(job -> "'" + job.id() + "' (" + job.type() + ")")
                .toList();
        if (foreign.isEmpty()) {
            return refusal.as(ErrorCode.CAPTURE_BROKEN, mirror.disk.identity());
        }
        return new HoldfastException(
                ErrorCode.BLOCK_JOB_CONFLICT,
                mirror.disk.identity(),
                "its node " + mirror.disk.node() + " is used by block job " + String.join(" or ", foreign)
                        + "; expected none, end it or wait for its end",
                refusal);
    }

    private void awaitReady(Deadline deadline) {
        boolean ready = deadline.await(
                () -> watch.objection().isPresent() || missing(deadline).isEmpty());
        Optional<String> objection = watch.objection();
        if (objection.isPresent() || !ready) {
            throw new HoldfastException(
                    ErrorCode.CAPTURE_BROKEN,
                    "mirrors",
                    objection.orElseGet(
                            () -> "not ready within " + READY_LIMIT.toMillis() + " ms: " + missing(deadline)));
        }
    }

    /** Disks whose mirror is not there or not ready. */
    private List<String> missing(Deadline deadline) {
        List<String> ready = BlockJob.list(qmp, deadline.left()).stream()
                .filter(BlockJob::ready)
                .map(BlockJob::id)
                .toList();
        return mirrors.stream()
                .filter(mirror -> !ready.contains(mirror.job))
                .map(mirror -> mirror.disk.identity())
                .toList();
    }

    /**
     * Checks by QEMU's state and by its events that nothing has gone past a mirror.
     *
     * <p>A mirror marks what it could not write to its target in a bitmap of its own, before the guest's write completes; while it runs
     * as we run it, that bitmap is empty in every other case. It is asked for first, the jobs after it: a job that is still there in the
     * second answer had its bitmap in the first. Events of an earlier moment have been taken before an answer is returned.
     *
     * @return the reason against it, or nothing
     */
    Optional<String> prove(Deadline deadline) {
        Optional<String> before = watch.objection();
        if (before.isPresent()) {
            return before;
        }
        List<BlockNode> nodes = BlockNode.list(qmp, deadline.left());
        for (Mirror mirror : mirrors) {
            Optional<BlockNode> node = BlockNode.find(nodes, mirror.disk.node());
            Optional<BlockNode.Bitmap> own = node.flatMap(found -> found.bitmap(""));
            if (own.isEmpty()) {
                return Optional.of(mirror.disk.identity() + ": its mirror is gone");
            }
            long bypassed = node.stream()
                    .flatMap(found -> found.bitmaps().stream())
                    .filter(bitmap -> bitmap.name().isEmpty())
                    .mapToLong(BlockNode.Bitmap::dirtyBytes)
                    .sum();
            if (bypassed > 0) {
                return Optional.of(mirror.disk.identity() + ": a write went past its mirror");
            }
        }
        List<String> missing = missing(deadline);
        return missing.isEmpty() ? watch.objection() : Optional.of("mirrors not ready: " + missing);
    }

    /** Ends the mirrors: cleanly where the capture server answers, else by cutting. Nothing of ours is left on any disk. */
    void stop(Deadline deadline) {
        watch.end();
        if (server.answers()) {
            cancel(false, deadline);
            deadline.atMost(CLEAN_END_LIMIT).await(() -> ours(deadline).isEmpty() || !server.answers());
        }
        cut(deadline);
    }

    /** Ends the mirrors at once, those of an earlier life of ours too. Nothing of ours is left on any disk. */
    void cut(Deadline deadline) {
        watch.end();
        mirrors = List.of();
        cutter.cut(deadline.atMost(CUT_LIMIT).left());
        if (!deadline.atMost(OWN_END_LIMIT).await(() -> ours(deadline).isEmpty())) {
            // harmless now: their connections are cut, so nothing they wait for can hang
            cancel(true, deadline);
            if (!deadline.await(() -> ours(deadline).isEmpty())) {
                throw new HoldfastException(
                        ErrorCode.TIMEOUT, "mirrors", "still there after the cut: " + ours(deadline));
            }
        }
        for (BlockNode node : BlockNode.list(qmp, deadline.left())) {
            if (node.name().startsWith(Names.CAPTURE_NODE)) {
                remove(node.name(), deadline);
            }
        }
    }

    private List<BlockJob> ours(Deadline deadline) {
        return BlockJob.list(qmp, deadline.left()).stream()
                .filter(BlockJob::isOurs)
                .toList();
    }

    private void cancel(boolean force, Deadline deadline) {
        for (BlockJob job : ours(deadline)) {
            try {
                qmp.execute(
                        QmpCommand.of("block-job-cancel")
                                .with("device", job.id())
                                .with("force", force),
                        deadline.left());
            } catch (QmpRefusal _) {
                // it ended by itself meanwhile
            }
        }
    }

    private void remove(String node, Deadline deadline) {
        try {
            qmp.execute(QmpCommand.of("blockdev-del").with("node-name", node), deadline.left());
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.INTERNAL, node);
        }
    }
}
