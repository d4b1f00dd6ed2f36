package io.holdfast.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A machine's files as a line of objects: one writer at a time, manifests, late deletions, attempts whose outcome nobody knows. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ObjectLogTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));

    private final BlobStore store = new MemoryBlobStore(new ConcurrentSkipListMap<>());

    private ObjectLog open(long writer) {
        return ObjectLog.open(store, MACHINE, new UUID(7, writer));
    }

    private static BlobContent bytes(int length, int fill) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) fill);
        return BlobContent.of(ByteBuffer.wrap(bytes));
    }

    private static byte[] read(ObjectLog log, String name) {
        StoredFile file = log.find(name).orElseThrow();
        ByteBuffer target = ByteBuffer.allocate((int) file.bytes());
        log.read(file, 0, target);
        return target.array();
    }

    private static List<String> names(ObjectLog log) {
        return log.files().stream().map(StoredFile::name).toList();
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void findsWhatWasPutReplacedAndRemoved() {
        ObjectLog log = open(1);
        log.put("a", bytes(10, 1));
        log.put("b", bytes(2_000_000, 2));
        log.put("a", bytes(11, 3));
        log.put("c", bytes(0, 0));
        log.remove(List.of("b", "never there"));

        ObjectLog again = open(2);

        assertThat(names(again)).containsExactlyInAnyOrder("a", "c");
        assertThat(again.files()).containsExactlyInAnyOrderElementsOf(log.files());
        assertThat(read(again, "a")).hasSize(11).containsOnly(3);
    }

    @Test
    void createsNothingForTheVerySameFile() {
        ObjectLog log = open(1);
        StoredFile first = log.put("a", bytes(10, 1));

        assertThat(log.put("a", bytes(10, 1))).isEqualTo(first);
        assertThat(store.list(MACHINE, 1, 100)).as("fence and file").hasSize(2);
    }

    @Test
    void endsAWriterOnceAnotherHasFencedIt() {
        ObjectLog old = open(1);
        old.put("a", bytes(10, 1));
        ObjectLog young = open(2);
        young.put("b", bytes(10, 2));

        refuses(ErrorCode.EPOCH_STALE, () -> old.put("c", bytes(10, 3)));
        refuses(ErrorCode.EPOCH_STALE, () -> old.remove(List.of("a")));
        young.put("d", bytes(10, 4));
        assertThat(names(open(3))).containsExactlyInAnyOrder("a", "b", "d");
    }

    @Test
    void letsOneOfTwoRacingWritersGoOn() throws Exception {
        for (int round = 0; round < 10; round++) {
            List<ObjectLog> logs = List.of(open(2L * round), open(2L * round + 1));
            CyclicBarrier barrier = new CyclicBarrier(2);
            int before = open(1_000).files().size();
            List<Integer> wins = new ArrayList<>();
            try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
                List<Future<Integer>> writers = new ArrayList<>();
                for (int index = 0; index < 2; index++) {
                    ObjectLog log = logs.get(index);
                    String name = round + "." + index + ".";
                    writers.add(executor.submit(() -> {
                        barrier.await(30, TimeUnit.SECONDS);
                        return putUntilLost(log, name);
                    }));
                }
                for (Future<Integer> writer : writers) {
                    wins.add(writer.get(30, TimeUnit.SECONDS));
                }
            }
            assertThat(wins)
                    .as("writers that were never told to stop in round %d", round)
                    .contains(20);
            assertThat(open(1_001).files()).hasSize(before + wins.get(0) + wins.get(1));
        }
    }

    private static int putUntilLost(ObjectLog log, String name) {
        for (int count = 0; count < 20; count++) {
            try {
                log.put(name + count, bytes(100, count));
            } catch (HoldfastException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.EPOCH_STALE);
                return count;
            }
        }
        return 20;
    }

    @Test
    void opensByItsManifestAndDeletesOneManifestLate() {
        ObjectLog log = open(1);
        log.put("replaced", bytes(10, 1));
        long number = log.find("replaced").orElseThrow().number();
        for (int count = 0; count < 700; count++) {
            log.put("file" + count % 40, bytes(5, count));
            if (count == 10) {
                log.put("replaced", bytes(10, 2));
            }
            boolean there = store.size(new BlobName(MACHINE, number)).isPresent();
            long last = store.list(MACHINE, 1, 1_000).getLast().number();
            assertThat(there)
                    .as("the dead object after object %d", last)
                    .isEqualTo(last < 2 * ObjectLog.MANIFEST_EVERY);
        }

        ObjectLog again = open(2);

        assertThat(again.files()).containsExactlyInAnyOrderElementsOf(log.files());
        assertThat(read(again, "replaced")).containsOnly(2);
        again.put("more", bytes(5, 5));
        assertThat(names(open(3))).hasSize(42);
    }

    @Test
    void goesOnAfterAnAttemptWhoseOutcomeNobodyKnows() {
        Unsure unsure = new Unsure(store);
        ObjectLog log = ObjectLog.open(unsure, MACHINE, new UUID(7, 1));
        log.put("a", bytes(10, 1));
        for (boolean created : new boolean[] {true, false}) {
            unsure.failNext(created);
            refuses(ErrorCode.NETWORK, () -> log.put("b", bytes(10, 2)));
            log.put("b", bytes(10, 3));
            log.put("c", bytes(10, 4));
        }

        ObjectLog again = open(2);

        assertThat(again.files()).containsExactlyInAnyOrderElementsOf(log.files());
        assertThat(read(again, "b")).containsOnly(3);
    }

    @Test
    void namesAnObjectThatIsMissingOrNotOurs() {
        ObjectLog log = open(1);
        log.put("a", bytes(10, 1));
        log.put("b", bytes(10, 1));
        store.delete(new BlobName(MACHINE, 2));
        refuses(ErrorCode.STORE_DAMAGED, () -> open(2));

        store.createIfAbsent(new BlobName(MACHINE, 2), bytes(500, 9));
        refuses(ErrorCode.STORE_DAMAGED, () -> open(2));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> log.put("with space", bytes(1, 1)));
    }

    /** A store whose answer to a creation gets lost, before or after it was carried out. */
    private static final class Unsure extends ForwardingBlobStore {

        private boolean failing;
        private boolean carriesOut;

        Unsure(BlobStore inner) {
            super(inner);
        }

        void failNext(boolean created) {
            failing = true;
            carriesOut = created;
        }

        @Override
        public boolean createIfAbsent(BlobName name, BlobContent content) {
            if (failing) {
                failing = false;
                if (carriesOut) {
                    inner.createIfAbsent(name, content);
                }
                throw new HoldfastException(ErrorCode.NETWORK, "object " + name, "the connection broke");
            }
            return inner.createIfAbsent(name, content);
        }
    }
}
