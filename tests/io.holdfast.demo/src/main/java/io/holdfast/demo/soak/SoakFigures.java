package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of a long run: rows with named values, all rows with the same names, and what did not hold. */
public final class SoakFigures {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final String name;
    private final long seed;
    private final List<Map<String, Object>> rows = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** The JSON document. */
    private record Document(
            String name, long seed, boolean held, List<Map<String, Object>> rows, List<String> failures) {}

    /** A row to be filled. */
    public static final class Row {

        private final Map<String, Object> values = new LinkedHashMap<>();

        private Row() {}

        /** Puts a value under a name, which carries its unit. */
        public Row put(String name, Object value) {
            values.put(name, value);
            return this;
        }
    }

    /**
     * Begins.
     *
     * @param name of the run
     * @param seed of its random moments
     */
    public SoakFigures(String name, long seed) {
        this.name = name;
        this.seed = seed;
    }

    /** Begins a row; see {@link #add}. */
    public Row row() {
        return new Row();
    }

    /** Adds a row that is full; says it at once. */
    public void add(Row row) {
        rows.add(row.values);
        say(row.values.toString());
    }

    /** Says what happens now. */
    public void say(String text) {
        System.out.println("[" + name + "] " + text);
    }

    /** Holds the run to a claim: what is said is kept as a failure when it is not so. */
    public void claim(boolean holds, String otherwise) {
        if (!holds) {
            failures.add(otherwise);
            say("DID NOT HOLD: " + otherwise);
        }
    }

    /** Says what the whole run has shown, when it has. */
    public void sumUp(String text) {
        if (held()) {
            say(text);
        }
    }

    /** Whether there are figures and every claim held. */
    public boolean held() {
        return failures.isEmpty() && !rows.isEmpty();
    }

    /** Prints the table for people, then what did not hold. */
    public void print(PrintStream out) {
        if (!rows.isEmpty()) {
            List<String> names = List.copyOf(rows.getFirst().keySet());
            out.println(line(names, names));
            for (Map<String, Object> row : rows) {
                out.println(line(
                        names, names.stream().map(column -> text(row, column)).toList()));
            }
        }
        failures.forEach(failure -> out.println("did not hold: " + failure));
    }

    /** Puts values below the names of their columns, each as wide as its widest value. */
    private String line(List<String> names, List<String> values) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            String column = names.get(i);
            int width =
                    rows.stream().mapToInt(row -> text(row, column).length()).reduce(column.length(), Math::max);
            line.append(" ".repeat(width - values.get(i).length()))
                    .append(values.get(i))
                    .append("  ");
        }
        return line.toString().stripTrailing();
    }

    private static String text(Map<String, Object> row, String column) {
        return String.valueOf(row.getOrDefault(column, "-"));
    }

    /** Writes the JSON document. */
    public void write(Path file) throws IOException {
        Files.writeString(
                file,
                JSON.writeValueAsString(new Document(name, seed, held(), rows, failures)) + System.lineSeparator());
    }
}
