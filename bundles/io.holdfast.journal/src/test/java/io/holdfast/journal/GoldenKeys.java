package io.holdfast.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes of key files as they were first written. */
final class GoldenKeys {

    private GoldenKeys() {}

    static byte[] bytes(String name) {
        try (InputStream in = GoldenKeys.class.getResourceAsStream("/vectors/v1/" + name + ".hex")) {
            if (in == null) {
                throw new AssertionError("no golden bytes for " + name);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("#.*|\\s", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
