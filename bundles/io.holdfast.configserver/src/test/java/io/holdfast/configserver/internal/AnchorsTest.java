package io.holdfast.configserver.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.AnchorComparisonView;
import io.holdfast.configserver.AnchorControl;
import io.holdfast.configserver.AnchorView;
import io.holdfast.configserver.Caller;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.AnchorHead;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Sha256;
import io.holdfast.model.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnchorsTest {

    private static final Caller VIEWER = new Caller("ann", Role.VIEWER, false, "test");
    private static final Sha256 ZERO = Sha256.of(new byte[Sha256.BYTES]);

    private final World world;
    private final MachineId machine;

    AnchorsTest(@TempDir Path folder) {
        world = new World(folder);
        machine = world.protectedMachine("web", world.enrol("host-1"));
    }

    @BeforeEach
    void putAHeadIntoTheStore() {
        ChainDigest chain = ChainDigest.of(ZERO.toBytes());
        AnchorHead head = new AnchorHead(machine, 1, 3, ZERO, ZERO, "00".repeat(64), 17, chain, Optional.empty());
        world.store.anchor = new Anchor(new UUID(7, 7), 1_000, List.of(head));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private AnchorControl anchors() {
        return world.server().anchors();
    }

    @Test
    void showsHeadsWithTheMachinesNamesAndTheTextToKeep() {
        AnchorView view = anchors().make(VIEWER);

        assertThat(Anchor.parse(view.text())).isEqualTo(world.store.anchor);
        assertThat(view.machines()).singleElement().satisfies(head -> {
            assertThat(head.name()).isEqualTo("web");
            assertThat(head.entries()).isEqualTo(3);
            assertThat(head.signer()).as("nobody signed").isEmpty();
        });
    }

    @Test
    void anotherSignerAloneIsNoDifference() {
        String kept = anchors().make(VIEWER).text();
        world.store.anchorFindings =
                List.of(new AnchorFinding(machine, AnchorFinding.Kind.SIGNER_CHANGED, "another key"));

        AnchorComparisonView compared = anchors().compare(VIEWER, kept);

        assertThat(compared.same()).isTrue();
        assertThat(compared.anchoredMillis()).isEqualTo(1_000);
        assertThat(compared.differences()).hasSize(1);
    }

    @Test
    void namesTheMachineThatDiffers() {
        String kept = anchors().make(VIEWER).text();
        world.store.anchorFindings =
                List.of(new AnchorFinding(machine, AnchorFinding.Kind.SET_BACK, "block 3; the anchor has seen 17"));

        AnchorComparisonView compared = anchors().compare(VIEWER, kept);

        assertThat(compared.same()).isFalse();
        assertThat(compared.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.name()).isEqualTo("web");
            assertThat(difference.detail()).contains("has seen 17");
        });
    }

    @Test
    void refusesWhatIsNoAnchorAndWhoMustChangeThePassword() {
        assertThatThrownBy(() -> anchors().compare(VIEWER, "holdfast anchor 1\nnothing\n"))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        assertThatThrownBy(() -> anchors().make(new Caller("ann", Role.VIEWER, true, "test")))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.PASSWORD_CHANGE_REQUIRED));
    }
}
