package io.holdfast.console.rest.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.console.rest.internal.api.ServedApi.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {

    private static final String FAILOVER = "/api/v1/machines/web-1/failover";

    private final ServedApi api = new ServedApi();
    private final String token = api.token("administrator");

    @AfterAll
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"pointt\":\"latest\"}        | pointt  | expected one of force, network, point",
                "{\"force\":\"yes\"}            | force   | expected true or false",
                "{\"force\":1}                  | force   | expected true or false",
                "{\"point\":7}                  | point   | expected a text",
                "{\"point\":\"yesterday\"}      | point 'yesterday' | expected latest, epoch:sequence, or a UTC time",
                "{\"network\":\"wifi\"}         | network 'wifi' | expected isolated or bridge:NAME",
                "{\"point\":\"latest\"          | body    | no valid JSON",
                "{} {}                          | body    | no valid JSON",
                "{\"force\":true,\"force\":true} | body   | no valid JSON",
                "[]                             | body    | expected a JSON object",
                "null                           | body    | expected a JSON object",
                "hello                          | body    | no valid JSON",
            })
    void bodyThatIsNotAsDocumentedIsRefusedByName(String body, String object, String message) {
        Answer answer = api.call(token, "POST", FAILOVER, body);

        assertThat(answer.status()).as(answer.http().body()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_ARGUMENT");
        assertThat(answer.json().get("object").textValue()).isEqualTo(object);
        assertThat(answer.json().get("message").textValue()).contains(message);
        assertThat(answer.json().get("class").textValue()).isEqualTo("REFUSED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/machines/web-1/unprotect | {}                      | history",
                "/api/v1/machines/web-1/unprotect | {\"history\":null}      | history",
                "/api/v1/machines/web-1/unprotect | {\"history\":\"keep\"}  | history",
                "/api/v1/machines/web-1/unprotect | {\"history\":0}         | history",
                "/api/v1/machines/web-1/markers   | {}                      | label",
                "/api/v1/machines                 | {\"name\":\"a\",\"agent\":\"b\"}  | address",
                "/api/v1/machines                 | {\"name\":\"a\",\"agent\":\"b\",\"address\":{\"adapter\":\"kvm\"}}  | address.properties",
                "/api/v1/machines/web-1/pause     | {\"minutes\":1.5}       | minutes",
                "/api/v1/machines/web-1/pause     | {\"minutes\":99999999999} | minutes",
            })
    void fieldThatIsMissingOrOfAnotherTypeIsNamed(String path, String body, String object) {
        Answer answer = api.call(token, "POST", path, body);

        assertThat(answer.status()).as(answer.http().body()).isEqualTo(400);
        assertThat(answer.json().get("object").textValue()).isEqualTo(object);
        assertThat(answer.json().get("message").textValue())
                .contains("expected")
                .doesNotContain("io.holdfast", "jackson", "java.lang");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/jobs?limit=0              | limit",
                "/api/v1/jobs?limit=501            | limit",
                "/api/v1/jobs?limit=many           | limit",
                "/api/v1/jobs?limit=5&limit=6      | limit",
                "/api/v1/jobs?colour=red           | colour",
                "/api/v1/status?x                  | x",
                "/api/v1/machines/web-1/points?from=yesterday | from",
                "/api/v1/machines/web-1/points?markersOnly=1  | markersOnly",
                "/api/v1/machines/web-1/points?from=%zz       | from",
                "/api/v1/jobs/1                    | job id",
                "/api/v1/machines/web-1/points/1:x | point '1:x'",
            })
    void parameterThatIsNotAsDocumentedIsRefusedByName(String path, String object) {
        Answer answer = api.call(token, "GET", path.replace("%zz", "%25zz"), null);

        assertThat(answer.status()).as(answer.http().body()).isEqualTo(400);
        assertThat(answer.json().get("object").textValue()).isEqualTo(object);
    }

    @Test
    void unknownThingsAreNotFound() {
        assertThat(api.call(token, "GET", "/api/v1/machines/web-2", null).status())
                .isEqualTo(404);
        assertThat(api.call(token, "GET", "/api/v1/nothing", null).code()).isEqualTo("NOT_FOUND");
        assertThat(api.call(token, "GET", "/api/v1", null).code()).isEqualTo("NOT_FOUND");
        assertThat(api.call(token, "GET", "/apix", null).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void wrongMethodIsToldTheRightOnes() {
        Answer answer = api.call(token, "PUT", "/api/v1/machines", "{}");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, POST");
    }

    @Test
    void bodyOfAnotherTypeIsRefused() {
        Answer answer = ServedApi.send(
                api.client,
                HttpRequest.newBuilder(api.uri(FAILOVER))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{}"))
                        .build());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("object").textValue()).isEqualTo("Content-Type");
    }

    @Test
    void bodyBeyondTheBoundIsRefused() {
        Answer answer = api.call(token, "POST", FAILOVER, "{\"point\":\"" + " ".repeat(70_000) + "\"}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("FRAME_TOO_LARGE");
    }

    @Test
    void deeplyNestedBodyIsRefused() {
        Answer answer = api.call(token, "POST", "/api/v1/inspections", "{\"agent\":".repeat(2_000));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_ARGUMENT");
    }

    @ParameterizedTest
    @CsvSource({
        "SOURCE_STILL_RUNNING, 409",
        "POINT_OLDER_THAN_HISTORY, 410",
        "POINT_NOT_FOUND, 404",
        "ILLEGAL_STATE, 409",
        "ALREADY_EXISTS, 409",
        "MONITOR_IN_USE, 502",
        "TIMEOUT, 504",
        "DISK_FULL, 507",
        "OVERLOADED, 503",
        "STORE_DAMAGED, 500",
    })
    void errorOfTheServiceKeepsItsName(ErrorCode code, int status) {
        api.control.failNext(new HoldfastException(code, "machine web-1", "found this; expected that"));

        Answer answer = api.call(token, "POST", FAILOVER, "{}");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().toString())
                .isEqualTo("{\"code\":\"" + code
                        + "\",\"object\":\"machine web-1\",\"message\":\"machine web-1: found this; expected that\","
                        + "\"class\":\"" + code.errorClass() + "\"}");
    }

    @Test
    void errorThatNobodyExpectedTellsNothingOfOurInside() {
        api.control.failNext(new IllegalStateException("secret of the inside"));

        Answer answer = api.call(token, "POST", FAILOVER, "{}");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("INTERNAL");
        assertThat(answer.http().body()).doesNotContain("secret", "Exception");
    }

    @Test
    void everyAnswerOfTheInterfaceCarriesTheHeadersThatProtectBrowsers() {
        for (Answer answer : new Answer[] {
            api.call(token, "GET", "/api/v1/machines", null), api.call(null, "GET", "/api/v1/machines", null)
        }) {
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Strict-Transport-Security")).startsWith("max-age=");
            assertThat(answer.header("Content-Security-Policy"))
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.header("Server")).isEmpty();
        }
    }
}
