package io.holdfast.mastertarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import io.holdfast.wire.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sealed segment rots while its machine's source is connected. */
class LossNoticeTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 1));
    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);
    private static final DiskRange BLOCK_4 = new DiskRange(0, 4L * Source.BLOCK_BYTES, Source.BLOCK_BYTES);

    private final Source source = new Source(MACHINE, MachineKeys.generate(new SecureRandom()));
    private final AtomicLong nanos = new AtomicLong();
    private final Path folder;
    private final RecoveryStore store;
    private final StoreKeeper keeper;

    LossNoticeTest(@TempDir Path folder) {
        this.folder = folder;
        store = RecoveryStore.open(folder.resolve("store"), SETTINGS, new TimeSource() {
            @Override
            public long utcMillis() {
                return 1_700_000_000_000L;
            }

            @Override
            public long monotonicNanos() {
                return nanos.get();
            }
        });
        store.create(MACHINE);
        keeper = new StoreKeeper(store);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    /** Blocks 3 and 4 were written in one batch, which is sealed; block 3 was written again since. */
    @BeforeEach
    void rotInASealedSegment() throws IOException {
        IntakeSession session = connect(new Recorder());
        Message.Batch first = source.describeDisks().write(3, 3).write(4, 4).readyAndProven();
        session.received(first);
        for (int block = 10; block < 40; block++) {
            session.received(source.write(block, block).proven());
        }
        session.received(source.write(3, 33).proven());
        commit();
        MachineHistory history = keeper.history(MACHINE);
        history.openUnproven(history.head().position(), source.keys).close(); // takes it out of the intake log
        maintain();
        flipLastByte(first.bytes().duplicate());
        nanos.addAndGet(1_000_000_000L);
        session.lost();
    }

    private IntakeSession connect(Recorder peer) {
        IntakeSession session = new IntakeSession(keeper, peer);
        session.received(Source.hello(MACHINE));
        session.received(Source.openEpoch(peer.only(Message.Welcome.class).head()));
        source.opened(peer.only(Message.EpochOpened.class));
        return session;
    }

    /** One turn of the keeper, on this thread. */
    private void commit() {
        keeper.stop();
        keeper.run();
    }

    private void maintain() {
        while (store.maintain()) {
            // until what is full is sealed
        }
    }

    private void scrub() {
        assertThatThrownBy(this::maintain).isInstanceOf(HoldfastException.class);
    }

    private void flipLastByte(ByteBuffer batch) throws IOException {
        byte[] wanted = new byte[batch.remaining()];
        batch.get(wanted);
        try (Stream<Path> files = Files.walk(folder)) {
            Path segment = files.filter(file -> file.toString().endsWith("01.seg"))
                    .findFirst()
                    .orElseThrow();
            byte[] content = Files.readAllBytes(segment);
            int at = 0;
            while (!ByteBuffer.wrap(content, at, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                at++;
            }
            content[at + wanted.length - 1] ^= 1;
            Files.write(segment, content);
        }
    }

    @Test
    void tellsTheConnectedSourceOnceWhatOfThePresentIsLost() {
        Recorder peer = new Recorder();
        IntakeSession session = connect(peer);
        assertThat(peer.all(Message.Lost.class)).isEmpty();
        scrub();

        session.damaged();
        session.damaged();

        assertThat(peer.only(Message.Lost.class).ranges())
                .as("block 3 has a newer write")
                .containsExactly(BLOCK_4);
    }

    @Test
    void tellsTheNextSessionUntilItIsMended() {
        scrub();
        Recorder peer = new Recorder();
        IntakeSession session = connect(peer);
        assertThat(peer.only(Message.Lost.class).ranges()).containsExactly(BLOCK_4);

        session.received(source.write(4, 4).proven());
        commit();
        session.lost();
        Recorder later = new Recorder();
        connect(later);

        assertThat(later.all(Message.Lost.class)).isEmpty();
    }
}
