package io.holdfast.console.rest.internal.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path with named places, for example {@code /api/v1/machines/{machine}/points}. Immutable. */
public final class PathTemplate {

    private final String text;
    private final List<String> segments;
    private final List<String> names = new ArrayList<>();

    /**
     * Reads a template.
     *
     * @param text begins with {@code /}; a segment is either literal or one {@code {name}}
     */
    public PathTemplate(String text) {
        this.text = text;
        this.segments = split(text);
        for (String segment : segments) {
            if (isPlace(segment)) {
                names.add(placeName(segment));
            }
        }
    }

    /**
     * Compares with the path of a request.
     *
     * @param path decoded
     * @return the values of the named places, none of them empty; nothing when the path is another one
     */
    public Optional<Map<String, String>> match(String path) {
        List<String> found = split(path);
        if (found.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            String value = found.get(i);
            if (isPlace(segment) && !value.isEmpty()) {
                values.put(placeName(segment), value);
            } else if (!segment.equals(value)) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    /**
     * Lists the named places.
     *
     * @return in their order in the path
     */
    public List<String> names() {
        return List.copyOf(names);
    }

    @Override
    public String toString() {
        return text;
    }

    private static List<String> split(String path) {
        return List.of(path.split("/", -1));
    }

    private static boolean isPlace(String segment) {
        return segment.startsWith("{") && segment.endsWith("}");
    }

    private static String placeName(String segment) {
        return segment.substring(1, segment.length() - 1);
    }
}
