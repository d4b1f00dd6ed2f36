package io.holdfast.configserver.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.internal.agents.AgentRegister;
import io.holdfast.identity.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets the agent of the same node in without anybody's doing: as long as it has no certificate that is good, a fresh enrolment token lies in its
 * folder, beside the authority's certificate, readable by their owner alone. Used by one thread.
 */
public final class LocalAgent {

    private static final Duration TOKEN_VALID = Duration.ofMinutes(30);
    private static final long RENEWED_NANOS = TimeUnit.MINUTES.toNanos(20);
    private static final String ENROLLED_FILE = "agent.pem";
    private static final String TOKEN_FILE = "enrolment.token";
    private static final String AUTHORITY_FILE = "authority.pem";

    private final Path folder;
    private final X509Certificate authority;
    private final AgentRegister register;
    private final TimeSource time;
    private boolean written;
    private long writtenNanos;

    /**
     * Makes it.
     *
     * @param folder of the agent; created when it is not there
     * @param authority our authority's certificate
     * @param register makes tokens
     * @param time the monotonic clock
     */
    public LocalAgent(Path folder, X509Certificate authority, AgentRegister register, TimeSource time) {
        this.folder = folder;
        this.authority = authority;
        this.register = register;
        this.time = time;
    }

    /**
     * Sees to it that the agent can enrol. To be called every few seconds.
     *
     * @throws HoldfastException {@code DISK_ERROR}
     */
    public void tick() {
        Path token = folder.resolve(TOKEN_FILE);
        try {
            if (isEnrolled(folder.resolve(ENROLLED_FILE))) {
                Files.deleteIfExists(token);
                written = false;
                return;
            }
            if (written && time.monotonicNanos() - writtenNanos < RENEWED_NANOS) {
                return;
            }
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, folder.toString(), "cannot be written: " + e.getMessage(), e);
        }
        Pem.write(folder.resolve(AUTHORITY_FILE), Pem.ofCertificates(List.of(authority)));
        Pem.write(token, register.createToken(TOKEN_VALID, "system").token() + "\n");
        written = true;
        writtenNanos = time.monotonicNanos();
    }

    private boolean isEnrolled(Path file) {
        try {
            return Files.exists(file)
                    && register.letsIn(
                            Pem.certificates(Pem.read(file), file.toString()).getFirst());
        } catch (HoldfastException _) {
            return false; // damaged, or being written: a token does no harm
        }
    }
}
