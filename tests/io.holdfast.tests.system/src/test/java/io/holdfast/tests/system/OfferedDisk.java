package io.holdfast.tests.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk of a point that is offered over NBD, as programs see it that know nothing of Holdfast.
 *
 * @param socket of the offer
 * @param number of the disk
 */
record OfferedDisk(Path socket, int number) {

    private static final Duration PROGRAM_MAX = Duration.ofSeconds(60);
    private static final int ZERO = 2;

    /** A piece of the map that {@code nbdinfo} draws; flags as in the protocol's {@code base:allocation}. */
    record Piece(long offset, long length, int flags) {

        long end() {
            return offset + length;
        }

        /** Whether it is told to read as zeroes. */
        boolean zero() {
            return (flags & ZERO) != 0;
        }
    }

    /** The size that {@code nbdinfo} tells. */
    long sizeBytes() throws IOException {
        return export().path("export-size").asLong();
    }

    /** Whether {@code nbdinfo} finds that a client may use several connections at once. */
    boolean takesSeveralConnections() throws IOException {
        return export().path("can_multi_conn").asBoolean();
    }

    private JsonNode export() throws IOException {
        return info("--json").path("exports").path(0);
    }

    /** What {@code nbdinfo --map} tells of the whole disk. */
    List<Piece> map() throws IOException {
        List<Piece> pieces = new ArrayList<>();
        for (JsonNode piece : info("--map", "--json")) {
            pieces.add(new Piece(
                    piece.path("offset").asLong(),
                    piece.path("length").asLong(),
                    piece.path("type").asInt()));
        }
        return pieces;
    }

    private JsonNode info(String... options) throws IOException {
        return new ObjectMapper().readTree(run("nbdinfo", List.of(options), address()));
    }

    /** Has {@code nbdcopy} read every byte over one connection, whatever the map says. */
    void copyEveryByte(Path target) throws IOException {
        run("nbdcopy", List.of("--no-extents", "--connections=1"), address(), target.toString());
    }

    /** Has {@code nbdcopy} read over four connections at once, and only what the map does not call zeroes. */
    void copyOverFourConnections(Path target) throws IOException {
        run("nbdcopy", List.of("--connections=4", "--threads=4"), address(), target.toString());
    }

    /** What {@code qemu-img compare} says of a raw file and this disk; exit status 0 when they are the same. */
    ProcessTools.Ended compare(Path raw) throws IOException {
        return ProcessTools.run(
                PROGRAM_MAX, List.of("qemu-img", "compare", "-f", "raw", "-F", "raw", raw.toString(), address()));
    }

    private String address() {
        return "nbd+unix:///disk" + number + "?socket=" + socket;
    }

    private static String run(String program, List<String> options, String... operands) throws IOException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(options);
        command.addAll(List.of(operands));
        return ProcessTools.run(PROGRAM_MAX, command).orThrow(String.join(" ", command));
    }
}
