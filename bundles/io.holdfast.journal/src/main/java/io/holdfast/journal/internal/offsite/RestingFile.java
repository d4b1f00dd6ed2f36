package io.holdfast.journal.internal.offsite;

import io.holdfast.base.HoldfastException;
import io.holdfast.blob.ObjectLog;
import io.holdfast.blob.StoredFile;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.UnreachableException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A sealed segment that rests as an object: each read asks for one range. It never changes. */
final class RestingFile implements StoreFile {

    private final ObjectLog objects;
    private final StoredFile stored;

    RestingFile(ObjectLog objects, StoredFile stored) {
        this.objects = objects;
        this.stored = stored;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int length = (int) Math.max(0, Math.min(target.remaining(), stored.bytes() - position));
        if (length == 0) {
            return 0;
        }
        try {
            objects.read(stored, position, target.slice(target.position(), length));
        } catch (HoldfastException e) {
            throw new UnreachableException(String.valueOf(e.getMessage()), e);
        }
        target.position(target.position() + length);
        return length;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        throw readOnly();
    }

    @Override
    public void force() throws IOException {
        throw readOnly();
    }

    @Override
    public void truncate(long size) throws IOException {
        throw readOnly();
    }

    private IOException readOnly() {
        return new IOException(stored.name() + " rests as an object and never changes");
    }

    @Override
    public long size() {
        return stored.bytes();
    }

    @Override
    public void close() {
        // nothing is held
    }
}
