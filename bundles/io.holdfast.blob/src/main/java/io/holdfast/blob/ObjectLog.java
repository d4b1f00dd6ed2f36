package io.holdfast.blob;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.blob.LogRecord.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * One machine's files as a line of objects without a gap, of which one writer at a time creates the next. A writer that begins creates a <i>fence</i>
 * at the next number: whoever wrote before loses that number, and learns it at its next creation. Every {@value #MANIFEST_EVERY}th object is a
 * manifest, so that opening reads one of them and the footers behind it. What counts no more is deleted one manifest late: who reads by the manifest
 * before still finds it. Thread-safe; whoever reads does not wait for an object that is being created.
 *
 * @since 1.0
 */
public final class ObjectLog {

    /** Numbers that this divides are manifests. */
    static final long MANIFEST_EVERY = 256;

    private static final int CHUNK_BYTES = 1 << 20;
    private static final int CLAIM_ATTEMPTS_MAX = 100;

    private final BlobStore store;
    private final MachineId machine;
    private final UUID writer;
    private final Object writing = new Object();
    private LogContents contents = new LogContents();
    private long next = 1;
    private boolean claimed;
    private boolean lost;

    private ObjectLog(BlobStore store, MachineId machine, UUID writer) {
        this.store = store;
        this.machine = machine;
        this.writer = writer;
    }

    /**
     * Opens a machine's objects. Nothing is created.
     *
     * @param store where they rest
     * @param machine whose
     * @param writer tells this writer from every other one; never given twice
     * @return the log as it is now
     * @throws HoldfastException with {@link ErrorCode#STORE_DAMAGED} when an object is missing or is none of ours, and as the store throws
     */
    public static ObjectLog open(BlobStore store, MachineId machine, UUID writer) {
        ObjectLog log = new ObjectLog(store, machine, writer);
        log.readManifest();
        log.follow();
        return log;
    }

    /** Manifests are never deleted, so the newest is found by halving. */
    private void readManifest() {
        long there = 0;
        long missing = 1;
        while (store.size(name(missing * MANIFEST_EVERY)).isPresent()) {
            there = missing;
            missing *= 2;
        }
        while (missing - there > 1) {
            long middle = there + missing >>> 1;
            if (store.size(name(middle * MANIFEST_EVERY)).isPresent()) {
                there = middle;
            } else {
                missing = middle;
            }
        }
        if (there > 0) {
            LogRecord manifest = footer(there * MANIFEST_EVERY);
            contents = LogContents.decode(content(manifest));
            next = there * MANIFEST_EVERY + 1;
        }
    }

    /** Takes in what was created since. */
    private void follow() {
        while (true) {
            List<BlobName> newer = store.list(machine, next, BlobStore.LIST_MAX);
            if (newer.isEmpty()) {
                return;
            }
            for (BlobName object : newer) {
                if (object.number() != next) {
                    throw new HoldfastException(
                            ErrorCode.STORE_DAMAGED, "object " + name(next), "is missing; " + object + " is there");
                }
                apply(footer(next));
            }
        }
    }

    private void apply(LogRecord found) {
        byte[] inside = found.kind() == Kind.REMOVAL || found.kind() == Kind.MANIFEST ? content(found) : new byte[0];
        synchronized (this) {
            take(found, inside);
        }
        next = found.number() + 1;
    }

    private void take(LogRecord found, byte[] inside) {
        switch (found.kind()) {
            case FILE -> contents.put(new StoredFile(found.name(), found.number(), found.length(), found.sha256()));
            case REMOVAL -> contents.remove(LogContents.numbers(ByteBuffer.wrap(inside)));
            case MANIFEST -> contents = LogContents.decode(inside);
            case FENCE -> {}
        }
    }

    private BlobName name(long number) {
        return new BlobName(machine, number);
    }

    private LogRecord footer(long number) {
        OptionalLong size = store.size(name(number));
        byte[] footer = new byte[LogRecord.BYTES];
        if (size.isPresent() && size.getAsLong() >= LogRecord.BYTES) {
            store.read(name(number), size.getAsLong() - LogRecord.BYTES, ByteBuffer.wrap(footer));
        }
        LogRecord found = LogRecord.decode(name(number), footer);
        if (size.orElse(0) != found.length() + LogRecord.BYTES) {
            throw new HoldfastException(
                    ErrorCode.STORE_DAMAGED,
                    "object " + name(number),
                    "has " + size.orElse(0) + " bytes; its footer expects " + (found.length() + LogRecord.BYTES));
        }
        return found;
    }

    private byte[] content(LogRecord found) {
        byte[] bytes = new byte[(int) found.length()];
        store.read(name(found.number()), 0, ByteBuffer.wrap(bytes));
        if (!HexFormat.of().formatHex(sha256().digest(bytes)).equals(found.sha256())) {
            throw new HoldfastException(
                    ErrorCode.STORE_DAMAGED,
                    "object " + name(found.number()),
                    "does not have the content of its footer");
        }
        return bytes;
    }

    /**
     * Lists the files that count.
     *
     * @return as this writer knows them
     */
    public synchronized List<StoredFile> files() {
        return contents.files();
    }

    /**
     * Finds a file.
     *
     * @param name as it was put
     * @return the file, or nothing
     */
    public synchronized Optional<StoredFile> find(String name) {
        return contents.files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst();
    }

    /**
     * Reads a range of a file.
     *
     * @param file as listed
     * @param offset first byte
     * @param target filled from its position to its limit; within the file
     * @throws HoldfastException as {@link BlobStore#read}
     */
    public void read(StoredFile file, long offset, ByteBuffer target) {
        store.read(name(file.number()), offset, target);
    }

    /**
     * Puts a file in place of the one of that name, if there is one. Durable on return. Nothing happens when the very same is there.
     *
     * @param name printable ASCII, at most 128 characters
     * @param content its bytes
     * @return the file
     * @throws HoldfastException with {@link ErrorCode#EPOCH_STALE} when another writer has taken over: this one writes no more;
     *     {@link ErrorCode#DISK_ERROR} when the content cannot be read, and as the store throws: then it is there or not, and may be put again
     */
    public StoredFile put(String name, BlobContent content) {
        synchronized (writing) {
            return putNext(name, content);
        }
    }

    private StoredFile putNext(String name, BlobContent content) {
        if (name.length() > LogRecord.NAME_BYTES_MAX || !name.matches("[!-~]+")) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, "name of a file", "'" + name + "' given");
        }
        String digest = digest(name, content);
        Optional<StoredFile> there = find(name);
        if (there.isPresent()
                && there.get().sha256().equals(digest)
                && there.get().bytes() == content.length()) {
            return there.get();
        }
        append(Kind.FILE, name, content, digest);
        return find(name).orElseThrow(() -> new IllegalStateException("what was put is there"));
    }

    /**
     * Lets files count no more. Durable on return; their objects are deleted later. Names that are not there are passed over.
     *
     * @param names which
     * @throws HoldfastException as {@link #put}
     */
    public void remove(List<String> names) {
        synchronized (writing) {
            List<Long> numbers = files().stream()
                    .filter(file -> names.contains(file.name()))
                    .map(StoredFile::number)
                    .toList();
            if (!numbers.isEmpty()) {
                append(Kind.REMOVAL, LogContents.encodeNumbers(numbers));
            }
        }
    }

    private void append(Kind kind, byte[] content) {
        BlobContent bytes = BlobContent.of(ByteBuffer.wrap(content));
        append(kind, "", bytes, digest(kind.name(), bytes));
    }

    private void append(Kind kind, String name, BlobContent content, String digest) {
        claim();
        boolean done = false;
        while (!done) {
            if (next % MANIFEST_EVERY == 0) {
                writeManifest();
            }
            done = createNext(kind, name, content, digest);
        }
    }

    private void claim() {
        if (lost) {
            throw stale();
        }
        for (int attempt = 0; !claimed; attempt++) {
            if (attempt == CLAIM_ATTEMPTS_MAX) {
                throw new HoldfastException(
                        ErrorCode.OVERLOADED, "objects of machine " + machine, "others write them all the time");
            }
            if (next % MANIFEST_EVERY == 0) {
                byte[] manifest = encoded();
                claimed = create(Kind.MANIFEST, "", BlobContent.of(ByteBuffer.wrap(manifest)));
            } else {
                claimed = create(Kind.FENCE, "", BlobContent.of(ByteBuffer.allocate(0)));
            }
            follow();
        }
    }

    /** What was dead at the manifest before is deleted now; a crash in between does it again. */
    private void writeManifest() {
        long before = next - MANIFEST_EVERY;
        if (before > 0) {
            List<Long> deletable = LogContents.decode(content(footer(before))).dead();
            deletable.forEach(number -> store.delete(name(number)));
            forget(deletable);
        }
        BlobContent manifest = BlobContent.of(ByteBuffer.wrap(encoded()));
        createNext(Kind.MANIFEST, "", manifest, digest("manifest", manifest));
    }

    private synchronized void forget(List<Long> deleted) {
        contents.forget(deleted);
    }

    private synchronized byte[] encoded() {
        return contents.encode();
    }

    /** Creates the next object; returns false when an earlier attempt of this writer has done so with another content. */
    private boolean createNext(Kind kind, String name, BlobContent content, String digest) {
        LogRecord wanted = new LogRecord(kind, machine, next, content.length(), writer, digest, name);
        if (!store.createIfAbsent(name(next), withFooter(content, wanted))) {
            LogRecord found = footer(next);
            if (!found.writer().equals(writer)) {
                lost = true;
                throw stale();
            }
            apply(found);
            return found.equals(wanted);
        }
        apply(wanted);
        return true;
    }

    private boolean create(Kind kind, String name, BlobContent content) {
        LogRecord wanted =
                new LogRecord(kind, machine, next, content.length(), writer, digest(kind.name(), content), name);
        return store.createIfAbsent(name(next), withFooter(content, wanted))
                || footer(next).writer().equals(writer);
    }

    private HoldfastException stale() {
        return new HoldfastException(
                ErrorCode.EPOCH_STALE,
                "objects of machine " + machine,
                "another writer has taken them over; this one may not go on");
    }

    private static BlobContent withFooter(BlobContent content, LogRecord footer) {
        byte[] encoded = footer.encode();
        return new BlobContent() {
            @Override
            public long length() {
                return content.length() + LogRecord.BYTES;
            }

            @Override
            public void read(long offset, ByteBuffer target) throws IOException {
                long at = offset;
                if (at < content.length()) {
                    int length = (int) Math.min(target.remaining(), content.length() - at);
                    content.read(at, target.slice(target.position(), length));
                    target.position(target.position() + length);
                    at += length;
                }
                if (target.hasRemaining()) {
                    target.put(encoded, (int) (at - content.length()), target.remaining());
                }
            }
        };
    }

    private static String digest(String name, BlobContent content) {
        MessageDigest digest = sha256();
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, content.length()));
        try {
            for (long at = 0; at < content.length(); at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, content.length() - at));
                content.read(at, chunk);
                digest.update(chunk.flip());
            }
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, name, "cannot be read: " + e.getMessage(), e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
