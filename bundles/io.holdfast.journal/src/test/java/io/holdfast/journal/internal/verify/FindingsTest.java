package io.holdfast.journal.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.VerifyFinding;
import io.holdfast.journal.VerifyReport;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingsTest {

    private static VerifyReport report(Findings findings) {
        return new VerifyReport(Optional.empty(), 0, findings.all(), findings.more(), List.of(), Optional.empty());
    }

    @Test
    void damageTakesThePlaceOfNotesWhenThereAreTooMany() {
        Findings findings = new Findings();
        for (int note = 0; note < VerifyReport.FINDINGS_MAX; note++) {
            findings.note("quarantine/" + note, "was kept aside");
        }

        findings.damage("checkpoint", 7, 1, "is wrong");

        assertThat(report(findings).firstDamage())
                .hasValueSatisfying(found -> assertThat(found.file()).isEqualTo("checkpoint"));
        assertThat(findings.all()).hasSize(VerifyReport.FINDINGS_MAX);
        assertThat(findings.more()).isZero();
    }

    @Test
    void whatIsNoDamageIsNeverCountedAsDamage() {
        Findings findings = new Findings();
        for (int tail = 0; tail <= VerifyReport.FINDINGS_MAX; tail++) {
            findings.tail("machines/" + tail, 0, 1);
        }
        assertThat(report(findings).intact()).isTrue();

        for (int damage = 0; damage <= VerifyReport.FINDINGS_MAX; damage++) {
            findings.damage("machines/" + damage, 0, 1, "is wrong");
        }
        assertThat(findings.all()).extracting(VerifyFinding::kind).containsOnly(VerifyFinding.Kind.DAMAGE);
        assertThat(findings.more()).isEqualTo(1);
    }
}
