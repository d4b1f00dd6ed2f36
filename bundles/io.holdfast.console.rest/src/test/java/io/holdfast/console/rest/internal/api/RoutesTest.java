package io.holdfast.console.rest.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.console.rest.internal.api.ServedApi.Answer;
import io.holdfast.console.rest.internal.server.TestTls;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesTest {

    private static final String JOB = "/api/v1/jobs/" + Samples.JOB;
    private static final String BUNDLE = "/api/v1/bundles/" + Samples.BUNDLE;
    private static final String KEYS = "/api/v1/keys";
    private static final String PASSPHRASE = "{\"passphrase\":\"correct horse\"}";
    private static final OpenApi DOCUMENT = new OpenApi();

    private final ServedApi api = new ServedApi();
    private final String administrator = api.token("administrator");

    @AfterAll
    void stop() {
        api.close();
    }

    /** Operation, method, path, body, status, what the service is asked. */
    static Stream<Arguments> calls() {
        String machine = "/api/v1/machines/web-1";
        String address = "{\"adapter\":\"kvm\",\"properties\":{\"qmp\":\"/q\"}}";
        return Stream.of(
                Arguments.of("getStatus", "GET", "/api/v1/status", null, 200, "check"),
                Arguments.of("getSpace", "GET", "/api/v1/space", null, 200, "store space"),
                Arguments.of("listMachines", "GET", "/api/v1/machines", null, 200, "list machines"),
                Arguments.of(
                        "protectMachine",
                        "POST",
                        "/api/v1/machines",
                        "{\"name\":\"web-1\",\"agent\":\"host-1\",\"address\":" + address
                                + ",\"policy\":{\"rpoGoalMillis\":1000},\"bootSign\":\"login:\"}",
                        202,
                        "rpoGoalMillis=1000, stallLimitMillis=500, writeBoundMillis=5000, logBytesMax=0], bootSign=login:"),
                Arguments.of(
                        "inspectMachine",
                        "POST",
                        "/api/v1/inspections",
                        "{\"agent\":\"host-1\",\"address\":" + address + "}",
                        200,
                        "inspect host-1 kvm"),
                Arguments.of("getMachine", "GET", machine, null, 200, ""),
                Arguments.of("pauseMachine", "POST", machine + "/pause", "{\"minutes\":30}", 202, "pause 30"),
                Arguments.of("pauseMachine", "POST", machine + "/pause", "{}", 202, "pause 0"),
                Arguments.of("resumeMachine", "POST", machine + "/resume", null, 202, "resume"),
                Arguments.of(
                        "markMachine",
                        "POST",
                        machine + "/markers",
                        "{\"label\":\"before upgrade\"}",
                        202,
                        "mark CRASH_CONSISTENT before upgrade"),
                Arguments.of("resynchroniseMachine", "POST", machine + "/resynchronise", null, 202, "resynchronise"),
                Arguments.of(
                        "unprotectMachine",
                        "POST",
                        machine + "/unprotect",
                        "{\"history\":\"DESTROY\"}",
                        202,
                        "unprotect DESTROY"),
                Arguments.of(
                        "listPoints",
                        "GET",
                        machine + "/points?from=2026-11-21T10:00:00Z&to=2026-11-21T11:00:00Z&limit=7&markersOnly=true",
                        null,
                        200,
                        "points PointQuery[fromMillis=1795255200000, toMillis=1795258800000, limit=7, markersOnly=true]"),
                Arguments.of("getRetention", "GET", machine + "/retention", null, 200, "space"),
                Arguments.of(
                        "setRetention",
                        "PUT",
                        machine + "/retention",
                        "{\"fullDensityHours\":168,\"hourly\":1,\"daily\":2,\"weekly\":3,\"yearly\":4,\"markersHours\":5,\"lockHours\":6,\"coldHours\":7,\"coldMinutes\":8}",
                        200,
                        "retain Retention[fullDensityHours=168, hourly=1, daily=2, weekly=3, yearly=4, markersHours=5, lockHours=6, coldHours=7, coldMinutes=8]"),
                Arguments.of("findPoint", "GET", machine + "/points/3:17", null, 200, "point 3:17"),
                Arguments.of(
                        "testFailover", "POST", machine + "/test-failover", "{}", 202, "test failover latest isolated"),
                Arguments.of("cleanUpTestFailover", "POST", machine + "/test-failover/clean-up", null, 202, "clean up"),
                Arguments.of(
                        "failover",
                        "POST",
                        machine + "/failover",
                        "{\"point\":\"3:17\",\"network\":\"bridge:br0\",\"force\":true}",
                        202,
                        "failover 3:17 bridge:br0 force=true"),
                Arguments.of("cancelFailover", "POST", machine + "/failover/cancel", null, 202, "cancel failover"),
                Arguments.of("commitFailover", "POST", machine + "/failover/commit", null, 202, "commit failover"),
                Arguments.of(
                        "listJobs",
                        "GET",
                        "/api/v1/jobs?machine=web-1&limit=5",
                        null,
                        200,
                        "jobs " + Samples.MACHINE + " 5"),
                Arguments.of("getJob", "GET", JOB, null, 200, "job " + Samples.JOB),
                Arguments.of("retryJob", "POST", JOB + "/retry", null, 202, "retry"),
                Arguments.of("cancelJob", "POST", JOB + "/cancel", null, 202, "cancel job"),
                Arguments.of("listAgents", "GET", "/api/v1/agents", null, 200, "agents"),
                Arguments.of("removeAgent", "DELETE", "/api/v1/agents/host-1", null, 204, "remove agent host-1"),
                Arguments.of("createEnrolmentToken", "POST", "/api/v1/enrolment-tokens", "{}", 201, "token 60"),
                Arguments.of("listUsers", "GET", "/api/v1/users", null, 200, "users"),
                Arguments.of(
                        "createUser",
                        "POST",
                        "/api/v1/users",
                        "{\"name\":\"olga\",\"role\":\"OPERATOR\",\"password\":\"changed at first\"}",
                        201,
                        "create user olga OPERATOR changed at first"),
                Arguments.of("deleteUser", "DELETE", "/api/v1/users/olga", null, 204, "delete user olga"),
                Arguments.of("listAudit", "GET", "/api/v1/audit?before=42&limit=3", null, 200, "audit 42 3"),
                Arguments.of("listBundles", "GET", "/api/v1/bundles", null, 200, "bundles"),
                Arguments.of("stopBundle", "POST", BUNDLE + "/stop", null, 204, "stop " + Samples.BUNDLE),
                Arguments.of("startBundle", "POST", BUNDLE + "/start", null, 204, "start " + Samples.BUNDLE),
                Arguments.of(
                        "restartBundle", "POST", BUNDLE + "/restart", "{}", 204, "restart " + Samples.BUNDLE + " 0"),
                Arguments.of(
                        "restartBundle",
                        "POST",
                        BUNDLE + "/restart",
                        "{\"pauseSeconds\":10}",
                        204,
                        "restart " + Samples.BUNDLE + " 10"),
                Arguments.of("getAnchor", "GET", "/api/v1/anchors", null, 200, "anchor"),
                Arguments.of(
                        "compareAnchor",
                        "POST",
                        "/api/v1/anchors/compare",
                        "{\"anchor\":\"" + "A".repeat(100_000) + "\"}",
                        200,
                        "compare 100000"),
                Arguments.of("getKeys", "GET", KEYS, null, 200, "keys"),
                Arguments.of("makeRecoveryPaper", "POST", KEYS + "/paper", null, 200, "paper"),
                Arguments.of(
                        "confirmRecoveryPaper",
                        "POST",
                        KEYS + "/paper/confirm",
                        "{\"line\":\"077T-AW66-AEYJ-2E30\"}",
                        204,
                        "confirm 077T-AW66-AEYJ-2E30"),
                Arguments.of("unlockKeys", "POST", KEYS + "/unlock", PASSPHRASE, 204, "unlock correct horse"),
                Arguments.of("setKeyPassphrase", "PUT", KEYS + "/passphrase", "{}", 204, "passphrase Optional.empty"),
                Arguments.of("rotateStoreKey", "POST", KEYS + "/rotate", PASSPHRASE, 204, "rotate store key Optional["),
                Arguments.of("exportKeys", "POST", KEYS + "/export", PASSPHRASE, 200, "export Optional[correct"),
                Arguments.of(
                        "restoreKeys",
                        "POST",
                        KEYS + "/restore",
                        "{\"export\":\"" + "A".repeat(100_000) + "\",\"passphrase\":\"correct horse\"}",
                        204,
                        "restore 75000 bytes correct horse"),
                Arguments.of(
                        "recoverKeys",
                        "POST",
                        KEYS + "/recover",
                        "{\"paper\":\"lines\"}",
                        204,
                        "recover lines Optional"),
                Arguments.of(
                        "rotateMachineKey", "POST", machine + "/keys/rotate", null, 204, "rotate " + Samples.MACHINE),
                Arguments.of("setKeyHolder", "PUT", machine + "/keys/holder", "{\"holder\":\"BLIND\"}", 204, " BLIND"),
                Arguments.of("handOverKey", "POST", machine + "/keys/hand-over", null, 204, "hand over"),
                Arguments.of("takeBackKey", "POST", machine + "/keys/take-back", null, 204, "take back"));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("calls")
    void routeAsksTheServiceAndAnswersAsDocumented(
            String operation, String method, String path, @Nullable String body, int status, String asked) {
        Answer answer = api.call(administrator, method, path, body);

        assertThat(answer.status()).as(answer.http().body()).isEqualTo(status);
        assertThat(api.control.asked()).contains(asked);
        assertThat(DOCUMENT.complaints(operation, status, answer.http().body())).isEmpty();
        if (body != null) {
            assertThat(DOCUMENT.complaintsAboutRequest(operation, body)).isEmpty();
        }
    }

    @Test
    void everyDocumentedRouteForUsersIsCalledAbove() {
        Set<String> called = new TreeSet<>();
        calls().forEach(arguments -> called.add((String) arguments.get()[0]));

        assertThat(DOCUMENT.operationsWithRole().keySet())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(called.stream(), Stream.of("streamEvents"))
                        .toList());
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("calls")
    void callerBelowTheDocumentedRoleIsRefused(
            String operation, String method, String path, @Nullable String body, int status, String asked) {
        String role = Map.copyOf(DOCUMENT.operationsWithRole()).getOrDefault(operation, "");
        String below = switch (role) {
            case "ADMINISTRATOR" -> "operator";
            case "OPERATOR" -> "viewer";
            default -> "";
        };
        if (below.isEmpty()) {
            assertThat(api.call(api.token("viewer"), method, path, body).status())
                    .isEqualTo(status);
            return;
        }

        Answer answer = api.call(api.token(below), method, path, body);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("NOT_AUTHORISED");
        assertThat(DOCUMENT.complaints(operation, 403, answer.http().body())).isEmpty();
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("calls")
    void callerWithoutASessionIsRefused(
            String operation, String method, String path, @Nullable String body, int status, String asked) {
        Answer answer = api.call(null, method, path, body);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("NOT_AUTHENTICATED");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("calls")
    void callerWhoMustChangeThePasswordIsRefused(
            String operation, String method, String path, @Nullable String body, int status, String asked) {
        Answer answer = api.call(api.token("fresh"), method, path, body);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("PASSWORD_CHANGE_REQUIRED");
    }

    @Test
    void anybodyMaySeeHealthSetupAndTheDocument() {
        assertThat(api.call(null, "GET", "/api/v1/health", null).http().body()).isEqualTo("{\"up\":true}");
        assertThat(api.call(null, "GET", "/api/v1/setup", null).http().body())
                .isEqualTo("{\"administratorReady\":false}");
        JsonNode document = api.call(null, "GET", "/api/v1/openapi.json", null).json();
        assertThat(document.at("/info/title").textValue()).isEqualTo("Holdfast");
    }

    @Test
    void agentEnrolsWithATokenAndPollsWithItsCertificate() {
        String enrol = "{\"token\":\"t\",\"name\":\"host-1\",\"csr\":\"pem\"}";
        String poll =
                "{\"agent\":\"agent-id\",\"name\":\"host-1\",\"version\":\"1\",\"waitMillis\":0,\"since\":{\"moment\":7,\"millis\":3},\"machines\":["
                        + "{\"machine\":\"" + Samples.MACHINE
                        + "\",\"state\":\"READY\",\"sourceRunning\":true,\"epoch\":1,\"givenSequence\":2,"
                        + "\"loggedSequence\":2,\"durableSequence\":2,\"provenSequence\":2,\"rpoMillis\":3,\"copyBytesDone\":0,\"copyBytesTotal\":0,"
                        + "\"sentBytes\":0,\"writtenBytes\":0,\"logBytes\":0,\"gaps\":0,\"longestWriteMicros\":0,\"message\":\"\"}],"
                        + "\"results\":[{\"command\":\"c-0\",\"ok\":true,\"result\":\"{}\"}]}";

        Answer enrolled = api.call(null, "POST", "/agent/v1/enrol", enrol);
        assertThat(enrolled.status()).isEqualTo(200);
        assertThat(api.gateway.asked()).isEqualTo("enrol host-1 token=t certificate=none from 127.0.0.1");
        assertThat(DOCUMENT.complaints("enrol", 200, enrolled.http().body())).isEmpty();

        assertThat(api.call(null, "POST", "/agent/v1/poll", poll).status()).isEqualTo(401);
        try (HttpClient agent =
                HttpClient.newBuilder().sslContext(TestTls.agent()).build()) {
            Answer polled = ServedApi.send(
                    agent,
                    HttpRequest.newBuilder(api.uri("/agent/v1/poll"))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(poll))
                            .build());
            assertThat(polled.status()).as(polled.http().body()).isEqualTo(200);
            assertThat(api.gateway.asked())
                    .contains("machine=" + Samples.MACHINE)
                    .endsWith("certificate=CN=host-1");
            assertThat(DOCUMENT.complaints("poll", 200, polled.http().body())).isEmpty();
            assertThat(DOCUMENT.complaintsAboutRequest("poll", poll)).isEmpty();
        }
    }
}
