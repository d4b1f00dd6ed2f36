package io.holdfast.configserver;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * What agents speak to: {@code POST /agent/v1/enrol} and {@code POST /agent/v1/poll} of {@code docs/protocol/agent.md}. Thread-safe.
 *
 * @since 1.0
 */
public interface AgentGateway {

    /**
     * Takes a new agent in, or gives a known one a new certificate.
     *
     * @param request as it came
     * @param certificate the client certificate of the connection, for renewal; null when there is none
     * @param origin the client's address
     * @return identity and certificate
     * @throws io.holdfast.base.HoldfastException {@code NOT_AUTHENTICATED} for a token that is wrong, used or expired, {@code
     *     INVALID_ARGUMENT} for a bad request
     */
    AgentMessages.EnrolAnswer enrol(
            AgentMessages.EnrolRequest request, @Nullable X509Certificate certificate, String origin);

    /**
     * Takes status and results in and hands commands out. Blocks until there is a command or the wait is over.
     *
     * @param request as it came
     * @param certificate the client certificate of the connection, verified by TLS against our authority
     * @return commands; each is handed out again until it was answered
     * @throws io.holdfast.base.HoldfastException {@code NOT_AUTHENTICATED} when the certificate is no known agent's, {@code
     *     INVALID_ARGUMENT} for a bad request
     * @throws InterruptedException when the waiting thread is interrupted
     */
    AgentMessages.PollAnswer poll(AgentMessages.PollRequest request, X509Certificate certificate)
            throws InterruptedException;
}
