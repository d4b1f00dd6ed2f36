package io.holdfast.console.rest;

import java.util.Optional;

/**
 * Pages that the console's server shows beside its API. Registered as a service; the server goes on without one. Thread-safe, and must
 * answer from memory.
 *
 * @since 1.0
 */
public interface StaticContent {

    /**
     * Finds the file for a path.
     *
     * @param path decoded, begins with {@code /}, holds no {@code ..} segment
     * @return the file, or nothing when there is none of that name
     */
    Optional<StaticFile> find(String path);
}
