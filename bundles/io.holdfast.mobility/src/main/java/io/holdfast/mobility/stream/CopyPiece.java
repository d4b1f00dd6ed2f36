package io.holdfast.mobility.stream;

import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;

/**
 * A part of what a copy read brought.
 *
 * @param offset first byte on the disk
 * @param length at least 1
 * @param kind data or zero
 * @param data the bytes for data, else empty
 */
public record CopyPiece(long offset, long length, ExtentKind kind, ByteBuffer data) {

    /**
     * A piece that reads as zeroes.
     *
     * @param offset first byte on the disk
     * @param length at least 1
     * @return the piece
     */
    public static CopyPiece zero(long offset, long length) {
        return new CopyPiece(offset, length, ExtentKind.ZERO, StreamRecord.Change.NO_DATA);
    }

    /**
     * A piece with bytes.
     *
     * @param offset first byte on the disk
     * @param data its remaining bytes, at least one
     * @return the piece
     */
    public static CopyPiece data(long offset, ByteBuffer data) {
        return new CopyPiece(offset, data.remaining(), ExtentKind.DATA, data);
    }

    CopyPiece part(long from, long to) {
        ByteBuffer bytes = kind == ExtentKind.DATA
                ? data.slice(data.position() + Math.toIntExact(from - offset), Math.toIntExact(to - from))
                : data;
        return new CopyPiece(from, to - from, kind, bytes);
    }
}
