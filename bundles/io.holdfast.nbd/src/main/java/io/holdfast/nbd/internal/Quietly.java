package io.holdfast.nbd.internal;

import java.io.Closeable;
import java.io.IOException;

/** Closing, where nothing can be done about a failure. */
final class Quietly {

    private Quietly() {}

    static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException _) {
            // The descriptor is gone either way.
        }
    }
}
