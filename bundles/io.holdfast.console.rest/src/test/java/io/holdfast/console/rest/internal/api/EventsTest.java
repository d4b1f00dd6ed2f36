package io.holdfast.console.rest.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.configserver.ControlEvent;
import io.holdfast.configserver.SpaceAlarm;
import io.holdfast.console.rest.internal.server.TestTls;
import io.holdfast.model.JobKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventsTest {

    private static final int STREAMS_MAX = 128;
    private static final OpenApi DOCUMENT = new OpenApi();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServedApi api = new ServedApi();

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void streamBeginsWithTheWordToReadEverything() throws Exception {
        try (Stream stream = new Stream()) {
            assertThat(stream.headers.firstValue("Content-Type")).contains("text/event-stream");
            assertThat(stream.headers.firstValue("Cache-Control")).contains("no-store");
            assertThat(stream.event()).containsExactly("id: 1", "event: begin", "data: {}");
        }
    }

    @Test
    void everyKindOfChangeArrivesAsDocumented() throws Exception {
        try (Stream stream = new Stream()) {
            stream.event();
            api.control.events.publish(new ControlEvent.MachineChanged(Samples.machine()));
            api.control.events.publish(new ControlEvent.MachineRemoved(Samples.MACHINE));
            api.control.events.publish(new ControlEvent.JobChanged(Samples.job(JobKind.FAILOVER)));
            api.control.events.publish(new ControlEvent.AgentChanged(Samples.agent()));
            api.control.events.publish(new ControlEvent.StoreAlarm(SpaceAlarm.DAY, 7, 8L));
            api.control.events.publish(new ControlEvent.Lost());

            assertEvent(stream.event(), 2, "machine", "Machine");
            assertEvent(stream.event(), 3, "machine-removed", "MachineRemoved");
            assertEvent(stream.event(), 4, "job", "Job");
            assertEvent(stream.event(), 5, "agent", "Agent");
            assertEvent(stream.event(), 6, "store", "StoreAlarm");
            assertThat(stream.event()).containsExactly("id: 7", "event: begin", "data: {}");
        }
    }

    @Test
    void silentStreamSaysThatItIsAlive() throws Exception {
        try (Stream stream = new Stream()) {
            stream.event();

            assertThat(stream.line()).isEqualTo(": still here");
            stream.line();
            assertThat(stream.line()).isEqualTo(": still here");
        }
    }

    @Test
    void streamOnANewConnectionOutlivesTheTimeThatARequestMayTake() throws Exception {
        List<Stream> streams = new ArrayList<>();
        try {
            for (int count = 0; count < 3; count++) {
                String token = api.token("viewer");
                streams.add(new Stream(
                        HttpClient.newBuilder().sslContext(TestTls.client()).build(), token));
            }
            for (int line = 0; line < 12; line++) {
                for (Stream stream : streams) {
                    assertThat(stream.line()).isNotEqualTo("null");
                    stream.line();
                }
            }
            assertThat(api.control.events.subscriptions).hasSize(3);
        } finally {
            for (Stream stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void subscriptionEndsWhenTheReaderGoes() throws Exception {
        try (Stream stream = new Stream()) {
            stream.event();
            assertThat(api.control.events.subscriptions).hasSize(1);
        }

        assertThat(Eventually.holds(Duration.ofSeconds(10), () -> api.control.events.subscriptions.isEmpty()))
                .as("the subscription is closed after its reader went")
                .isTrue();
    }

    @Test
    void streamBeyondTheBoundIsRefused() throws Exception {
        List<Stream> streams = new ArrayList<>();
        try {
            for (int count = 0; count < STREAMS_MAX; count++) {
                streams.add(new Stream());
            }
            HttpRequest oneMore = HttpRequest.newBuilder(api.uri("/api/v1/events"))
                    .header("Authorization", "Bearer " + api.token("viewer"))
                    .build();

            ServedApi.Answer answer = ServedApi.send(api.client, oneMore);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("OVERLOADED");
            assertThat(api.control.events.subscriptions).hasSize(STREAMS_MAX);
        } finally {
            for (Stream stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void streamEndsWhenTheServerStops() throws Exception {
        try (Stream stream = new Stream()) {
            stream.event();

            api.server.close();

            assertThat(stream.readsToItsEnd()).isTrue();
        }
    }

    private static void assertEvent(List<String> lines, int id, String name, String schema) throws IOException {
        assertThat(lines).hasSize(3).startsWith("id: " + id, "event: " + name);
        assertThat(DOCUMENT.complaintsAbout(schema, JSON.readTree(lines.get(2).substring("data: ".length()))))
                .isEmpty();
    }

    private final class Stream implements AutoCloseable {

        private final java.net.http.HttpHeaders headers;
        private final InputStream body;
        private final BufferedReader lines;

        Stream() throws IOException, InterruptedException {
            this(api.client, api.token("viewer"));
        }

        Stream(HttpClient client, String token) throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(api.uri("/api/v1/events"))
                    .header("Authorization", "Bearer " + token)
                    .header("Last-Event-ID", "917")
                    .build();
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            headers = response.headers();
            body = response.body();
            lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        String line() throws IOException {
            return String.valueOf(lines.readLine());
        }

        List<String> event() throws IOException {
            List<String> event = new ArrayList<>();
            while (event.isEmpty() || !event.getLast().startsWith("data:")) {
                String line = line();
                if (!line.startsWith(":") && !line.isEmpty()) {
                    event.add(line);
                }
            }
            line();
            return event;
        }

        boolean readsToItsEnd() throws IOException {
            while (true) {
                String line = lines.readLine();
                if (line == null) {
                    return true;
                }
            }
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
