package io.holdfast.mobility.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.hash.BlockHashKey;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.mobility.copy.BlockHasher;
import io.holdfast.mobility.copy.HashForms;
import io.holdfast.transport.Link;
import io.holdfast.wire.Credits;
import io.holdfast.wire.Message;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A process server with a store behind it: late, lossy, and set back now and then; but it never forgets what it said to be durable unless told
 * to. What was on its way in a session that has ended still arrives, until somebody opens another epoch: then it is refused.
 */
final class SimStore implements StoreDialer {

    private static final long WINDOW = 1 << 20;
    /** One in so many steps is for what comes late. */
    private static final int LATE_SHARE = 24;

    private static final BlockHashKey KEY = new BlockHashKey(
            BlockHashAlgorithm.DEFAULT,
            "hash key of the simulated store!".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    private record Saved(SimImage image, PointCheck points, Position head, long utcMillis) {}

    private final Random random;
    private final Set<Long> epochsEver = new HashSet<>();
    private SimImage image = new SimImage();
    private PointCheck points;
    private Position head = Position.ORIGIN;
    private long utcMillis;
    private final List<Conversation> late = new ArrayList<>();
    private @Nullable Conversation current;
    private @Nullable Saved saved;
    boolean reachable = true;
    boolean full;
    long copyBytes;
    long pointsChecked;
    long refusedLate;

    SimStore(Random random, SimSource source) {
        this.random = random;
        this.points = new PointCheck(source);
    }

    Position head() {
        return head;
    }

    SimImage image() {
        return image;
    }

    long proven() {
        return points.proven();
    }

    // ---- what the simulator makes happen

    @Override
    public void dial(String host, int port, Events events) {
        if (!reachable) {
            events.closed(new HoldfastException(ErrorCode.NETWORK, host, "not reachable"));
            return;
        }
        Conversation conversation = new Conversation(events);
        keepLate();
        current = conversation;
        events.connected(conversation);
    }

    /** Something of what is on its way arrives, in either direction, or becomes durable. */
    void step() {
        if (!late.isEmpty() && random.nextInt(LATE_SHARE) == 0) {
            late.get(random.nextInt(late.size())).stepLate();
            return;
        }
        Conversation conversation = current;
        if (conversation != null) {
            conversation.step();
        }
    }

    private void keepLate() {
        Conversation conversation = current;
        if (conversation != null) {
            conversation.over = true;
            late.add(conversation);
        }
    }

    void drop() {
        Conversation conversation = current;
        if (conversation != null) {
            late.add(conversation);
            conversation.end(new HoldfastException(ErrorCode.NETWORK, "store", "the session broke"));
        }
    }

    void save() {
        saved = new Saved(image.copy(), points.copy(), head, utcMillis);
    }

    /** The store's disk is replaced by the older copy that was saved. */
    void setBack() {
        Saved older = saved;
        if (older != null) {
            drop();
            late.clear();
            image = older.image.copy();
            points = older.points.copy();
            head = older.head;
            utcMillis = older.utcMillis;
        }
    }

    /** Some of what the store has rots, is found and asked for. Returns nothing when nobody could be asked. */
    Optional<DiskRange> rot() {
        Conversation conversation = current;
        if (conversation == null
                || !conversation.streaming
                || image.table.disks().isEmpty()) {
            return Optional.empty();
        }
        DiskDescription disk =
                image.table.disks().get(random.nextInt(image.table.disks().size()));
        int size = Math.toIntExact(disk.sizeBytes());
        int from = random.nextInt(size);
        int length = 1 + random.nextInt(Math.min(size - from, 20_000));
        byte[] bytes = java.util.Objects.requireNonNull(image.disks.get(disk.number()));
        for (int at = from; at < from + length; at++) {
            bytes[at] ^= 0x5A;
        }
        DiskRange range = new DiskRange(disk.number(), from, length);
        conversation.toAgent.add(new Message.Lost(List.of(range)));
        return Optional.of(range);
    }

    /** A failover opens an epoch. */
    void failOver() {
        drop();
        head = new Position(head.epoch() + 1, head.sequence());
        epochsEver.add(head.epoch());
    }

    private final class Conversation implements Link {
        private final Events events;
        private final Deque<Message> toStore = new ArrayDeque<>();
        private final Deque<Message> toAgent = new ArrayDeque<>();
        private final Deque<StreamRecord> volatileRecords = new ArrayDeque<>();
        private final Credits.Receiving credit = new Credits.Receiving(WINDOW);
        private long receivedSequence;
        private long epoch;
        private boolean streaming;
        private boolean over;

        Conversation(Events events) {
            this.events = events;
        }

        @Override
        public void send(Message message) {
            if (!over) {
                toStore.add(message);
            }
        }

        @Override
        public void close(String reason) {
            end(new HoldfastException(ErrorCode.NETWORK, "agent", reason));
        }

        @Override
        public void refuse(HoldfastException error) {
            throw new AssertionError("the agent refused the session", error);
        }

        private void end(HoldfastException reason) {
            if (!over) {
                over = true;
                if (current == this) {
                    current = null;
                }
                events.closed(reason);
            }
        }

        private void step() {
            switch (random.nextInt(4)) {
                case 0 -> {
                    Message message = toAgent.poll();
                    if (message != null) {
                        events.received(message);
                    }
                }
                case 1 -> commit(1 + random.nextInt(20));
                default -> {
                    Message message = toStore.poll();
                    if (message != null) {
                        take(message);
                    }
                }
            }
        }

        /** The other side is gone; what it has sent is not. */
        private void stepLate() {
            Message message = toStore.poll();
            boolean done = message == null && volatileRecords.isEmpty();
            boolean stale = streaming && epoch != head.epoch();
            if (done || stale) {
                late.remove(this);
                refusedLate += done ? 0 : 1;
            } else if (message == null) {
                commit(1 + random.nextInt(20));
            } else {
                take(message);
            }
        }

        private void take(Message message) {
            if (full && (message instanceof Message.Hello || message instanceof Message.Records)) {
                end(new HoldfastException(ErrorCode.DISK_FULL, "recovery store", "takes no batches"));
                return;
            }
            switch (message) {
                case Message.Hello _ ->
                    toAgent.add(new Message.Welcome(
                            1,
                            head,
                            points.proven(),
                            image.table,
                            ByteBuffer.allocate(32),
                            utcMillis,
                            WINDOW,
                            Optional.of(KEY)));
                case Message.OpenEpoch wish -> openEpoch(wish);
                case Message.Records records -> take(records);
                case Message.HashQuery query -> toAgent.add(new Message.HashAnswer(query.id(), hashes(query)));
                default -> throw new AssertionError("unexpected " + message);
            }
        }

        private void openEpoch(Message.OpenEpoch wish) {
            if (!wish.expectedHead().equals(head)) {
                toStore.clear();
                end(new HoldfastException(ErrorCode.EPOCH_STALE, "epoch", "head is " + head));
                return;
            }
            head = new Position(Math.max(head.epoch(), wish.epochSeen()) + 1, head.sequence());
            assertThat(epochsEver.add(head.epoch()))
                    .as("epoch %d is given once", head.epoch())
                    .isTrue();
            epoch = head.epoch();
            receivedSequence = head.sequence();
            streaming = true;
            toAgent.add(
                    new Message.EpochOpened(head, wish.parent(), 0, ByteBuffer.allocate(32), image.table, utcMillis));
        }

        private void take(Message.Records records) {
            assertThat(streaming).isTrue();
            assertThat(credit.arrived(records.creditBytes())).as("credit").isTrue();
            if (records.epoch() != head.epoch()) {
                end(new HoldfastException(ErrorCode.EPOCH_STALE, "records", "of epoch " + records.epoch()));
                return;
            }
            for (StreamRecord entry : records.records()) {
                if (!(entry instanceof StreamRecord.Proof)) {
                    assertThat(entry.sequence())
                            .as("records follow the store's end")
                            .isEqualTo(receivedSequence + 1);
                    receivedSequence = entry.sequence();
                }
                volatileRecords.add(entry);
            }
        }

        /** Some of what was received becomes durable, in order. */
        private void commit(int count) {
            long freed = 0;
            for (int i = 0; i < count && !volatileRecords.isEmpty(); i++) {
                StreamRecord entry = volatileRecords.remove();
                freed += Message.Records.creditBytes(entry);
                assertThat(entry.utcMillis())
                        .as("the source's clock never goes back")
                        .isGreaterThanOrEqualTo(entry instanceof StreamRecord.Proof ? 0 : utcMillis);
                image.apply(entry);
                long before = points.pointsChecked();
                points.applied(entry, image);
                pointsChecked += points.pointsChecked() - before;
                if (!(entry instanceof StreamRecord.Proof)) {
                    head = new Position(head.epoch(), entry.sequence());
                    utcMillis = Math.max(utcMillis, entry.utcMillis());
                }
                if (entry instanceof StreamRecord.Change change
                        && change.origin() == io.holdfast.base.stream.ChangeOrigin.COPY) {
                    copyBytes += change.data().remaining();
                }
            }
            if (freed > 0) {
                toAgent.add(new Message.Durable(head.epoch(), head.sequence(), points.proven()));
                long granted = credit.freed(freed);
                if (granted > 0) {
                    toAgent.add(new Message.Credit(granted));
                }
            }
        }
    }

    private ByteBuffer hashes(Message.HashQuery query) {
        byte[] disk = java.util.Objects.requireNonNull(image.disks.get(query.disk()), "disk " + query.disk());
        ByteBuffer answer = ByteBuffer.allocate(query.count() * HashForms.BYTES);
        for (int i = 0; i < query.count(); i++) {
            long first = query.firstBlock() + (query.perMebibyte() ? (long) i * HashForms.BLOCKS_PER_MEBIBYTE : i);
            int blocks = query.perMebibyte() ? HashForms.BLOCKS_PER_MEBIBYTE : 1;
            ByteBuffer entries = entries(query.disk(), disk, first, blocks);
            if (random.nextInt(30) == 0) {
                answer.put(filled(0xFF));
            } else {
                answer.put(query.perMebibyte() ? HashForms.summarise(entries) : entries);
            }
        }
        return answer.flip();
    }

    private static byte[] filled(int value) {
        byte[] entry = new byte[HashForms.BYTES];
        java.util.Arrays.fill(entry, (byte) value);
        return entry;
    }

    private static ByteBuffer entries(int number, byte[] disk, long first, int blocks) {
        BlockHasher hasher = new BlockHasher(KEY);
        int diskBlocks = (disk.length - 1) / HashForms.BLOCK_BYTES + 1;
        assertThat(first).as("question within the disk").isLessThan(diskBlocks);
        ByteBuffer entries = ByteBuffer.allocate(blocks * HashForms.BYTES);
        for (long block = first; block < Math.min(first + blocks, diskBlocks); block++) {
            int from = Math.toIntExact(block * HashForms.BLOCK_BYTES);
            hasher.entry(
                    number,
                    block,
                    ByteBuffer.wrap(disk, from, Math.min(HashForms.BLOCK_BYTES, disk.length - from))
                            .slice(),
                    entries);
        }
        return entries.flip();
    }
}
