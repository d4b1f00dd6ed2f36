package io.holdfast.configserver.internal.agents;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import io.holdfast.catalog.StoredToken;
import io.holdfast.configserver.AgentMessages;
import io.holdfast.configserver.EnrolmentToken;
import io.holdfast.identity.CertificateAuthority;
import io.holdfast.identity.Pem;
import io.holdfast.identity.Tokens;
import io.holdfast.model.Agent;
import io.holdfast.model.Machine;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The agents that were taken in, and how they are. An agent's certificate carries its id as common name, so forgetting the id refuses the
 * certificate. Thread-safe.
 */
public final class AgentRegister {

    /** How long an agent's certificate is valid; agents ask for the next one in time. */
    static final Duration CERTIFICATE_VALID = Duration.ofDays(90);

    private final Catalog catalog;
    private final CertificateAuthority authority;
    private final TimeSource time;
    private final SecureRandom random;
    private final ConcurrentHashMap<String, Agent> copies = new ConcurrentHashMap<>();

    /**
     * Opens the register.
     *
     * @param catalog where agents are kept
     * @param authority certifies them
     * @param time for labels and validity
     * @param random where tokens come from
     */
    public AgentRegister(Catalog catalog, CertificateAuthority authority, TimeSource time, SecureRandom random) {
        this.catalog = catalog;
        this.authority = authority;
        this.time = time;
        this.random = random;
        reload();
    }

    /** Thousands of polls a second look agents up, so that is done in memory. */
    private void reload() {
        synchronized (copies) {
            List<Agent> agents = catalog.read(tables -> tables.agents().list());
            copies.keySet().retainAll(agents.stream().map(Agent::id).toList());
            agents.forEach(agent -> copies.put(agent.id(), agent));
        }
    }

    /**
     * An agent that was taken in.
     *
     * @param answer for the agent
     * @param agent as kept
     * @param moved machines that it has taken over from a lost agent of the same name
     */
    record Enrolled(AgentMessages.EnrolAnswer answer, Agent agent, List<MachineId> moved) {}

    /**
     * Makes a token.
     *
     * @param valid how long
     * @param by the user who asks
     * @return the token
     */
    public EnrolmentToken createToken(Duration valid, String by) {
        String token = Tokens.newToken(random);
        long expires = time.utcMillis() + valid.toMillis();
        catalog.write(tables -> {
            tables.agents().deleteTokensBefore(time.utcMillis());
            tables.agents().addToken(new StoredToken(Tokens.digest(token), expires, by));
            return true;
        });
        return new EnrolmentToken(token, expires, fingerprint(authority.certificate()));
    }

    /**
     * Takes a new agent in. One of the same name that is lost is replaced: its machines go over to the new one, and its certificate is
     * refused.
     *
     * @param token as it came
     * @param request as it came
     * @param isHeard whether an agent is heard of
     * @return what was done
     */
    Enrolled enrol(String token, AgentMessages.EnrolRequest request, Predicate<String> isHeard) {
        String digest = Tokens.digest(token);
        // looked at before anything is signed: whoever has no token makes no work
        requireValid(catalog.read(tables -> tables.agents().findToken(digest)));
        String id = UUID.randomUUID().toString();
        X509Certificate certificate = authority.certifyRequest(request.csr(), id, CERTIFICATE_VALID);
        Agent agent = agent(id, request.name(), "", certificate, time.utcMillis());
        List<MachineId> moved = catalog.write(tables -> {
            Optional<StoredToken> found = tables.agents().takeToken(Tokens.digest(token));
            if (found.isEmpty() || found.get().expiresMillis() <= time.utcMillis()) {
                throw new HoldfastException(
                        ErrorCode.NOT_AUTHENTICATED,
                        "enrolment token",
                        "unknown, used or expired; expected a new one from the console");
            }
            return replaceNamesake(tables, agent, isHeard);
        });
        reload();
        return new Enrolled(answer(id, certificate), agent, moved);
    }

    private void requireValid(Optional<StoredToken> token) {
        if (token.isEmpty() || token.get().expiresMillis() <= time.utcMillis()) {
            throw new HoldfastException(
                    ErrorCode.NOT_AUTHENTICATED,
                    "enrolment token",
                    "unknown, used or expired; expected a new one from the console");
        }
    }

    private static List<MachineId> replaceNamesake(CatalogTransaction tables, Agent agent, Predicate<String> isHeard) {
        Optional<Agent> before = tables.agents().list().stream()
                .filter(other -> other.name().equals(agent.name()))
                .findFirst();
        if (before.isPresent() && isHeard.test(before.get().id())) {
            throw new HoldfastException(
                    ErrorCode.ALREADY_EXISTS,
                    "agent " + agent.name(),
                    "an agent of that name is connected; expected another name");
        }
        before.ifPresent(old -> tables.agents().delete(old.id()));
        tables.agents().put(agent);
        List<MachineId> moved = new ArrayList<>();
        before.ifPresent(old -> tables.machines().list().stream()
                .filter(machine -> machine.agent().equals(old.id()))
                .forEach(machine -> {
                    tables.machines().update(machine.withAgent(agent.id()));
                    moved.add(machine.id());
                }));
        return moved;
    }

    /**
     * Gives a known agent a new certificate.
     *
     * @param certificate its present one
     * @param csr its request
     * @return the answer
     */
    AgentMessages.EnrolAnswer renew(X509Certificate certificate, String csr) {
        Agent known = authenticate(certificate);
        X509Certificate next = authority.certifyRequest(csr, known.id(), CERTIFICATE_VALID);
        catalog.write(tables -> {
            tables.agents().put(agent(known.id(), known.name(), known.version(), next, known.enrolledMillis()));
            return true;
        });
        reload();
        return answer(known.id(), next);
    }

    /**
     * Finds whose certificate it is. That our authority has signed it, TLS has checked.
     *
     * @param certificate of the connection
     * @return the agent
     * @throws HoldfastException {@code NOT_AUTHENTICATED}, {@code CERTIFICATE_EXPIRED}
     */
    Agent authenticate(X509Certificate certificate) {
        String id = CertificateAuthority.Names.of(certificate).commonName();
        try {
            certificate.checkValidity(new Date(time.utcMillis()));
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            throw new HoldfastException(
                    ErrorCode.CERTIFICATE_EXPIRED,
                    "certificate of agent " + id,
                    "not valid now; expected to enrol again",
                    e);
        }
        return Optional.ofNullable(copies.get(id))
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_AUTHENTICATED,
                        "certificate of '" + id + "'",
                        "belongs to no agent known here; expected to enrol"));
    }

    /**
     * Tells whether an agent would be let in with its certificate.
     *
     * @param certificate of our authority
     * @return false when it has ended, or belongs to an agent that was removed or replaced
     */
    public boolean letsIn(X509Certificate certificate) {
        try {
            authenticate(certificate);
            return true;
        } catch (HoldfastException _) {
            return false; // the answer, not an error
        }
    }

    /**
     * Notes an agent's version when it is another than before.
     *
     * @param agent as kept
     * @param version as told
     */
    void version(Agent agent, String version) {
        if (agent.version().equals(version)) {
            return;
        }
        catalog.write(tables -> {
            tables.agents()
                    .put(new Agent(
                            agent.id(),
                            agent.name(),
                            version,
                            agent.certificateSerial(),
                            agent.certificateExpiresMillis(),
                            agent.enrolledMillis()));
            return true;
        });
        reload();
    }

    /**
     * Finds an agent.
     *
     * @param nameOrId either
     * @return the agent
     * @throws HoldfastException {@code NOT_FOUND}
     */
    public Agent find(String nameOrId) {
        return list().stream()
                .filter(agent -> agent.name().equals(nameOrId) || agent.id().equals(nameOrId))
                .findFirst()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND,
                        "agent " + nameOrId,
                        "not known; expected name or id of an enrolled agent"));
    }

    /**
     * Lists the agents.
     *
     * @return by name
     */
    public List<Agent> list() {
        return copies.values().stream()
                .sorted(Comparator.comparing(Agent::name))
                .toList();
    }

    /**
     * Finds an agent.
     *
     * @param id its id
     * @return the agent
     */
    public Optional<Agent> byId(String id) {
        return Optional.ofNullable(copies.get(id));
    }

    /**
     * Forgets an agent.
     *
     * @param agent which
     * @throws HoldfastException {@code ILLEGAL_STATE} while it has a machine
     */
    void remove(Agent agent) {
        catalog.write(tables -> {
            Optional<Machine> captured = tables.machines().list().stream()
                    .filter(machine -> machine.agent().equals(agent.id()))
                    .findFirst();
            if (captured.isPresent()) {
                throw new HoldfastException(
                        ErrorCode.ILLEGAL_STATE,
                        "agent " + agent.name(),
                        "has the machine '" + captured.get().name() + "'; expected an agent without machines");
            }
            tables.agents().delete(agent.id());
            return true;
        });
        reload();
    }

    private AgentMessages.EnrolAnswer answer(String id, X509Certificate certificate) {
        return new AgentMessages.EnrolAnswer(
                id, Pem.ofCertificates(List.of(certificate)), Pem.ofCertificates(List.of(authority.certificate())));
    }

    private static Agent agent(
            String id, String name, String version, X509Certificate certificate, long enrolledMillis) {
        return new Agent(
                id,
                name,
                version,
                certificate.getSerialNumber().toString(16),
                certificate.getNotAfter().getTime(),
                enrolledMillis);
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
