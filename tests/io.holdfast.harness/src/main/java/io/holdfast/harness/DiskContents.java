package io.holdfast.harness;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the two disks of a test guest hold, told from inside by {@code verify} or found from outside by {@link OfflineChecks}.
 *
 * @param files records present on the first disk
 * @param rows rows present on the second disk
 * @param badFiles records that claim to be whole and are not
 * @param badRows rows that are not what their hash says
 * @param kept how many of the newest transactions the guest keeps; older ones may be gone
 * @param integrity what the database says of itself, {@code ok} when all is well
 */
public record DiskContents(
        NumberSet files, NumberSet rows, NumberSet badFiles, NumberSet badRows, int kept, String integrity) {

    /** The newest transaction of which anything is there, 0 when there is none. */
    public int last() {
        return Math.max(files.last(), rows.last());
    }

    /**
     * Reads the answer to {@code verify}.
     *
     * @param lines all of it, {@code VERIFY} last; other lines between are passed over
     * @return what it says
     * @throws IllegalArgumentException when the lines contradict each other or are no such answer
     */
    public static DiskContents ofAnswer(List<String> lines) {
        Map<String, NumberSet> sets = new HashMap<>();
        for (String name : List.of("FILES", "ROWS", "BADFILES", "BADROWS")) {
            NumberSet set = new NumberSet();
            lines.stream()
                    .filter(line -> line.startsWith(name + " "))
                    .forEach(line -> set.addRanges(line.substring(name.length() + 1)));
            sets.put(name, set);
        }
        Map<String, String> fields = fields(lines.isEmpty() ? "" : lines.getLast());
        DiskContents contents = new DiskContents(
                set(sets, "FILES"),
                set(sets, "ROWS"),
                set(sets, "BADFILES"),
                set(sets, "BADROWS"),
                number(fields, "kept"),
                fields.getOrDefault("integrity", ""));
        expect(fields, "files", contents.files.size());
        expect(fields, "rows", contents.rows.size());
        expect(fields, "lastFile", contents.files.last());
        expect(fields, "lastRow", contents.rows.last());
        expect(fields, "badFiles", contents.badFiles.size());
        expect(fields, "badRows", contents.badRows.size());
        return contents;
    }

    private static NumberSet set(Map<String, NumberSet> sets, String name) {
        return sets.getOrDefault(name, new NumberSet());
    }

    private static Map<String, String> fields(String line) {
        if (!line.startsWith("VERIFY ")) {
            throw new IllegalArgumentException("'" + line + "'; expected a line that begins with VERIFY");
        }
        Map<String, String> fields = new HashMap<>();
        for (String word : line.substring("VERIFY ".length()).split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                fields.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return fields;
    }

    private static int number(Map<String, String> fields, String name) {
        return Integer.parseInt(fields.getOrDefault(name, "missing"));
    }

    private static void expect(Map<String, String> fields, String name, int found) {
        if (number(fields, name) != found) {
            throw new IllegalArgumentException(
                    "the answer says " + name + "=" + fields.get(name) + " and lists " + found + "; a line was lost");
        }
    }
}
