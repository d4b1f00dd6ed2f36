package io.holdfast.adapter.kvm;

import java.nio.file.Path;
import java.time.Duration;

/** What makes connections to QEMU's exports that do not end with us. */
interface ExportHolder {

    /**
     * Connects to an export; QEMU itself holds the connection under the export's name until {@code closefd}.
     *
     * @param export its id, which is its name too
     * @return where one client can connect to within five seconds
     * @throws io.holdfast.base.HoldfastException when it cannot be done
     */
    Path hold(String export, Duration limit);

    /**
     * Ends our side of all connections. To be called when no export is left.
     *
     * @throws io.holdfast.base.HoldfastException when it cannot be done
     */
    void letGo(Duration limit);
}
