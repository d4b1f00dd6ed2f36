package io.holdfast.journal;

import io.holdfast.base.TimeSource;
import io.holdfast.journal.internal.keys.PassphraseCost;
import io.holdfast.journal.testkit.SimulatedFiles;
import java.security.SecureRandom;
import java.util.List;

/** A node's own key folder and the one beside a journal, in memory, and a clock that is set by hand. */
final class KeyPlaces implements TimeSource {

    static final PassphraseCost CHEAP = new PassphraseCost(64, 1, 1);

    SimulatedFiles node = new SimulatedFiles(1);
    SimulatedFiles store = new SimulatedFiles(2);
    SecureRandom random = new SecureRandom();
    long utcMillis = 1_700_000_000_000L;

    KeyVault vault() {
        return KeyVault.open(
                List.of(new KeyVault.Place(node, ""), new KeyVault.Place(store, KeyFile.FOLDER)), random, this, CHEAP);
    }

    /** A vault whose recovery key is confirmed. */
    KeyVault readyVault() {
        KeyVault vault = vault();
        confirm(vault);
        return vault;
    }

    static RecoveryPaper confirm(KeyVault vault) {
        RecoveryPaper paper = vault.newRecoveryKey();
        vault.confirmRecoveryKey(paper.lines().get(vault.lineToConfirm().orElseThrow() - 1));
        return paper;
    }

    @Override
    public long utcMillis() {
        return utcMillis;
    }

    @Override
    public long monotonicNanos() {
        return 0;
    }
}
