package io.holdfast.adapter.kvm.guard;

import io.holdfast.adapter.kvm.unix.UnixConnection;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Both ends of one connection. */
final class SocketPair implements AutoCloseable {

    final UnixConnection here;
    final UnixConnection there;

    SocketPair(Path socket) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            here = UnixConnection.connect(socket);
            SocketChannel accepted = server.accept();
            there = UnixConnection.of(accepted);
        }
    }

    @Override
    public void close() {
        here.close();
        there.close();
    }
}
