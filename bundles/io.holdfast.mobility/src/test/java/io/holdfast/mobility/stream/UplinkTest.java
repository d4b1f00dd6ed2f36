package io.holdfast.mobility.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.hash.BlockHashKey;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.changelog.ChangeLog;
import io.holdfast.changelog.LogSettings;
import io.holdfast.mobility.stream.Uplink.StreamStart;
import io.holdfast.transport.Link;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UplinkTest {

    private static final BlockHashKey KEY = new BlockHashKey(BlockHashAlgorithm.DEFAULT, new byte[BlockHashKey.BYTES]);
    private static final RandomGenerator NO_LEAPS = () -> 0;

    private static final MachineId MACHINE = new MachineId(new UUID(1, 1));
    private static final DiskTable TABLE = new DiskTable(1, List.of(new DiskDescription(0, "a", 64 << 20, 512, 512)));
    private static final ByteBuffer DIGEST = ByteBuffer.allocate(WireLimits.DIGEST_BYTES);

    private final MemoryStorage storage = new MemoryStorage();
    private final Told told = new Told();
    private Agent agent = new Agent(Lineage.NONE);

    @Test
    void opensItsFirstEpochAndSendsWhatIsGiven() {
        agent.meet(Position.ORIGIN);
        assertThat(agent.sent(Message.OpenEpoch.class)).singleElement().satisfies(wish -> {
            assertThat(wish.cause()).isEqualTo(EpochCause.START);
            assertThat(wish.expectedHead()).isEqualTo(Position.ORIGIN);
        });
        agent.opened(new Position(2, 0));
        agent.give(3);
        agent.uplink.pump();

        assertThat(agent.records()).extracting(StreamRecord::sequence).containsExactly(1L, 2L, 3L, 4L);
        assertThat(told.starts).singleElement().satisfies(start -> {
            assertThat(start.first()).isTrue();
            assertThat(start.lost()).isFalse();
        });
        assertThat(told.lineage.epoch()).isEqualTo(2);
    }

    @Test
    void passesOnWhatTheStoreHasLostOnceItStreams() {
        DiskRange range = new DiskRange(0, 4_096, 512);
        agent.meet(Position.ORIGIN);
        assertThatThrownBy(() -> agent.uplink.received(new Message.Lost(List.of(range))))
                .as("the store tells it when the epoch is open")
                .isInstanceOf(HoldfastException.class);
        agent.opened(new Position(2, 0));

        agent.uplink.received(new Message.Lost(List.of(range)));

        assertThat(told.asked).containsExactly(range);
    }

    @Test
    void remembersItsWishBeforeItIsSent() {
        told.failing = true;

        assertThatThrownBy(() -> agent.meet(Position.ORIGIN)).isInstanceOf(HoldfastException.class);
        assertThat(agent.sent(Message.OpenEpoch.class)).isEmpty();
    }

    @Test
    void keepsWithinItsCreditAndGoesOnWithMore() {
        agent.meet(Position.ORIGIN, 100_000);
        agent.opened(new Position(2, 0));
        agent.give(5);
        agent.uplink.pump();
        long first = agent.creditSent();
        assertThat(first).isBetween(50_000L, 100_000L);

        agent.uplink.received(new Message.Credit(200_000));
        agent.uplink.pump();

        assertThat(agent.creditSent()).isGreaterThan(first).isLessThanOrEqualTo(300_000);
        assertThat(agent.uplink.isCaughtUp()).isTrue();
    }

    @Test
    void goesOnBehindWhatIsDurableAfterASessionBroke() {
        agent.meet(Position.ORIGIN);
        agent.opened(new Position(2, 0));
        agent.give(9);
        agent.uplink.pump();
        agent.uplink.received(new Message.Durable(2, 4, 0));
        agent.uplink.closed();
        agent.messages.clear();
        agent.meet(new Position(2, 6));
        agent.opened(new Position(4, 6));
        agent.uplink.pump();

        assertThat(agent.sent(Message.OpenEpoch.class).getFirst().cause()).isEqualTo(EpochCause.RESUME);
        assertThat(agent.records()).extracting(StreamRecord::sequence).containsExactly(7L, 8L, 9L, 10L);
        assertThat(told.starts.getLast().lost()).isFalse();
        assertThat(told.lost).isZero();
    }

    @Test
    void sendsTheLoggedRestAfterARestartOfTheAgent() {
        agent.meet(Position.ORIGIN);
        agent.opened(new Position(2, 0));
        agent.give(9);
        agent.log();

        agent = new Agent(told.lineage);
        agent.meet(new Position(2, 3));
        agent.opened(new Position(4, 3));
        agent.uplink.pump();

        StreamStart start = told.starts.getLast();
        assertThat(start.first()).isTrue();
        assertThat(start.lost()).isFalse();
        assertThat(start.end()).isEqualTo(10);
        assertThat(agent.records())
                .extracting(StreamRecord::sequence)
                .startsWith(4L)
                .endsWith(10L)
                .hasSize(7);
    }

    @Test
    void aStoreThatLacksWhatItConfirmedLosesTheStreamAndNothingIsGivenTwice() {
        agent.meet(Position.ORIGIN);
        agent.opened(new Position(2, 0));
        agent.give(9);
        agent.uplink.received(new Message.Durable(2, 10, 0));
        agent.uplink.closed();
        agent.messages.clear();
        agent.meet(new Position(2, 5));
        assertThat(told.lost).isEqualTo(1);
        assertThat(agent.sent(Message.OpenEpoch.class).getFirst().cause()).isEqualTo(EpochCause.GAP);
        assertThat(agent.sent(Message.OpenEpoch.class).getFirst().epochSeen()).isGreaterThanOrEqualTo(2);
        agent.sequencer.seal();
        agent.opened(new Position(4, 5));

        assertThat(told.starts.getLast()).satisfies(start -> {
            assertThat(start.lost()).isTrue();
            assertThat(start.setBack()).isTrue();
            assertThat(start.end()).isEqualTo(5);
        });
        assertThat(agent.sequencer.highestGiven()).isEqualTo(5);
    }

    @Test
    void aLogFromBeforeALossIsNotTakenForTheStreamThatFollowedIt() {
        agent.meet(Position.ORIGIN);
        agent.opened(new Position(2, 0));
        agent.give(20);
        agent.log();
        Lineage afterLoss = told.lineage.opened(new Position(6, 8), true).durable(12);

        agent = new Agent(afterLoss);
        agent.meet(new Position(6, 12));
        agent.opened(new Position(8, 12));
        agent.uplink.pump();

        assertThat(told.starts.getLast().end()).isEqualTo(12);
        assertThat(agent.records()).isEmpty();
    }

    @Test
    void leavesAHistoryAloneThatAnotherWrites() {
        agent = new Agent(Lineage.NONE.opened(new Position(2, 0), false));
        agent.meet(new Position(3, 7));

        assertThat(told.foreign).contains(new Position(3, 7));
        assertThat(agent.sent(Message.OpenEpoch.class)).isEmpty();
        assertThat(agent.closed).isTrue();
    }

    @Test
    void goesOnBehindAnothersHistoryWhenAnOperatorSaysSo() {
        agent = new Agent(Lineage.NONE.opened(new Position(2, 0), false));
        agent.uplink.adoptNext();
        agent.meet(new Position(3, 7));
        agent.opened(new Position(5, 7));

        assertThat(told.starts.getLast().lost()).isTrue();
        assertThat(told.lineage.epoch()).isEqualTo(5);
    }

    @Test
    void aDamagedLogEndsTheSessionAndBeginsTheNextWithALoss() {
        agent.meet(Position.ORIGIN);
        agent.opened(new Position(2, 0));
        agent.give(9);
        agent.log();
        agent = new Agent(told.lineage);
        agent.meet(new Position(2, 3));
        agent.opened(new Position(4, 3));
        storage.damage("disk-0.hrl", 4096 + 200);

        assertThatThrownBy(agent.uplink::pump)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED));
        agent.uplink.closed();
        agent.meet(new Position(4, 3));
        agent.opened(new Position(6, 3));

        assertThat(told.starts.getLast().lost()).isTrue();
    }

    @Test
    void refusesAConfirmationOfWhatWasNeverGivenAndMessagesOutOfTurn() {
        agent.meet(Position.ORIGIN);
        agent.opened(new Position(2, 0));

        assertThatThrownBy(() -> agent.uplink.received(new Message.Durable(2, 1, 0)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
        assertThatThrownBy(() -> agent.opened(new Position(9, 0))).isInstanceOf(HoldfastException.class);
    }

    @Test
    void questionsAreLostWithTheirSessionAndAnsweredWithinOne() {
        agent.meet(Position.ORIGIN);
        agent.opened(new Position(2, 0));
        StoreHashes hashes = agent.uplink.hashes();
        StoreHashes.Question first = hashes.ask(0, 0, 2, false);
        agent.uplink.pump();
        Message.HashQuery query = agent.sent(Message.HashQuery.class).getFirst();
        agent.uplink.received(new Message.HashAnswer(query.id(), ByteBuffer.allocate(24)));
        StoreHashes.Question wrong = hashes.ask(0, 0, 2, false);
        agent.uplink.pump();
        agent.uplink.received(new Message.HashAnswer(query.id() + 1, ByteBuffer.allocate(12)));
        StoreHashes.Question second = hashes.ask(0, 0, 1, false);
        agent.uplink.pump();
        StoreHashes.Question third = hashes.ask(0, 0, 1, false);
        agent.uplink.closed();

        assertThat(first.answer()).isPresent();
        assertThat(wrong.isLost()).isTrue();
        assertThat(second.isLost()).isTrue();
        assertThat(third.isLost()).isTrue();
        assertThat(hashes.durableSequence()).isEqualTo(-1);
    }

    /** One agent process: memory, log and uplink. */
    private final class Agent implements Link {
        private final List<Message> messages = new ArrayList<>();
        private final StoppedClock clock = new StoppedClock();
        private final Sequencer sequencer = new Sequencer(clock, 16 << 20);
        private final LogPump pump;
        private final Uplink uplink;
        private boolean closed;

        Agent(Lineage lineage) {
            ChangeLog log = ChangeLog.open(
                    storage, new LogSettings(MACHINE, 8 << 20, 4 << 20, Optional.empty()), new Random(1));
            pump = new LogPump(log, sequencer, clock);
            uplink = new Uplink(
                    new Uplink.Identity(MACHINE, new UUID(2, 2), "test", "test"),
                    new Uplink.Stream(sequencer, log, pump),
                    lineage,
                    NO_LEAPS,
                    told);
        }

        void meet(Position head) {
            meet(head, 4 << 20);
        }

        void meet(Position head, long credit) {
            uplink.connected(this);
            uplink.received(new Message.Welcome(1, head, 0, TABLE, DIGEST, 0, credit, Optional.of(KEY)));
        }

        void opened(Position head) {
            uplink.received(new Message.EpochOpened(head, head, 0, DIGEST, TABLE, 0));
        }

        /** A disk table and some writes of 40,000 bytes. */
        void give(int writes) {
            sequencer.open(1);
            sequencer.disks(TABLE);
            for (int i = 0; i < writes; i++) {
                sequencer.write(1, 0, 0, ByteBuffer.allocate(40_000));
            }
        }

        void log() {
            for (int i = 0; i < 10; i++) {
                pump.step();
            }
        }

        <T extends Message> List<T> sent(Class<T> kind) {
            return messages.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        List<StreamRecord> records() {
            return sent(Message.Records.class).stream()
                    .flatMap(message -> message.records().stream())
                    .toList();
        }

        long creditSent() {
            return sent(Message.Records.class).stream()
                    .mapToLong(Message::creditBytes)
                    .sum();
        }

        @Override
        public void send(Message message) {
            messages.add(message);
        }

        @Override
        public void close(String reason) {
            closed = true;
        }

        @Override
        public void refuse(HoldfastException error) {
            closed = true;
        }
    }

    private static final class Told implements Uplink.Owner {
        private final List<StreamStart> starts = new ArrayList<>();
        private final List<Position> foreign = new ArrayList<>();
        private final List<DiskRange> asked = new ArrayList<>();
        private Lineage lineage = Lineage.NONE;
        private int lost;
        private boolean failing;

        @Override
        public void remember(Lineage changed) {
            if (failing) {
                throw new HoldfastException(ErrorCode.DISK_FULL, "state", "no room");
            }
            lineage = changed;
        }

        @Override
        public void streamLost() {
            lost++;
        }

        @Override
        public void streaming(StreamStart start) {
            starts.add(start);
        }

        @Override
        public void lost(List<DiskRange> ranges) {
            ranges.forEach(asked::add);
        }

        @Override
        public void foreign(Position head) {
            foreign.add(head);
        }

        @Override
        public void durable() {
            // asked for where it matters
        }
    }
}
