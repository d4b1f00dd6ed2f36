package io.holdfast.changelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A storage that loses what was not synced. After {@link #crash} of each unsynced write any set of its sectors of 512 bytes is there, and of
 * the unsynced changes of names a first part.
 */
final class CrashStorage implements LogStorage {

    private static final int SECTOR = 512;

    private final Random random;
    private Map<String, Content> names = new TreeMap<>();
    private Map<String, Content> durableNames = new TreeMap<>();
    private final List<Map<String, Content>> unsyncedNames = new ArrayList<>();
    private int generation;
    private int operationsUntilFailure = Integer.MAX_VALUE;
    private String failure = "";

    CrashStorage(Random random) {
        this.random = random;
    }

    /** Makes the n-th operation from now on fail, and all that follow. */
    void failAfter(int operations, String message) {
        operationsUntilFailure = operations;
        failure = message;
    }

    void repair() {
        operationsUntilFailure = Integer.MAX_VALUE;
    }

    void crash() {
        generation++;
        repair();
        int kept = random.nextInt(unsyncedNames.size() + 1);
        if (kept > 0) {
            durableNames = unsyncedNames.get(kept - 1);
        }
        unsyncedNames.clear();
        names = new TreeMap<>(durableNames);
        names.values().forEach(Content::crash);
    }

    byte[] bytes(String name) {
        Content content = names.get(name);
        if (content == null) {
            throw new AssertionError("no file " + name + " among " + names.keySet());
        }
        return content.current.clone();
    }

    /** Changes what lies in a file that is open. */
    void damage(String name, byte[] bytes) {
        Content content = names.get(name);
        if (content != null) {
            content.current = bytes.clone();
        }
    }

    void replace(String name, byte[] bytes) {
        Content content = new Content();
        content.current = bytes.clone();
        content.durable = bytes.clone();
        names.put(name, content);
        durableNames.put(name, content);
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public LogFile create(String name) throws IOException {
        operation();
        if (names.containsKey(name)) {
            throw new IOException(name + " is there already");
        }
        Content content = new Content();
        names.put(name, content);
        nameChanged();
        return new OpenFile(content);
    }

    @Override
    public LogFile open(String name) throws IOException {
        operation();
        Content content = names.get(name);
        if (content == null) {
            throw new IOException(name + " is not there");
        }
        return new OpenFile(content);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        operation();
        Content content = names.remove(from);
        if (content == null) {
            throw new IOException(from + " is not there");
        }
        names.put(to, content);
        nameChanged();
    }

    @Override
    public void delete(String name) throws IOException {
        operation();
        if (names.remove(name) == null) {
            throw new IOException(name + " is not there");
        }
        nameChanged();
    }

    @Override
    public void syncNames() throws IOException {
        operation();
        durableNames = new TreeMap<>(names);
        unsyncedNames.clear();
    }

    private void nameChanged() {
        unsyncedNames.add(new TreeMap<>(names));
    }

    private void operation() throws IOException {
        if (operationsUntilFailure-- <= 0) {
            operationsUntilFailure = 0;
            throw new IOException(failure);
        }
    }

    private record Write(int position, byte[] bytes) {}

    private final class Content {
        private byte[] current = {};
        private byte[] durable = {};
        private final List<Write> unsynced = new ArrayList<>();

        void crash() {
            current = durable;
            for (Write write : unsynced) {
                for (int at = 0; at < write.bytes().length; at += SECTOR) {
                    if (random.nextBoolean()) {
                        int length = Math.min(SECTOR, write.bytes().length - at);
                        current =
                                put(current, write.position() + at, Arrays.copyOfRange(write.bytes(), at, at + length));
                    }
                }
            }
            durable = current;
            unsynced.clear();
        }
    }

    private static byte[] put(byte[] into, int position, byte[] bytes) {
        byte[] result = Arrays.copyOf(into, Math.max(into.length, position + bytes.length));
        System.arraycopy(bytes, 0, result, position, bytes.length);
        return result;
    }

    private final class OpenFile implements LogFile {
        private final Content content;
        private final int openedIn = generation;
        private boolean closed;

        OpenFile(Content content) {
            this.content = content;
        }

        @Override
        public long length() {
            return content.current.length;
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            alive();
            operation();
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            content.current = put(content.current, Math.toIntExact(position), bytes);
            content.unsynced.add(new Write(Math.toIntExact(position), bytes));
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            alive();
            int at = Math.toIntExact(Math.min(position, content.current.length));
            target.put(content.current, at, Math.min(target.remaining(), content.current.length - at));
        }

        @Override
        public void force() throws IOException {
            alive();
            operation();
            content.durable = content.current.clone();
            content.unsynced.clear();
        }

        @Override
        public void close() {
            closed = true;
        }

        private void alive() throws IOException {
            if (closed || openedIn != generation) {
                throw new IOException("file is closed");
            }
        }
    }
}
