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
    private final @Nullable NodeProcess agent;
    private NodeProcess appliance;
    private Api api;
    private final GuestVm guest;
    private volatile Optional<CaptureHeartbeat> heartbeat = Optional.empty();

    private Stage(Path folder, NodeProcess appliance, @Nullable NodeProcess agent, Api api, GuestImages images)
            throws IOException {
        this.folder = folder;
        this.appliance = appliance;
        this.agent = agent;
        this.api = api;
        Path machine = Files.createDirectory(folder.resolve("guest"));
        images.copyDisks(machine);
        this.guest = GuestVm.boot(GuestVm.Settings.in(machine), this::givenSequence);
    }

    /** Starts everything; nothing is protected yet. */
    public static Stage open(RunKind kind, Path product, GuestImages images) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("hf-demo-");
        List<Integer> free = ProcessTools.freePorts(3);
        NodeProcess.Ports ports = new NodeProcess.Ports(free.get(0), free.get(1), free.get(2));
        String roles = kind == RunKind.MACHINE ? "all" : "configserver,processserver,mastertarget";
        NodeProcess appliance =
                NodeProcess.start(new NodeProcess.Settings(product, folder.resolve("data"), roles, ports, List.of()));
        try {
            appliance.awaitReady();
            Api api = Api.signIn(appliance);
            NodeProcess agent = kind == RunKind.MACHINE ? null : startAgent(folder, product, appliance, api);
            return new Stage(folder, appliance, agent, api, images);
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            appliance.close();
            throw e;
        }
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

    /** Starts the appliance again on its data and its ports and signs in anew; returns when it is ready. */
    public void restartAppliance() throws IOException, InterruptedException {
        appliance = NodeProcess.start(appliance.settings()).awaitReady();
        api = Api.signIn(appliance);
    }

    private static NodeProcess startAgent(Path folder, Path product, NodeProcess appliance, Api api)
            throws IOException, InterruptedException {
        Path token = Files.writeString(
                folder.resolve("token"),
                api.post("/enrolment-tokens", Map.of("validMinutes", 10))
                        .path("token")
                        .asText());
        List<Integer> unused = ProcessTools.freePorts(3);
        return NodeProcess.start(new NodeProcess.Settings(
                        product,
                        folder.resolve("agent"),
                        "agent",
                        new NodeProcess.Ports(unused.get(0), unused.get(1), unused.get(2)),
                        List.of(
                                "--server",
                                        "https://localhost:"
                                                + appliance.settings().ports().console(),
                                "--token-file", token.toString(),
                                "--authority",
                                        appliance
                                                .settings()
                                                .data()
                                                .resolve("identity/authority.pem")
                                                .toString())))
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
                                                "qmp", guest.monitor().toString(),
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
    private long givenSequence() {
        if (heartbeat.isEmpty()) {
            heartbeat = findHeartbeat();
        }
        return heartbeat.map(CaptureHeartbeat::givenSequence).orElse(0L);
    }

    private Optional<CaptureHeartbeat> findHeartbeat() {
        try (Stream<Path> machines = Files.list(agentFolder().resolve("m"))) {
            Optional<Path> file = machines.map(machine -> machine.resolve("heartbeat"))
                    .filter(Files::exists)
                    .findFirst();
            return file.isEmpty() ? Optional.empty() : Optional.of(CaptureHeartbeat.open(file.get()));
        } catch (IOException | HoldfastException _) {
            // not there yet, or not yet filled
            return Optional.empty();
        }
    }

    private Path agentFolder() {
        return folder.resolve(agent == null ? "data/agent" : "agent/agent");
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
        return "Console: https://localhost:" + appliance.settings().ports().console() + "  data: "
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
