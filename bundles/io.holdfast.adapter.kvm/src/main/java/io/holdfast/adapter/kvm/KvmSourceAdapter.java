package io.holdfast.adapter.kvm;

import io.holdfast.adapter.SourceAdapter;
import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.SourceDescription;
import io.holdfast.adapter.SourceListener;
import io.holdfast.adapter.SourceSession;
import io.holdfast.adapter.SourceSettings;
import io.holdfast.adapter.kvm.guard.YankLine;
import io.holdfast.adapter.kvm.qmp.QmpClient;
import io.holdfast.adapter.kvm.qmp.QmpListener;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/**
 * Captures QEMU machines of this host. Machines that are held stay held when the component goes away: their guards and mirrors go on, and
 * the next one finds them.
 *
 * @since 1.0
 */
@Component(service = SourceAdapter.class, property = "adapter=kvm")
public final class KvmSourceAdapter implements SourceAdapter {

    private static final Duration INSPECT_LIMIT = Duration.ofSeconds(5);

    /** Held machines by monitor; a place is reserved with nothing in it while a machine is being taken. */
    private final Map<Path, Optional<KvmSession>> held = new HashMap<>();

    @Override
    public String name() {
        return "kvm";
    }

    @Override
    public SourceDescription inspect(SourceAddress address) {
        KvmAddress checked = KvmAddress.of(address);
        Optional<KvmSession> session = heldSession(checked.monitor());
        Deadline deadline = Deadline.in(INSPECT_LIMIT);
        if (session.isPresent()) {
            return session.get().describe(deadline);
        }
        try (QmpClient client = QmpClient.connect(checked.monitor(), false, QmpListener.NONE);
                YankLine line = YankLine.connect(checked.outOfBandMonitor())) {
            line.nodes();
            return Inspector.describe(client, checked.monitor(), deadline);
        }
    }

    @Override
    public SourceSession open(SourceAddress address, SourceSettings settings, SourceListener listener) {
        KvmAddress checked = KvmAddress.of(address);
        reserve(checked.monitor());
        boolean done = false;
        try {
            makeFolder(settings.folder());
            KvmSession session = KvmSession.open(checked, settings, listener, () -> release(checked.monitor()));
            synchronized (held) {
                held.put(checked.monitor(), Optional.of(session));
            }
            done = true;
            return session;
        } finally {
            if (!done) {
                release(checked.monitor());
            }
        }
    }

    private Optional<KvmSession> heldSession(Path monitor) {
        synchronized (held) {
            return held.getOrDefault(monitor, Optional.empty());
        }
    }

    private void reserve(Path monitor) {
        synchronized (held) {
            if (held.putIfAbsent(monitor, Optional.empty()) != null) {
                throw new HoldfastException(
                        ErrorCode.ALREADY_PROTECTED,
                        monitor.toString(),
                        "held already; expected a machine that is not");
            }
        }
    }

    private void release(Path monitor) {
        synchronized (held) {
            held.remove(monitor);
        }
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR,
                    folder.toString(),
                    "cannot be made: " + e.getMessage() + "; expected a writable place",
                    e);
        }
    }
}
