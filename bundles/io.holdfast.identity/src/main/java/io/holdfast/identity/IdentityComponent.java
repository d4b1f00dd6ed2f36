package io.holdfast.identity;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.model.NodeCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
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
        certificate = new NodeCertificate(
                authority, folder, namesOfThisHost(configuration.names()), TimeSource.SYSTEM, random);
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
    private static CertificateAuthority.Names namesOfThisHost(String more) {
        Set<String> names = new TreeSet<>(Set.of("localhost"));
        Set<String> addresses = new TreeSet<>();
        Pattern.compile(",")
                .splitAsStream(more)
                .filter(name -> !name.isBlank())
                .forEach(name -> add(name, names, addresses));
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .map(IdentityComponent::text)
                    .forEach(addresses::add);
            String host = Files.readString(HOST_NAME_FILE).trim();
            names.add(host.isEmpty() ? "holdfast" : host);
            return new CertificateAuthority.Names(NODE_NAME, names, addresses);
        } catch (SocketException e) {
            throw new HoldfastException(
                    ErrorCode.NETWORK, "network interfaces", "cannot be listed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, HOST_NAME_FILE.toString(), "cannot be read", e);
        }
    }

    private static void add(String name, Set<String> names, Set<String> addresses) {
        try {
            addresses.add(text(InetAddress.ofLiteral(name)));
        } catch (IllegalArgumentException _) {
            names.add(name); // no address, so a name
        }
    }

    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }
}
