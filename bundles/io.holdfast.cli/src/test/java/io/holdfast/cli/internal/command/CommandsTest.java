package io.holdfast.cli.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.internal.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command against an appliance that answers as the OpenAPI document says. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsTest {

    private static final String JOB = "0b8f5a52-2f0e-4a0b-8d3c-5b1f1d9d4e11";
    private static final String SERVERS = "holdfast/servers.json";
    private static final String SOURCE = "--agent host-1 --qmp /q --qmp-oob /o";

    private @Nullable TestCertificates certificates;
    private @Nullable DocumentedAppliance started;
    private Path folder = Path.of("");
    private String session = "";

    @BeforeAll
    void signInOnce(@TempDir Path keys, @TempDir Path configuration) throws IOException {
        certificates = new TestCertificates(keys);
        started = new DocumentedAppliance(certificates().server("server"), 0);
        folder = configuration;
        Path password = Files.writeString(folder.resolve("password"), "correct horse battery\n");
        FakeTerminal terminal = FakeTerminal.script();
        assertThat(run(terminal, "login", "--server", appliance().url(), "--password-file", password.toString()))
                .as(terminal.complained())
                .isEqualTo(ExitCode.OK);
        session = Files.readString(configuration.resolve(SERVERS));
    }

    @BeforeEach
    void haveASession(@TempDir Path configuration) throws IOException {
        folder = configuration;
        Files.createDirectories(folder.resolve("holdfast"));
        Files.writeString(folder.resolve(SERVERS), session);
        appliance().forget();
    }

    @AfterAll
    void stop() {
        appliance().close();
    }

    /** Line, what is called, what is shown. */
    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of(
                        "status",
                        "getStatus",
                        "Store free     384.0 GiB; new points are refused in 12 days at the present rate"),
                Arguments.of("space", "getSpace", "web-1    50.0 GiB  49.0 GiB  1.0 GiB      2.0 GiB"),
                Arguments.of("doctor", "getStatus", "NOTE  recovery store  (store.space)"),
                Arguments.of(
                        "machines",
                        "listMachines",
                        "web-1  protected  600 ms  5 writes      -     2026-11-21T09:59:59Z  host-1"),
                Arguments.of("machines list", "listMachines", "web-1"),
                Arguments.of("machines show web-1", "getMachine", "resume: Protection is not paused."),
                Arguments.of(
                        "inspect " + SOURCE,
                        "inspectMachine {\"agent\":\"host-1\",\"address\":{\"adapter\":\"kvm\",\"properties\":{\"qmp\":\"/q\",\"qmpOob\":\"/o\"}}}",
                        "source        QEMU 7.2.22, running"),
                Arguments.of(
                        "protect --name web-1 " + SOURCE + " --rpo 1s --log-limit 2GiB --boot-sign login:",
                        "protectMachine {\"name\":\"web-1\",\"agent\":\"host-1\",\"address\":{\"adapter\":\"kvm\",\"properties\":{\"qmp\":\"/q\",\"qmpOob\":\"/o\"}},"
                                + "\"policy\":{\"rpoGoalMillis\":1000,\"logBytesMax\":2147483648},\"bootSign\":\"login:\"}",
                        "job " + JOB),
                Arguments.of("pause web-1 --minutes 30", "pauseMachine {\"minutes\":30}", "job " + JOB),
                Arguments.of("pause web-1", "pauseMachine {\"minutes\":0}", "job " + JOB),
                Arguments.of("resume web-1", "resumeMachine", "job " + JOB),
                Arguments.of(
                        "marker web-1 before-upgrade --kind application",
                        "markMachine {\"kind\":\"APPLICATION_CONSISTENT\",\"label\":\"before-upgrade\"}",
                        "job " + JOB),
                Arguments.of("resynchronise web-1", "resynchroniseMachine", "job " + JOB),
                Arguments.of(
                        "points web-1 --from 2026-11-21T10:00:00Z --to 2026-11-21T11:00:00Z --limit 7 --markers",
                        "listPoints from=2026-11-21T10%3A00%3A00Z&to=2026-11-21T11%3A00%3A00Z&limit=7&markersOnly=true",
                        "2026-11-21T09:59:59.600Z  3:120455  crash       -"),
                Arguments.of("retention web-1", "getRetention", "Every point:   168 hours"),
                Arguments.of(
                        "retention web-1",
                        "getRetention",
                        "History:       50.0 GiB; live 49.0 GiB, reclaimable 1.0 GiB"),
                Arguments.of("retention set web-1 --daily 60 --lock 72", "getRetention", "Lock:          72 hours"),
                Arguments.of(
                        "failover web-1",
                        "failover {\"point\":\"latest\",\"network\":\"isolated\",\"force\":false}",
                        "Failover: succeeded, job " + JOB),
                Arguments.of(
                        "failover web-1 --point=3:17 --network br0 --force",
                        "failover {\"point\":\"3:17\",\"network\":\"bridge:br0\",\"force\":true}",
                        "job " + JOB),
                Arguments.of(
                        "failover web-1 --test",
                        "testFailover {\"point\":\"latest\",\"network\":\"isolated\"}",
                        "job " + JOB),
                Arguments.of("cleanup web-1", "cleanUpTestFailover", "job " + JOB),
                Arguments.of("cancel web-1", "cancelFailover", "job " + JOB),
                Arguments.of("commit web-1", "commitFailover", "job " + JOB),
                Arguments.of("unprotect web-1 --keep", "unprotectMachine {\"history\":\"KEEP\"}", "job " + JOB),
                Arguments.of("unprotect web-1 --destroy", "unprotectMachine {\"history\":\"DESTROY\"}", "job " + JOB),
                Arguments.of(
                        "jobs --machine web-1 --limit 5",
                        "listJobs machine=web-1&limit=5",
                        "web-1    Failover  succeeded  2/2"),
                Arguments.of("job " + JOB, "getJob", "[x] Boot the replica  1 of 1 machines"),
                Arguments.of("job " + JOB + " --retry", "retryJob", "job " + JOB),
                Arguments.of("job " + JOB + " --cancel", "cancelJob", "The job was cancelled."),
                Arguments.of("agents", "listAgents", "host-1  connected  310 ms"),
                Arguments.of("agents list", "listAgents", "host-1"),
                Arguments.of("agents remove host-1", "removeAgent", "Agent host-1 was removed."),
                Arguments.of("token --minutes 15", "createEnrolmentToken {\"validMinutes\":15}", "K7Q2-9FXM-ZB4T-1C8D"),
                Arguments.of("users", "listUsers", "admin  administrator  own"),
                Arguments.of("users list", "listUsers", "admin"),
                Arguments.of("users remove olga", "deleteUser", "User olga was deleted."),
                Arguments.of(
                        "audit --limit 3 --before 42",
                        "listAudit limit=3&before=42",
                        "machine.failover  web-1   ok       point=latest"),
                Arguments.of(
                        "bundles",
                        "listBundles",
                        "io.holdfast.processserver  1.0.0    running  stoppable  1           ProcessServerComponent waits for"),
                Arguments.of("bundles list", "listBundles", "io.holdfast.processserver"),
                Arguments.of(
                        "bundles stop io.holdfast.processserver",
                        "stopBundle",
                        "Bundle io.holdfast.processserver was stopped."),
                Arguments.of(
                        "bundles start io.holdfast.processserver",
                        "startBundle",
                        "Bundle io.holdfast.processserver was started."),
                Arguments.of(
                        "bundles restart io.holdfast.processserver --pause 10",
                        "restartBundle {\"pauseSeconds\":10}",
                        "Bundle io.holdfast.processserver restarts."),
                Arguments.of("anchors", "getAnchor", "web-1    3        591843df2c4cfefd"),
                Arguments.of("anchors list", "getAnchor", "Store 5b0c7c1e-6a0f-4a55-9c5e-0f1f2a3b4c5d at 2026-11-21T"),
                Arguments.of("keys", "getKeys", "Recovery key   9c41d7aa03be52"),
                Arguments.of("keys status", "getKeys", "1          d34e7b0a9151c2f8  resident  usable"),
                Arguments.of("keys paper", "makeRecoveryPaper", "Then type line 3 of it back"),
                Arguments.of(
                        "keys confirm --line 0810-40G2",
                        "confirmRecoveryPaper {\"line\":\"0810-40G2\"}",
                        "The recovery key is in force."),
                Arguments.of("keys passphrase --none", "setKeyPassphrase {}", "The store key lies in clear."),
                Arguments.of("keys rotate", "rotateStoreKey {}", "The store has a new store key"),
                Arguments.of("keys rotate --machine web-1", "rotateMachineKey", "Machine web-1 has a new data key."),
                Arguments.of(
                        "keys holder web-1 blind",
                        "setKeyHolder {\"holder\":\"BLIND\"}",
                        "Machine web-1: the master target is blind."),
                Arguments.of("keys hand-over web-1", "handOverKey", "The keys were handed over."),
                Arguments.of("keys take-back web-1", "takeBackKey", "The keys were dropped."),
                Arguments.of("logout", "signOut", "Signed out of"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void commandCallsAsDocumentedAndShowsTheAnswer(String line, String called, String shown) {
        FakeTerminal terminal = FakeTerminal.script();

        ExitCode exitCode = run(terminal, line.split(" "));

        assertThat(exitCode).as(terminal.complained()).isEqualTo(ExitCode.OK);
        assertThat(appliance().complaints()).isEmpty();
        assertThat(appliance().calls())
                .first()
                .satisfies(call -> assertThat(sorted(call)).isEqualTo(sorted(called)));
        assertThat(terminal.written()).contains(shown);
        assertThat(terminal.complained()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void commandGivesProgramsWhatTheApplianceAnswered(String line, String called, String shown) throws IOException {
        FakeTerminal terminal = FakeTerminal.script();
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
        words.add("--json");

        assertThat(run(terminal, words.toArray(String[]::new))).isEqualTo(ExitCode.OK);

        if (!terminal.written().isEmpty()) {
            JsonNode answer = new ObjectMapper().readTree(terminal.written());
            assertThat(answer.isContainerNode()).isTrue();
        }
    }

    /** Those of folders have tests of their own: they call no appliance. */
    @Test
    void everyCommandOfTheInterfaceIsTriedHere() {
        Set<String> tried = new TreeSet<>(Set.of(
                "login",
                "passwd",
                "users add",
                "events",
                "anchors export",
                "anchors compare",
                "keys unlock",
                "keys export",
                "keys recover",
                "keys unseal"));
        lines().map(arguments -> (String) arguments.get()[0]).forEach(line -> {
            String[] words = line.split(" ");
            tried.add(words[0]);
            tried.add(words[0] + " " + (words.length > 1 ? words[1] : ""));
        });

        CommandLine.specs().stream()
                .filter(spec -> !spec.name().startsWith("store "))
                .forEach(spec -> assertThat(tried).contains(spec.name()));
    }

    @ParameterizedTest
    @CsvSource({
        "409, SOURCE_STILL_RUNNING, REFUSED, REFUSED",
        "409, ILLEGAL_STATE, REFUSED, REFUSED",
        "404, NOT_FOUND, REFUSED, REFUSED",
        "400, INVALID_ARGUMENT, REFUSED, USAGE",
        "403, NOT_AUTHORISED, REFUSED, NOT_AUTHORISED",
        "403, PASSWORD_CHANGE_REQUIRED, REFUSED, NOT_AUTHORISED",
        "401, NOT_AUTHENTICATED, REFUSED, NOT_AUTHORISED",
        "504, TIMEOUT, RECOVERABLE, TIMEOUT",
        "507, DISK_FULL, RECOVERABLE, FAILED",
        "500, STORE_DAMAGED, NON_RECOVERABLE, FAILED",
    })
    void refusalIsToldInTheServersWordsWithTheExitCodeOfItsName(
            int status, String code, String errorClass, ExitCode expected) throws IOException {
        appliance().refuse("failover", status, code, errorClass);
        FakeTerminal people = FakeTerminal.script();
        FakeTerminal programs = FakeTerminal.script();

        assertThat(run(people, "failover", "web-1")).isEqualTo(expected);
        assertThat(run(programs, "failover", "web-1", "--json")).isEqualTo(expected);

        assertThat(people.complained()).startsWith("holdfastctl: thing: found this; expected that (" + code + ")");
        assertThat(people.written()).isEmpty();
        JsonNode error = new ObjectMapper().readTree(programs.complained());
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("object").asText()).isEqualTo("thing");
    }

    @Test
    void waitingShowsEachStepAndEndsWithTheJob() {
        appliance().plan("failover", 202, job("RUNNING", "RUNNING"));
        appliance().plan("getJob", 200, job("RUNNING", "RUNNING"));
        appliance().plan("getJob", 200, job("SUCCEEDED", "DONE"));
        FakeTerminal terminal = FakeTerminal.script();

        assertThat(run(terminal, "failover", "web-1", "--wait")).isEqualTo(ExitCode.OK);

        assertThat(terminal.complained()).contains("Failover: Boot the replica");
        assertThat(terminal.written()).contains("Failover  succeeded", "[x] Boot the replica");
    }

    @Test
    void personSeesABarWhileWaiting() {
        appliance().plan("failover", 202, job("RUNNING", "RUNNING"));
        appliance().plan("getJob", 200, job("SUCCEEDED", "DONE"));
        FakeTerminal terminal = FakeTerminal.person();

        run(terminal, "failover", "web-1", "--wait");

        assertThat(terminal.complained()).contains("\r[############............]  50% Failover: Boot the replica");
    }

    @Test
    void jobThatFailedFailsTheCommandAndShowsItsErrorWithTheFix() {
        appliance()
                .plan(
                        "getJob",
                        200,
                        appliance()
                                .example(
                                        "Job",
                                        Map.of(
                                                "state",
                                                "FAILED",
                                                "error",
                                                Map.of(
                                                        "code",
                                                        "REPLICA_INVALID",
                                                        "object",
                                                        "replica",
                                                        "message",
                                                        "replica: it did not boot",
                                                        "fix",
                                                        "Look at its console.",
                                                        "atMillis",
                                                        0))));
        FakeTerminal terminal = FakeTerminal.script();

        assertThat(run(terminal, "job", JOB, "--wait")).isEqualTo(ExitCode.FAILED);

        assertThat(terminal.written()).contains("REPLICA_INVALID  replica: it did not boot", "Look at its console.");
    }

    @Test
    void waitingEndsInTimeThoughTheJobGoesOn() {
        appliance().plan("getJob", 200, job("RUNNING", "RUNNING"));
        FakeTerminal terminal = FakeTerminal.script();

        assertThat(run(terminal, "job", JOB, "--wait", "--timeout", "500ms")).isEqualTo(ExitCode.TIMEOUT);

        assertThat(terminal.complained()).contains("it still runs; look again with holdfastctl job " + JOB);
    }

    @Test
    void waitingGoesOnAcrossARestartOfTheAppliance() throws Exception {
        appliance().plan("getJob", 200, job("RUNNING", "RUNNING"));
        DocumentedAppliance first = appliance();
        FakeTerminal terminal = FakeTerminal.script();
        Thread restart = Thread.ofPlatform().start(() -> {
            while (first.calls().size() < 2) {
                LockSupport.parkNanos(1_000_000);
            }
            first.close();
            try {
                started = new DocumentedAppliance(certificates().server("server"), first.port());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        assertThat(run(terminal, "job", JOB, "--wait", "--timeout", "30s"))
                .as(terminal.complained())
                .isEqualTo(ExitCode.OK);

        restart.join();
        assertThat(terminal.written()).contains("Failover  succeeded");
    }

    @Test
    void criticalFindingFailsTheDoctor() {
        appliance()
                .plan(
                        "getStatus",
                        200,
                        appliance()
                                .example(
                                        "Status",
                                        Map.of(
                                                "findings",
                                                List.of(Map.of(
                                                        "severity",
                                                        "CRITICAL",
                                                        "code",
                                                        "store.space",
                                                        "object",
                                                        "recovery store",
                                                        "message",
                                                        "Nothing is free.",
                                                        "fix",
                                                        "Add space.")))));

        assertThat(run(FakeTerminal.script(), "doctor")).isEqualTo(ExitCode.FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 384.0 GiB; how long that lasts is not known yet, Growth    not known yet",
        "7257600000, 384.0 GiB; enough for more than 84 days at the present rate, Growth    26.7 GiB a day"
    })
    void spaceTellsWhatIsNotForeseen(long reachMillis, String free, String growth) {
        String space = appliance().example("StoreSpace", Map.of("reachMillis", reachMillis));
        appliance().plan("getSpace", 200, space.replace("\"fullInMillis\":1036800000,", ""));
        FakeTerminal terminal = FakeTerminal.script();

        assertThat(run(terminal, "space")).isEqualTo(ExitCode.OK);

        assertThat(terminal.written()).contains(free, growth);
    }

    @Test
    void eventsAreShownAsTheyCome() {
        String machine = appliance().example("Machine", Map.of());
        appliance()
                .plan(
                        "streamEvents",
                        200,
                        "id: 1\nevent: begin\ndata: {}\n\n: still here\n\nid: 2\nevent: store\ndata: "
                                + appliance().example("StoreAlarm", Map.of()) + "\n\nid: 3\nevent: machine\ndata: "
                                + machine + "\n\n");
        FakeTerminal people = FakeTerminal.script();
        FakeTerminal programs = FakeTerminal.script();

        assertThat(run(people, "events", "--count", "3")).isEqualTo(ExitCode.OK);
        assertThat(run(programs, "events", "--json"))
                .as("a stream that ends is an error")
                .isEqualTo(ExitCode.UNREACHABLE);

        assertThat(people.written())
                .contains(
                        "(changes from now on)",
                        "store    day: 70.0 GiB free; new points are refused in 22 h 0 min at the present rate",
                        "machine  web-1: protected, RPO 600 ms");
        assertThat(programs.written().lines())
                .hasSize(3)
                .last()
                .asString()
                .startsWith("{\"event\":\"machine\",\"data\":{\"id\":");
    }

    @Test
    void passwordIsAskedForTwiceAndSentOnce() {
        FakeTerminal differing = FakeTerminal.person("old password 1", "new password 1", "new password 2");
        FakeTerminal same = FakeTerminal.person("old password 1", "new password 1", "new password 1");

        assertThat(run(differing, "passwd")).isEqualTo(ExitCode.USAGE);
        assertThat(appliance().calls()).isEmpty();
        assertThat(run(same, "passwd")).isEqualTo(ExitCode.OK);
        assertThat(appliance().calls()).singleElement().asString().contains("old password 1", "new password 1");
        assertThat(same.written() + same.complained()).doesNotContain("old password 1");
    }

    @Test
    void passphrasesOfKeysComeFromFilesAndKeysGoToNewOnes() throws IOException {
        String passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse\n")
                .toString();
        Path export = folder.resolve("keys.export");
        String paper = Files.writeString(folder.resolve("paper"), "five lines").toString();

        assertThat(run(FakeTerminal.script(), "keys", "unlock", "--passphrase-file", passphrase))
                .isEqualTo(ExitCode.OK);
        assertThat(run(FakeTerminal.script(), "keys", "export", export.toString(), "--passphrase-file", passphrase))
                .isEqualTo(ExitCode.OK);
        assertThat(run(FakeTerminal.script(), "keys", "export", export.toString(), "--passphrase-file", passphrase))
                .as("it is never written over")
                .isEqualTo(ExitCode.USAGE);
        assertThat(run(
                        FakeTerminal.script(),
                        "keys",
                        "recover",
                        "--export",
                        export.toString(),
                        "--passphrase-file",
                        passphrase))
                .isEqualTo(ExitCode.OK);
        assertThat(run(FakeTerminal.script(), "keys", "recover", "--paper", paper))
                .isEqualTo(ExitCode.OK);
        assertThat(run(FakeTerminal.script(), "keys", "recover")).isEqualTo(ExitCode.USAGE);

        assertThat(Files.readString(export)).isEqualTo("HFE1");
        assertThat(Files.getPosixFilePermissions(export)).hasSize(2);
        assertThat(appliance().complaints()).isEmpty();
        assertThat(appliance().calls())
                .containsExactly(
                        "unlockKeys {\"passphrase\":\"correct horse\"}",
                        "exportKeys {\"passphrase\":\"correct horse\"}",
                        appliance().calls().get(2),
                        "recoverKeys {\"paper\":\"five lines\"}");
        assertThat(appliance().calls().get(2)).startsWith("restoreKeys").contains("SEZFMQ==", "correct horse");
    }

    @Test
    void userIsAddedWithAPasswordFromAFile() throws IOException {
        Path password = Files.writeString(folder.resolve("first"), "changed at first sign-in\n");

        assertThat(run(
                        FakeTerminal.script(),
                        "users",
                        "add",
                        "olga",
                        "--role",
                        "operator",
                        "--password-file",
                        password.toString()))
                .isEqualTo(ExitCode.OK);

        assertThat(appliance().calls())
                .singleElement()
                .asString()
                .contains("\"olga\"", "\"OPERATOR\"", "changed at first sign-in");
        assertThat(appliance().complaints()).isEmpty();
    }

    @Test
    void historyIsOnlyDestroyedWhenThePersonTypesTheMachinesName() {
        assertThat(run(FakeTerminal.person("y"), "unprotect", "web-1", "--destroy"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(appliance().calls()).isEmpty();

        assertThat(run(FakeTerminal.person("web-1"), "unprotect", "web-1", "--destroy"))
                .isEqualTo(ExitCode.OK);
        assertThat(run(FakeTerminal.person(), "unprotect", "web-1", "--destroy", "--yes"))
                .isEqualTo(ExitCode.OK);
        assertThat(appliance().calls()).hasSize(2);
    }

    @Test
    void namesCannotSteerTheTerminal() {
        appliance()
                .plan(
                        "listMachines",
                        200,
                        "[" + appliance().example("Machine", Map.of("name", "web\u001b[2J\u009b1m\r\u0007")) + "]");
        FakeTerminal terminal = FakeTerminal.script();

        run(terminal, "machines");

        assertThat(terminal.written()).contains("web?[2J?1m??").doesNotContain("\u001b", "\u009b", "\r", "\u0007");
    }

    private String job(String state, String step) {
        return appliance()
                .example(
                        "Job",
                        Map.of(
                                "state",
                                state,
                                "steps",
                                List.of(Map.of(
                                        "name",
                                        "boot",
                                        "title",
                                        "Boot the replica",
                                        "state",
                                        step,
                                        "progress",
                                        Map.of("done", 1, "total", 2, "unit", "machines"),
                                        "evidence",
                                        List.of()))));
    }

    /** Fields of a JSON object have no order, and a map's is not known beforehand. */
    private static String sorted(String call) {
        return call.chars()
                .sorted()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private ExitCode run(FakeTerminal terminal, String... words) {
        return new CommandLine(terminal, Map.of("XDG_CONFIG_HOME", folder.toString())).run(words);
    }

    private TestCertificates certificates() {
        TestCertificates present = certificates;
        if (present == null) {
            throw new IllegalStateException("no certificates were made");
        }
        return present;
    }

    private DocumentedAppliance appliance() {
        DocumentedAppliance present = started;
        if (present == null) {
            throw new IllegalStateException("no appliance was started");
        }
        return present;
    }
}
