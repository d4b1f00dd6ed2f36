package io.holdfast.journal.testkit;

import io.holdfast.journal.file.ForwardingFiles;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.file.UnreadableException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Files on a medium with a sector that has gone bad: what lies there is not given back any more. */
public final class UnreadableFiles extends ForwardingFiles {

    /** Bytes of a sector. */
    public static final int SECTOR_BYTES = 512;

    private volatile String badPath = "";
    private volatile long badFrom;

    public UnreadableFiles(StoreFiles files) {
        super(files);
    }

    /** From now on a sector of this file cannot be read, by whoever has it open. */
    public void goesBad(String path, long from) {
        badFrom = from;
        badPath = path;
    }

    @Override
    public StoreFile open(String path, OpenMode mode) throws IOException {
        return new ForwardingFile(super.open(path, mode)) {
            @Override
            public int read(long position, ByteBuffer target) throws IOException {
                boolean touched = position < badFrom + SECTOR_BYTES && position + target.remaining() > badFrom;
                if (touched && path.equals(badPath)) {
                    throw new UnreadableException(
                            path, Math.max(position, badFrom), new IOException("Input/output error"));
                }
                return super.read(position, target);
            }
        };
    }
}
