package io.holdfast.nbd;

import java.util.List;
import java.util.Optional;

/**
 * What a server offers. Called by connection threads, several at once; must not block for long, since the handshake is timed.
 *
 * @since 1.0
 */
public interface NbdExports {

    /**
     * Looks an export up. Called again for each connection, and also when a client only asks.
     *
     * @param name as the client gave it, at most 4,096 bytes of UTF-8, possibly empty; never a path
     * @return the export, or empty when there is none of this name
     */
    Optional<NbdExport> find(String name);

    /**
     * The names that a client may see when it asks for a list.
     *
     * @return names of at most 4,096 bytes of UTF-8 each
     */
    List<String> list();
}
