package io.holdfast.adapter.kvm.guard;

import java.nio.charset.StandardCharsets;

/**
 * One message between adapter and guard.
 *
 * @param type what it is
 * @param number its meaning depends on the type
 * @param payload its meaning depends on the type; not copied, not changed by anybody
 * @since 1.0
 */
public record Frame(Type type, long number, byte[] payload) {

    /** What a frame is; on the wire by its ordinal, so new ones come last and {@link #PROTOCOL} rises. */
    public enum Type {
        /** Adapter: first frame. Number: the last event number it has, or 0. Payload: the id of the guard that gave it, or empty. */
        HELLO,
        /** Guard: answers HELLO. Number: the last event number there is. Payload: {@link Welcome}. */
        WELCOME,
        /** Adapter: a QMP command. Payload: the line. */
        COMMAND,
        /** Guard: QEMU's answer to a command. Number: the last event number before it. Payload: the line. */
        ANSWER,
        /** Guard: an event of QEMU. Number: its own, counting up by one together with notes. Payload: the line. */
        EVENT,
        /** Guard: something it did or saw. Number: as events. Payload: {@link Note}. */
        NOTE,
        /** Adapter: cut the capture now. Number: request. */
        CUT,
        /** Adapter: list the nodes of ours that could be cut. Number: request. */
        LIST,
        /**
         * Guard: answers CUT, LIST, HOLD and LET_GO. Number: request. Payload: JSON, {@code {}}, {@code {"nodes":[…]}}, {@code {"socket":"…"}} or {@code
         * {"error":"…"}}.
         */
        RESULT,
        /** Adapter: answer me. Number: any. */
        PING,
        /** Guard: answers PING. Number: as there. */
        PONG,
        /** Adapter: end yourself; nothing of ours is left inside QEMU. */
        END,
        /** Guard: another adapter has taken your place; last frame. */
        REPLACED,
        /** Adapter: make a connection to an export that outlives us. Number: request. Payload: the export's id, which is its name too. */
        HOLD,
        /** Adapter: no export is left; end every connection that was made for HOLD. Number: request. */
        LET_GO
    }

    /** Version of this protocol; a guard of another one is replaced. */
    public static final int PROTOCOL = 2;

    private static final byte[] NOTHING = {};

    /**
     * A frame without payload.
     *
     * @param type what it is
     * @param number its number
     * @return the frame
     */
    public static Frame of(Type type, long number) {
        return new Frame(type, number, NOTHING);
    }

    /**
     * A frame with text.
     *
     * @param type what it is
     * @param number its number
     * @param text its payload
     * @return the frame
     */
    public static Frame of(Type type, long number, String text) {
        return new Frame(type, number, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the payload as text.
     *
     * @return the text
     */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }
}
