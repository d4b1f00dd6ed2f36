package io.holdfast.adapter.kvm.unix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The file behind a listening UNIX socket. A program that listens makes a new one at every start, so the file tells one run of it from the
 * next, without any right to look at the process.
 *
 * @since 1.0
 */
public final class SocketFile {

    private SocketFile() {}

    /**
     * Tells one listening socket from all earlier ones at the same path.
     *
     * @param socket its path
     * @return inode number and the nanosecond at which it was made
     * @throws IOException when there is none
     */
    public static String identity(Path socket) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(socket, "unix:ino,lastModifiedTime");
        Object modified = attributes.get("lastModifiedTime");
        long nanos = modified instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0;
        return attributes.get("ino") + "." + nanos;
    }
}
