package io.holdfast.blob;

import io.holdfast.base.MachineId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/** Hands every call to another store; a test changes the one that it is about. */
class ForwardingBlobStore implements BlobStore {

    final BlobStore inner;

    ForwardingBlobStore(BlobStore inner) {
        this.inner = inner;
    }

    @Override
    public boolean createIfAbsent(BlobName name, BlobContent content) {
        return inner.createIfAbsent(name, content);
    }

    @Override
    public OptionalLong size(BlobName name) {
        return inner.size(name);
    }

    @Override
    public void read(BlobName name, long offset, ByteBuffer target) {
        inner.read(name, offset, target);
    }

    @Override
    public List<BlobName> list(MachineId machine, long from, int countMax) {
        return inner.list(machine, from, countMax);
    }

    @Override
    public List<MachineId> machines() {
        return inner.machines();
    }

    @Override
    public void delete(BlobName name) {
        inner.delete(name);
    }

    @Override
    public void close() {
        inner.close();
    }
}
