package io.holdfast.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every driver has to pass. A driver's test extends this class. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class BlobStoreContract {

    private static final MachineId MACHINE = new MachineId(new UUID(7, 1));
    private static final MachineId OTHER = new MachineId(new UUID(7, 2));

    private @Nullable BlobStore opened;

    /** Opens the store under test; each call gives another view of the same objects. */
    protected abstract BlobStore open() throws Exception;

    private BlobStore store() {
        return Objects.requireNonNull(opened, "opened before each test");
    }

    @BeforeEach
    void openStore() throws Exception {
        opened = open();
    }

    @AfterEach
    void closeStore() {
        store().close();
        store().close();
    }

    private static BlobName name(long number) {
        return new BlobName(MACHINE, number);
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] read(BlobStore from, BlobName name, long offset, int length) {
        ByteBuffer target = ByteBuffer.allocate(length);
        from.read(name, offset, target);
        assertThat(target.hasRemaining()).isFalse();
        return target.array();
    }

    @Test
    void readsBackWhatWasCreated() throws Exception {
        byte[] content = bytes(300_001, 1);
        ByteBuffer given = ByteBuffer.wrap(content);

        assertThat(store().createIfAbsent(name(1), BlobContent.of(given))).isTrue();

        assertThat(given.remaining()).as("the caller's buffer is left alone").isEqualTo(content.length);
        assertThat(store().size(name(1))).hasValue(content.length);
        assertThat(read(store(), name(1), 0, content.length)).isEqualTo(content);
        assertThat(read(store(), name(1), 299_990, 11))
                .isEqualTo(java.util.Arrays.copyOfRange(content, 299_990, 300_001));
        try (BlobStore second = open()) {
            assertThat(read(second, name(1), 17, 100)).isEqualTo(java.util.Arrays.copyOfRange(content, 17, 117));
        }
    }

    @Test
    void keepsTheFirstOfTwoCreations() {
        assertThat(store().createIfAbsent(name(1), BlobContent.of(ByteBuffer.wrap(bytes(100, 1)))))
                .isTrue();
        assertThat(store().createIfAbsent(name(1), BlobContent.of(ByteBuffer.wrap(bytes(200, 2)))))
                .isFalse();

        assertThat(store().size(name(1))).hasValue(100);
        assertThat(read(store(), name(1), 0, 100)).isEqualTo(bytes(100, 1));
    }

    @Test
    void letsExactlyOneOfManyCreatorsWin() throws Exception {
        int writers = 8;
        CyclicBarrier barrier = new CyclicBarrier(writers);
        try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
            for (int round = 1; round <= 20; round++) {
                BlobName name = name(round);
                List<Future<Boolean>> attempts = new ArrayList<>();
                for (int writer = 0; writer < writers; writer++) {
                    byte[] content = bytes(50_000, writer);
                    attempts.add(executor.submit(() -> {
                        try (BlobStore own = open()) {
                            barrier.await(30, TimeUnit.SECONDS);
                            return own.createIfAbsent(name, BlobContent.of(ByteBuffer.wrap(content)));
                        }
                    }));
                }
                int winner = -1;
                for (int writer = 0; writer < writers; writer++) {
                    if (attempts.get(writer).get(30, TimeUnit.SECONDS)) {
                        assertThat(winner).as("winners of round %d", round).isEqualTo(-1);
                        winner = writer;
                    }
                }
                assertThat(winner).as("winner of round %d", round).isNotEqualTo(-1);
                assertThat(read(store(), name, 0, 50_000)).isEqualTo(bytes(50_000, winner));
            }
        }
    }

    @Test
    void listsInOrderWithinTheAskedRange() {
        for (long number : new long[] {3, 1, 10, 2, 9}) {
            store().createIfAbsent(name(number), BlobContent.of(ByteBuffer.wrap(bytes(10, number))));
        }
        store().createIfAbsent(new BlobName(OTHER, 4), BlobContent.of(ByteBuffer.wrap(bytes(10, 4))));

        assertThat(store().list(MACHINE, 1, 100)).containsExactly(name(1), name(2), name(3), name(9), name(10));
        assertThat(store().list(MACHINE, 2, 2)).containsExactly(name(2), name(3));
        assertThat(store().list(MACHINE, 11, 2)).isEmpty();
        assertThat(store().list(new MachineId(new UUID(9, 9)), 1, 10)).isEmpty();
        assertThat(store().machines()).containsExactly(MACHINE, OTHER);
    }

    @Test
    void deletesForGood() {
        store().createIfAbsent(name(1), BlobContent.of(ByteBuffer.wrap(bytes(10, 1))));

        store().delete(name(1));
        store().delete(name(1));

        assertThat(store().size(name(1))).isEmpty();
        assertThat(store().list(MACHINE, 1, 10)).isEmpty();
        assertThat(store().machines()).isEmpty();
        refuses(ErrorCode.NOT_FOUND, () -> read(store(), name(1), 0, 1));
    }

    @Test
    void takesEmptyObjects() {
        assertThat(store().createIfAbsent(name(1), BlobContent.of(ByteBuffer.allocate(0))))
                .isTrue();

        assertThat(store().size(name(1))).hasValue(0);
        assertThat(read(store(), name(1), 0, 0)).isEmpty();
    }

    @Test
    void refusesRangesThatAreNotThere() {
        store().createIfAbsent(name(1), BlobContent.of(ByteBuffer.wrap(bytes(10, 1))));

        refuses(ErrorCode.INVALID_ARGUMENT, () -> read(store(), name(1), 5, 6));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> read(store(), name(1), -1, 1));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> store().list(MACHINE, 1, 0));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> name(0));
    }

    @Test
    void passesTheProbeOfConditionalCreation() {
        ConditionalCreate.require(store());

        assertThat(store().machines()).as("the probe leaves nothing").isEmpty();
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
