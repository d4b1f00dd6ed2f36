package io.holdfast.console.rest.internal.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.model.JobId;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.PointChoice;
import java.io.IOException;
import java.util.function.Function;

/** The types of ours that are one text in JSON: what {@code toString} writes and {@code parse} reads. */
final class TextTypes {

    private TextTypes() {}

    /** Teaches them to a mapper. */
    static SimpleModule module() {
        SimpleModule module = new SimpleModule("holdfast");
        add(module, MachineId.class, MachineId::parse);
        add(module, JobId.class, JobId::parse);
        add(module, Position.class, Position::parse);
        add(module, NetworkChoice.class, NetworkChoice::parse);
        add(module, PointChoice.class, PointChoice::parse);
        return module;
    }

    private static <T> void add(SimpleModule module, Class<T> type, Function<String, T> parse) {
        module.addSerializer(new Writer<>(type));
        module.addDeserializer(type, new Reader<>(type, parse));
    }

    private static final class Writer<T> extends StdSerializer<T> {

        private static final long serialVersionUID = 1L;

        Writer(Class<T> type) {
            super(type);
        }

        @Override
        @SuppressWarnings("null") // the library says nothing about null; it never passes null here
        public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(value.toString());
        }
    }

    private static final class Reader<T> extends StdScalarDeserializer<T> {

        private static final long serialVersionUID = 1L;

        private final transient Function<String, T> parse;

        Reader(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        @SuppressWarnings("null") // the library says nothing about null; it never passes null here
        public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
            if (!in.hasToken(JsonToken.VALUE_STRING)) {
                return context.reportInputMismatch(String.class, "not a text");
            }
            return parse.apply(in.getText());
        }
    }
}
