package io.holdfast.configserver.internal;

import io.holdfast.adapter.ReplicaPlace;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.TargetAdapter;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A hypervisor in memory that outlives the server under test. */
final class FakeTarget implements TargetAdapter {

    private static final long TOTAL = 1_000;

    /** One replica. */
    static final class Guest {
        final ReplicaSpec spec;
        ReplicaStatus.State state = ReplicaStatus.State.STOPPED;
        int looks;
        boolean hydrating;
        long hydrated;

        Guest(ReplicaSpec spec) {
            this.spec = spec;
        }
    }

    final Map<UUID, Guest> guests = new HashMap<>();
    private final KillSwitch kill;

    @Nullable
    HoldfastException refusal;

    boolean silent;
    int looksUntilBooted = 2;

    FakeTarget(KillSwitch kill) {
        this.kill = kill;
    }

    @Override
    public String name() {
        return "kvm";
    }

    @Override
    public void check(ReplicaSpec spec) {
        if (refusal != null) {
            throw refusal;
        }
    }

    @Override
    public void create(ReplicaSpec spec) {
        Guest guest = guests.computeIfAbsent(spec.place().id(), _ -> new Guest(spec));
        if (!guest.spec.equals(spec)) {
            throw new HoldfastException(ErrorCode.ALREADY_EXISTS, "replica " + spec.name(), "made from another wish");
        }
        kill.pass("after create");
    }

    @Override
    public void start(ReplicaPlace place) {
        guest(place).state = ReplicaStatus.State.RUNNING;
        kill.pass("after start");
    }

    private Guest guest(ReplicaPlace place) {
        Guest guest = guests.get(place.id());
        if (guest == null) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "replica " + place.id(), "not there");
        }
        return guest;
    }

    @Override
    public ReplicaStatus status(ReplicaPlace place) {
        Guest guest = guests.get(place.id());
        if (guest == null) {
            return new ReplicaStatus(
                    ReplicaStatus.State.ABSENT,
                    false,
                    0,
                    new ReplicaStatus.Hydration(false, 0, 0, false),
                    "",
                    Optional.empty());
        }
        guest.looks++;
        if (guest.hydrating) {
            guest.hydrated = Math.min(TOTAL, guest.hydrated + 400);
        }
        return new ReplicaStatus(
                guest.state,
                guest.looks >= looksUntilBooted,
                7,
                new ReplicaStatus.Hydration(guest.hydrating, guest.hydrated, TOTAL, guest.hydrated == TOTAL),
                "",
                Optional.of(new ReplicaStatus.Run(
                        Path.of("/run/console"),
                        Path.of("/run/log"),
                        new SourceAddress("kvm", Map.of("qmp", "/run/qmp")))));
    }

    @Override
    public void stop(ReplicaPlace place, Duration grace) {
        guest(place).state = ReplicaStatus.State.STOPPED;
    }

    @Override
    public void hydrate(ReplicaPlace place, long bytesPerSecondMax) {
        guest(place).hydrating = true;
        kill.pass("after hydrate");
    }

    @Override
    public boolean isHydrated(ReplicaPlace place) {
        if (silent) {
            throw new HoldfastException(ErrorCode.MONITOR_NOT_REACHABLE, "replica " + place.id(), "does not answer");
        }
        return guest(place).hydrated == TOTAL;
    }

    @Override
    public void destroy(ReplicaPlace place) {
        guests.remove(place.id());
        kill.pass("after destroy");
    }
}
