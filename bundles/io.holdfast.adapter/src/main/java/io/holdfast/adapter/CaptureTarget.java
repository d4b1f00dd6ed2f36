package io.holdfast.adapter;

import java.nio.file.Path;

/**
 * Where the writes of one disk go: an NBD export of the capture server on the source's own host.
 *
 * @param diskIdentity which disk
 * @param socket UNIX socket of the capture server
 * @param exportName NBD export name
 * @since 1.0
 */
public record CaptureTarget(String diskIdentity, Path socket, String exportName) {}
