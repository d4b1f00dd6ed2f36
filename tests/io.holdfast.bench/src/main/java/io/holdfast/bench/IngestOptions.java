package io.holdfast.bench;

import io.holdfast.base.hash.BlockHashAlgorithm;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What was asked of {@link IngestBench}.
 *
 * @param json where the figures go as well
 * @param base a folder on the disk to measure
 * @param totalBytes written for each row and round
 * @param rounds each row is measured so often at most
 * @param hash which keyed hash
 */
record IngestOptions(Optional<Path> json, Path base, long totalBytes, int rounds, BlockHashAlgorithm hash) {

    /** Less, and the memory that a store takes when it is opened would weigh more than what is measured. */
    private static final int USUAL_MEBIBYTES = 1024;

    static IngestOptions parse(String[] arguments, int usualRounds) {
        Optional<Path> json = Optional.empty();
        Path base = Path.of(System.getProperty("java.io.tmpdir"));
        long mebibytes = USUAL_MEBIBYTES;
        int rounds = usualRounds;
        BlockHashAlgorithm hash = BlockHashAlgorithm.DEFAULT;
        for (int index = 0; index < arguments.length; index += 2) {
            if (index + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[index] + " needs a value; see --help");
            }
            String value = arguments[index + 1];
            switch (arguments[index]) {
                case "--json" -> json = Optional.of(Path.of(value));
                case "--directory" -> base = Path.of(value);
                case "--mebibytes" -> mebibytes = Math.max(1, Long.parseLong(value));
                case "--rounds" -> rounds = Math.max(1, Integer.parseInt(value));
                case "--hash" ->
                    hash = BlockHashAlgorithm.valueOf(
                            value.toUpperCase(Locale.ROOT).replace('-', '_'));
                default -> throw new IllegalArgumentException(arguments[index] + " is unknown; see --help");
            }
        }
        return new IngestOptions(json, base, mebibytes << 20, rounds, hash);
    }
}
