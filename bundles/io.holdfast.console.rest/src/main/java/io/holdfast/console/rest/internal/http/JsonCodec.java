package io.holdfast.console.rest.internal.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON, strict: what comes in may hold known fields only, each once and of its own type. Going out, an absent value is left out, an id, a
 * position and a choice of network are text. Thread-safe.
 */
public final class JsonCodec {

    /** Deep enough for every message of ours, far from what would exhaust a stack. */
    private static final int NESTING_MAX = 32;

    /** An export of keys is one text; what a route reads at all is bounded before. */
    private static final int TEXT_CHARACTERS_MAX = 8 << 20;

    private final ObjectMapper mapper;

    /** Creates the codec. */
    public JsonCodec() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(NESTING_MAX)
                        .maxStringLength(TEXT_CHARACTERS_MAX)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        this.mapper = JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .annotationIntrospector(new RequiredFields())
                .addModule(TextTypes.module())
                .build();
    }

    /**
     * Writes a value.
     *
     * @param value a record, list, map or plain value
     * @return UTF-8
     */
    public byte[] write(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getName() + " as JSON", e);
        }
    }

    /**
     * Reads the body of a request.
     *
     * @param <T> what it must be
     * @param json UTF-8
     * @param type what it must be
     * @return the value
     * @throws HoldfastException {@code INVALID_ARGUMENT} naming the field, or the place, and what would be right
     */
    public <T> T read(byte[] json, Class<T> type) {
        T value;
        try (JsonParser parser = mapper.createParser(json)) {
            value = mapper.readValue(parser, type);
            if (parser.nextToken() != null) {
                throw invalid(
                        "body", "no valid JSON: something follows its end" + at(parser.currentTokenLocation()), null);
            }
        } catch (UnrecognizedPropertyException e) {
            throw invalid(fieldOf(e), "there is no such field; expected one of " + known(e), e);
        } catch (JsonMappingException e) {
            if (rootOf(e) instanceof HoldfastException named) {
                throw named;
            }
            throw invalid(fieldOf(e), wordsOf(e), e);
        } catch (JsonProcessingException e) {
            throw invalid("body", "no valid JSON" + at(e.getLocation()), e);
        } catch (IOException e) {
            throw new UncheckedIOException("an array of bytes cannot fail", e);
        }
        if (value == null) {
            throw invalid("body", "null given; expected a JSON object", null);
        }
        return value;
    }

    private static HoldfastException invalid(String object, String message, @Nullable Throwable cause) {
        return new HoldfastException(ErrorCode.INVALID_ARGUMENT, object, message, cause);
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        for (Throwable next = root.getCause(); next != null; next = root.getCause()) {
            root = next;
        }
        return root;
    }

    private static String known(UnrecognizedPropertyException e) {
        return e.getKnownPropertyIds().stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static String fieldOf(JsonMappingException e) {
        String path = e.getPath().stream()
                .map(step -> step.getFieldName() != null ? step.getFieldName() : "[" + step.getIndex() + "]")
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "body" : path;
    }

    private static String wordsOf(JsonMappingException e) {
        if (rootOf(e) instanceof InputCoercionException) {
            return "a number beyond what is possible here was given" + at(e.getLocation()) + "; expected a smaller one";
        }
        Class<?> type = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        return "missing or of another type" + at(e.getLocation()) + "; expected "
                + (type == null ? "what the document says" : nameOf(type));
    }

    private static String nameOf(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + List.of(type.getEnumConstants()).stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        if (type == String.class) {
            return "a text";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a whole number";
        }
        return Iterable.class.isAssignableFrom(type) ? "a list" : "a JSON object";
    }

    private static String at(@Nullable JsonLocation place) {
        return place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
    }
}
