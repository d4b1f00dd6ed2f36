package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.internal.keys.RecoverySecret;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A paper that was made and not confirmed yet; it is in memory only. Not thread-safe. */
final class PendingPaper {

    /** What errors name. */
    static final String OBJECT = "recovery key";

    /** The first line has the version and the name, which stand elsewhere as well. */
    private static final int LINE_LEAST = 2;

    private final SecureRandom random;
    private @Nullable Waiting waiting;

    private record Waiting(RecoveryPaper paper, int line) {}

    PendingPaper(SecureRandom random) {
        this.random = random;
    }

    /** Makes a paper, in place of one that waits. */
    RecoveryPaper make() {
        RecoveryPaper paper = RecoveryPaper.of(RecoverySecret.generate(random));
        waiting = new Waiting(paper, LINE_LEAST + random.nextInt(RecoveryPaper.LINES - LINE_LEAST + 1));
        return paper;
    }

    Optional<Integer> line() {
        Waiting asked = waiting;
        return asked == null ? Optional.empty() : Optional.of(asked.line());
    }

    /** Compares the line in constant time; nothing waits any more when it is right. */
    RecoveryPaper confirm(String typed) {
        Waiting asked = waiting;
        if (asked == null) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE, OBJECT, "no paper waits to be confirmed; expected a new one to be made");
        }
        int line = asked.line();
        byte[] right = RecoveryPaper.decode(line, asked.paper().lines().get(line - 1));
        if (!MessageDigest.isEqual(RecoveryPaper.decode(line, typed), right)) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "line " + line + " of the recovery key",
                    "is of another paper; expected that of " + asked.paper().name());
        }
        waiting = null;
        return asked.paper();
    }
}
