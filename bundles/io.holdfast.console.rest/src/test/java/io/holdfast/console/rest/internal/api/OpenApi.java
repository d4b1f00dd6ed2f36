package io.holdfast.console.rest.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The committed document, with as much of JSON Schema as it uses. */
final class OpenApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;

    OpenApi() {
        try (InputStream in = OpenApi.class.getResourceAsStream("/openapi.json")) {
            document = JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode document() {
        return document;
    }

    /** All operations: method and path by name. */
    Map<String, String> operations() {
        Map<String, String> found = new TreeMap<>();
        each((path, method, operation) ->
                found.put(operation.get("operationId").textValue(), method.toUpperCase(Locale.ROOT) + " " + path));
        return found;
    }

    /** The least role of each operation that has one. */
    Map<String, String> operationsWithRole() {
        Map<String, String> found = new TreeMap<>();
        each((_, _, operation) -> {
            if (operation.has("x-holdfast-role")) {
                found.put(
                        operation.get("operationId").textValue(),
                        operation.get("x-holdfast-role").textValue());
            }
        });
        return found;
    }

    JsonNode operation(String name) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        each((_, _, operation) -> found.put(operation.get("operationId").textValue(), operation));
        JsonNode operation = found.get(name);
        if (operation == null) {
            throw new AssertionError("the document has no operation " + name);
        }
        return operation;
    }

    /** What in an answer is not as documented. */
    List<String> complaints(String operation, int status, String body) {
        JsonNode responses = operation(operation).get("responses");
        JsonNode response = resolve(
                responses.has(Integer.toString(status))
                        ? responses.get(Integer.toString(status))
                        : responses.get("default"));
        JsonNode schema = response.at("/content/application~1json/schema");
        List<String> found = new ArrayList<>();
        if (schema.isMissingNode()) {
            if (!body.isEmpty()) {
                found.add("a body where none is documented: " + body);
            }
        } else {
            check(schema, parse(body), "$", found);
        }
        return found;
    }

    /** What in a request is not as documented. */
    List<String> complaintsAboutRequest(String operation, String body) {
        List<String> found = new ArrayList<>();
        check(operation(operation).at("/requestBody/content/application~1json/schema"), parse(body), "$", found);
        return found;
    }

    /** What in a value is not as a named schema says. */
    List<String> complaintsAbout(String schema, JsonNode value) {
        List<String> found = new ArrayList<>();
        check(document.at("/components/schemas/" + schema), value, "$", found);
        return found;
    }

    private void check(JsonNode given, JsonNode value, String where, List<String> found) {
        if (given.isMissingNode()) {
            found.add(where + ": no schema");
            return;
        }
        JsonNode schema = resolve(given);
        for (JsonNode part : schema.path("allOf")) {
            check(part, value, where, found);
        }
        switch (schema.path("type").asText()) {
            case "object" -> checkObject(schema, value, where, found);
            case "array" -> {
                if (!value.isArray()) {
                    found.add(where + ": no list");
                }
                int index = 0;
                for (JsonNode element : value) {
                    check(schema.get("items"), element, where + "[" + index++ + "]", found);
                }
            }
            case "string" -> checkText(schema, value, where, found);
            case "integer" -> require(value.isIntegralNumber(), where + ": no whole number", found);
            case "boolean" -> require(value.isBoolean(), where + ": neither true nor false", found);
            default -> require(schema.has("allOf"), where + ": a schema without a type", found);
        }
    }

    private void checkObject(JsonNode schema, JsonNode value, String where, List<String> found) {
        require(value.isObject(), where + ": no object", found);
        for (JsonNode name : schema.path("required")) {
            require(value.has(name.textValue()), where + ": lacks " + name.textValue(), found);
        }
        value.properties().forEach(field -> {
            JsonNode known = schema.path("properties").path(field.getKey());
            JsonNode more = schema.path("additionalProperties");
            if (!known.isMissingNode()) {
                check(known, field.getValue(), where + "." + field.getKey(), found);
            } else if (more.isObject()) {
                check(more, field.getValue(), where + "." + field.getKey(), found);
            } else {
                require(more.asBoolean(), where + ": undocumented field " + field.getKey(), found);
            }
        });
    }

    private static void checkText(JsonNode schema, JsonNode value, String where, List<String> found) {
        require(value.isTextual(), where + ": no text", found);
        if (schema.has("enum")) {
            boolean known = false;
            for (JsonNode choice : schema.get("enum")) {
                known |= choice.equals(value);
            }
            require(known, where + ": " + value + " is not in the enumeration", found);
        }
        if (schema.has("pattern")) {
            require(
                    value.asText().matches(schema.get("pattern").textValue()),
                    where + ": " + value + " does not match",
                    found);
        }
    }

    private static void require(boolean holds, String complaint, List<String> found) {
        if (!holds) {
            found.add(complaint);
        }
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").textValue().substring(1)) : node;
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + body, e);
        }
    }

    private void each(Visitor visitor) {
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> visitor.visit(path.getKey(), method.getKey(), method.getValue())));
    }

    private interface Visitor {
        void visit(String path, String method, JsonNode operation);
    }
}
