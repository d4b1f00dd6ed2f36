package io.holdfast.harness.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.CaptureHeartbeat;
import io.holdfast.base.HoldfastException;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.GuestVm;
import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.appliance.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One appliance, its agent, in the same process or in another one, and one guest, all below one folder.
 */
public final class Stage implements AutoCloseable {

    /** The name under which the guest is protected. */
    public static final String MACHINE = "demo";

    private static final Duration ENROLMENT_MAX = Duration.ofSeconds(60);
    private static final Duration DISK_USE_MAX = Duration.ofSeconds(30);
    private static final int RPO_GOAL_MILLIS = 1_000;

    private final Path folder;
    private final boolean agentApart;
    private @Nullable NodeProcess agent;
    private NodeProcess appliance;
    private Api api;
    private final GuestVm guest;
    private volatile Optional<CaptureHeartbeat> heartbeat = Optional.empty();

    private Stage(
            Path folder,
            NodeProcess appliance,
            @Nullable NodeProcess agent,
            Api api,
            GuestImages images,
            UnaryOperator<GuestVm.Settings> shape)
            throws IOException {
        this.folder = folder;
        this.appliance = appliance;
        this.agentApart = agent != null;
        this.agent = agent;
        this.api = api;
        Path machine = Files.createDirectory(folder.resolve("guest"));
        images.copyDisks(machine);
        this.guest = GuestVm.boot(shape.apply(GuestVm.Settings.in(machine)), this::givenSequence);
    }

    /** Starts everything with the usual guest; nothing is protected yet. */
    public static Stage open(RunKind kind, Path product, GuestImages images) throws IOException, InterruptedException {
        return open(kind, product, images, UnaryOperator.identity());
    }

    /**
     * Starts everything; nothing is protected yet.
     *
     * @param shape makes the guest's settings of the usual ones
     */
    public static Stage open(RunKind kind, Path product, GuestImages images, UnaryOperator<GuestVm.Settings> shape)
            throws IOException, InterruptedException {
        return open(Ground.fresh(), kind, product, images, shape);
    }

    /**
     * Starts everything on a prepared ground; nothing is protected yet.
     *
     * @param shape makes the guest's settings of the usual ones
     */
    public static Stage open(
            Ground ground, RunKind kind, Path product, GuestImages images, UnaryOperator<GuestVm.Settings> shape)
            throws IOException, InterruptedException {
        String roles = kind == RunKind.MACHINE ? "all" : "configserver,processserver,mastertarget";
        NodeProcess appliance = NodeProcess.start(
                new NodeProcess.Settings(product, ground.data(), roles, freePorts(), List.of(), ground.appliance()));
        try {
            appliance.awaitReady();
            Api api = Api.signIn(appliance);
            NodeProcess agent = kind == RunKind.MACHINE ? null : startAgent(ground, appliance, api);
            return new Stage(ground.folder(), appliance, agent, api, images, shape);
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            appliance.close();
            throw e;
        }
    }

    private static NodeProcess.Ports freePorts() throws IOException {
        List<Integer> free = ProcessTools.freePorts(3);
        return new NodeProcess.Ports(free.get(0), free.get(1), free.get(2));
    }

    /** The process id of the appliance that was started last. */
    public long applianceId() {
        return appliance.pid();
    }

    /** The data folder of the appliance. */
    public Path data() {
        return appliance.settings().data();
    }

    /** Kills the appliance alone, as a loss of power would. Guards and replicas live on. */
    public void killAppliance() throws InterruptedException {
        appliance.kill();
    }

    /** Stops the appliance in order, as an administrator would. */
    public void stopAppliance() throws InterruptedException {
        appliance.stop();
    }

    /**
     * Starts the appliance again on its data and its ports and signs in anew; returns when it is ready.
     *
     * @param more options of this start alone
     */
    public void restartAppliance(String... more) throws IOException, InterruptedException {
        heartbeat = Optional.empty();
        appliance =
                NodeProcess.start(appliance.settings().withMore(List.of(more))).awaitReady();
        api = Api.signIn(appliance);
    }

    /** Kills an agent that has a process of its own, as a loss of power would. Its guards live on. */
    public void killAgent() throws InterruptedException {
        apart().kill();
    }

    /** Starts an agent that has a process of its own again on its data; returns when it is ready. */
    public void restartAgent() throws IOException, InterruptedException {
        heartbeat = Optional.empty();
        agent = NodeProcess.start(apart().settings()).awaitReady();
    }

    private NodeProcess apart() {
        NodeProcess process = agent;
        if (process == null) {
            throw new IllegalStateException("the agent has no process of its own");
        }
        return process;
    }

    private static NodeProcess startAgent(Ground ground, NodeProcess appliance, Api api)
            throws IOException, InterruptedException {
        JsonNode enrolment = api.post("/enrolment-tokens", Map.of("validMinutes", 10));
        Path token = Files.writeString(
                ground.folder().resolve("token"), enrolment.path("token").asText());
        Path authority = ground.data().resolve("identity/authority.pem");
        List<String> more = List.of(
                "--server", appliance.address().toString(),
                "--token-file", token.toString(),
                "--authority", authority.toString());
        return NodeProcess.start(new NodeProcess.Settings(
                        appliance.settings().product(),
                        ground.folder().resolve("agent"),
                        "agent",
                        freePorts(),
                        more,
                        ground.agent()))
                .awaitReady();
    }

    public Api api() {
        return api;
    }

    public GuestVm guest() {
        return guest;
    }

    /** Protects the guest; returns when its first recovery point is there. */
    public void protect() throws IOException, InterruptedException {
        protect(guest.monitor());
    }

    /**
     * Protects the guest; returns when its first recovery point is there.
     *
     * @param monitor the socket that Holdfast is told for commands and events
     */
    public void protect(Path monitor) throws IOException, InterruptedException {
        String agentName = awaitAgent();
        String job = api.post(
                        "/machines",
                        Map.of(
                                "name",
                                MACHINE,
                                "agent",
                                agentName,
                                "address",
                                Map.of(
                                        "adapter",
                                        "kvm",
                                        "properties",
                                        Map.of(
                                                "qmp", monitor.toString(),
                                                "qmpOob",
                                                        guest.outOfBandMonitor().toString())),
                                "policy",
                                Map.of("rpoGoalMillis", RPO_GOAL_MILLIS),
                                "bootSign",
                                "READY "))
                .path("id")
                .asText();
        api.awaitJob(job, Duration.ofMinutes(3));
        api.awaitPhase(MACHINE, "PROTECTED", Duration.ofMinutes(1));
    }

    private String awaitAgent() throws InterruptedException, IOException {
        long deadline = System.nanoTime() + ENROLMENT_MAX.toNanos();
        while (System.nanoTime() < deadline) {
            for (JsonNode one : api.get("/agents")) {
                if (one.path("state").asText().equals("CONNECTED")) {
                    return one.path("name").asText();
                }
            }
            Api.await("the next look at the agents", Duration.ofSeconds(1), () -> true);
        }
        throw new IllegalStateException("no agent has connected within " + ENROLMENT_MAX.toSeconds() + " s");
    }

    /** The highest sequence given at this moment; what was written before the capture began is in every point. */
    public long givenSequence() {
        if (heartbeat.isEmpty()) {
            heartbeat = findHeartbeat();
        }
        return heartbeat.map(CaptureHeartbeat::givenSequence).orElse(0L);
    }

    private Optional<CaptureHeartbeat> findHeartbeat() {
        try {
            return Optional.of(CaptureHeartbeat.open(machineFolder().resolve("heartbeat")));
        } catch (IOException | HoldfastException _) {
            // not there yet, or not yet filled
            return Optional.empty();
        }
    }

    /**
     * The agent's folder of the machine: what it remembers, the capture server's socket, the heartbeat.
     *
     * @throws IOException when the machine was not protected yet
     */
    public Path machineFolder() throws IOException {
        try (Stream<Path> machines = Files.list(agentFolder().resolve("m"))) {
            return machines.findFirst().orElseThrow(() -> new IOException("no machine in " + agentFolder()));
        }
    }

    private Path agentFolder() {
        return folder.resolve(agentApart ? "agent/agent" : "data/agent");
    }

    /** Kills QEMU, and in a run with an agent of its own also agent and guard, in one instant. Returns the wall clock at the kill. */
    public long destroy() throws IOException {
        List<Long> victims = new ArrayList<>(List.of(guest.processId()));
        if (agent != null) {
            victims.add(agent.pid());
            victims.addAll(guards());
        }
        long now = System.currentTimeMillis();
        ProcessTools.signal("KILL", victims);
        return now;
    }

    /** The processes that guard the machine. */
    public List<Long> guards() {
        String mark = agentFolder().toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(mark))
                        .isPresent())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** Bytes at rest in the recovery store, as allocated: logs are preallocated and sparse. */
    public long storedBytes() throws IOException {
        String store = data().resolve("store").toString();
        String told = ProcessTools.run(DISK_USE_MAX, List.of("du", "--summarize", "--block-size=1", store))
                .orThrow("du " + store);
        return Long.parseLong(told.substring(0, told.indexOf('\t')));
    }

    /** What an operator has to know to go on with a stage that is kept. */
    public String whereabouts() {
        return "Console: " + appliance.address() + "  data: "
                + appliance.settings().data() + "  process: " + appliance.pid();
    }

    /** Leaves the appliance running and lets go of everything else. */
    public void leave() throws IOException {
        guest.close();
    }

    @Override
    public void close() throws IOException {
        try {
            guest.close();
        } finally {
            if (agent != null) {
                agent.close();
            }
            appliance.close();
            ProcessTools.signal("KILL", leftovers());
        }
    }

    /** Replicas and guards live on without us; what was started for this stage names its folder. */
    private List<Long> leftovers() {
        String mark = folder.toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(mark))
                        .isPresent())
                .map(ProcessHandle::pid)
                .toList();
    }
}
