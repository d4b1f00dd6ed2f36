package io.holdfast.configserver.internal.control;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.Finding;
import io.holdfast.configserver.Finding.Severity;
import io.holdfast.configserver.KeyPort;
import io.holdfast.configserver.internal.Fixes;
import io.holdfast.journal.KeyStatus;
import java.util.ArrayList;
import java.util.List;

/** What a person should know of the keys, long before they are needed. */
final class KeyFindings {

    private static final String STORE_KEY = "store key";

    private KeyFindings() {}

    static List<Finding> of(KeyPort keys) {
        KeyStatus status;
        try {
            status = keys.vault().status();
        } catch (HoldfastException e) {
            return List.of(new Finding(
                    Severity.CRITICAL, "keys.away", STORE_KEY, String.valueOf(e.getMessage()), Fixes.of(e.code())));
        }
        List<Finding> findings = new ArrayList<>();
        switch (status.state()) {
            case OPEN -> open(status, findings);
            case LOCKED ->
                findings.add(new Finding(
                        Severity.CRITICAL,
                        "keys.locked",
                        STORE_KEY,
                        "It waits for its passphrase: nothing is taken in and no point can be opened.",
                        Fixes.of(ErrorCode.KEYS_LOCKED)));
            case LOST -> findings.add(lost(status, Fixes.of(ErrorCode.KEY_MISSING)));
            case FOREIGN -> findings.add(lost(status, Fixes.of(ErrorCode.KEY_FOREIGN)));
        }
        if (status.recoveryKey().isEmpty()) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "keys.paper",
                    "recovery key",
                    "Nobody has confirmed one; no machine can be protected before.",
                    Fixes.of(ErrorCode.RECOVERY_KEY_UNCONFIRMED)));
        }
        return findings;
    }

    private static Finding lost(KeyStatus status, String fix) {
        return new Finding(
                Severity.CRITICAL,
                "keys.lost",
                STORE_KEY,
                "No machine's keys can be opened: " + status.detail() + ".",
                fix);
    }

    private static void open(KeyStatus status, List<Finding> findings) {
        if (!status.detail().isEmpty()) {
            findings.add(new Finding(
                    Severity.CRITICAL,
                    "keys.gone",
                    STORE_KEY,
                    status.detail() + ".",
                    "Write it again before the appliance stops: holdfastctl keys rotate."));
        }
        for (KeyStatus.Machine machine : status.machines()) {
            if (!machine.trouble().isEmpty()) {
                findings.add(new Finding(
                        Severity.CRITICAL,
                        "keys.machine",
                        "keys of machine " + machine.machine(),
                        "The key file " + machine.trouble() + ".",
                        Fixes.of(ErrorCode.KEY_MISSING)));
            }
        }
    }
}
