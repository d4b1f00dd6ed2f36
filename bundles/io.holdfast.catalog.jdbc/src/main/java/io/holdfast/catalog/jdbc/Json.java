package io.holdfast.catalog.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Evidence;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists, maps and nested records inside a text column. A field this version does not know is left out when read. */
final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private static final TypeReference<List<Evidence>> EVIDENCE = new TypeReference<>() {};

    private Json() {}

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new HoldfastException(ErrorCode.INTERNAL, "catalog", "a value cannot be written as JSON", e);
        }
    }

    static @Nullable String writeOrNull(@Nullable Object value) {
        return value == null ? null : write(value);
    }

    static <T> @Nullable T readOrNull(@Nullable String text, Class<T> type) {
        if (text == null) {
            return null;
        }
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw damaged(e);
        }
    }

    static Map<String, String> readTexts(String text) {
        return read(text, TEXTS);
    }

    static List<Evidence> readEvidence(String text) {
        return read(text, EVIDENCE);
    }

    private static <T> T read(String text, TypeReference<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw damaged(e);
        }
    }

    private static HoldfastException damaged(JsonProcessingException e) {
        return new HoldfastException(
                ErrorCode.STORE_DAMAGED, "catalog", "a text column does not hold the JSON expected there", e);
    }
}
