package io.holdfast.journal;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a verification of a store found.
 *
 * @param storeId which store; nothing when its identity is not readable
 * @param bytesRead how much was read
 * @param findings in the order of reading, at most {@link #FINDINGS_MAX}; damage comes before everything else when there are more
 * @param findingsMore how many more damages there were
 * @param machines by id
 * @param anchor where everything stands, when nothing is damaged
 * @since 1.0
 */
public record VerifyReport(
        Optional<UUID> storeId,
        long bytesRead,
        List<VerifyFinding> findings,
        long findingsMore,
        List<VerifiedMachine> machines,
        Optional<Anchor> anchor) {

    /** The most findings that are listed. */
    public static final int FINDINGS_MAX = 10_000;

    public VerifyReport {
        findings = List.copyOf(findings);
        machines = List.copyOf(machines);
    }

    /**
     * Adds an anchor.
     *
     * @param made of the store as it was found
     * @return the same report with it
     */
    public VerifyReport with(Anchor made) {
        return new VerifyReport(storeId, bytesRead, findings, findingsMore, machines, Optional.of(made));
    }

    /**
     * Tells whether nothing is damaged. Tails that were never acknowledged are no damage.
     *
     * @return true when it is so
     */
    public boolean intact() {
        return findingsMore == 0 && findings.stream().noneMatch(finding -> finding.kind() == VerifyFinding.Kind.DAMAGE);
    }

    /**
     * Gives the first damage.
     *
     * @return nothing when there is none
     */
    public Optional<VerifyFinding> firstDamage() {
        return findings.stream()
                .filter(finding -> finding.kind() == VerifyFinding.Kind.DAMAGE)
                .findFirst();
    }
}
