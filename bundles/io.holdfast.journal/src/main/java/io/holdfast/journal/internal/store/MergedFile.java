package io.holdfast.journal.internal.store;

import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A merged run that lies in a machine's folder. Thread-safe. */
final class MergedFile {

    private static final Pattern NAME = Pattern.compile("([0-9]{10})-([0-9]{10})\\.run");

    private final String folder;
    private final long first;
    private final long last;
    private final long bytes;
    private long readingOwner;

    /**
     * Names a run.
     *
     * @param folder of the machine
     * @param first the first segment that it takes in; 0 when it is a base: all that the last one lies upon
     * @param last the last segment that it takes in
     * @param bytes length of the file
     */
    MergedFile(String folder, long first, long last, long bytes) {
        this.folder = folder;
        this.first = first;
        this.last = last;
        this.bytes = bytes;
    }

    /**
     * Reads what a file's name says.
     *
     * @param first the first segment
     * @param last the last segment
     */
    record Range(long first, long last) {}

    /** Tells whether a name is that of a run. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Reads the name of a run. */
    static Range range(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name + " names no run");
        }
        return new Range(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    static String path(String folder, long first, long last) {
        return folder + "/" + String.format(Locale.ROOT, "%010d-%010d.run", first, last);
    }

    String path() {
        return path(folder, first, last);
    }

    boolean isBase() {
        return first == 0;
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    long bytes() {
        return bytes;
    }

    /** The number of this run in the caches. */
    synchronized long readingOwner(LongSupplier newOwner) {
        readingOwner = readingOwner == 0 ? newOwner.getAsLong() : readingOwner;
        return readingOwner;
    }
}
