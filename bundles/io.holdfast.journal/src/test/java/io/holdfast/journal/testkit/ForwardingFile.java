package io.holdfast.journal.testkit;

import io.holdfast.journal.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that does what another does, but for what is changed on purpose. */
class ForwardingFile implements StoreFile {

    private final StoreFile file;

    ForwardingFile(StoreFile file) {
        this.file = file;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        return file.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        file.write(position, source);
    }

    @Override
    public void force() throws IOException {
        file.force();
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        file.truncate(size);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
