package io.holdfast.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConversationTest {

    private static final Map<String, Message> MESSAGES = Vectors.messages();

    private static Message message(String name) {
        Message message = MESSAGES.get(name);
        if (message == null) {
            throw new AssertionError("no message named " + name);
        }
        return message;
    }

    /** Names what may arrive next after some messages. */
    private static List<String> allowed(Conversation.Side side, String... before) {
        List<String> allowed = new ArrayList<>();
        MESSAGES.forEach((name, message) -> {
            Conversation conversation = new Conversation(side);
            for (String earlier : before) {
                conversation.received(message(earlier));
            }
            try {
                conversation.received(message);
                allowed.add(name);
            } catch (HoldfastException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
            }
        });
        return allowed;
    }

    @Test
    void atTheStoreNothingComesBeforeHello() {
        assertThat(allowed(Conversation.Side.STORE)).containsExactly("hello", "refused", "bye", "ping", "pong");
    }

    @Test
    void atTheStoreNoDataComesBeforeAnEpoch() {
        assertThat(allowed(Conversation.Side.STORE, "hello"))
                .containsExactly(
                        "open-epoch", "hash-query-blocks", "hash-query-mebibytes", "refused", "bye", "ping", "pong");
    }

    @Test
    void atTheStoreDataComesAfterAnEpoch() {
        assertThat(allowed(Conversation.Side.STORE, "hello", "open-epoch"))
                .containsExactly(
                        "open-epoch",
                        "records",
                        "batch",
                        "hash-query-blocks",
                        "hash-query-mebibytes",
                        "refused",
                        "bye",
                        "ping",
                        "pong");
    }

    @Test
    void atTheSourceNothingComesBeforeWelcome() {
        assertThat(allowed(Conversation.Side.SOURCE))
                .containsExactly("welcome", "welcome-empty-store", "refused", "bye", "ping", "pong");
    }

    @Test
    void atTheSourceAnswersComeAfterWelcome() {
        assertThat(allowed(Conversation.Side.SOURCE, "welcome"))
                .containsExactly(
                        "epoch-opened", "durable", "credit", "hash-answer", "refused", "bye", "ping", "pong", "lost");
    }

    @Test
    void refusesASourceThatSpeaksOnlyLaterVersions() {
        Message later = new Message.Hello(2, 9, "from the future", new UUID(0, 1), new MachineId(new UUID(0, 2)));

        assertThatThrownBy(() -> new Conversation(Conversation.Side.STORE).received(later))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VERSION_UNSUPPORTED));
    }
}
