package io.holdfast.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CreditsTest {

    private static final long WINDOW = 4 << 20;

    @Test
    void spendsOnlyWhatIsThere() {
        Credits.Sending sending = new Credits.Sending(100);

        assertThat(sending.spend(60)).isTrue();
        assertThat(sending.spend(41)).isFalse();
        assertThat(sending.spend(40)).isTrue();
        sending.grant(7);
        assertThat(sending.leftBytes()).isEqualTo(7);
    }

    @Test
    void doesNotOverflowWhateverThePeerGrants() {
        Credits.Sending sending = new Credits.Sending(100);

        sending.grant(Long.MAX_VALUE);

        assertThat(sending.leftBytes()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void noticesAPeerThatOverspends() {
        Credits.Receiving receiving = new Credits.Receiving(WINDOW);

        assertThat(receiving.arrived(WINDOW)).isTrue();
        assertThat(receiving.arrived(1)).isFalse();
    }

    @Test
    void givesBackByQuartersOfTheWindow() {
        Credits.Receiving receiving = new Credits.Receiving(WINDOW);
        receiving.arrived(WINDOW);

        assertThat(receiving.freed(WINDOW / 4 - 1)).isZero();
        assertThat(receiving.freed(1)).isEqualTo(WINDOW / 4);
        assertThatThrownBy(() -> receiving.freed(WINDOW)).isInstanceOf(HoldfastException.class);
    }

    @Test
    void bothEndsAgreeHoweverMessagesAreCut() {
        Random random = new Random(3);
        Credits.Sending sending = new Credits.Sending(WINDOW);
        Credits.Receiving receiving = new Credits.Receiving(WINDOW);
        long held = 0;
        for (int i = 0; i < 10_000; i++) {
            long bytes = random.nextInt(1 << 20);
            if (sending.spend(bytes)) {
                assertThat(receiving.arrived(bytes)).isTrue();
                held += bytes;
            } else {
                long granted = receiving.freed(held);
                held = 0;
                assertThat(granted)
                        .as("a stalled sender gets credit once all is free")
                        .isPositive();
                sending.grant(granted);
            }
        }
    }

    @Test
    void chargesDataAndALittleForEachRecord() {
        ByteBuffer data = ByteBuffer.allocate(1_000);
        StreamRecord change = new StreamRecord.Change(1, 0, ChangeOrigin.GUEST, 0, 0, 1_000, ExtentKind.DATA, data);
        Message.Records records = new Message.Records(1, List.of(change, new StreamRecord.Ready(2, 0)));

        assertThat(records.creditBytes()).isEqualTo(1_000 + 2 * 64);
        assertThat(new Message.Batch(1, 1, 1, data).creditBytes()).isEqualTo(1_000);
        assertThat(new Message.Ping(1).creditBytes()).isZero();
    }
}
