package io.holdfast.changelog;

import java.util.Arrays;
import java.util.HexFormat;

/** Bytes as text: rows of 32 bytes that are not all zero, each with its offset, and the length last. */
final class SparseHex {

    private static final int ROW = 32;

    private SparseHex() {}

    static String of(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < bytes.length; at += ROW) {
            byte[] row = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + ROW));
            if (!Arrays.equals(row, new byte[row.length])) {
                text.append(String.format("%06x ", at))
                        .append(HexFormat.of().formatHex(row))
                        .append('\n');
            }
        }
        return text.append(String.format("%06x%n", bytes.length)).toString();
    }

    static byte[] parse(String text) {
        String[] lines = text.strip().split("\n");
        byte[] bytes = new byte[Integer.parseInt(lines[lines.length - 1], 16)];
        for (int i = 0; i < lines.length - 1; i++) {
            String[] parts = lines[i].split(" ");
            byte[] row = HexFormat.of().parseHex(parts[1]);
            System.arraycopy(row, 0, bytes, Integer.parseInt(parts[0], 16), row.length);
        }
        return bytes;
    }
}
