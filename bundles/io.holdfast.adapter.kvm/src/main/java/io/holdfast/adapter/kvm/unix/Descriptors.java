package io.holdfast.adapter.kvm.unix;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * File descriptors of this process and how one is handed to another process over a UNIX socket (unix(7), {@code SCM_RIGHTS}). Java has no
 * call for either, so the number is found in {@code /proc} and the handing over is a call of the C library. Linux, 64 bits, little-endian.
 */
final class Descriptors {

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    /** {@code struct msghdr} with one {@code struct iovec} and one control message behind it. */
    private static final int MSG_IOV = 16;

    private static final int MSG_IOV_COUNT = 24;
    private static final int MSG_CONTROL = 32;
    private static final int MSG_CONTROL_BYTES = 40;
    private static final int MSG_BYTES = 56;
    private static final int IOV_BYTES = 16;
    private static final int CONTROL_LEVEL = 8;
    private static final int CONTROL_TYPE = 12;
    private static final int CONTROL_DATA = 16;
    private static final int CONTROL_LENGTH = 20;
    private static final int CONTROL_SPACE = 24;

    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SENDMSG = sendmsg();

    private Descriptors() {}

    private static MethodHandle sendmsg() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("sendmsg").orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.captureCallState("errno"));
    }

    /**
     * Finds a socket of this process by the path that it was bound to.
     *
     * @throws IOException when there is none
     */
    static int of(Path boundAt) throws IOException {
        Set<String> sockets = socketsBoundTo(boundAt);
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : (Iterable<Path>) open::iterator) {
                if (sockets.contains(target(descriptor))) {
                    return Integer.parseInt(String.valueOf(descriptor.getFileName()));
                }
            }
        }
        throw new IOException("this process has no socket bound to " + boundAt);
    }

    /** Another process may have one that was bound to the same path before, until the file was removed. */
    private static Set<String> socketsBoundTo(Path boundAt) throws IOException {
        Set<String> sockets = new HashSet<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/net/unix"))) {
            // Num RefCount Protocol Flags Type St Inode Path
            List<String> fields = List.of(line.trim().split("\\s+", 8));
            if (fields.size() == 8 && fields.get(7).equals(boundAt.toString())) {
                sockets.add("socket:[" + fields.get(6) + "]");
            }
        }
        return sockets;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            // closed between listing and reading
            return "";
        }
    }

    /**
     * Sends bytes and a descriptor with the first of them; never waits.
     *
     * @return bytes sent, 0 when the socket takes none now
     * @throws IOException when the socket is broken
     */
    static int send(int socket, byte[] bytes, int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            MemorySegment vector = arena.allocate(IOV_BYTES, Long.BYTES);
            vector.set(ValueLayout.ADDRESS, 0, data);
            vector.set(ValueLayout.JAVA_LONG, Long.BYTES, bytes.length);
            MemorySegment control = arena.allocate(CONTROL_SPACE, Long.BYTES);
            control.set(ValueLayout.JAVA_LONG, 0, CONTROL_LENGTH);
            control.set(ValueLayout.JAVA_INT, CONTROL_LEVEL, SOL_SOCKET);
            control.set(ValueLayout.JAVA_INT, CONTROL_TYPE, SCM_RIGHTS);
            control.set(ValueLayout.JAVA_INT, CONTROL_DATA, descriptor);
            MemorySegment message = arena.allocate(MSG_BYTES, Long.BYTES);
            message.set(ValueLayout.ADDRESS, MSG_IOV, vector);
            message.set(ValueLayout.JAVA_LONG, MSG_IOV_COUNT, 1);
            message.set(ValueLayout.ADDRESS, MSG_CONTROL, control);
            message.set(ValueLayout.JAVA_LONG, MSG_CONTROL_BYTES, CONTROL_SPACE);
            MemorySegment state = arena.allocate(CAPTURE);
            long sent = call(state, socket, message);
            int error = (int) ERRNO.get(state, 0L);
            if (sent < 0 && error != EAGAIN && error != EINTR) {
                throw new IOException("sendmsg failed with error " + error);
            }
            return (int) Math.max(0, sent);
        }
    }

    private static long call(MemorySegment state, int socket, MemorySegment message) {
        try {
            return (long) SENDMSG.invokeExact(state, socket, message, MSG_DONTWAIT | MSG_NOSIGNAL);
        } catch (Throwable e) {
            throw new AssertionError("a C function throws nothing", e);
        }
    }
}
