package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.wire.Message;
import org.junit.jupiter.api.Test;

class SessionLinkTest {

    private final FakeSession session = new FakeSession();
    private final SessionLink link = new SessionLink(session);

    @Test
    void keepsTheOrderOfWhatTheSessionHadNoRoomFor() {
        session.room = 1;
        link.send(new Message.Ping(1));
        link.send(new Message.Ping(2));
        session.room = 1;
        link.send(new Message.Ping(3));
        assertThat(session.taken).containsExactly(new Message.Ping(1));

        link.writable();
        session.room = 5;
        link.writable();

        assertThat(session.taken).containsExactly(new Message.Ping(1), new Message.Ping(2), new Message.Ping(3));
    }

    @Test
    void losesWhatIsSentToASessionThatHasEnded() {
        link.close("done");

        link.send(new Message.Ping(1));
        session.open = true;
        link.writable();

        assertThat(session.taken).isEmpty();
        assertThat(session.ends).containsExactly("done");
    }
}
