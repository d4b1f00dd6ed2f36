package io.holdfast.adapter.kvm.target;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What the serial console has printed. QEMU appends to the file; here it is kept within its bound: beyond it, the newest part is moved to
 * the older file and the file begins anew. QEMU opens it for appending, so cutting it is safe. Between two looks it can grow by what the
 * guest prints meanwhile.
 */
final class ConsoleLog {

    private static final int CHUNK_BYTES = 64 << 10;

    private final ReplicaFiles files;
    private final long bytesMax;

    ConsoleLog(ReplicaFiles files, long bytesMax) {
        this.files = files;
        this.bytesMax = bytesMax;
    }

    /** Puts the log of the run before aside. */
    void beginRun() {
        try {
            if (Files.exists(files.consoleLog())) {
                Files.move(files.consoleLog(), files.consoleLogOlder(), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw DiskErrors.of(files.consoleLog(), "cannot be put aside", e);
        }
    }

    /** Cuts the log when it is beyond its bound. */
    void keepBounded() {
        try (FileChannel log =
                FileChannel.open(files.consoleLog(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (log.size() <= bytesMax) {
                return;
            }
            try (FileChannel older = FileChannel.open(
                    files.consoleLogOlder(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                copyNewest(log, older);
            }
            log.truncate(0);
        } catch (NoSuchFileException _) {
            // never started
        } catch (IOException e) {
            throw DiskErrors.of(files.consoleLog(), "cannot be cut", e);
        }
    }

    private void copyNewest(FileChannel log, FileChannel older) throws IOException {
        long at = Math.max(0, log.size() - bytesMax);
        long end = at + bytesMax;
        while (at < end) {
            long moved = log.transferTo(at, end - at, older);
            if (moved <= 0) {
                return;
            }
            at += moved;
        }
    }

    /** Whether a text was printed since the log was cut last. */
    boolean contains(String text) {
        Path file = files.consoleLog();
        byte[] sought = text.getBytes(StandardCharsets.UTF_8);
        byte[] window = new byte[CHUNK_BYTES + sought.length];
        try (InputStream in = Files.newInputStream(file)) {
            int kept = 0;
            for (int read = in.read(window, 0, CHUNK_BYTES); read >= 0; read = in.read(window, kept, CHUNK_BYTES)) {
                int filled = kept + read;
                if (indexOf(window, filled, sought) >= 0) {
                    return true;
                }
                kept = Math.min(filled, sought.length - 1);
                System.arraycopy(window, filled - kept, window, 0, kept);
            }
            return false;
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw DiskErrors.of(file, "cannot be read", e);
        }
    }

    private static int indexOf(byte[] bytes, int length, byte[] sought) {
        for (int at = 0; at + sought.length <= length; at++) {
            int same = 0;
            while (same < sought.length && bytes[at + same] == sought[same]) {
                same++;
            }
            if (same == sought.length) {
                return at;
            }
        }
        return -1;
    }
}
