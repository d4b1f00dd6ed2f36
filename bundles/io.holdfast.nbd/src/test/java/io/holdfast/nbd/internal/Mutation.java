package io.holdfast.nbd.internal;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** Spoils a well-formed stream at a few places. */
final class Mutation {

    private static final byte[][] EXTREMES = {
        {0, 0, 0, 0},
        {-1, -1, -1, -1},
        {127, -1, -1, -1},
        {-128, 0, 0, 0},
        {0, 1, 0, 0},
        {2, 0, 0, 0},
        {2, 0, 0, 1},
        {0, 0, 16, 1}
    };

    private Mutation() {}

    static byte[] of(byte[] good, Random random) {
        byte[] bytes = good;
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, Random random) {
        if (bytes.length < 8) {
            return bytes;
        }
        int at = random.nextInt(bytes.length - 4);
        int length = 1 + random.nextInt(Math.min(64, bytes.length - at));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        switch (random.nextInt(6)) {
            case 0 -> {
                out.write(bytes[at] ^ (1 << random.nextInt(8)));
                out.write(bytes, at + 1, bytes.length - at - 1);
            }
            case 1 -> {
                out.writeBytes(EXTREMES[random.nextInt(EXTREMES.length)]);
                out.write(bytes, at + 4, bytes.length - at - 4);
            }
            case 2 -> out.write(bytes, at + length, bytes.length - at - length);
            case 3 -> {
                out.write(bytes, at, length);
                out.write(bytes, at, bytes.length - at);
            }
            case 4 -> {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                out.writeBytes(noise);
                out.write(bytes, at, bytes.length - at);
            }
            default -> {
                // The stream ends here.
            }
        }
        return out.toByteArray();
    }
}
