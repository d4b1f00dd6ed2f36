package io.holdfast.adapter;

import java.nio.file.Path;

/**
 * Bounds and places of one hold on a source.
 *
 * @param folder a folder of this machine alone, on the source's host, for sockets, guard state and guard log; its path is short enough for
 *     UNIX sockets (at most 80 bytes)
 * @param heartbeat the file of {@link CaptureHeartbeat} that the capture server keeps
 * @param stallLimitMillis after which the guard cuts the capture of a machine whose guest waits; 500 by default
 * @param writeBoundMillis the hard bound for one guest write; 5,000 by default, above the stall limit
 * @since 1.0
 */
public record SourceSettings(Path folder, Path heartbeat, int stallLimitMillis, int writeBoundMillis) {}
