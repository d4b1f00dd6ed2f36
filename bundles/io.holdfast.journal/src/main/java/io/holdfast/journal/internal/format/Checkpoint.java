package io.holdfast.journal.internal.format;

import io.holdfast.base.MachineId;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The file {@code checkpoint}: which machines there are and how far each one's segments are durable, as of a moment when the intake log held
 * nothing else. It is written whole under another name and renamed. Body of an {@link Envelope} "HFK1", written twice, each at a multiple of 4
 * KiB, so that one damaged copy does no harm:
 *
 * <pre>
 * 16 bytes store, u64 checkpointNumber, u64 generation (of the log, from which to replay), u64 groupNumber (the newest before that),
 * u32 previousCrc (of that group), u32 machineCount, u64 nextIncarnation, u32 ledgers (0 or 1), 20 bytes zero; then each machine:
 * 16 bytes machine, u64 incarnation, u32 count of unsealed segments, u32 length of the state;
 *     each segment: u64 number, u64 durable length;  state after the newest block ({@link HistoryState})
 * </pre>
 *
 * @param storeId which store
 * @param number one more each time
 * @param generation of the log, from which to replay
 * @param groupNumber the newest group before that
 * @param previousCrc its checksum
 * @param nextIncarnation for the next machine that is created
 * @param machines every machine that has a history
 * @param ledgers whether every machine with a sealed segment has a ledger; false in stores that are older than ledgers
 */
public record Checkpoint(
        UUID storeId,
        long number,
        long generation,
        long groupNumber,
        int previousCrc,
        long nextIncarnation,
        List<Machine> machines,
        boolean ledgers) {

    private static final int MAGIC = 0x314B4648;
    private static final int HEAD_BYTES = 80;
    private static final int LEDGERS_AT = 56;
    private static final int RESERVED_AT = 60;
    private static final int COPY_ALIGNMENT = 4096;
    private static final int BODY_BYTES_MAX = 1 << 30;

    /**
     * One machine.
     *
     * @param id which
     * @param incarnation of its history
     * @param unsealed its segments without an index yet, oldest first; the last one takes new batches
     * @param state after its newest block in them
     */
    public record Machine(MachineId id, long incarnation, List<Unsealed> unsealed, HistoryState state) {}

    /**
     * A segment without an index yet.
     *
     * @param number which
     * @param durableLength how much of it is durable
     */
    public record Unsealed(long number, long durableLength) {}

    /**
     * Encodes the file.
     *
     * @return both copies
     */
    public byte[] encode() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        BlockLayout.putUuid(head, 0, storeId);
        head.putLong(16, number)
                .putLong(24, generation)
                .putLong(32, groupNumber)
                .putInt(40, previousCrc)
                .putInt(44, machines.size())
                .putLong(48, nextIncarnation)
                .putInt(LEDGERS_AT, ledgers ? 1 : 0);
        body.writeBytes(head.array());
        for (Machine machine : machines) {
            body.writeBytes(encode(machine));
        }
        byte[] copy = Envelope.wrap(MAGIC, body.toByteArray());
        int stride = stride(copy.length);
        byte[] file = Arrays.copyOf(copy, stride + copy.length);
        System.arraycopy(copy, 0, file, stride, copy.length);
        return file;
    }

    private static byte[] encode(Machine machine) {
        byte[] state = machine.state().encode();
        ByteBuffer bytes = ByteBuffer.allocate(32 + 16 * machine.unsealed().size() + state.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        BlockLayout.putUuid(bytes, 0, machine.id().value());
        bytes.putLong(16, machine.incarnation())
                .putInt(24, machine.unsealed().size())
                .putInt(28, state.length)
                .position(32);
        for (Unsealed segment : machine.unsealed()) {
            bytes.putLong(segment.number()).putLong(segment.durableLength());
        }
        return bytes.put(state).array();
    }

    private static int stride(int copyLength) {
        return (copyLength + COPY_ALIGNMENT - 1) / COPY_ALIGNMENT * COPY_ALIGNMENT;
    }

    /**
     * Decodes the file from whichever copy is whole.
     *
     * @param file the whole file
     * @return what it says
     * @throws DamagedException when both copies are damaged
     */
    public static Checkpoint decode(ByteBuffer file) throws DamagedException {
        try {
            return decodeCopy(file.slice());
        } catch (DamagedException e) {
            if (e.kind() == DamagedException.Kind.NEWER_VERSION) {
                throw e;
            }
            return decodeSecond(file, e);
        }
    }

    private static Checkpoint decodeSecond(ByteBuffer file, DamagedException first) throws DamagedException {
        for (int at = COPY_ALIGNMENT; at < file.limit(); at += COPY_ALIGNMENT) {
            ByteBuffer rest = file.slice(at, file.limit() - at);
            try {
                if (Envelope.length("the checkpoint", rest, MAGIC, BODY_BYTES_MAX) == rest.remaining()) {
                    return decodeCopy(rest);
                }
            } catch (DamagedException _) {
                // no second copy here; perhaps further on
            }
        }
        throw first;
    }

    private static Checkpoint decodeCopy(ByteBuffer copy) throws DamagedException {
        ByteBuffer body = Envelope.open("the checkpoint", copy, MAGIC, BODY_BYTES_MAX);
        try {
            int count = body.getInt(44);
            if (count < 0
                    || count > body.limit() / 32
                    || !Checksums.isZero(body, RESERVED_AT, HEAD_BYTES)
                    || body.getInt(LEDGERS_AT) < 0
                    || body.getInt(LEDGERS_AT) > 1) {
                throw DamagedException.damaged("the checkpoint claims " + count + " machines");
            }
            List<Machine> machines = new ArrayList<>(count);
            body.position(HEAD_BYTES);
            for (int index = 0; index < count; index++) {
                machines.add(decodeMachine(body));
            }
            return new Checkpoint(
                    BlockLayout.getUuid(body, 0),
                    body.getLong(16),
                    body.getLong(24),
                    body.getLong(32),
                    body.getInt(40),
                    body.getLong(48),
                    List.copyOf(machines),
                    body.getInt(LEDGERS_AT) == 1);
        } catch (BufferUnderflowException | IndexOutOfBoundsException _) {
            throw DamagedException.damaged("the checkpoint is shorter than it claims");
        }
    }

    private static Machine decodeMachine(ByteBuffer body) throws DamagedException {
        int at = body.position();
        MachineId id = new MachineId(BlockLayout.getUuid(body, at));
        long incarnation = body.getLong(at + 16);
        int count = body.getInt(at + 24);
        int stateLength = body.getInt(at + 28);
        body.position(at + 32);
        if (count < 0 || count > body.remaining() / 16) {
            throw DamagedException.damaged("the checkpoint claims " + count + " segments of machine " + id);
        }
        List<Unsealed> unsealed = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            unsealed.add(new Unsealed(body.getLong(), body.getLong()));
        }
        int end = body.position() + stateLength;
        HistoryState state = HistoryState.decode(body);
        if (body.position() != end) {
            throw DamagedException.damaged("the checkpoint's state of machine " + id + " has the wrong length");
        }
        return new Machine(id, incarnation, List.copyOf(unsealed), state);
    }
}
