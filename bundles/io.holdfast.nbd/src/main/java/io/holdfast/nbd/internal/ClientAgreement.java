package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdBlockSizes;
import java.util.Map;

/**
 * What a client's handshake has led to.
 *
 * @param sizeBytes the export's size, at least 0
 * @param transmissionFlags as the server sent them
 * @param sizes what the server told or the defaults, its largest payload brought down to ours
 * @param structured whether structured replies are spoken
 * @param contexts ids of the selected metadata contexts by name
 * @param transport where the transmission phase goes on: the original one, or TLS over it
 * @param input where reading goes on
 */
public record ClientAgreement(
        long sizeBytes,
        int transmissionFlags,
        NbdBlockSizes sizes,
        boolean structured,
        Map<String, Integer> contexts,
        Transport transport,
        WireInput input) {}
