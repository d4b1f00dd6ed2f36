package io.holdfast.transport;

import io.holdfast.wire.Message;

/** Stands in until a session has a handler. */
enum NoHandler implements SessionHandler {
    INSTANCE;

    @Override
    public void opened(Session session) {}

    @Override
    public void received(Session session, Message message) {}

    @Override
    public void writable(Session session) {}

    @Override
    public void closed(Session session, CloseCause cause) {}
}
