package io.holdfast.processserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.Codec;
import io.holdfast.journal.MachineKeys;
import io.holdfast.transport.Link;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RelayTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));
    private static final DiskTable DISKS = new DiskTable(1, List.of(new DiskDescription(0, "a", 1 << 20, 512, 512)));
    private static final long WINDOW = 4 << 20;

    private final Recorder agent = new Recorder();
    private final Recorder store = new Recorder();
    private final ManualClock clock = new ManualClock();
    private final List<Runnable> sealing = new ArrayList<>();
    private StoreConnector.@Nullable Events events;
    private final Relay relay = relay(Runnable::run);

    @Test
    void tellsTheAgentWhereTheStoreStands() {
        greet();

        Message.Welcome welcome = agent.only(Message.Welcome.class);
        assertThat(welcome.head()).isEqualTo(Position.ORIGIN);
        assertThat(welcome.creditBytes()).isEqualTo(WINDOW);
        assertThat(welcome.hashKey())
                .hasValueSatisfying(key -> assertThat(key.algorithm()).isEqualTo(BlockHashAlgorithm.DEFAULT));
        assertThat(store.only(Message.Hello.class).machine()).isEqualTo(MACHINE);
    }

    @Test
    void sealsABatchWhenAProofArrives() {
        stream();

        relay.fromAgent(new Message.Records(1, List.of(disks(1), write(2, 4096))));
        assertThat(store.all(Message.Batch.class)).isEmpty();
        relay.fromAgent(new Message.Records(1, List.of(new StreamRecord.Proof(2, 20, 0))));

        Message.Batch batch = store.only(Message.Batch.class);
        assertThat(batch.firstSequence()).isEqualTo(1);
        assertThat(batch.lastSequence()).isEqualTo(2);
    }

    @Test
    void sealsABatchThatHasBeenOpenTooLong() {
        stream();
        relay.fromAgent(new Message.Records(1, List.of(disks(1))));

        clock.nanos += 249_000_000;
        relay.tick();
        assertThat(store.all(Message.Batch.class)).isEmpty();
        clock.nanos += 1_000_000;
        relay.tick();

        assertThat(store.all(Message.Batch.class)).hasSize(1);
    }

    @Test
    void sealsWithAKeyThatWasRotatedMeanwhile() {
        MachineKeys before = MachineKeys.generate(new SecureRandom());
        MachineKeys rotated = before.rotated(new SecureRandom());
        AtomicReference<MachineKeys> present = new AtomicReference<>(before);
        Relay one = new Relay(
                agent,
                heard -> events = heard,
                _ -> present.get(),
                settings(),
                Runnable::run,
                sealers(Runnable::run),
                clock);
        stream(one);
        one.fromAgent(new Message.Records(1, List.of(disks(1), new StreamRecord.Proof(1, 20, 0))));

        present.set(rotated);
        one.tick();
        one.fromAgent(new Message.Records(1, List.of(write(2, 4096), new StreamRecord.Proof(2, 20, 0))));

        assertThat(store.all(Message.Batch.class).stream().map(RelayTest::keyId))
                .containsExactly(before.keyId(), rotated.keyId());
    }

    /** As {@code docs/formats/batch.md} has it. */
    private static long keyId(Message.Batch batch) {
        return batch.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(112);
    }

    @Test
    void passesOnWhatTheStoreHasLost() {
        stream();
        Message.Lost lost = new Message.Lost(List.of(new DiskRange(0, 4_096, 512)));

        relay.received(lost);

        assertThat(agent.only(Message.Lost.class)).isEqualTo(lost);
    }

    @Test
    void tellsDurableOnlyAfterTheStoreHasSaidSo() {
        stream();
        relay.fromAgent(new Message.Records(1, List.of(disks(1), new StreamRecord.Proof(1, 20, 0))));
        assertThat(agent.all(Message.Durable.class)).isEmpty();

        relay.received(new Message.Durable(1, 1, 1));

        assertThat(agent.all(Message.Durable.class)).containsExactly(new Message.Durable(1, 1, 1));
    }

    @Test
    void givesCreditBackOnlyForWhatIsDurable() {
        stream();
        long sent = fillWindow();
        assertThat(agent.all(Message.Credit.class)).isEmpty();

        relay.received(new Message.Durable(1, lastSequence(), 0));

        assertThat(agent.all(Message.Credit.class).stream()
                        .mapToLong(Message.Credit::bytes)
                        .sum())
                .isEqualTo(sent);
    }

    @Test
    void refusesAnAgentThatSendsBeyondItsCredit() {
        stream();
        fillWindow();

        relay.fromAgent(new Message.Records(1, List.of(write(lastSequence() + 1, 1 << 20))));

        assertThat(agent.refusal()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(store.closed).isTrue();
    }

    @Test
    void refusesRecordsOfAnotherEpoch() {
        stream();

        relay.fromAgent(new Message.Records(7, List.of(disks(1))));

        assertThat(agent.refusal()).isEqualTo(ErrorCode.EPOCH_STALE);
    }

    @Test
    void refusesWhatIsNotItsTurn() {
        relay.fromAgent(new Message.Records(1, List.of(disks(1))));

        assertThat(agent.refusal()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void refusesAMachineWithoutKeys() {
        Relay keyless = new Relay(
                agent,
                _ -> {},
                machine -> {
                    throw new HoldfastException(ErrorCode.KEY_MISSING, "machine " + machine, "has no key file");
                },
                settings(),
                Runnable::run,
                sealers(Runnable::run),
                clock);

        keyless.fromAgent(hello());

        assertThat(agent.refusal()).isEqualTo(ErrorCode.KEY_MISSING);
    }

    @Test
    void forwardsBatchesInOrderWhenSealingEndsOutOfOrder() {
        Relay late = relay(sealing::add);
        stream(late);
        for (int i = 1; i <= 4; i++) {
            late.fromAgent(new Message.Records(
                    1, List.of(i == 1 ? disks(1) : write(i, 4096), new StreamRecord.Proof(i, 20, 0))));
        }
        assertThat(store.all(Message.Batch.class)).isEmpty();

        while (!sealing.isEmpty()) {
            sealing.removeLast().run();
        }

        assertThat(store.all(Message.Batch.class))
                .extracting(Message.Batch::lastSequence)
                .containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void waitsForCreditOfTheStore() {
        greet(relay, 10);
        open(relay);
        relay.fromAgent(new Message.Records(1, List.of(disks(1), new StreamRecord.Proof(1, 20, 0))));
        assertThat(store.all(Message.Batch.class)).isEmpty();

        relay.received(new Message.Credit(1 << 20));

        assertThat(store.all(Message.Batch.class)).hasSize(1);
    }

    @Test
    void tellsTheAgentWhenTheStoreIsLost() {
        stream();

        relay.lost(new HoldfastException(ErrorCode.NETWORK, "master target", "gone"));

        assertThat(agent.refusal()).isEqualTo(ErrorCode.NETWORK);
    }

    @Test
    void tellsTheAgentBeforeItIsWelcomedThatTheStoreTakesNoBatches() {
        relay.fromAgent(hello());
        relay.connected(store);

        relay.lost(new HoldfastException(ErrorCode.DISK_FULL, "recovery store", "takes no batches"));

        assertThat(agent.refusal()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(agent.all(Message.Welcome.class)).isEmpty();
    }

    @Test
    void closesTheStoresSessionWhenTheAgentIsLost() {
        stream();

        relay.agentLost();

        assertThat(store.closed).isTrue();
    }

    @Test
    void tellsHowTheStreamIsCodedAsLongAsThereIsOne() {
        greet();
        assertThat(relay.coding(MACHINE)).isEmpty();

        open(relay);
        assertThat(relay.coding(MACHINE))
                .hasValueSatisfying(coding -> assertThat(coding.codec()).isEqualTo("LZ4"));
        assertThat(relay.coding(new MachineId(new UUID(1, 3)))).isEmpty();

        relay.agentLost();
        assertThat(relay.coding(MACHINE)).isEmpty();
    }

    private long fillWindow() {
        long sent = 0;
        long sequence = 1;
        Message.Records first = new Message.Records(1, List.of(disks(1)));
        relay.fromAgent(first);
        sent += first.creditBytes();
        while (true) {
            Message.Records next = new Message.Records(1, List.of(write(sequence + 1, 1 << 19)));
            if (sent + next.creditBytes() > WINDOW) {
                break;
            }
            relay.fromAgent(next);
            sent += next.creditBytes();
            sequence++;
        }
        clock.nanos += 1_000_000_000L;
        relay.tick();
        return sent;
    }

    private long lastSequence() {
        return store.all(Message.Batch.class).getLast().lastSequence();
    }

    private void greet() {
        greet(relay, 64 << 20);
    }

    private void greet(Relay one, long storeCredit) {
        one.fromAgent(hello());
        StoreConnector.Events there = events;
        assertThat(there).isNotNull();
        one.connected(store);
        one.received(new Message.Welcome(
                1, Position.ORIGIN, 0, DiskTable.NONE, zeroDigest(), 0, storeCredit, Optional.empty()));
    }

    private void stream() {
        stream(relay);
    }

    private void stream(Relay one) {
        greet(one, 64 << 20);
        open(one);
    }

    private void open(Relay one) {
        one.fromAgent(
                new Message.OpenEpoch(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "test", 0, new UUID(0, 9)));
        one.received(new Message.EpochOpened(new Position(1, 0), Position.ORIGIN, 0, zeroDigest(), DiskTable.NONE, 0));
        assertThat(agent.refused).isNull();
    }

    private Relay relay(Executor sealers) {
        MachineKeys keys = MachineKeys.generate(new SecureRandom());
        return new Relay(agent, heard -> events = heard, _ -> keys, settings(), Runnable::run, sealers(sealers), clock);
    }

    private static Sealers sealers(Executor executor) {
        return new Sealers(executor, 2, () -> 0);
    }

    private static RelaySettings settings() {
        return new RelaySettings(new UUID(3, 4), "test", CodecSetting.AUTO, BatchSettings.of(Codec.LZ4), 250, WINDOW);
    }

    private static Message.Hello hello() {
        return new Message.Hello(1, 1, "agent", new UUID(5, 6), MACHINE);
    }

    private static ByteBuffer zeroDigest() {
        return ByteBuffer.allocate(WireLimits.DIGEST_BYTES);
    }

    private static StreamRecord disks(long sequence) {
        return new StreamRecord.Disks(sequence, 10, DISKS);
    }

    private static StreamRecord write(long sequence, int bytes) {
        byte[] data = new byte[bytes];
        new Random(sequence).nextBytes(data);
        return new StreamRecord.Change(
                sequence, 10, ChangeOrigin.GUEST, 0, 0, bytes, ExtentKind.DATA, ByteBuffer.wrap(data));
    }

    private static final class Recorder implements Link {
        private final List<Message> sent = new ArrayList<>();
        private @Nullable HoldfastException refused;
        private boolean closed;

        @Override
        public void send(Message message) {
            sent.add(message);
        }

        @Override
        public void close(String reason) {
            closed = true;
        }

        @Override
        public void refuse(HoldfastException error) {
            refused = error;
        }

        private <T extends Message> List<T> all(Class<T> type) {
            return sent.stream().filter(type::isInstance).map(type::cast).toList();
        }

        private <T extends Message> T only(Class<T> type) {
            assertThat(all(type)).hasSize(1);
            return all(type).getFirst();
        }

        private ErrorCode refusal() {
            HoldfastException error = refused;
            if (error == null) {
                throw new AssertionError("nothing was refused");
            }
            return error.code();
        }
    }
}
