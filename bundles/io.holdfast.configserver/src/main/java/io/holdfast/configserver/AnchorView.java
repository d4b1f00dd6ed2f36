package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import java.util.List;

/**
 * Where all ledgers of the recovery store stood at one moment.
 *
 * @param storeId which store
 * @param utcMillis the appliance's clock
 * @param machines by id
 * @param text the anchor to keep, as {@code docs/formats/anchor.md} says
 * @since 1.0
 */
public record AnchorView(String storeId, long utcMillis, List<Head> machines, String text) {

    public AnchorView {
        machines = List.copyOf(machines);
    }

    /**
     * Where one machine's history stood.
     *
     * @param machine whose
     * @param name the machine's, or the empty string when it is not known here
     * @param entries of its ledger
     * @param root tree hash over them, 64 hexadecimal digits
     * @param signer key that signed them last, 64 hexadecimal digits, or the empty string when nobody did
     * @param block number of the newest durable block
     * @param chain digest of it, 64 hexadecimal digits
     */
    public record Head(
            MachineId machine, String name, long entries, String root, String signer, long block, String chain) {}
}
