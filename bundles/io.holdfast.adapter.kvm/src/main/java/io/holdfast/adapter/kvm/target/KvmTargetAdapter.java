package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.ReplicaPlace;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.adapter.TargetAdapter;
import io.holdfast.base.TimeSource;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers KVM hosts as targets: replicas run under QEMU on the host of this process.
 *
 * @since 1.0
 */
@Component(
        service = TargetAdapter.class,
        property = "adapter=" + KvmTargetAdapter.NAME,
        configurationPid = "io.holdfast.adapter.kvm.target")
public final class KvmTargetAdapter implements TargetAdapter {

    /** What the adapter is found by. */
    public static final String NAME = "kvm";

    private static final Logger LOG = LoggerFactory.getLogger(KvmTargetAdapter.class);

    private final Replicas replicas;

    /**
     * Starts to offer the service. Replicas that run are not touched until they are asked for.
     *
     * @param config settings
     * @throws io.holdfast.base.HoldfastException {@code INVALID_ARGUMENT} naming the setting, its value and its range
     */
    @Activate
    public KvmTargetAdapter(KvmTargetConfig config) {
        KvmTargetSettings settings = KvmTargetSettings.from(config);
        replicas = new Replicas(settings, TimeSource.SYSTEM);
        LOG.info("kvm target offered settings={}", settings);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void check(ReplicaSpec spec) {
        replicas.check(spec);
    }

    @Override
    public void create(ReplicaSpec spec) {
        replicas.create(spec);
    }

    @Override
    public void start(ReplicaPlace place) {
        replicas.start(place);
    }

    @Override
    public ReplicaStatus status(ReplicaPlace place) {
        return replicas.status(place);
    }

    @Override
    public void stop(ReplicaPlace place, Duration grace) {
        replicas.stop(place, grace);
    }

    @Override
    public void hydrate(ReplicaPlace place, long bytesPerSecondMax) {
        replicas.hydrate(place, bytesPerSecondMax);
    }

    @Override
    public boolean isHydrated(ReplicaPlace place) {
        return replicas.isHydrated(place);
    }

    @Override
    public void destroy(ReplicaPlace place) {
        replicas.destroy(place);
    }
}
