package io.holdfast.model;

/**
 * What an agent says of one machine's capture.
 *
 * @since 1.0
 */
public enum CaptureState {
    CONNECTING,
    COPYING,
    READY,
    BROKEN,
    PAUSED,
    SOURCE_GONE,
    RELEASED,
    ERROR
}
