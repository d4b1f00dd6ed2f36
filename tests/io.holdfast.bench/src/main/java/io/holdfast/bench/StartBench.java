package io.holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.GuestVm;
import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.appliance.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How soon the appliance, all roles in one process, is ready, and how much memory it takes: idle, and while a protected guest writes as fast
 * as it can. Fields: {@code docs/operating/figures.md}.
 *
 * <p>Usage: {@code StartBench [--json FILE]}; the product is the folder in the property {@code holdfast.product}.
 */
public final class StartBench {

    private static final String MACHINE = "bench";
    private static final long IDLE_SECONDS = 10;
    private static final long INGEST_SECONDS = 20;
    private static final long LOOK_MILLIS = 100;
    private static final Duration AGENT_MAX = Duration.ofSeconds(60);
    private static final Duration PROTECTED_MAX = Duration.ofMinutes(3);
    private static final Duration GONE_MAX = Duration.ofSeconds(10);

    private final NodeProcess.Settings settings;
    private final Path folder;

    private StartBench(Path product, Path folder) throws IOException {
        this.folder = folder;
        List<Integer> free = ProcessTools.freePorts(3);
        this.settings = new NodeProcess.Settings(
                product,
                folder.resolve("data"),
                "all",
                new NodeProcess.Ports(free.get(0), free.get(1), free.get(2)),
                List.of());
    }

    /**
     * Measures and prints.
     *
     * @param arguments see the class
     * @throws Exception when the appliance or the guest does not come about
     */
    public static void main(String[] arguments) throws Exception {
        Optional<Path> json = json(arguments);
        Path product = Path.of(System.getProperty("holdfast.product"));
        System.out.println("Building the guest ...");
        GuestImages images = GuestImages.ofRepository();
        Path folder = Files.createTempDirectory("hf-bench-");
        try {
            StartFigures figures = new StartBench(product, folder).measure(images);
            System.out.print(figures.toTable());
            if (json.isPresent()) {
                Files.writeString(json.get(), figures.toJson());
            }
        } finally {
            endLeftovers(folder);
            Folders.deleteAll(folder);
        }
    }

    private static Optional<Path> json(String[] arguments) {
        if (arguments.length == 0) {
            return Optional.empty();
        }
        if (arguments.length != 2 || !arguments[0].equals("--json")) {
            throw new IllegalArgumentException("start takes --json FILE and nothing else; see --help");
        }
        return Optional.of(Path.of(arguments[1]));
    }

    private StartFigures measure(GuestImages images) throws IOException, InterruptedException {
        System.out.println("Starting the appliance twice ...");
        double firstReadySeconds;
        try (NodeProcess first = NodeProcess.start(settings).awaitReady()) {
            firstReadySeconds = first.readySeconds();
            first.stop();
        }
        try (NodeProcess node = NodeProcess.start(settings).awaitReady()) {
            TimeUnit.SECONDS.sleep(IDLE_SECONDS);
            double idleMebibytes = ProcessTools.residentMebibytes(node.pid());
            return new StartFigures(firstReadySeconds, node.readySeconds(), idleMebibytes, ingest(node, images));
        }
    }

    private double ingest(NodeProcess node, GuestImages images) throws IOException, InterruptedException {
        Path machine = Files.createDirectory(folder.resolve("guest"));
        images.copyDisks(machine);
        try (GuestVm guest = GuestVm.boot(GuestVm.Settings.in(machine), () -> 0)) {
            System.out.println("Protecting a guest ...");
            protect(Api.signIn(node), guest);
            System.out.println("Writing for " + INGEST_SECONDS + " s ...");
            guest.console().run(0);
            double most = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(INGEST_SECONDS);
            while (System.nanoTime() < end) {
                most = Math.max(most, ProcessTools.residentMebibytes(node.pid()));
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
            guest.console().stop();
            return most;
        }
    }

    private static void protect(Api api, GuestVm guest) throws IOException, InterruptedException {
        Map<String, Object> address = Map.of(
                "adapter",
                "kvm",
                "properties",
                Map.of(
                        "qmp", guest.monitor().toString(),
                        "qmpOob", guest.outOfBandMonitor().toString()));
        Map<String, Object> request = Map.of("name", MACHINE, "agent", awaitAgent(api), "address", address);
        api.awaitJob(api.post("/machines", request).path("id").asText(), PROTECTED_MAX);
        api.awaitPhase(MACHINE, "PROTECTED", PROTECTED_MAX);
    }

    private static String awaitAgent(Api api) throws IOException, InterruptedException {
        long end = System.nanoTime() + AGENT_MAX.toNanos();
        while (System.nanoTime() < end) {
            for (JsonNode agent : api.get("/agents")) {
                if (agent.path("state").asText().equals("CONNECTED")) {
                    return agent.path("name").asText();
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw new IllegalStateException("no agent has connected within " + AGENT_MAX.toSeconds() + " s");
    }

    /** Guards live on without us; what was started for this run names its folder. */
    private static void endLeftovers(Path folder) {
        String mark = folder.toString();
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(mark))
                        .isPresent())
                .toList();
        left.forEach(ProcessHandle::destroyForcibly);
        left.forEach(process -> ProcessTools.awaitEnd(process.pid(), GONE_MAX));
    }
}
