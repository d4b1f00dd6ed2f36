package io.holdfast.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.NodeBundle;
import io.holdfast.model.NodeBundle.Handling;
import io.holdfast.model.NodeBundles;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BundleKeeperTest {

    private static final String FREE = "io.holdfast.processserver";
    private static final String UNDER_INTERFACE = "io.holdfast.configserver";
    private static final String FIXED = "io.holdfast.node";

    private final FakeBundles bundles = new FakeBundles();
    private final BundleKeeper keeper = new BundleKeeper(bundles);

    @AfterEach
    void close() {
        keeper.close();
    }

    @Test
    void stopsAndStartsWhatTheInterfaceCanDoWithout() throws InterruptedException {
        keeper.stop(FREE);
        keeper.start(FREE);

        assertThat(bundles.next()).isEqualTo("stop " + FREE);
        assertThat(bundles.next()).isEqualTo("start " + FREE);
    }

    @Test
    void refusesToStopWhatCouldNotBeAskedToStartAgain() {
        assertRefused(ErrorCode.ILLEGAL_STATE, () -> keeper.stop(UNDER_INTERFACE));
        assertRefused(ErrorCode.ILLEGAL_STATE, () -> keeper.stop(FIXED));
        assertRefused(ErrorCode.ILLEGAL_STATE, () -> keeper.restart(FIXED, Duration.ZERO));

        assertThat(bundles.done).isEmpty();
    }

    @Test
    void refusesABundleThatIsNotThereAndAPauseWithoutABound() {
        assertRefused(ErrorCode.NOT_FOUND, () -> keeper.stop("org.eclipse.osgi"));
        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> keeper.restart(FREE, NodeBundles.PAUSE_MAX.plusSeconds(1)));
        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> keeper.restart(FREE, Duration.ofSeconds(-1)));
    }

    @Test
    void restartsOnAThreadOfItsOwn() throws InterruptedException {
        keeper.restart(UNDER_INTERFACE, Duration.ZERO);

        assertThat(bundles.next()).isEqualTo("stop " + UNDER_INTERFACE);
        assertThat(bundles.next()).isEqualTo("start " + UNDER_INTERFACE);
        assertThat(bundles.thread).isEqualTo("holdfast-node-restart");
    }

    @Test
    void startsAgainWhatDidNotEndCleanly() throws InterruptedException {
        bundles.stopFails = true;

        keeper.restart(FREE, Duration.ZERO);

        assertThat(bundles.next()).isEqualTo("stop " + FREE);
        assertThat(bundles.next()).isEqualTo("start " + FREE);
    }

    @Test
    void makesOneChangeAtATimeAndEndsAPauseWithTheNode() throws InterruptedException {
        keeper.restart(FREE, NodeBundles.PAUSE_MAX);
        assertThat(bundles.next()).isEqualTo("stop " + FREE);

        assertRefused(ErrorCode.ILLEGAL_STATE, () -> keeper.start(FREE));
        keeper.close();

        awaitFree();
        assertThat(bundles.next()).as("the restart did not start it").isEqualTo("stop " + FREE);
    }

    /** A stop that is taken says that the restart is over; it is the next thing done. */
    private void awaitFree() throws InterruptedException {
        for (int look = 0; look < 200; look++) {
            try {
                keeper.stop(FREE);
                return;
            } catch (HoldfastException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE);
                assertThat(bundles.done.poll(50, TimeUnit.MILLISECONDS)).isNull();
            }
        }
        throw new AssertionError("the restart did not end with the node");
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static final class FakeBundles implements BundleKeeper.Bundles {

        final BlockingQueue<String> done = new LinkedBlockingQueue<>();
        volatile String thread = "";
        volatile boolean stopFails;

        /** What was done next; null when nothing follows. */
        @Nullable
        String next() throws InterruptedException {
            return done.poll(30, TimeUnit.SECONDS);
        }

        @Override
        public List<NodeBundle> list() {
            return List.of(
                    bundle(FREE, Handling.STOPPABLE),
                    bundle(UNDER_INTERFACE, Handling.RESTARTABLE),
                    bundle(FIXED, Handling.FIXED));
        }

        private static NodeBundle bundle(String name, Handling handling) {
            return new NodeBundle(name, "1.0.0", NodeBundle.State.RUNNING, handling, List.of());
        }

        @Override
        public void stop(String name) {
            done.add("stop " + name);
            if (stopFails) {
                throw new HoldfastException(ErrorCode.INTERNAL, name, "did not end");
            }
        }

        @Override
        public void start(String name) {
            thread = Thread.currentThread().getName();
            done.add("start " + name);
        }
    }
}
