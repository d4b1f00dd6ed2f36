package io.holdfast.console.rest.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.console.rest.internal.http.Access;
import io.holdfast.console.rest.internal.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OpenApiTest {

    private static final Set<String> OF_EVENTS_ALONE = Set.of("MachineRemoved", "StoreAlarm");

    private final OpenApi document = new OpenApi();
    private final List<Route> routes =
            Routes.router(new FakeControl(), new FakeGateway()).routes();

    @Test
    void documentAndCodeHaveTheSameOperations() {
        Map<String, String> inCode = new TreeMap<>();
        routes.forEach(route -> inCode.put(route.operation(), route.method() + " " + route.path()));

        assertThat(document.operations()).isEqualTo(inCode);
    }

    @Test
    void documentAndCodeHaveTheSameParameters() {
        for (Route route : routes) {
            Set<String> inPath = new TreeSet<>();
            Set<String> inQuery = new TreeSet<>();
            for (JsonNode parameter : document.operation(route.operation()).path("parameters")) {
                (parameter.get("in").textValue().equals("path") ? inPath : inQuery)
                        .add(parameter.get("name").textValue());
            }
            assertThat(inPath)
                    .as(route.operation())
                    .isEqualTo(new TreeSet<>(route.path().names()));
            assertThat(inQuery).as(route.operation()).isEqualTo(new TreeSet<>(route.queryNames()));
        }
    }

    @Test
    void documentAndCodeAskForTheSameProof() {
        for (Route route : routes) {
            List<String> schemes = new ArrayList<>();
            document.operation(route.operation())
                    .get("security")
                    .forEach(choice -> choice.fieldNames().forEachRemaining(schemes::add));
            List<String> expected = switch (route.access()) {
                case PUBLIC -> List.of();
                case SIGNED_IN, USER -> List.of("bearer", "cookie");
                case AGENT -> List.of("clientCertificate");
            };
            assertThat(schemes).as(route.operation()).isEqualTo(expected);
            assertThat(document.operation(route.operation()).has("x-holdfast-role"))
                    .as(route.operation())
                    .isEqualTo(route.access() == Access.USER);
        }
    }

    @Test
    void everyExampleIsAsItsSchemaSays() {
        List<String> complaints = new ArrayList<>();
        document.document().at("/components/schemas").properties().forEach(schema -> {
            if (schema.getValue().has("example")) {
                complaints.addAll(document.complaintsAbout(
                        schema.getKey(), schema.getValue().get("example")));
            }
        });
        for (Route route : routes) {
            JsonNode example =
                    document.operation(route.operation()).at("/requestBody/content/application~1json/example");
            if (!example.isMissingNode()) {
                complaints.addAll(document.complaintsAboutRequest(route.operation(), example.toString()));
            }
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void everyAnswerWithABodyHasAnExample() {
        List<String> without = new ArrayList<>();
        for (Route route : routes) {
            document.operation(route.operation()).get("responses").properties().forEach(response -> {
                JsonNode schema = response.getValue().at("/content/application~1json/schema");
                JsonNode named = schema.path("type").asText().equals("array") ? schema.get("items") : schema;
                if (named.has("$ref")
                        && !document.document()
                                .at(named.get("$ref").textValue().substring(1))
                                .has("example")) {
                    without.add(route.operation());
                }
            });
        }
        assertThat(without).isEmpty();
    }

    @Test
    void everySchemaIsUsed() {
        String text = document.document().toString();
        Set<String> unused = new TreeSet<>();
        document.document().at("/components/schemas").fieldNames().forEachRemaining(name -> {
            if (!text.contains("\"#/components/schemas/" + name + "\"") && !OF_EVENTS_ALONE.contains(name)) {
                unused.add(name);
            }
        });
        assertThat(unused).isEmpty();
    }
}
