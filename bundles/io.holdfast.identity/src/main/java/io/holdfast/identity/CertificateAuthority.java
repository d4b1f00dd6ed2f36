package io.holdfast.identity;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * The appliance's own certificate authority: elliptic curve P-256, its key in a file that only its owner may read. Thread-safe.
 *
 * @since 1.0
 */
public final class CertificateAuthority {

    /** How long the authority itself is valid. */
    static final Duration AUTHORITY_VALID = Duration.ofDays(20 * 365);

    private static final Duration BACKDATED = Duration.ofHours(25);
    private static final int SERIAL_BITS = 127;
    private static final int KEY_BITS = 256;
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final String KEY_FILE = "authority.key";
    private static final String CERTIFICATE_FILE = "authority.pem";

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final TimeSource time;
    private final SecureRandom random;

    private CertificateAuthority(PrivateKey key, X509Certificate certificate, TimeSource time, SecureRandom random) {
        this.key = key;
        this.certificate = certificate;
        this.time = time;
        this.random = random;
    }

    /**
     * Opens the authority of a folder, or makes it when there is none.
     *
     * @param folder created when it is not there
     * @param time for the validity of certificates
     * @param random for keys and serial numbers
     * @return the authority; what was made is durable
     * @throws HoldfastException {@code DISK_ERROR}, {@code KEY_MISSING} when one of its two files is missing or damaged
     */
    public static CertificateAuthority open(Path folder, TimeSource time, SecureRandom random) {
        Path keyFile = folder.resolve(KEY_FILE);
        Path certificateFile = folder.resolve(CERTIFICATE_FILE);
        createFolder(folder);
        if (!Files.exists(keyFile) && Files.exists(certificateFile)) {
            throw new HoldfastException(
                    ErrorCode.KEY_MISSING,
                    keyFile.toString(),
                    "is not there although " + certificateFile + " is; restore it");
        }
        if (!Files.exists(certificateFile)) {
            // the certificate is written last: a key alone is what an interrupted first start left, and is replaced
            create(keyFile, certificateFile, time, random);
        }
        return new CertificateAuthority(
                Pem.key(Pem.read(keyFile), keyFile.toString()),
                Pem.certificates(Pem.read(certificateFile), certificateFile.toString())
                        .getFirst(),
                time,
                random);
    }

    /**
     * Makes a key pair of the kind that the authority certifies.
     *
     * @param random where it comes from
     * @return a key pair on P-256
     */
    public static KeyPair newKeyPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    /**
     * The authority's own certificate: what others have to trust.
     *
     * @return self-signed
     */
    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * Certifies a key, as server and as client.
     *
     * @param names whose key
     * @param subjectKey the public key
     * @param valid from now
     * @return the certificate
     */
    public X509Certificate certify(Names names, PublicKey subjectKey, Duration valid) {
        long now = time.utcMillis();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                certificate,
                new BigInteger(SERIAL_BITS, random),
                new Date(now - BACKDATED.toMillis()),
                new Date(now + valid.toMillis()),
                name(names.commonName()),
                subjectKey);
        try {
            JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    utils.createAuthorityKeyIdentifier(certificate.getPublicKey()));
            if (!names.dnsNames().isEmpty() || !names.addresses().isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
            }
            return sign(builder, key);
        } catch (CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException("a certificate of constant form can be made", e);
        }
    }

    /**
     * Certifies the key of a request. Of the request itself only the key is used: the name is the authority's decision.
     *
     * @param requestPem PKCS #10 in PEM form; its signature proves that the sender has the key
     * @param commonName the name to certify
     * @param valid from now
     * @return the certificate
     * @throws HoldfastException {@code INVALID_ARGUMENT} when it is no request, is not signed by its own key, or the key is no P-256 key
     */
    public X509Certificate certifyRequest(String requestPem, String commonName, Duration valid) {
        return certify(new Names(commonName, Set.of(), Set.of()), keyOf(requestPem), valid);
    }

    /**
     * Whom a certificate is for.
     *
     * @param commonName at most 64 characters
     * @param dnsNames names under which it is reached
     * @param addresses IP addresses under which it is reached
     */
    public record Names(String commonName, Set<String> dnsNames, Set<String> addresses) {

        private static final int TYPE_DNS = 2;
        private static final int TYPE_ADDRESS = 7;

        public Names {
            dnsNames = Set.copyOf(dnsNames);
            addresses = Set.copyOf(addresses);
        }

        /**
         * Reads them from a certificate.
         *
         * @param certificate any
         * @return its names; the common name is empty when it has none
         */
        public static Names of(X509Certificate certificate) {
            RDN[] common = X500Name.getInstance(
                            certificate.getSubjectX500Principal().getEncoded())
                    .getRDNs(BCStyle.CN);
            return new Names(
                    common.length == 0
                            ? ""
                            : IETFUtils.valueToString(common[0].getFirst().getValue()),
                    alternatives(certificate, TYPE_DNS),
                    alternatives(certificate, TYPE_ADDRESS));
        }

        private static Set<String> alternatives(X509Certificate certificate, int type) {
            try {
                Collection<List<?>> all = certificate.getSubjectAlternativeNames();
                return all == null
                        ? Set.of()
                        : all.stream()
                                .filter(entry -> Integer.valueOf(type).equals(entry.get(0)))
                                .map(entry -> String.valueOf(entry.get(1)))
                                .collect(Collectors.toUnmodifiableSet());
            } catch (CertificateParsingException e) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT, "certificate", "its alternative names cannot be read", e);
            }
        }
    }

    private static GeneralNames alternativeNames(Names names) {
        return new GeneralNames(Stream.concat(
                        names.dnsNames().stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                        names.addresses().stream().map(address -> new GeneralName(GeneralName.iPAddress, address)))
                .toArray(GeneralName[]::new));
    }

    private static PublicKey keyOf(String requestPem) {
        try (PEMParser parser = new PEMParser(new StringReader(requestPem))) {
            if (parser.readObject() instanceof PKCS10CertificationRequest request) {
                PublicKey requested = new JcaPKCS10CertificationRequest(request).getPublicKey();
                boolean proven = request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(requested));
                if (proven
                        && requested instanceof ECPublicKey curve
                        && curve.getParams().getCurve().getField().getFieldSize() == KEY_BITS) {
                    return requested;
                }
            }
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException e) {
            throw refused(e.getMessage(), e);
        }
        throw refused("it is none, is not signed by its own key, or its key is not on P-256", null);
    }

    private static HoldfastException refused(String reason, @Nullable Exception cause) {
        return new HoldfastException(
                ErrorCode.INVALID_ARGUMENT,
                "certificate request",
                "cannot be used (" + reason + "); expected PKCS #10 in PEM form for a P-256 key",
                cause);
    }

    private static void create(Path keyFile, Path certificateFile, TimeSource time, SecureRandom random) {
        KeyPair pair = newKeyPair(random);
        byte[] suffix = new byte[4];
        random.nextBytes(suffix);
        X500Name name = name("Holdfast authority " + HexFormat.of().formatHex(suffix));
        long now = time.utcMillis();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(SERIAL_BITS, random),
                new Date(now - BACKDATED.toMillis()),
                new Date(now + AUTHORITY_VALID.toMillis()),
                name,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            Pem.write(keyFile, Pem.ofKey(pair.getPrivate()));
            Pem.write(certificateFile, Pem.ofCertificates(List.of(sign(builder, pair.getPrivate()))));
        } catch (CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException("a certificate of constant form can be made", e);
        }
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, folder.toString(), "cannot be created: " + e.getMessage(), e);
        }
    }
}
