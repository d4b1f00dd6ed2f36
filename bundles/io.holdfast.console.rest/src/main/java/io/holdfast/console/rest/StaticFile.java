package io.holdfast.console.rest;

import org.jspecify.annotations.Nullable;

/**
 * One file of a page, with what a browser needs to keep it.
 *
 * @param contentType for example {@code text/html;charset=utf-8}
 * @param entityTag quoted, differs whenever the content does
 * @param content the bytes; never changed after construction, by nobody
 * @param gzip the same content compressed, or null when that would not be smaller; never changed either
 * @since 1.0
 */
public record StaticFile(String contentType, String entityTag, byte[] content, byte @Nullable [] gzip) {}
