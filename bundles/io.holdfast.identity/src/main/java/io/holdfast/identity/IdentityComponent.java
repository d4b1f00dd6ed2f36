package io.holdfast.identity;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.model.NodeCredentials;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The identity as a component of the node that carries the configuration server.
 *
 * @since 1.0
 */
@Component(
        service = {Identity.class, NodeCredentials.class},
        configurationPid = "io.holdfast.identity",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = IdentityConfiguration.class)
public final class IdentityComponent implements Identity {

    private static final Path HOST_NAME_FILE = Path.of("/proc/sys/kernel/hostname");

    private final CertificateAuthority authority;
    private final NodeCertificate certificate;

    /**
     * Opens the authority, or makes it on the first start.
     *
     * @param configuration its settings
     */
    @Activate
    public IdentityComponent(IdentityConfiguration configuration) {
        Path folder = Path.of(configuration.dataFolder());
        SecureRandom random = new SecureRandom();
        authority = CertificateAuthority.open(folder, TimeSource.SYSTEM, random);
        certificate = new NodeCertificate(authority, folder, namesOfThisHost(), TimeSource.SYSTEM, random);
    }

    @Override
    public CertificateAuthority authority() {
        return authority;
    }

    @Override
    public Credentials current() {
        return certificate.current();
    }

    /** Asks the kernel and the interfaces, never a name server: that could take seconds, or lie. */
    private static CertificateAuthority.Names namesOfThisHost() {
        Set<String> addresses = new TreeSet<>();
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
                    .forEach(addresses::add);
            String host = Files.readString(HOST_NAME_FILE).trim();
            return new CertificateAuthority.Names(
                    NODE_NAME, Set.of("localhost", host.isEmpty() ? "holdfast" : host), addresses);
        } catch (SocketException e) {
            throw new HoldfastException(
                    ErrorCode.NETWORK, "network interfaces", "cannot be listed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, HOST_NAME_FILE.toString(), "cannot be read", e);
        }
    }
}
