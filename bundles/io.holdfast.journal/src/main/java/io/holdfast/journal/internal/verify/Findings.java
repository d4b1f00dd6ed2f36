package io.holdfast.journal.internal.verify;

import io.holdfast.journal.VerifyFinding;
import io.holdfast.journal.VerifyFinding.Kind;
import io.holdfast.journal.VerifyReport;
import java.util.ArrayList;
import java.util.List;

/** Collects what a verification finds, and how much it has read. Damage is never dropped in favour of a note. */
final class Findings {

    private final List<VerifyFinding> found = new ArrayList<>();
    private int others;
    private long more;
    private long damages;
    private long bytesRead;

    void damage(String file, long offset, long length, String detail) {
        damages++;
        add(new VerifyFinding(Kind.DAMAGE, file, offset, length, detail));
    }

    void tail(String file, long offset, long length) {
        add(new VerifyFinding(
                Kind.UNACKNOWLEDGED_TAIL, file, offset, length, "was never acknowledged; the next opening cuts it"));
    }

    void note(String file, String detail) {
        add(new VerifyFinding(Kind.NOTE, file, 0, 0, detail));
    }

    private void add(VerifyFinding finding) {
        boolean damage = finding.kind() == Kind.DAMAGE;
        if (found.size() < VerifyReport.FINDINGS_MAX) {
            found.add(finding);
            others += damage ? 0 : 1;
        } else if (damage && others > 0) {
            dropNewestOther();
            found.add(finding);
        } else if (damage) {
            more++;
        }
    }

    private void dropNewestOther() {
        int index = found.size() - 1;
        while (found.get(index).kind() == Kind.DAMAGE) {
            index--;
        }
        found.remove(index);
        others--;
    }

    /** How many damages there were so far. */
    long damages() {
        return damages;
    }

    void read(long bytes) {
        bytesRead += bytes;
    }

    long bytesRead() {
        return bytesRead;
    }

    long more() {
        return more;
    }

    List<VerifyFinding> all() {
        return found;
    }
}
