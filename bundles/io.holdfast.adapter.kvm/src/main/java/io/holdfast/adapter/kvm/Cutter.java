package io.holdfast.adapter.kvm;

import java.time.Duration;
import java.util.List;

/** What takes the capture server's connections away from QEMU, whatever the capture server does. */
interface Cutter {

    /**
     * Cuts all connections of ours.
     *
     * @return the nodes that were cut
     * @throws io.holdfast.base.HoldfastException when QEMU did not take it
     */
    List<String> cut(Duration limit);

    /**
     * Lists what {@link #cut} would cut.
     *
     * @return nodes
     * @throws io.holdfast.base.HoldfastException when QEMU does not answer
     */
    List<String> cuttable(Duration limit);
}
