package io.holdfast.adapter.kvm.guard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/**
 * What a guard did or saw by itself.
 *
 * @param kind what it was
 * @param text for people
 * @since 1.0
 */
public record Note(Kind kind, String text) {

    /** What a guard reports. */
    public enum Kind {
        /** It cut the capture. */
        CUT,
        /** It wanted to cut the capture and QEMU did not take the command. */
        CUT_FAILED,
        /** It killed the capture server. */
        WRITER_KILLED,
        /** The monitor's connection ended although QEMU lives; events may be missed from here on. */
        MONITOR_LOST,
        /** The monitor is connected again. */
        MONITOR_BACK,
        /** QEMU is gone; nothing follows. */
        GONE
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Writes the note.
     *
     * @return JSON
     */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a record of an enum and a text is always written", e);
        }
    }

    /**
     * Reads a note.
     *
     * @param json as {@link #toJson} wrote it
     * @return the note
     * @throws IOException when it is none
     */
    public static Note parse(byte[] json) throws IOException {
        return JSON.readValue(json, Note.class);
    }
}
