package io.holdfast.bench;

import java.util.Arrays;
import java.util.Random;

/** The bytes that are written: reproducible, and the same for every figure of a row. */
enum IngestData {
    /**
     * Pages of 8 KiB as a relational database writes them: header, slots, a quarter left free, records of numbers, short texts and keys that look
     * like noise; LZ4 makes about 2.4 : 1 of it.
     */
    DATABASE("database") {
        @Override
        byte[] make(int length, Random random) {
            return new IngestPages(random).fill(length);
        }
    },
    /** Lines of a log: words from a vocabulary, numbers, hexadecimal ids; LZ4 makes about 2.2 : 1 of it. */
    TEXT("text") {
        @Override
        byte[] make(int length, Random random) {
            return lines(length, random);
        }
    },
    /** Does not shrink. */
    RANDOM("random") {
        @Override
        byte[] make(int length, Random random) {
            byte[] data = new byte[length];
            random.nextBytes(data);
            return data;
        }
    },
    /** Seven of eight blocks of 4 KiB are zero, the others as in {@link #TEXT}. */
    SPARSE("sparse") {
        @Override
        byte[] make(int length, Random random) {
            byte[] data = lines(length, random);
            for (int block = 0; block + BLOCK_BYTES <= length; block += BLOCK_BYTES) {
                if (block / BLOCK_BYTES % 8 != 0) {
                    Arrays.fill(data, block, block + BLOCK_BYTES, (byte) 0);
                }
            }
            return data;
        }
    },
    /** Nothing but zeroes. */
    ZERO("zero") {
        @Override
        byte[] make(int length, Random random) {
            return new byte[length];
        }
    };

    private static final int BLOCK_BYTES = 4096;
    private static final int WORDS = 1_500;

    private final String label;

    IngestData(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    abstract byte[] make(int length, Random random);

    private static byte[] lines(int length, Random random) {
        String[] words = new String[WORDS];
        for (int index = 0; index < WORDS; index++) {
            StringBuilder word = new StringBuilder();
            for (int letters = 3 + random.nextInt(8); letters > 0; letters--) {
                word.append((char) ('a' + random.nextInt(26)));
            }
            words[index] = word.toString();
        }
        byte[] data = new byte[length];
        int at = 0;
        long second = 1_700_000_000L;
        while (at < length) {
            StringBuilder line = new StringBuilder();
            second += random.nextInt(2);
            line.append(second)
                    .append(" host")
                    .append(random.nextInt(4))
                    .append(" service[")
                    .append(1000 + random.nextInt(40))
                    .append("]: ");
            for (int count = 4 + random.nextInt(6); count > 0; count--) {
                double chosen = Math.abs(random.nextGaussian()) / 4;
                line.append(words[(int) (Math.min(0.999, chosen) * WORDS)]).append(' ');
            }
            line.append("id=")
                    .append(Long.toHexString(random.nextLong() >>> 24))
                    .append('\n');
            for (int index = 0; index < line.length() && at < length; index++) {
                data[at++] = (byte) line.charAt(index);
            }
        }
        return data;
    }
}
