package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdExport;
import java.util.List;

/**
 * What a handshake has led to.
 *
 * @param exportName as the client gave it
 * @param export what it named
 * @param sizeBytes the size that the client was told
 * @param structured whether structured replies are spoken
 * @param contexts the selected metadata contexts; the id of each is its place, counted from 1
 * @param transport where the transmission phase goes on: the original one, or TLS over it
 * @param input where reading goes on
 */
public record Agreement(
        String exportName,
        NbdExport export,
        long sizeBytes,
        boolean structured,
        List<String> contexts,
        Transport transport,
        WireInput input) {}
