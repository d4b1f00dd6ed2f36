package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.wire.Message;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A session with room for a given number of messages. */
final class FakeSession implements Session {

    final List<Message> taken = new ArrayList<>();
    final List<String> ends = new ArrayList<>();
    int room = Integer.MAX_VALUE;
    boolean open = true;

    @Override
    public PeerIdentity peer() {
        throw new HoldfastException(ErrorCode.ILLEGAL_STATE, "fake session", "it has no peer");
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    }

    @Override
    public boolean offer(Message message, Runnable handedToSocket) {
        if (!open || room == 0) {
            return false;
        }
        room--;
        taken.add(message);
        handedToSocket.run();
        return true;
    }

    @Override
    public long outgoingBytes() {
        return 0;
    }

    @Override
    public void suspendRead() {}

    @Override
    public void resumeRead() {}

    @Override
    public void close(String reason) {
        open = false;
        ends.add(reason);
    }

    @Override
    public void refuse(HoldfastException error) {
        open = false;
        ends.add(String.valueOf(error.getMessage()));
    }

    @Override
    public boolean isOpen() {
        return open;
    }
}
