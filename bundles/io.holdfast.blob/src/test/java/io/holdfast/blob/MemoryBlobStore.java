package io.holdfast.blob;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects in memory, shared by all views of one {@link ConcurrentSkipListMap}. */
final class MemoryBlobStore implements BlobStore {

    private final ConcurrentSkipListMap<BlobName, byte[]> objects;

    MemoryBlobStore(ConcurrentSkipListMap<BlobName, byte[]> objects) {
        this.objects = objects;
    }

    @Override
    public boolean createIfAbsent(BlobName name, BlobContent content) {
        byte[] bytes = new byte[(int) content.length()];
        try {
            content.read(0, ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, "object " + name, "its content cannot be read", e);
        }
        return objects.putIfAbsent(name, bytes) == null;
    }

    @Override
    public OptionalLong size(BlobName name) {
        byte[] found = objects.get(name);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.length);
    }

    @Override
    public void read(BlobName name, long offset, ByteBuffer target) {
        byte[] found = objects.get(name);
        if (found == null) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "object " + name, "is not there");
        }
        if (offset < 0 || offset > found.length - target.remaining()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "object " + name, "it has " + found.length + " bytes");
        }
        target.put(found, (int) offset, target.remaining());
    }

    @Override
    public List<BlobName> list(MachineId machine, long from, int countMax) {
        if (countMax < 1 || countMax > LIST_MAX) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, "countMax", countMax + " given");
        }
        return objects.tailMap(new BlobName(machine, Math.max(1, from))).keySet().stream()
                .takeWhile(name -> name.machine().equals(machine))
                .limit(countMax)
                .toList();
    }

    @Override
    public List<MachineId> machines() {
        return objects.keySet().stream().map(BlobName::machine).distinct().toList();
    }

    @Override
    public void delete(BlobName name) {
        objects.remove(name);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
