package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerCheckTest {

    @Test
    void aNameLetsItsBearerInAndNobodyElse() {
        PeerCheck check = PeerCheck.named("Holdfast node");

        assertThatCode(() -> check.checkPeer(new PeerIdentity("Holdfast node", List.of())))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> check.checkPeer(new PeerIdentity("3f0c-agent", List.of())))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_AUTHORISED));
    }
}
