package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.Ledger;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of segments on their way into a copy. Such a file is nothing until its renaming, with one exception: once the ledger names it, it is complete,
 * and a crash alone has kept it from its name.
 */
public final class ArrivingSegments {

    private static final Pattern NAME = Pattern.compile("([0-9]{10})\\.open\\.part");

    private final String folder;
    private final TreeSet<Long> found = new TreeSet<>();

    ArrivingSegments(String folder) {
        this.folder = folder;
    }

    /**
     * Tells where a segment arrives.
     *
     * @param folder of the history
     * @param number of the segment
     * @return path of its file
     */
    public static String path(String folder, long number) {
        return Segment.openPath(folder, number) + ".part";
    }

    /**
     * Tells which segment a file is to become.
     *
     * @param name of a file in a history's folder
     * @return number of the segment; nothing when it is another kind of file
     */
    public static OptionalLong numberOf(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }

    void add(String name) {
        numberOf(name).ifPresent(found::add);
    }

    /** Gives the segment of a number its name, if it has arrived. */
    Optional<FileDigest> finish(long number, StoreFiles files, Ledger ledger) throws IOException {
        Optional<FileDigest> named = found.contains(number) ? ledger.current(number) : Optional.empty();
        if (named.isPresent()) {
            files.rename(
                    path(folder, number),
                    Segment.sealedPath(folder, number, named.get().generation()));
            files.forceDirectory(folder);
        }
        return named;
    }
}
