package io.holdfast.journal.internal.overlay;

import io.holdfast.journal.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An open file of a store that is only read. Nothing of it is ever durable, so nothing is to be forced. */
final class OverlayFile implements StoreFile {

    private final String path;
    private final OverlayContent content;
    private final @Nullable StoreFile medium;
    private final boolean writable;

    OverlayFile(String path, OverlayContent content, @Nullable StoreFile medium, boolean writable) {
        this.path = path;
        this.content = content;
        this.medium = medium;
        this.writable = writable;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        return content.read(medium, position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        requireWritable();
        content.write(medium, path, position, source);
    }

    private void requireWritable() throws IOException {
        if (!writable) {
            throw new IOException(path + " was opened for reading alone");
        }
    }

    @Override
    public void force() throws IOException {
        requireWritable();
    }

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        requireWritable();
        if (size < content.size()) {
            content.truncate(size);
        }
    }

    @Override
    public void close() throws IOException {
        StoreFile open = medium;
        if (open != null) {
            open.close();
        }
    }
}
