package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.format.Checksums;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where all ledgers of a store stood at one moment: a small text for somebody outside to keep. Compared later it tells whether anything of what was
 * there then was altered, taken away or set back. Format: {@code docs/formats/anchor.md}.
 *
 * @param storeId which store
 * @param utcMillis the store's clock, a label
 * @param heads by machine
 * @since 1.0
 */
public record Anchor(UUID storeId, long utcMillis, List<AnchorHead> heads) {

    /** The most characters of an anchor that is read: two thousand machines and some. */
    public static final int CHARACTERS_MAX = 16 << 20;

    private static final String TITLE = "holdfast anchor 1";
    private static final String SUBJECT = "anchor";

    public Anchor {
        heads = List.copyOf(heads);
    }

    /**
     * Finds a machine's head.
     *
     * @param machine which
     * @return nothing when the anchor does not name it
     */
    public Optional<AnchorHead> head(MachineId machine) {
        return heads.stream().filter(head -> head.machine().equals(machine)).findFirst();
    }

    /**
     * Writes the anchor as text.
     *
     * @return lines of ASCII, each ended by a line feed
     */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(TITLE).append('\n');
        text.append("store ").append(storeId).append('\n');
        text.append("time ").append(Instant.ofEpochMilli(utcMillis)).append('\n');
        for (AnchorHead head : heads) {
            text.append(String.join(
                            " ",
                            "machine",
                            head.machine().toString(),
                            Long.toString(head.incarnation()),
                            Long.toString(head.entries()),
                            head.root().toString(),
                            head.publicKey().toString(),
                            head.signature(),
                            Long.toString(head.block()),
                            head.chain().toString()))
                    .append('\n');
            head.growth().ifPresent(growth -> {
                text.append("growth ").append(growth.entries());
                growth.proof().forEach(hash -> text.append(' ').append(hash));
                text.append('\n');
            });
        }
        return text + "sha256 " + digest(text.toString()) + '\n';
    }

    private static Sha256 digest(String text) {
        return Sha256.of(Checksums.sha256().digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * Reads an anchor.
     *
     * @param text as {@link #toText} writes it
     * @return the anchor
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when it is none, was altered or cut, or is of a newer format
     */
    public static Anchor parse(String text) {
        if (text.length() > CHARACTERS_MAX || !text.startsWith(TITLE + "\n")) {
            throw wrong("does not begin with '" + TITLE + "'");
        }
        int last = text.lastIndexOf("sha256 ");
        if (last < 0 || !text.substring(last).equals("sha256 " + digest(text.substring(0, last)) + "\n")) {
            throw wrong("was altered or cut: its last line is not the SHA-256 of the others");
        }
        List<String> lines = text.substring(TITLE.length() + 1, last).lines().toList();
        try {
            UUID store = UUID.fromString(words(lines, 0, "store").get(1));
            long time = Instant.parse(words(lines, 1, "time").get(1)).toEpochMilli();
            List<AnchorHead> heads = new ArrayList<>();
            for (int index = 2; index < lines.size(); index++) {
                Optional<AnchorHead.Growth> growth =
                        index + 1 < lines.size() ? growth(lines.get(index + 1)) : Optional.empty();
                heads.add(head(words(lines, index, "machine"), growth));
                index += growth.isPresent() ? 1 : 0;
            }
            return new Anchor(store, time, heads);
        } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
            throw wrong("has a line that is not one of an anchor: " + e.getMessage());
        }
    }

    private static List<String> words(List<String> lines, int index, String first) {
        List<String> words = Arrays.asList(lines.get(index).split(" ", -1));
        if (!words.getFirst().equals(first)) {
            throw wrong("line " + (index + 2) + " begins with '" + words.getFirst() + "'; expected '" + first + "'");
        }
        return words;
    }

    private static Optional<AnchorHead.Growth> growth(String line) {
        List<String> words = Arrays.asList(line.split(" ", -1));
        if (!words.getFirst().equals("growth")) {
            return Optional.empty();
        }
        List<Sha256> proof =
                words.subList(2, words.size()).stream().map(Sha256::parse).toList();
        return Optional.of(new AnchorHead.Growth(Long.parseLong(words.get(1)), proof));
    }

    private static AnchorHead head(List<String> words, Optional<AnchorHead.Growth> growth) {
        byte[] signature = HexFormat.of().parseHex(words.get(6));
        if (words.size() != 9 || signature.length != LedgerSigner.SIGNATURE_BYTES) {
            throw wrong("a line of a machine has " + words.size() + " words; expected 9");
        }
        return new AnchorHead(
                MachineId.parse(words.get(1)),
                Long.parseLong(words.get(2)),
                Long.parseLong(words.get(3)),
                Sha256.parse(words.get(4)),
                Sha256.parse(words.get(5)),
                words.get(6),
                Long.parseLong(words.get(7)),
                ChainDigest.of(Sha256.parse(words.get(8)).toBytes()),
                growth);
    }

    private static HoldfastException wrong(String found) {
        return new HoldfastException(ErrorCode.INVALID_ARGUMENT, SUBJECT, found);
    }
}
