package io.holdfast.mobility.machine;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Who waits for something to become a recovery point, or for the end. Belongs to the machine's turn. */
final class Waiters {

    private record Waiting(long sequence, CompletableFuture<Position> done) {}

    private final List<Waiting> forProof = new ArrayList<>();
    private final List<CompletableFuture<Void>> forEnd = new ArrayList<>();

    void onProven(long sequence, CompletableFuture<Position> done) {
        forProof.add(new Waiting(sequence, done));
    }

    void onForgotten(CompletableFuture<Void> done) {
        forEnd.add(done);
    }

    void proven(long epoch, long provenSequence) {
        forProof.removeIf(waiting -> {
            boolean now = waiting.sequence <= provenSequence;
            if (now) {
                waiting.done.complete(new Position(epoch, waiting.sequence));
            }
            return now || waiting.done.isDone();
        });
    }

    void failAll(String reason) {
        forProof.forEach(waiting -> waiting.done.completeExceptionally(new HoldfastException(
                ErrorCode.CAPTURE_BROKEN,
                "sequence " + waiting.sequence,
                "it will not become a recovery point: " + reason)));
        forProof.clear();
    }

    void forgotten() {
        forEnd.forEach(done -> done.complete(null));
        forEnd.clear();
    }
}
