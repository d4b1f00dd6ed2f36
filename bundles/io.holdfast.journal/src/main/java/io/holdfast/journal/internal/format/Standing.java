package io.holdfast.journal.internal.format;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.HistoryStanding.State;
import io.holdfast.journal.TransferOrder;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The file {@code standing} of a machine: whether its history takes batches here, and which of its segments another store has written. Body of an
 * {@link Envelope} "HFO1": u32 kind, u32 count of stretches, 16 bytes peer, u64 its incarnation, u64 block, u32 length of the place, u32 zero;
 * stretches, each u64 first and u64 last number, 16 bytes store, u64 incarnation; place.
 *
 * @param kind whether it takes batches; the number in the file is the ordinal, so the order stays
 * @param peer the other store of a copy or move, zero when there is none
 * @param peerIncarnation of the history there
 * @param block newest block that is known to be in both, 0 when none is
 * @param place where the other store lies, for people, at most {@link TransferOrder#PLACE_CHARACTERS_MAX} characters
 * @param stretches segments that came from other stores, ascending, without overlap
 */
public record Standing(State kind, UUID peer, long peerIncarnation, long block, String place, List<Stretch> stretches) {

    /** No peer. */
    public static final UUID NOBODY = new UUID(0, 0);

    /** An ordinary history, which has no such file. */
    public static final Standing OWN = new Standing(State.OWN, NOBODY, 0, 0, "", List.of());

    private static final int MAGIC = 0x314F4648;
    private static final int BYTES_MAX = 1 << 20;
    private static final int STRETCH_BYTES = 40;

    /**
     * Segments whose headers name another store.
     *
     * @param first the first one's number
     * @param last the last one's
     * @param store that they name
     * @param incarnation that they name
     */
    public record Stretch(long first, long last, UUID store, long incarnation) {}

    public Standing {
        stretches = List.copyOf(stretches);
    }

    /**
     * Tells what the header of a segment has to name.
     *
     * @param number of the segment
     * @param store this one
     * @param incarnation of the history here
     * @return store and incarnation; the bounds are those of the stretch
     */
    public Stretch originOf(long number, UUID store, long incarnation) {
        for (Stretch stretch : stretches) {
            if (stretch.first <= number && number <= stretch.last) {
                return stretch;
            }
        }
        return new Stretch(number, number, store, incarnation);
    }

    /**
     * Says what the stretches of a copy of this history are.
     *
     * @param store this one
     * @param incarnation of the history here
     * @return all numbers, each in one stretch; the last one has no end
     */
    public List<Stretch> asOrigins(UUID store, long incarnation) {
        List<Stretch> origins = new ArrayList<>(stretches);
        long next = stretches.isEmpty() ? 1 : stretches.getLast().last + 1;
        if (next > 0) {
            origins.add(new Stretch(next, Long.MAX_VALUE, store, incarnation));
        }
        return origins;
    }

    /**
     * Ends the stretches with a number, because what follows is this store's own.
     *
     * @param last the last number that came from elsewhere, 0 when none did
     * @return a history that takes batches, and the same peer
     */
    public Standing released(long last) {
        List<Stretch> kept = new ArrayList<>();
        for (Stretch stretch : stretches) {
            if (stretch.first <= last) {
                kept.add(new Stretch(stretch.first, Math.min(last, stretch.last), stretch.store, stretch.incarnation));
            }
        }
        return new Standing(State.OWN, peer, peerIncarnation, block, place, kept);
    }

    /**
     * Changes the kind and what goes with it.
     *
     * @param changed the new kind
     * @param newest newest block that is in both stores
     * @return the same stretches and peer
     */
    public Standing as(State changed, long newest) {
        return new Standing(changed, peer, peerIncarnation, newest, place, stretches);
    }

    /**
     * Refuses unless batches are taken.
     *
     * @param machine named in the error
     * @throws HoldfastException with {@link ErrorCode#HISTORY_IS_COPY} or {@link ErrorCode#HISTORY_MOVED}
     */
    public void requireOwn(MachineId machine) {
        String history = "history of machine " + machine;
        switch (kind) {
            case OWN -> {}
            case COPY ->
                throw new HoldfastException(
                        ErrorCode.HISTORY_IS_COPY,
                        history,
                        "is a copy of that in store " + peer + ", which takes batches");
            case LEAVING ->
                throw new HoldfastException(
                        ErrorCode.HISTORY_MOVED, history, "is moving to store " + peer + " at " + place);
            case MOVED ->
                throw new HoldfastException(
                        ErrorCode.HISTORY_MOVED, history, "goes on in store " + peer + " at " + place);
        }
    }

    /**
     * Encodes the file.
     *
     * @return its bytes
     */
    public byte[] encode() {
        byte[] text = place.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(48 + stretches.size() * STRETCH_BYTES + text.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(kind.ordinal()).putInt(stretches.size());
        put(body, peer)
                .putLong(peerIncarnation)
                .putLong(block)
                .putInt(text.length)
                .putInt(0);
        for (Stretch stretch : stretches) {
            body.putLong(stretch.first).putLong(stretch.last);
            put(body, stretch.store).putLong(stretch.incarnation);
        }
        return Envelope.wrap(MAGIC, body.put(text).array());
    }

    private static ByteBuffer put(ByteBuffer target, UUID id) {
        BlockLayout.putUuid(target, target.position(), id);
        return target.position(target.position() + 16);
    }

    private static UUID get(ByteBuffer source) {
        UUID id = BlockLayout.getUuid(source, source.position());
        source.position(source.position() + 16);
        return id;
    }

    /**
     * Decodes the file.
     *
     * @param file the whole file
     * @return what it says
     * @throws DamagedException when it is no such file
     */
    public static Standing decode(ByteBuffer file) throws DamagedException {
        ByteBuffer body = Envelope.open("the standing of a history", file, MAGIC, BYTES_MAX);
        try {
            int kind = body.getInt();
            int count = body.getInt();
            UUID peer = get(body);
            long incarnation = body.getLong();
            long block = body.getLong();
            int textLength = body.getInt();
            boolean right = kind >= 0
                    && kind < State.values().length
                    && body.getInt() == 0
                    && count >= 0
                    && textLength >= 0
                    && body.remaining() == (long) count * STRETCH_BYTES + textLength;
            if (!right) {
                throw DamagedException.damaged("the standing of a history has a value that none has");
            }
            List<Stretch> stretches = new ArrayList<>();
            long before = 0;
            for (int index = 0; index < count; index++) {
                Stretch stretch = new Stretch(body.getLong(), body.getLong(), get(body), body.getLong());
                if (stretch.first <= before || stretch.last < stretch.first) {
                    throw DamagedException.damaged("the standing of a history has stretches that overlap");
                }
                before = stretch.last;
                stretches.add(stretch);
            }
            byte[] text = new byte[textLength];
            body.get(text);
            return new Standing(
                    State.values()[kind],
                    peer,
                    incarnation,
                    block,
                    new String(text, StandardCharsets.UTF_8),
                    stretches);
        } catch (BufferUnderflowException | IndexOutOfBoundsException _) {
            throw DamagedException.damaged("the standing of a history is shorter than it claims");
        }
    }
}
