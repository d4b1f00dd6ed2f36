package io.holdfast.journal.internal.keys;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Slows down whoever guesses passphrases: the first three cost nothing, each later one doubles the wait, up to five minutes. An attempt is
 * written down before the passphrase is tried, so that neither a kill nor a restart gives one for free. Someone who has the file and a machine of
 * their own is slowed by the cost of the passphrase alone.
 *
 * <p>The file is an envelope of magic {@code HFA1} around 16 bytes: u32 wrong attempts since the last right one, u32 reserved, u64 moment of the
 * newest in UTC milliseconds.
 */
public final class Attempts {

    private static final String NAME = "attempts";
    private static final int MAGIC = 0x31414648;
    private static final int BODY_BYTES = 16;
    private static final int FREE = 3;
    private static final int DOUBLINGS_MAX = 10;
    private static final long WAIT_MILLIS_LEAST = 1_000;
    private static final long WAIT_MILLIS_MAX = 300_000;

    private final KeyFolders folders;
    private final TimeSource time;

    /**
     * Opens the record.
     *
     * @param folders where it lies
     * @param time for the moment of an attempt
     */
    public Attempts(KeyFolders folders, TimeSource time) {
        this.folders = folders;
        this.time = time;
    }

    private record Record(int wrong, long lastMillis) {

        long waitMillis() {
            return wrong < FREE
                    ? 0
                    : Math.min(WAIT_MILLIS_MAX, WAIT_MILLIS_LEAST << Math.min(wrong - FREE, DOUBLINGS_MAX));
        }
    }

    /**
     * Writes an attempt down, durable on return.
     *
     * @throws HoldfastException with {@link ErrorCode#OVERLOADED} when it comes too early; nothing is changed
     */
    public void begin() {
        Record record = load();
        long now = time.utcMillis();
        long since = now - record.lastMillis();
        long wait = record.waitMillis();
        // a clock that was set back gives one attempt; it does not prolong the wait without end
        if (since >= 0 && since < wait) {
            throw new HoldfastException(
                    ErrorCode.OVERLOADED,
                    "passphrase",
                    "was wrong " + record.wrong() + " times; expected the next attempt in "
                            + (wait - since + 999) / 1_000 + " s");
        }
        save(new Record(record.wrong() + 1, now));
    }

    /** Forgets the wrong attempts. Durable on return. */
    public void succeeded() {
        save(new Record(0, 0));
    }

    private Record load() {
        Optional<byte[]> content = folders.own(NAME, Envelope.HEAD_BYTES + BODY_BYTES);
        if (content.isEmpty()) {
            return new Record(0, 0);
        }
        try {
            ByteBuffer body = Envelope.open(NAME, ByteBuffer.wrap(content.get()), MAGIC, BODY_BYTES);
            return new Record(body.getInt(0), body.getLong(Long.BYTES));
        } catch (DamagedException | IndexOutOfBoundsException _) {
            // nobody gains by damaging it: the longest wait, from now on
            Record longest = new Record(FREE + DOUBLINGS_MAX, time.utcMillis());
            save(longest);
            return longest;
        }
    }

    private void save(Record record) {
        ByteBuffer body = ByteBuffer.allocate(BODY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(0, record.wrong()).putLong(Long.BYTES, record.lastMillis());
        folders.replaceOwn(NAME, Envelope.wrap(MAGIC, body.array()));
    }
}
