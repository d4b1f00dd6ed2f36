package io.holdfast.mobility.machine;

import io.holdfast.changelog.LogFile;
import io.holdfast.changelog.LogStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A folder that loses what was not forced, or a random part of it, and that can be full. */
final class SimLogStorage implements LogStorage {

    private static final class Content {
        private byte[] bytes = new byte[16 << 10];
        private int length;
        private int forced;

        Content copy() {
            Content copy = new Content();
            copy.bytes = bytes.clone();
            copy.length = length;
            copy.forced = forced;
            return copy;
        }
    }

    private final Random random;
    private Map<String, Content> names = new TreeMap<>();
    private Map<String, Content> syncedNames = new TreeMap<>();
    private boolean full;

    SimLogStorage(Random random) {
        this.random = random;
    }

    void full(boolean now) {
        full = now;
    }

    /** The same files, as they are now. */
    SimLogStorage copy() {
        SimLogStorage copy = new SimLogStorage(random);
        names.forEach((name, content) -> copy.names.put(name, content.copy()));
        copy.syncedNames = new TreeMap<>(copy.names);
        return copy;
    }

    void crash() {
        if (random.nextBoolean()) {
            names = new TreeMap<>(syncedNames);
        }
        for (Content content : names.values()) {
            int lost = content.length - content.forced;
            content.length = content.forced + (lost > 0 ? random.nextInt(lost + 1) : 0);
            content.forced = content.length;
        }
        syncedNames = new TreeMap<>(names);
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public LogFile create(String name) throws IOException {
        room();
        if (names.containsKey(name)) {
            throw new IOException(name + " is there");
        }
        Content content = new Content();
        names.put(name, content);
        return new Handle(content);
    }

    @Override
    public LogFile open(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new IOException(name + " is not there");
        }
        return new Handle(content);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Content content = names.remove(from);
        if (content == null) {
            throw new IOException(from + " is not there");
        }
        names.put(to, content);
    }

    @Override
    public void delete(String name) {
        names.remove(name);
    }

    @Override
    public void syncNames() {
        syncedNames = new TreeMap<>(names);
    }

    private void room() throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
    }

    private final class Handle implements LogFile {
        private final Content content;

        Handle(Content content) {
            this.content = content;
        }

        @Override
        public long length() {
            return content.length;
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            room();
            int end = Math.toIntExact(position) + source.remaining();
            if (end > content.bytes.length) {
                content.bytes = Arrays.copyOf(content.bytes, 2 * end);
            }
            content.length = Math.max(content.length, end);
            source.get(content.bytes, Math.toIntExact(position), source.remaining());
        }

        @Override
        public void read(long position, ByteBuffer target) {
            int at = Math.toIntExact(Math.min(position, content.length));
            target.put(content.bytes, at, Math.min(target.remaining(), content.length - at));
        }

        @Override
        public void force() {
            content.forced = content.length;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
