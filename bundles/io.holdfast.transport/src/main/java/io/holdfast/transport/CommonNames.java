package io.holdfast.transport;

import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Reads the common name of a certificate. */
final class CommonNames {

    private CommonNames() {}

    /**
     * Gives the subject's common name.
     *
     * @return empty when there is none
     */
    static String of(X509Certificate certificate) {
        try {
            for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(rdn.getValue());
                }
            }
            return "";
        } catch (InvalidNameException _) {
            return "";
        }
    }
}
