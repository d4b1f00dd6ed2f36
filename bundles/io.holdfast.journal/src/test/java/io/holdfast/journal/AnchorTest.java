package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.TestSigner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An anchor that somebody keeps tells later whether what was there is still there. */
class AnchorTest {

    private final SmallStore store = new SmallStore(7).grow(20);

    private static VerifyReport verify(SimulatedFiles files, Anchor anchor) {
        return StoreVerifier.verify(
                files, new StoreVerifier.Means(_ -> Optional.empty(), List.of(anchor), StoreDriver.TIME));
    }

    private static RecoveryStore open(SimulatedFiles files, TestSigner signer) {
        return RecoveryStore.open(files, SmallStore.SETTINGS, StoreDriver.TIME, signer);
    }

    @Test
    void isStillTrueOfAStoreThatGrew() {
        Anchor before = store.store().anchor(Optional.empty());
        store.grow(10);

        assertThat(store.store().compare(before)).isEmpty();
        assertThat(verify(store.closed(), before).intact()).isTrue();
    }

    @Test
    void provesGrowthToWhoeverHasTheTwoAnchorsAlone() {
        Anchor before = store.store().anchor(Optional.empty());
        store.grow(10);
        Anchor after = Anchor.parse(store.store().anchor(Optional.of(before)).toText());
        Anchor foreign = new SmallStore(7).store().anchor(Optional.empty());

        for (AnchorHead head : after.heads()) {
            AnchorHead earlier = before.head(head.machine()).orElseThrow();
            assertThat(head.entries()).isGreaterThan(earlier.entries());
            assertThat(head.isSigned(after.storeId())).isTrue();
            assertThat(head.grewOutOf(earlier)).isTrue();
            assertThat(earlier.grewOutOf(head)).isFalse();
            assertThat(head.isSigned(new java.util.UUID(1, 1))).isFalse();
        }
        assertThat(foreign.heads())
                .allMatch(head -> !head.isSigned(foreign.storeId()), "nothing is sealed, nobody signed");
    }

    @Test
    void isWrittenAsTextAndReadBack() {
        Anchor anchor = store.store().anchor(Optional.empty());
        String text = anchor.toText();

        assertThat(Anchor.parse(text)).isEqualTo(anchor);
        for (int at = 0; at < text.length(); at += 7) {
            String altered = text.substring(0, at) + (text.charAt(at) == '1' ? '2' : '1') + text.substring(at + 1);
            assertThatThrownBy(() -> Anchor.parse(altered))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        }
    }

    @Test
    void noticesAStoreThatWasSetBackAsAWhole() {
        SimulatedFiles old = store.killed();
        store.grow(10);
        Anchor anchor = store.store().anchor(Optional.empty());

        assertThat(verify(old, anchor).intact()).isFalse();
        assertThat(verify(old, anchor).findings())
                .anySatisfy(found -> assertThat(found.detail()).contains("the anchor has seen"));
        assertThat(open(old, store.signer()).compare(anchor))
                .hasSize(4)
                .allMatch(finding -> finding.kind() == AnchorFinding.Kind.SET_BACK);
    }

    @Test
    void tellsTwoStoresOfOneIdentityApart() {
        store.store().close();
        SimulatedFiles copy = store.files().snapshot();
        store.reopen();
        store.grow(10);
        Anchor anchor = store.store().anchor(Optional.empty());
        RecoveryStore other = open(copy, store.signer());
        StoreDriver driver = new StoreDriver(99, 20_000, 5_000);
        MachineHistory history = other.create(driver.machine());
        driver.openEpoch(history, false);
        other.close();

        assertThat(verify(copy, anchor).intact()).isFalse();
        assertThat(open(copy, store.signer()).compare(anchor)).isNotEmpty();
    }

    @Test
    void namesASignerThatCameLater() {
        Anchor anchor = store.store().anchor(Optional.empty());
        store.reopen(new TestSigner(12));
        store.grow(10);

        assertThat(store.store().compare(anchor))
                .hasSize(2)
                .allMatch(finding -> finding.kind() == AnchorFinding.Kind.SIGNER_CHANGED);
    }

    @Test
    void refusesAnAnchorOfAnotherStore() {
        Anchor other = new SmallStore(8).store().anchor(Optional.empty());

        assertThatThrownBy(() -> store.store().compare(other))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void isGivenByTheVerificationOfAStoreThatIsIntact() {
        Anchor live = store.store().anchor(Optional.empty());

        Anchor found = verify(store.closed(), live).anchor().orElseThrow();

        assertThat(found.heads()).isEqualTo(live.heads());
    }
}
