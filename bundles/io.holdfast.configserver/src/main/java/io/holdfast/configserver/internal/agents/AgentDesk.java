package io.holdfast.configserver.internal.agents;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.AgentGateway;
import io.holdfast.configserver.AgentMessages;
import io.holdfast.configserver.internal.MachineDirectory;
import io.holdfast.model.Agent;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineCarriers;
import io.holdfast.model.MachineStatus;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where agents come to report and to be told. Thread-safe. */
public final class AgentDesk implements AgentGateway, MachineCarriers {

    /**
     * The longest an answer waits for a command. It bounds how old a status gets and how soon a lost agent is noticed, so it is well below
     * what an agent may ask for.
     */
    static final int WAIT_MILLIS_MOST = 1_000;

    private static final int NAME_LENGTH_MAX = 80;
    private static final int VERSION_LENGTH_MAX = 80;
    private static final int CSR_LENGTH_MAX = 16_384;
    private static final Logger LOG = LoggerFactory.getLogger(AgentDesk.class);

    private final AgentRegister register;
    private final AgentCommands commands;
    private final AgentBells bells;
    private final StatusBoard board;
    private final MachineDirectory machines;
    private final MachineObserver observer;
    private final AgentNews news;

    /**
     * Opens the desk.
     *
     * @param register the agents
     * @param outbox what they are told, and the bells that wake them
     * @param board where their words are kept
     * @param machines the machines they capture
     * @param time for labels
     * @param news told what happens
     */
    public AgentDesk(
            AgentRegister register,
            Outbox outbox,
            StatusBoard board,
            MachineDirectory machines,
            TimeSource time,
            AgentNews news) {
        this.register = register;
        this.commands = outbox.commands();
        this.bells = outbox.bells();
        this.board = board;
        this.machines = machines;
        this.observer = new MachineObserver(machines, time);
        this.news = news;
    }

    /**
     * What agents are told, and the bells that wake them.
     *
     * @param commands the commands
     * @param bells the bells
     */
    public record Outbox(AgentCommands commands, AgentBells bells) {}

    @Override
    public AgentMessages.EnrolAnswer enrol(
            AgentMessages.EnrolRequest request, @Nullable X509Certificate certificate, String origin) {
        requireLength("certificate request", request.csr(), CSR_LENGTH_MAX);
        String token = request.token();
        if (token != null) {
            if (!request.name().matches("[A-Za-z0-9][A-Za-z0-9._-]{0," + (NAME_LENGTH_MAX - 1) + "}")) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "agent name",
                        "not usable; expected 1 to " + NAME_LENGTH_MAX
                                + " letters, digits, dots, hyphens and underscores");
            }
            AgentRegister.Enrolled enrolled = register.enrol(token, request, board::isHeard);
            enrolled.moved().forEach(machines::reload);
            LOG.info(
                    "agent enrolled agent={} name={} origin={} machinesTakenOver={}",
                    enrolled.agent().id(),
                    enrolled.agent().name(),
                    origin,
                    enrolled.moved().size());
            news.enrolled(enrolled.agent(), origin);
            return enrolled.answer();
        }
        if (certificate == null) {
            throw new HoldfastException(
                    ErrorCode.NOT_AUTHENTICATED,
                    "enrolment",
                    "neither a token nor a client certificate; expected one of them");
        }
        return register.renew(certificate, request.csr());
    }

    @Override
    public AgentMessages.PollAnswer poll(AgentMessages.PollRequest request, X509Certificate certificate)
            throws InterruptedException {
        Agent agent = check(request, certificate);
        boolean returned = board.heard(agent.id());
        register.version(agent, request.version());
        long rung = bells.count(agent.id());
        for (MachineStatus status : request.machines()) {
            take(agent, status, request.since());
        }
        commands.answered(agent.id(), request.results()).forEach(news::toldOf);
        if (returned) {
            LOG.info("agent is heard of agent={} name={} version={}", agent.id(), agent.name(), request.version());
            news.agentChanged(agent.id());
            machines.list().stream()
                    .filter(machine -> machine.agent().equals(agent.id()))
                    .forEach(machine -> news.reached(machine.id()));
        }
        List<AgentMessages.AgentCommand> due = commands.handOut(agent.id());
        int wait = Math.min(request.waitMillis(), WAIT_MILLIS_MOST);
        if (due.isEmpty() && bells.await(agent.id(), rung, wait)) {
            due = commands.handOut(agent.id());
        }
        board.heard(agent.id());
        return new AgentMessages.PollAnswer(due, board.moment());
    }

    private Agent check(AgentMessages.PollRequest request, X509Certificate certificate) {
        Agent agent = register.authenticate(certificate);
        if (!agent.id().equals(request.agent())) {
            throw new HoldfastException(
                    ErrorCode.NOT_AUTHENTICATED,
                    "agent " + request.agent(),
                    "the certificate is that of agent " + agent.id() + "; expected its own");
        }
        requireLength("agent version", request.version(), VERSION_LENGTH_MAX);
        if (request.machines().size() > AgentMessages.ENTRIES_MAX
                || request.results().size() > AgentMessages.ENTRIES_MAX
                || request.waitMillis() < 0
                || request.waitMillis() > AgentMessages.WAIT_MILLIS_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "poll of agent " + agent.name(),
                    request.machines().size() + " machines, "
                            + request.results().size() + " results, wait " + request.waitMillis()
                            + "; expected at most " + AgentMessages.ENTRIES_MAX + " of each and a wait of 0 to "
                            + AgentMessages.WAIT_MILLIS_MAX);
        }
        return agent;
    }

    @Override
    public boolean mayCarry(String agent, MachineId machine) {
        return register.byId(agent).isPresent() && assigned(agent, machine).isPresent();
    }

    private Optional<Machine> assigned(String agent, MachineId machine) {
        return machines.find(machine).filter(found -> found.agent().equals(agent));
    }

    private void take(Agent agent, MachineStatus status, AgentMessages.@Nullable Since since) {
        Optional<Machine> machine = assigned(agent.id(), status.machine());
        if (machine.isEmpty()) {
            return; // not this agent's machine, or not any more: what it says of it counts for nothing
        }
        Optional<MachineStatus> before = board.since(status.machine(), Long.MAX_VALUE);
        board.told(status, since);
        observer.observe(machine.get(), status);
        if (before.isEmpty() || before.get().state() != status.state()) {
            news.toldOf(status.machine());
        }
        news.figures(status.machine());
    }

    /**
     * Forgets an agent and refuses its certificate.
     *
     * @param agent which
     * @throws HoldfastException {@code ILLEGAL_STATE} while it has a machine
     */
    public void remove(Agent agent) {
        register.remove(agent);
        board.forgetAgent(agent.id());
        commands.forgetAgent(agent.id());
        bells.forget(agent.id());
    }

    /** Notices the agents that are lost. To be called every second. */
    public void tick() {
        Set<String> lost = board.newlyLost();
        for (String agent : lost) {
            LOG.warn(
                    "agent is lost: not heard of; check its host and the network agent={} lostMillis={}",
                    agent,
                    StatusBoard.LOST_MILLIS);
            news.agentChanged(agent);
        }
    }

    private static void requireLength(String what, String text, int most) {
        if (text.length() > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, what, text.length() + " characters; expected at most " + most);
        }
    }

    /** Told what happens at the desk. Called on the threads of polls; must be quick. */
    public interface AgentNews {

        /**
         * An agent was taken in.
         *
         * @param agent which
         * @param origin where it called from
         */
        void enrolled(Agent agent, String origin);

        /**
         * An agent was lost or is heard of again.
         *
         * @param agent its id
         */
        void agentChanged(String agent);

        /**
         * The agent of a machine is heard of again.
         *
         * @param machine which
         */
        void reached(MachineId machine);

        /**
         * Something was said that the jobs of a machine may wait for.
         *
         * @param machine which
         */
        void toldOf(MachineId machine);

        /**
         * There are new figures of a machine.
         *
         * @param machine which
         */
        void figures(MachineId machine);
    }
}
