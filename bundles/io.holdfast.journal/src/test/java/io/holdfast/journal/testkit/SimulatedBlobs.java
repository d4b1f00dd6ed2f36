package io.holdfast.journal.testkit;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.blob.BlobContent;
import io.holdfast.blob.BlobName;
import io.holdfast.blob.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;

/**
 * An object store in memory with a network in between. Once faults are switched on, any call may fail, and a creation or deletion that fails may have
 * been carried out all the same. What was created is durable: it outlives every crash of the node.
 */
public final class SimulatedBlobs implements BlobStore {

    private final NavigableMap<BlobName, byte[]> objects = new TreeMap<>();
    private final Random random;
    private int faultsInHundred;
    private long reads;

    public SimulatedBlobs(long seed) {
        random = new Random(seed);
    }

    /** From now on so many of a hundred calls fail. */
    public void faults(int inHundred) {
        faultsInHundred = inHundred;
    }

    public long reads() {
        return reads;
    }

    public int count() {
        return objects.size();
    }

    private void mayFail(Object what) {
        if (random.nextInt(100) < faultsInHundred) {
            throw new HoldfastException(ErrorCode.NETWORK, String.valueOf(what), "the connection broke");
        }
    }

    @Override
    public synchronized boolean createIfAbsent(BlobName name, BlobContent content) {
        mayFail(name);
        if (objects.containsKey(name)) {
            return false;
        }
        byte[] bytes = new byte[(int) content.length()];
        try {
            content.read(0, ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, "object " + name, "its content cannot be read", e);
        }
        objects.put(name, bytes);
        mayFail(name);
        return true;
    }

    @Override
    public synchronized OptionalLong size(BlobName name) {
        mayFail(name);
        byte[] found = objects.get(name);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.length);
    }

    @Override
    public synchronized void read(BlobName name, long offset, ByteBuffer target) {
        mayFail(name);
        reads++;
        byte[] found = objects.get(name);
        if (found == null) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "object " + name, "is not there");
        }
        target.put(found, (int) offset, target.remaining());
    }

    @Override
    public synchronized List<BlobName> list(MachineId machine, long from, int countMax) {
        mayFail(machine);
        return objects.tailMap(new BlobName(machine, from), true).keySet().stream()
                .takeWhile(name -> name.machine().equals(machine))
                .limit(countMax)
                .toList();
    }

    @Override
    public synchronized List<MachineId> machines() {
        return objects.keySet().stream().map(BlobName::machine).distinct().toList();
    }

    @Override
    public synchronized void delete(BlobName name) {
        objects.remove(name);
        mayFail(name);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
