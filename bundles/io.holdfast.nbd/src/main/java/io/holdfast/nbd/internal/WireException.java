package io.holdfast.nbd.internal;

import java.io.IOException;

/** The peer broke the protocol; the connection is closed. The message says what was found and what would be right. */
public final class WireException extends IOException {

    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }
}
