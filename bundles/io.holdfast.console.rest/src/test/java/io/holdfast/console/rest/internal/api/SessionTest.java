package io.holdfast.console.rest.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.console.rest.internal.api.ServedApi.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionTest {

    private static final String SESSION = "/api/v1/session";
    private static final OpenApi DOCUMENT = new OpenApi();

    private final ServedApi api = new ServedApi();

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void programGetsATokenAndNoCookie() {
        Answer answer = api.call(null, "POST", SESSION, signIn("administrator", FakeAccess.PASSWORD, ""));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(answer.json().get("token").textValue()).startsWith("token-of-administrator");
        assertThat(DOCUMENT.complaints("signIn", 201, answer.http().body())).isEmpty();
    }

    @Test
    void browserGetsACookieThatScriptsCannotReadAndNoToken() {
        Answer answer =
                api.call(null, "POST", SESSION, signIn("administrator", FakeAccess.PASSWORD, ",\"cookie\":true"));

        assertThat(answer.header("Set-Cookie"))
                .startsWith("__Host-holdfast=token-of-administrator")
                .contains("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict")
                .doesNotContain("Domain", "Max-Age", "Expires");
        assertThat(answer.json().has("token")).isFalse();
        assertThat(answer.json().get("secondProof").textValue()).hasSize(43);
    }

    @Test
    void wrongPasswordIsRefused() {
        Answer answer = api.call(null, "POST", SESSION, signIn("administrator", "wrong", ""));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("NOT_AUTHENTICATED");
    }

    @Test
    void browserNeedsTheSecondProofToChangeSomething() {
        Browser browser = new Browser("administrator");

        assertThat(browser.call("GET", "/api/v1/machines", "").status()).isEqualTo(200);
        Answer without = browser.call("POST", "/api/v1/machines/web-1/resume", "");
        assertThat(without.status()).isEqualTo(403);
        assertThat(without.json().get("object").textValue()).isEqualTo("X-Holdfast-Proof");
        assertThat(browser.call("POST", "/api/v1/machines/web-1/resume", "of another session")
                        .status())
                .isEqualTo(403);
        assertThat(browser.call("POST", "/api/v1/machines/web-1/resume", browser.proof)
                        .status())
                .isEqualTo(202);
    }

    @Test
    void reloadedPageLearnsTheSecondProofAgain() {
        Browser browser = new Browser("operator");

        JsonNode session = browser.call("GET", SESSION, "").json();

        assertThat(session.get("secondProof").textValue()).isEqualTo(browser.proof);
        assertThat(session.get("role").textValue()).isEqualTo("OPERATOR");
        assertThat(DOCUMENT.complaints("getSession", 200, session.toString())).isEmpty();
    }

    @Test
    void nothingWorksAfterSigningOut() {
        Browser browser = new Browser("viewer");

        Answer out = browser.call("DELETE", SESSION, browser.proof);

        assertThat(out.status()).isEqualTo(204);
        assertThat(out.header("Set-Cookie")).startsWith("__Host-holdfast=;").contains("Max-Age=0");
        assertThat(browser.call("GET", SESSION, "").status()).isEqualTo(401);
    }

    @Test
    void passwordThatSomebodyElseSetHasToBeChangedFirst() {
        String token = api.token("fresh");
        assertThat(api.call(token, "GET", "/api/v1/machines", null).code()).isEqualTo("PASSWORD_CHANGE_REQUIRED");
        assertThat(api.call(token, "GET", SESSION, null)
                        .json()
                        .get("passwordChangeRequired")
                        .booleanValue())
                .isTrue();

        String change = "{\"present\":\"" + FakeAccess.PASSWORD + "\",\"next\":\"a longer and better one\"}";
        Answer changed = api.call(token, "PUT", SESSION + "/password", change);

        assertThat(changed.status()).isEqualTo(204);
        assertThat(DOCUMENT.complaintsAboutRequest("changePassword", change)).isEmpty();
        assertThat(api.call(token, "GET", "/api/v1/machines", null).status()).isEqualTo(200);
    }

    private static String signIn(String user, String password, String more) {
        return "{\"user\":\"" + user + "\",\"password\":\"" + password + "\"" + more + "}";
    }

    private final class Browser {

        private final String cookie;
        private final String proof;

        Browser(String user) {
            Answer answer = api.call(null, "POST", SESSION, signIn(user, FakeAccess.PASSWORD, ",\"cookie\":true"));
            cookie = answer.header("Set-Cookie").split(";", 2)[0];
            proof = answer.json().get("secondProof").textValue();
        }

        Answer call(String method, String path, String secondProof) {
            HttpRequest.Builder request = HttpRequest.newBuilder(api.uri(path)).header("Cookie", cookie);
            if (!secondProof.isEmpty()) {
                request.header("X-Holdfast-Proof", secondProof);
            }
            return ServedApi.send(
                    api.client, request.method(method, BodyPublishers.noBody()).build());
        }
    }
}
