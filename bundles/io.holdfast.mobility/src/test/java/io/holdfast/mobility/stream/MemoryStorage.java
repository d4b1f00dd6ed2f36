package io.holdfast.mobility.stream;

import io.holdfast.changelog.LogFile;
import io.holdfast.changelog.LogStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A folder in memory whose writes can fail. */
final class MemoryStorage implements LogStorage {

    private final Map<String, Handle> names = new TreeMap<>();
    private String failure = "";

    void failWith(String message) {
        failure = message;
    }

    /** Changes a byte of a file. */
    void damage(String name, int position) {
        handle(name).bytes[position] ^= 1;
    }

    private Handle handle(String name) {
        Handle handle = names.get(name);
        if (handle == null) {
            throw new AssertionError(name + " is not there");
        }
        return handle;
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public LogFile create(String name) throws IOException {
        fail();
        Handle handle = new Handle();
        if (names.putIfAbsent(name, handle) != null) {
            throw new IOException(name + " is there");
        }
        return handle;
    }

    @Override
    public LogFile open(String name) {
        return handle(name);
    }

    @Override
    public void rename(String from, String to) {
        names.put(to, handle(from));
        names.remove(from);
    }

    @Override
    public void delete(String name) {
        names.remove(name);
    }

    @Override
    public void syncNames() {
        // nothing is lost here
    }

    private void fail() throws IOException {
        if (!failure.isEmpty()) {
            throw new IOException(failure);
        }
    }

    private final class Handle implements LogFile {
        private byte[] bytes = {};

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            fail();
            int end = (int) position + source.remaining();
            bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length));
            source.get(bytes, (int) position, source.remaining());
        }

        @Override
        public void read(long position, ByteBuffer target) {
            int at = (int) Math.min(position, bytes.length);
            target.put(bytes, at, Math.min(target.remaining(), bytes.length - at));
        }

        @Override
        public void force() throws IOException {
            fail();
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
