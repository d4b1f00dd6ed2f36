package io.holdfast.console.rest.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.console.rest.StaticContent;
import io.holdfast.console.rest.StaticFile;
import io.holdfast.console.rest.internal.http.JsonCodec;
import io.holdfast.console.rest.internal.http.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StaticPagesTest {

    private final ConsoleServer server = ConsoleServer.start(
            ServerSettings.of("127.0.0.1", 0),
            TestTls::server,
            new Api(new Router(List.of()), (_, _) -> Optional.empty(), new JsonCodec()));
    private final HttpClient client =
            HttpClient.newBuilder().sslContext(TestTls.client()).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    @Test
    void pageIsServedWithWhatProtectsBrowsers() throws Exception {
        server.use(pages("first"));

        HttpResponse<String> page = get("/", "");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("first");
        assertThat(header(page, "Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(page, "Content-Security-Policy"))
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void pageIsCompressedForWhoUnderstandsIt() throws Exception {
        server.use(pages("first"));

        HttpResponse<String> page = get("/index.html", "gzip, br");

        assertThat(header(page, "Content-Encoding")).isEqualTo("gzip");
        assertThat(page.body()).isEqualTo("first, compressed");
    }

    @Test
    void pageThatTheBrowserHasIsNotSentAgain() throws Exception {
        server.use(pages("first"));

        HttpResponse<String> again =
                client.send(request("/").header("If-None-Match", "\"first\"").build(), BodyHandlers.ofString());

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void pagesMayComeChangeAndGoWhileTheServerRuns() throws Exception {
        StaticContent first = pages("first");
        StaticContent second = pages("second");
        assertThat(get("/", "").statusCode()).isEqualTo(404);
        server.use(first);
        server.use(second);
        server.forget(first);
        assertThat(get("/", "").body()).isEqualTo("second");
        server.forget(second);
        assertThat(get("/", "").statusCode()).isEqualTo(404);
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        server.use(pages("first"));

        assertThat(get("/nothing.js", "").statusCode()).isEqualTo(404);
        HttpResponse<String> post =
                client.send(request("/").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        HttpResponse<String> head =
                client.send(request("/").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    private static StaticContent pages(String text) {
        StaticFile index = new StaticFile(
                "text/html;charset=utf-8",
                "\"" + text + "\"",
                text.getBytes(StandardCharsets.UTF_8),
                (text + ", compressed").getBytes(StandardCharsets.UTF_8));
        return path -> path.equals("/index.html") ? Optional.of(index) : Optional.empty();
    }

    private HttpResponse<String> get(String path, String acceptEncoding) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (!acceptEncoding.isEmpty()) {
            request.header("Accept-Encoding", acceptEncoding);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path));
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
