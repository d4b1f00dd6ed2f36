package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.holdfast.journal.internal.keys.PassphraseCost;
import io.holdfast.journal.internal.keys.StoreKey;
import io.holdfast.journal.internal.keys.StoreKeyFile;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A passphrase is never compared with anything: each that is typed is stretched at full cost, and a tag says whether it was the one. */
class PassphraseWorkTest {

    private static final String RIGHT = "four words of mine";
    private static final int MEMORY_KIB = 8 << 10;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] SEALED =
            StoreKeyFile.encodeSealed(StoreKey.generate(RANDOM), RIGHT, new PassphraseCost(MEMORY_KIB, 1, 1), RANDOM);

    @ParameterizedTest
    @ValueSource(strings = {RIGHT, "", "f", "Four words of mine", "four words of minE", "four words of mine and more"})
    void anythingThatIsTypedCostsTheWholeStretch(String typed) throws Exception {
        StoreKeyFile file = StoreKeyFile.decode(SEALED);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        boolean opened = file.open(typed).isPresent();

        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(opened).isEqualTo(typed.equals(RIGHT));
        assertThat(allocated).as("bytes of memory filled").isBetween(MEMORY_KIB * 1024L, MEMORY_KIB * 1024L * 3 / 2);
    }
}
