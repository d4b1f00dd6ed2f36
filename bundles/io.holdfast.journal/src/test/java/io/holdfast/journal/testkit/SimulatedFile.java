package io.holdfast.journal.testkit;

import io.holdfast.journal.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A handle on a simulated file. */
final class SimulatedFile implements StoreFile {

    private final SimulatedFiles files;
    private final String path;
    private final SimulatedContent content;
    private final boolean readOnly;
    private boolean dead;
    private boolean closed;

    SimulatedFile(SimulatedFiles files, String path, SimulatedContent content, boolean readOnly) {
        this.files = files;
        this.path = path;
        this.content = content;
        this.readOnly = readOnly;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException(path + " is closed");
        }
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        requireOpen();
        return content.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        requireWritable();
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        boolean crash = files.crashesInOperation();
        if (position + bytes.length > content.size() && files.room() < position + bytes.length - content.size()) {
            int fits = (int) Math.max(0, Math.min(bytes.length, content.size() + files.room() - position));
            content.write(position, java.util.Arrays.copyOf(bytes, fits), files.operations());
            throw files.full(path);
        }
        if (bytes.length > 0) {
            content.write(position, bytes, files.operations());
        }
        if (crash) {
            files.goDown();
        }
    }

    private void requireWritable() throws IOException {
        requireOpen();
        if (readOnly) {
            throw new IOException(path + " was opened for reading alone");
        }
    }

    @Override
    public void force() throws IOException {
        requireWritable();
        files.operation();
        if (dead) {
            throw new AssertionError(path + ": a failed force was tried again");
        }
        if (files.forceFails()) {
            dead = true;
            throw new IOException(path + ": force failed");
        }
        content.force();
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return content.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        requireWritable();
        files.operation();
        if (size < content.size()) {
            content.truncate(size, files.operations());
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
