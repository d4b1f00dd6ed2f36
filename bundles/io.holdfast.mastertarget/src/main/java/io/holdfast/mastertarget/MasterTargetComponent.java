package io.holdfast.mastertarget;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.NodeKeys;
import io.holdfast.journal.SpaceFigures;
import io.holdfast.journal.StoreReserve;
import io.holdfast.journal.StoreRoom;
import io.holdfast.journal.StoreSettings;
import io.holdfast.model.NodeCredentials;
import io.holdfast.transport.TransportTls;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The master target as a component of a node.
 *
 * @since 1.0
 */
@Component(
        immediate = true,
        configurationPid = "io.holdfast.mastertarget",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MasterTargetConfiguration.class)
public final class MasterTargetComponent implements MasterTargetService {

    private final MasterTarget target;

    /**
     * Starts the master target.
     *
     * @param credentials of the node
     * @param keys of the node
     * @param configuration its settings
     */
    @Activate
    public MasterTargetComponent(
            @Reference NodeCredentials credentials, @Reference NodeKeys keys, MasterTargetConfiguration configuration) {
        target = new MasterTarget(
                new MasterTarget.Folders(
                        Path.of(configuration.storeFolder()),
                        Path.of(configuration.exportFolder()),
                        Path.of(configuration.socketFolder()),
                        witness(configuration)),
                new MasterTarget.Secrets(
                        keys.vault(), LedgerKey.open(Path.of(configuration.ledgerKeyFile()), new SecureRandom())),
                StoreSettings.DEFAULT.withReserve(reserve(configuration)),
                new InetSocketAddress(configuration.bindAddress(), configuration.port()),
                new TransportTls(() -> {
                    NodeCredentials.Credentials current = credentials.current();
                    return new TransportTls.KeyMaterial(current.key(), current.chain(), current.anchors());
                }));
    }

    private static StoreReserve reserve(MasterTargetConfiguration configuration) {
        int mebibytes = configuration.reserveMebibytes();
        return mebibytes == 0 ? StoreReserve.USUAL : StoreReserve.of((long) mebibytes << 20);
    }

    private static Optional<AnchorWitness.Settings> witness(MasterTargetConfiguration configuration) {
        return configuration.witnessFolder().isEmpty()
                ? Optional.empty()
                : Optional.of(new AnchorWitness.Settings(
                        Path.of(configuration.witnessFolder()), Duration.ofHours(configuration.witnessHours())));
    }

    @Override
    public void createHistory(MachineId machine) {
        target.createHistory(machine);
    }

    @Override
    public void requireDestroyable(MachineId machine) {
        target.requireDestroyable(machine);
    }

    @Override
    public void destroyHistory(MachineId machine) {
        target.destroyHistory(machine);
    }

    @Override
    public MachineHistory history(MachineId machine) {
        return target.history(machine);
    }

    @Override
    public StoreRoom room() {
        return target.room();
    }

    @Override
    public Map<MachineId, SpaceFigures> spaces() {
        return target.spaces();
    }

    @Override
    public HistoryHead fence(MachineId machine, Position parent, EpochCause cause, String writer) {
        return target.fence(machine, parent, cause, writer);
    }

    @Override
    public PointExport offer(UUID id, MachineId machine, Position position, boolean proven) {
        return target.offer(id, machine, position, proven);
    }

    @Override
    public void withdraw(UUID id) {
        target.withdraw(id);
    }

    @Override
    public Optional<PointExport> offered(UUID id) {
        return target.offered(id);
    }

    @Override
    public void handOver(MachineId machine, MachineKeys keys) {
        target.handOver(machine, keys);
    }

    @Override
    public void takeBack(MachineId machine) {
        target.takeBack(machine);
    }

    @Override
    public boolean holdsKeys(MachineId machine) {
        return target.holdsKeys(machine);
    }

    @Override
    public Anchor anchor(Optional<Anchor> since) {
        return target.anchor(since);
    }

    @Override
    public List<AnchorFinding> compare(Anchor anchor) {
        return target.compare(anchor);
    }

    @Override
    public String witnessTrouble() {
        return target.witnessTrouble();
    }

    /** Stops it. */
    @Deactivate
    void close() {
        target.close();
    }
}
