package io.holdfast.journal.internal.verify;

import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.keys.MachineKeyFile;
import io.holdfast.journal.internal.keys.RecoveryFile;
import io.holdfast.journal.internal.keys.RecoveryRecipient;
import io.holdfast.journal.internal.store.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks the key files that lie beside the journal: whether they are whole, for which no key is needed. A store without them is a good one; where they are,
 * somebody relies on them.
 */
final class KeyFilesCheck {

    private static final String SUFFIX = ".key";

    private final StoreFiles files;
    private final Findings findings;

    KeyFilesCheck(StoreFiles files, Findings findings) {
        this.files = files;
        this.findings = findings;
    }

    void run() throws IOException {
        if (files.exists(Layout.KEYS)) {
            for (String name : files.list(Layout.KEYS)) {
                if (name.endsWith(SUFFIX) || name.equals(RecoveryFile.NAME)) {
                    check(name);
                }
            }
        }
    }

    private void check(String name) throws IOException {
        String path = Layout.KEYS + "/" + name;
        try (CheckedFile file = new CheckedFile(files, path, findings)) {
            if (file.size() > MachineKeyFile.BYTES_MAX) {
                throw DamagedException.damaged(
                        "has " + file.size() + " bytes; expected at most " + MachineKeyFile.BYTES_MAX);
            }
            ByteBuffer content = file.read(0, (int) file.size());
            if (Checksums.isZero(content, 0, content.limit())) {
                findings.note(path, "was overwritten, as a destruction that a crash cut short leaves it");
            } else if (name.equals(RecoveryFile.NAME)) {
                RecoveryRecipient.decode(content.array());
            } else {
                requireOf(name, MachineKeyFile.decode(content.array()));
            }
        } catch (DamagedException e) {
            findings.damage(path, 0, 0, e.getMessage() + "; a copy is in the key folder of its appliance");
        }
    }

    private static void requireOf(String name, MachineKeyFile file) throws DamagedException {
        if (!name.equals(file.machine() + SUFFIX)) {
            throw DamagedException.damaged("has the keys of machine " + file.machine());
        }
    }
}
