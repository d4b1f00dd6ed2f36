package io.holdfast.journal.testkit;

import io.holdfast.journal.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A handle on a simulated file. */
final class SimulatedFile implements StoreFile {

    private final SimulatedFiles files;
    private final Operations operations;
    private final String path;
    private final SimulatedContent content;
    private final boolean readOnly;
    private boolean dead;
    private boolean closed;

    SimulatedFile(
            SimulatedFiles files, Operations operations, String path, SimulatedContent content, boolean readOnly) {
        this.files = files;
        this.operations = operations;
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
        operations.read(path);
        return content.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        requireWritable();
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        boolean crash = operations.changesAndCrashes();
        long number = operations.changes();
        files.afterChange();
        if (!crash && operations.hits(Fault.IO_ERROR)) {
            throw new IOException(path + ": the medium failed");
        }
        if (!crash && operations.hits(Fault.SHORT_WRITE)) {
            content.write(position, Arrays.copyOf(bytes, bytes.length / 2), number);
            throw new IOException(path + ": the medium failed in the middle of a write");
        }
        int fits = files.fitting(content, position, bytes.length);
        if (fits < bytes.length) {
            content.write(position, Arrays.copyOf(bytes, fits), number);
            throw files.full(path);
        }
        content.write(position, bytes, number);
        if (crash) {
            throw operations.crash();
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
        operations.change(path);
        files.afterChange();
        if (dead) {
            throw new AssertionError(path + ": a failed force was tried again");
        }
        if (operations.forceFails()) {
            dead = true;
            content.forceFailed();
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
        operations.change(path);
        files.afterChange();
        if (size < content.size()) {
            content.truncate(size, operations.changes());
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
