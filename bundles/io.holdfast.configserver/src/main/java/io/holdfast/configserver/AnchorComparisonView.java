package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import java.util.List;

/**
 * The recovery store beside an anchor of it.
 *
 * @param anchoredMillis when the anchor was made, by the appliance's clock then
 * @param same whether all that the anchor has seen is still there; another signing key alone is no difference
 * @param differences what is not as the anchor says
 * @param present an anchor of now, with the growth since the other
 * @since 1.0
 */
public record AnchorComparisonView(
        long anchoredMillis, boolean same, List<Difference> differences, AnchorView present) {

    public AnchorComparisonView {
        differences = List.copyOf(differences);
    }

    /**
     * A machine whose history is not what the anchor says it was.
     *
     * @param machine whose
     * @param name the machine's, or the empty string when it is not known here
     * @param kind GONE, SET_BACK, REWRITTEN or SIGNER_CHANGED
     * @param detail what was found and what the anchor has seen
     */
    public record Difference(MachineId machine, String name, String kind, String detail) {}
}
