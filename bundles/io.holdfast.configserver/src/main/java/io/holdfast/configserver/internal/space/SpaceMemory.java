package io.holdfast.configserver.internal.space;

import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.SpaceAlarm;
import io.holdfast.identity.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was seen of the recovery store's room, in a file that outlives the process; {@code docs/formats/space-seen.md} has its bytes. Nothing depends
 * on it but how soon something is foretold again: a file that is damaged is put aside beside it, one that cannot be read or written is told in the
 * log, and the watch begins anew. Used on one thread at a time.
 */
public final class SpaceMemory {

    private static final Logger LOG = LoggerFactory.getLogger(SpaceMemory.class);
    private static final String TITLE = "holdfast space-seen 1\n";
    private static final String ALARM = "alarm ";
    private static final String EVERY = "every ";
    private static final String CHECK = "crc32c ";
    private static final String DAMAGED = ".damaged";
    private static final int FILE_BYTES_MAX = 16_384;
    private static final int WINDOWS_MAX = 16;

    /** A hundred years, and more than any medium: what is more cannot have been seen, and calculating with it would overflow. */
    private static final long MILLIS_MAX = 36_525L * 86_400_000;

    private static final long GROWN_BYTES_MAX = 1L << 60;

    private final Path file;
    private boolean failed;

    /**
     * What is kept.
     *
     * @param alarm the last one
     * @param noted what the forecast has noted
     */
    record Seen(SpaceAlarm alarm, List<SpaceForecast.Noted> noted) {

        static final Seen NOTHING = new Seen(SpaceAlarm.NONE, List.of());
    }

    /**
     * Names the file; touches nothing.
     *
     * @param file in a folder that is there
     */
    public SpaceMemory(Path file) {
        this.file = file;
    }

    /** Reads what was kept. Nothing was seen when there is no file, or none that can be used. */
    Seen read() {
        try {
            if (!Files.exists(file)) {
                return Seen.NOTHING;
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IllegalArgumentException("it is longer than " + FILE_BYTES_MAX + " bytes");
            }
            return parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            LOG.warn("what was seen of the store's room cannot be read, the forecast begins anew file={}", file, e);
        } catch (IllegalArgumentException e) {
            putAside(String.valueOf(e.getMessage()));
        }
        return Seen.NOTHING;
    }

    private void putAside(String reason) {
        Path aside = file.resolveSibling(file.getFileName() + DAMAGED);
        LOG.warn(
                "what was seen of the store's room is damaged and put aside, the forecast begins anew file={} aside={} reason={}",
                file,
                aside,
                reason);
        try {
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("the damaged file stays until it is replaced file={}", file, e);
        }
    }

    /** Keeps what was seen, whole or not at all. Durable on return, unless the log says that it failed; then the old file is as it was. */
    void write(Seen seen) {
        try {
            Pem.write(file, text(seen));
            failed = false;
        } catch (HoldfastException e) {
            if (!failed) {
                LOG.warn("what was seen of the store's room is not kept, it is tried again code={}", e.code(), e);
            }
            failed = true;
        }
    }

    /** The content of the file. */
    static String text(Seen seen) {
        StringBuilder text = new StringBuilder(TITLE);
        text.append(ALARM).append(seen.alarm()).append('\n');
        for (SpaceForecast.Noted noted : seen.noted()) {
            text.append(EVERY).append(noted.spacingMillis());
            noted.growths()
                    .forEach(growth -> text.append(' ')
                            .append(growth.agoMillis())
                            .append(' ')
                            .append(growth.grownBytes()));
            text.append('\n');
        }
        return text + check(text.toString());
    }

    /** The last line of the file. */
    static String check(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return CHECK + HexFormat.of().toHexDigits((int) crc.getValue()) + "\n";
    }

    /** Understands a content, or says why not by {@link IllegalArgumentException}. */
    static Seen parse(String text) {
        require(text.startsWith(TITLE), "it does not begin with '" + TITLE.strip() + "'");
        int last = text.lastIndexOf(CHECK);
        require(
                last >= 0 && text.substring(last).equals(check(text.substring(0, last))),
                "its last line is not the checksum of the others");
        List<String> lines = text.substring(TITLE.length(), last).lines().toList();
        require(!lines.isEmpty() && lines.getFirst().startsWith(ALARM), "its second line tells no alarm");
        require(lines.size() <= 1 + WINDOWS_MAX, "it has more than " + WINDOWS_MAX + " windows");
        return new Seen(
                SpaceAlarm.valueOf(lines.getFirst().substring(ALARM.length())),
                lines.subList(1, lines.size()).stream().map(SpaceMemory::noted).toList());
    }

    private static SpaceForecast.Noted noted(String line) {
        require(line.startsWith(EVERY), "a line begins otherwise than with '" + EVERY.strip() + "'");
        List<Long> numbers = Arrays.stream(line.substring(EVERY.length()).split(" ", -1))
                .map(Long::valueOf)
                .toList();
        require(
                numbers.size() % 2 == 1 && numbers.size() <= 1 + 2 * SpaceForecast.SAMPLES_MAX,
                "a line has " + numbers.size() + " numbers");
        List<SpaceForecast.Growth> growths = new ArrayList<>();
        long youngest = MILLIS_MAX;
        for (int index = 1; index < numbers.size(); index += 2) {
            long ago = numbers.get(index);
            long grown = numbers.get(index + 1);
            require(ago >= 0 && ago <= youngest, ago + " ms is not behind the look before");
            require(grown >= -GROWN_BYTES_MAX && grown <= GROWN_BYTES_MAX, grown + " bytes are more than a medium has");
            growths.add(new SpaceForecast.Growth(ago, grown));
            youngest = ago;
        }
        return new SpaceForecast.Noted(numbers.getFirst(), growths);
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
