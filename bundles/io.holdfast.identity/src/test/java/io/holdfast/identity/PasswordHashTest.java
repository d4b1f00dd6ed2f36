package io.holdfast.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.HoldfastException;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PasswordHashTest {

    private final SecureRandom random = new SecureRandom();

    @Test
    void matchesTheRightPasswordAlone() {
        String hash = PasswordHash.of("a long päßword".toCharArray(), random);

        assertThat(PasswordHash.matches("a long päßword".toCharArray(), hash)).isTrue();
        assertThat(PasswordHash.matches("a long passwort".toCharArray(), hash)).isFalse();
    }

    @Test
    void saltsEachHash() {
        assertThat(PasswordHash.of("same".toCharArray(), random))
                .isNotEqualTo(PasswordHash.of("same".toCharArray(), random));
    }

    @Test
    void readsAHashOfTheReferenceImplementation() {
        // argon2 "password" with salt "somesalt", -id -t 2 -m 16 -p 1, from the reference implementation's test vectors
        String reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(PasswordHash.matches("password".toCharArray(), reference)).isTrue();
    }

    @Test
    void refusesWhatIsNoHashOrWouldTakeAllMemory() {
        for (String text : new String[] {
            "", "plain", "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        }) {
            assertThatThrownBy(() -> PasswordHash.matches("x".toCharArray(), text))
                    .isInstanceOf(HoldfastException.class);
        }
    }

    @Test
    void oneTimePasswordsAreForPeople() {
        assertThat(Tokens.newPassword(random)).matches("([a-z2-9]{5}-){3}[a-z2-9]{5}");
        assertThat(Tokens.newToken(random)).hasSize(43);
    }
}
