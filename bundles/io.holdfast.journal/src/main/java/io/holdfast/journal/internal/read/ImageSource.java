package io.holdfast.journal.internal.read;

/**
 * One segment as an image sees it.
 *
 * @param run what is newest in it, up to the image's point
 * @param reader its blocks and frames
 */
public record ImageSource(Run run, SegmentReader reader) {}
