package io.holdfast.adapter.kvm.guard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/**
 * How a guard introduces itself.
 *
 * @param protocol {@link Frame#PROTOCOL} of the guard
 * @param guard a random id of this guard; event numbers count within it
 * @param processId of the guard
 * @param settings as {@link GuardSettings#toArguments}
 * @param qemu QEMU's version: major, minor, micro
 * @param complete whether every event after the number in HELLO follows; false when some have been forgotten
 * @param gone whether QEMU is gone; then this guard is of use only to an adapter that knew it before
 * @since 1.0
 */
public record Welcome(
        int protocol,
        String guard,
        long processId,
        List<String> settings,
        List<Integer> qemu,
        boolean complete,
        boolean gone) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Writes it.
     *
     * @return JSON
     */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a record of numbers and texts is always written", e);
        }
    }

    /**
     * Reads it.
     *
     * @param json as {@link #toJson} wrote it
     * @return the introduction
     * @throws IOException when it is none
     */
    public static Welcome parse(byte[] json) throws IOException {
        return JSON.readValue(json, Welcome.class);
    }
}
