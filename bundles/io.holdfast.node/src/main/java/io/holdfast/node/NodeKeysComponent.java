package io.holdfast.node;

import io.holdfast.base.TimeSource;
import io.holdfast.journal.KeyStatus;
import io.holdfast.journal.KeyVault;
import io.holdfast.journal.NodeKeys;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a node, opened once for all its roles. What cannot be opened is said here, at the start, and not when it is needed.
 *
 * @since 1.0
 */
@Component(
        immediate = true,
        configurationPid = "io.holdfast.node.keys",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NodeKeysConfiguration.class)
public final class NodeKeysComponent implements NodeKeys {

    private static final Logger LOG = LoggerFactory.getLogger(NodeKeysComponent.class);

    private final KeyVault vault;

    /**
     * Opens the keys.
     *
     * @param configuration where they lie
     */
    @Activate
    public NodeKeysComponent(NodeKeysConfiguration configuration) {
        vault = KeyVault.open(
                Path.of(configuration.keyFolder()),
                Optional.of(configuration.storeFolder())
                        .filter(folder -> !folder.isEmpty())
                        .map(Path::of),
                new SecureRandom(),
                TimeSource.SYSTEM);
        tell(vault.status());
    }

    private static void tell(KeyStatus status) {
        switch (status.state()) {
            case OPEN ->
                LOG.info(
                        "keys opened storeKey={} machines={}",
                        status.storeKey(),
                        status.machines().size());
            case LOCKED -> LOG.warn("store key waits for its passphrase storeKey={}", status.storeKey());
            case LOST, FOREIGN ->
                LOG.error(
                        "no machine's keys can be opened; restore them from an export or from the recovery paper state={} reason={}",
                        status.state(),
                        status.detail());
        }
        if (status.recoveryKey().isEmpty()) {
            LOG.warn("no recovery key is confirmed; no machine can be protected before one is");
        }
        status.machines().stream()
                .filter(machine -> status.state() == KeyStatus.State.OPEN
                        && !machine.trouble().isEmpty())
                .forEach(machine ->
                        LOG.error("keys cannot be opened machine={} reason={}", machine.machine(), machine.trouble()));
    }

    @Override
    public KeyVault vault() {
        return vault;
    }
}
