package io.holdfast.changelog;

import java.io.IOException;
import java.util.List;

/**
 * A flat folder of files, as a change log sees it. A name is one path element.
 *
 * @since 1.0
 */
public interface LogStorage {

    /**
     * Lists what is there.
     *
     * @return names in no particular order
     * @throws IOException when the storage fails
     */
    List<String> list() throws IOException;

    /**
     * Creates an empty file. Its name is durable after {@link #syncNames}.
     *
     * @param name not there yet
     * @return the file
     * @throws IOException when it is there already or the storage fails
     */
    LogFile create(String name) throws IOException;

    /**
     * Opens a file for reading.
     *
     * @param name a file that is there
     * @return the file
     * @throws IOException when it is not there or the storage fails
     */
    LogFile open(String name) throws IOException;

    /**
     * Renames a file in one step, replacing what has the new name. Durable after {@link #syncNames}.
     *
     * @param from a file that is there
     * @param to its new name
     * @throws IOException when the storage fails
     */
    void rename(String from, String to) throws IOException;

    /**
     * Deletes a file. Durable after {@link #syncNames}.
     *
     * @param name a file that is there
     * @throws IOException when the storage fails
     */
    void delete(String name) throws IOException;

    /**
     * Makes all creations, renames and deletions so far durable.
     *
     * @throws IOException when the storage fails
     */
    void syncNames() throws IOException;
}
