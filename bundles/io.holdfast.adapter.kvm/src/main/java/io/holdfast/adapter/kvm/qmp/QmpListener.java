package io.holdfast.adapter.kvm.qmp;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Hears a monitor. Called on the client's reading thread, in the order in which QEMU spoke; must return soon and must not send commands.
 *
 * @since 1.0
 */
public interface QmpListener {

    /** Hears nothing. */
    QmpListener NONE = new QmpListener() {
        @Override
        public void event(String name, JsonNode data) {
            // not wanted
        }

        @Override
        public void closed(String reason) {
            // not wanted
        }
    };

    /**
     * An event. It is delivered before the answer of any command that QEMU answered later.
     *
     * @param name as QEMU calls it
     * @param data its data; an empty object when it has none
     */
    void event(String name, JsonNode data);

    /**
     * The connection ended without {@link QmpClient#close()}; last call.
     *
     * @param reason for people
     */
    void closed(String reason);
}
