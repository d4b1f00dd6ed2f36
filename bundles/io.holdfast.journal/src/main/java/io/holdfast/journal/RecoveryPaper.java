package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.internal.keys.RecoverySecret;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The recovery key as it stands on paper: five numbered lines of four groups of four characters. Each line has 8 bytes and a checksum over them
 * and its number, so that a typing error, two characters exchanged, or a line in the wrong place is named by its line. The first line has the
 * version of the form and the key's name, the others its 32 bytes. The alphabet is Crockford's base32: no I, L, O or U; typed letters count in
 * either case, I and L as 1, O as 0. See {@code docs/formats/keyfile.md}.
 *
 * <p>Immutable. Printing this object shows the key's name alone.
 *
 * @since 1.0
 */
public final class RecoveryPaper {

    /** Lines of the form. */
    public static final int LINES = 5;

    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int VERSION = 1;
    private static final int LINE_BYTES = 8;
    private static final int LINE_CHARACTERS = 16;
    private static final int GROUP_CHARACTERS = 4;
    private static final int BITS = 5;
    private static final int CRC_POLYNOMIAL = 0x1021;
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Holdfast recovery key {name}</title>
            <style>
            body { font: 12pt sans-serif; margin: 2cm; }
            table { border-collapse: collapse; margin: 1cm 0; }
            th, td { font: bold 18pt monospace; padding: 0.3cm 0.6cm; border: 1px solid; }
            </style>
            </head>
            <body>
            <h1>Holdfast recovery key {name}</h1>
            <p>of {owner}</p>
            <table>
            {lines}
            </table>
            <p>Opens every history of this store, without its appliance and without any password. Keep it on paper, away from the appliance and from
            the stores. Whoever has it and a store can read everything.</p>
            <p>To use it: <code>holdfastctl keys recover</code>, or <code>holdfastctl store serve --paper FILE</code>, with the lines as they stand
            here. Capital and small letters count the same. Each line ends with a check, so a typing error is named by its line.</p>
            </body>
            </html>
            """;

    private final RecoverySecret secret;

    private RecoveryPaper(RecoverySecret secret) {
        this.secret = secret;
    }

    static RecoveryPaper of(RecoverySecret secret) {
        return new RecoveryPaper(secret);
    }

    RecoverySecret secret() {
        return secret;
    }

    /**
     * Names the key. The name is no secret.
     *
     * @return 14 hexadecimal digits, as the key vault's status has them
     */
    public String name() {
        return secret.recipient(0).name();
    }

    /**
     * Gives the lines.
     *
     * @return {@link #LINES} lines without their numbers, such as {@code 0A1B-2C3D-4E5F-6G7H}
     */
    public List<String> lines() {
        byte[] name = HexFormat.of().parseHex(name());
        ByteBuffer all = ByteBuffer.allocate(LINES * LINE_BYTES);
        all.put((byte) VERSION).put(name).put(secret.bytes());
        List<String> lines = new ArrayList<>();
        for (int line = 1; line <= LINES; line++) {
            lines.add(encode(line, Arrays.copyOfRange(all.array(), (line - 1) * LINE_BYTES, line * LINE_BYTES)));
        }
        return lines;
    }

    private static String encode(int line, byte[] data) {
        ByteBuffer bytes = ByteBuffer.allocate(LINE_BYTES + Short.BYTES);
        bytes.put(data).putShort((short) checksum(line, data)).flip();
        StringBuilder text = new StringBuilder();
        long high = bytes.getLong();
        int low = bytes.getShort() & 0xFFFF;
        for (int index = 0; index < LINE_CHARACTERS; index++) {
            if (index > 0 && index % GROUP_CHARACTERS == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt((int) (high >>> Long.SIZE - BITS)));
            high = high << BITS | low >>> Short.SIZE - BITS & 31;
            low = low << BITS & 0xFFFF;
        }
        return text.toString();
    }

    /** CRC-16 of polynomial 1021, starting with FFFF, over the line's number and its bytes. */
    private static int checksum(int line, byte[] data) {
        int crc = step(0xFFFF, line);
        for (byte each : data) {
            crc = step(crc, each & 0xFF);
        }
        return crc;
    }

    private static int step(int before, int value) {
        int crc = before ^ value << Byte.SIZE;
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ CRC_POLYNOMIAL;
        }
        return crc & 0xFFFF;
    }

    /**
     * Reads what was typed from paper: the lines in order, with or without their numbers. Blank lines, and lines that begin with {@code #}, are passed
     * over, so that the text of {@link #text} is read as well.
     *
     * @param typed everything, lines apart by line feeds
     * @return the paper
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} naming the line that is wrong and what is wrong with it
     */
    public static RecoveryPaper parse(String typed) {
        List<String> lines = typed.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (lines.size() != LINES) {
            throw wrong("recovery key", lines.size() + " lines were given; expected " + LINES);
        }
        ByteBuffer all = ByteBuffer.allocate(LINES * LINE_BYTES);
        for (int line = 1; line <= LINES; line++) {
            all.put(decode(line, lines.get(line - 1)));
        }
        if (all.get(0) != VERSION) {
            throw new HoldfastException(
                    ErrorCode.VERSION_UNSUPPORTED,
                    "recovery key",
                    "the paper has form " + all.get(0) + "; expected " + VERSION);
        }
        RecoveryPaper paper =
                new RecoveryPaper(RecoverySecret.of(Arrays.copyOfRange(all.array(), LINE_BYTES, LINES * LINE_BYTES)));
        String name = HexFormat.of().formatHex(all.array(), 1, LINE_BYTES);
        if (!name.equals(paper.name())) {
            throw wrong(
                    "recovery key",
                    "line 1 is of key " + name + ", the other lines are of key " + paper.name()
                            + "; expected lines of one paper");
        }
        return paper;
    }

    /** Reads one line, so that a wrong one is named. */
    static byte[] decode(int line, String typed) {
        String text = typed.strip().toUpperCase(Locale.ROOT).replaceFirst("^" + line + "\\s*[:.)]\\s*", "");
        String characters = text.replaceAll("[\\s-]", "")
                .replace('I', '1')
                .replace('L', '1')
                .replace('O', '0');
        String object = "line " + line + " of the recovery key";
        if (characters.length() != LINE_CHARACTERS) {
            throw wrong(object, "has " + characters.length() + " characters; expected " + LINE_CHARACTERS);
        }
        long high = 0;
        int low = 0;
        for (int index = 0; index < LINE_CHARACTERS; index++) {
            int value = ALPHABET.indexOf(characters.charAt(index));
            if (value < 0) {
                throw wrong(
                        object,
                        "has the character '" + characters.charAt(index) + "' at place " + (index + 1)
                                + ", which no paper has");
            }
            high = high << BITS | low >>> Short.SIZE - BITS & 31;
            low = low << BITS & 0xFFFF | value;
        }
        byte[] data = ByteBuffer.allocate(LINE_BYTES).putLong(high).array();
        if (checksum(line, data) != low) {
            throw wrong(object, "does not fit its checksum; expected it as it stands on the paper");
        }
        return data;
    }

    private static HoldfastException wrong(String object, String message) {
        return new HoldfastException(ErrorCode.INVALID_ARGUMENT, object, message);
    }

    /**
     * Writes the form for a text printer or a safe; {@link #parse} reads it back.
     *
     * @param owner what it belongs to, for people; one line
     * @return the page
     */
    public String text(String owner) {
        List<String> lines = lines();
        StringBuilder page = new StringBuilder("""
                # Holdfast recovery key %s
                # of %s
                #
                # Opens every history of this store, without its appliance and without any password.
                # Keep it on paper, away from the appliance and from the stores. Whoever has it and a store can read everything.
                #
                # To use it: holdfastctl keys recover, or holdfastctl store serve --paper FILE

                """.formatted(name(), oneLine(owner)));
        for (int line = 1; line <= LINES; line++) {
            page.append(line).append(": ").append(lines.get(line - 1)).append('\n');
        }
        return page.toString();
    }

    /**
     * Writes the form as a page for a browser to print. It loads nothing.
     *
     * @param owner what it belongs to, for people; one line
     * @return an HTML document
     */
    public String html(String owner) {
        List<String> lines = lines();
        String rows = IntStream.rangeClosed(1, LINES)
                .mapToObj(line -> "<tr><th>" + line + "</th><td>" + lines.get(line - 1) + "</td></tr>")
                .collect(Collectors.joining("\n"));
        return PAGE.replace("{name}", name())
                .replace("{owner}", escape(oneLine(owner)))
                .replace("{lines}", rows);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return "recovery paper " + name();
    }
}
