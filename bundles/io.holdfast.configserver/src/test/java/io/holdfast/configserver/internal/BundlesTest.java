package io.holdfast.configserver.internal;

import static io.holdfast.configserver.internal.World.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.BundleControl;
import io.holdfast.configserver.Caller;
import io.holdfast.model.AuditEntry;
import io.holdfast.model.NodeBundle;
import io.holdfast.model.Role;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundlesTest {

    private static final String BUNDLE = "io.holdfast.processserver";
    private static final Caller OPERATOR = new Caller("olga", Role.OPERATOR, false, "192.0.2.2");

    private final World world;

    BundlesTest(@TempDir Path folder) {
        world = new World(folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private BundleControl bundles() {
        return world.server().bundles();
    }

    @Test
    void showsTheBundlesOfTheNode() {
        assertThat(bundles().list(ADMIN)).extracting(NodeBundle::name).containsExactly("io.holdfast.node");
    }

    @Test
    void changesWhatAnAdministratorAsksForAndWritesItDown() {
        bundles().stop(ADMIN, BUNDLE);
        bundles().start(ADMIN, BUNDLE);
        bundles().restart(ADMIN, BUNDLE, 10);

        assertThat(world.bundles.done)
                .containsExactly("stop " + BUNDLE, "start " + BUNDLE, "restart " + BUNDLE + " PT10S");
        assertThat(audit())
                .containsExactly(
                        "bundle.restart " + BUNDLE + " ok pauseSeconds=10",
                        "bundle.start " + BUNDLE + " ok ",
                        "bundle.stop " + BUNDLE + " ok ");
    }

    @Test
    void refusesWhoIsNoAdministratorAndWritesItDown() {
        assertRefused(() -> bundles().list(OPERATOR));
        assertRefused(() -> bundles().start(OPERATOR, BUNDLE));
        assertRefused(() -> bundles().restart(OPERATOR, BUNDLE, 0));
        assertRefused(() -> bundles().stop(OPERATOR, BUNDLE));

        assertThat(world.bundles.done).isEmpty();
        assertThat(audit()).first().isEqualTo("bundle.stop " + BUNDLE + " NOT_AUTHORISED ");
    }

    private List<String> audit() {
        return world.server().access().audit(ADMIN, Long.MAX_VALUE, 3).stream()
                .map(BundlesTest::line)
                .toList();
    }

    private static String line(AuditEntry entry) {
        return entry.action() + " " + entry.object() + " " + entry.outcome() + " " + entry.detail();
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_AUTHORISED));
    }
}
