package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges a capture by QEMU's events alone: whether every mirror is known to be whole. Plain state; thread-safe.
 *
 * <p>What is judged: QEMU announces {@code BLOCK_JOB_ERROR} before it completes the guest's write that went past the mirror, so as long as
 * every event up to some moment was seen and none of them speaks against it, every write completed up to that moment has gone through.
 */
final class CaptureWatch {

    /** A capture that broke by itself. */
    record Break(String diskIdentity, String reason) {}

    /** How a source ended. */
    record End(boolean captureUnbroken, boolean clean) {}

    private Map<String, String> diskOfJob = new HashMap<>();
    private @Nullable Break broken;
    private boolean eventsMissed;
    private boolean shutdown;

    /** A mirror that QEMU ended after it announced its own end; a break only if QEMU turns out to live on. */
    private @Nullable Break endedInShutdown;

    /** Starts to judge mirrors: job id to disk identity. Called before they are started. */
    synchronized void begin(Map<String, String> jobs) {
        diskOfJob = new HashMap<>(jobs);
        broken = null;
        endedInShutdown = null;
        eventsMissed = false;
    }

    /** Stops to judge: what the mirrors do from now on was asked for by us. */
    synchronized void end() {
        diskOfJob = new HashMap<>();
        endedInShutdown = null;
    }

    synchronized boolean isCapturing() {
        return !diskOfJob.isEmpty();
    }

    /** Takes an event; gives the break that it means, once. */
    synchronized Optional<Break> event(String name, JsonNode data) {
        switch (name) {
            case "SHUTDOWN" -> shutdown = true;
            case "RESUME", "RESET" -> {
                shutdown = false;
                return settle();
            }
            case "BLOCK_JOB_ERROR" -> {
                return breakBy(data, "QEMU could not " + data.path("operation").asText() + " to the capture server");
            }
            case "BLOCK_JOB_COMPLETED", "BLOCK_JOB_CANCELLED" -> {
                return ended(name, data);
            }
            default -> {
                // says nothing about mirrors
            }
        }
        return Optional.empty();
    }

    private Optional<Break> ended(String name, JsonNode data) {
        String error = data.path("error").asText();
        String reason = error.isEmpty() ? "somebody ended the mirror (" + name + ")" : "the mirror ended: " + error;
        String disk = diskOfJob.get(data.path("device").asText());
        if (shutdown && error.isEmpty() && disk != null) {
            // QEMU stops the processors and drains the disks before it ends jobs on its way out
            endedInShutdown = new Break(disk, reason);
            return Optional.empty();
        }
        return breakBy(data, reason);
    }

    private Optional<Break> breakBy(JsonNode data, String reason) {
        String disk = diskOfJob.get(data.path("device").asText());
        return disk == null ? Optional.empty() : breakNow(disk, reason);
    }

    /** Breaks the capture for a reason from elsewhere; an empty disk means all. Gives the break if it is news. */
    synchronized Optional<Break> breakNow(String diskIdentity, String reason) {
        if (diskOfJob.isEmpty() || broken != null) {
            return Optional.empty();
        }
        Break now = new Break(diskIdentity, reason);
        broken = now;
        return Optional.of(now);
    }

    /** QEMU lives on although it announced its end: a mirror that ended meanwhile is a break after all. */
    synchronized Optional<Break> settle() {
        Break pending = endedInShutdown;
        endedInShutdown = null;
        return pending == null ? Optional.empty() : breakNow(pending.diskIdentity, pending.reason);
    }

    /** Tells whether {@link #settle} would find anything. */
    synchronized boolean isUnsettled() {
        return endedInShutdown != null;
    }

    /** Tells whether {@link #seenWhole} is waited for. */
    synchronized boolean hasMissedEvents() {
        return eventsMissed;
    }

    /** Events were or may have been missed: nothing is known until {@link #seenWhole}. */
    synchronized void eventsMissed() {
        eventsMissed = !diskOfJob.isEmpty();
    }

    /** QEMU's state showed that nothing has gone past any mirror so far. */
    synchronized void seenWhole() {
        eventsMissed = false;
    }

    /** Why nothing can be said for the capture; empty when every event was seen and none speaks against it. */
    synchronized Optional<String> objection() {
        Break now = broken;
        if (diskOfJob.isEmpty()) {
            return Optional.of("no capture runs");
        }
        if (now != null) {
            return Optional.of(now.diskIdentity.isEmpty() ? now.reason : now.diskIdentity + ": " + now.reason);
        }
        if (endedInShutdown != null) {
            return Optional.of("QEMU is ending");
        }
        return Optional.empty();
    }

    /** Judges the whole life of the capture once QEMU is gone and its last event was taken. */
    synchronized End sourceEnded() {
        boolean unbroken = !diskOfJob.isEmpty() && broken == null && !eventsMissed;
        return new End(unbroken, shutdown);
    }
}
