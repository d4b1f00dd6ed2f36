package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KeyLimitTest {

    @Test
    void changesKeysByItselfBeforeACipherHasEncryptedTooMuch(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path security = folder.resolve("security.properties");
        Files.writeString(security, "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^20\n");
        Path output = folder.resolve("output");
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.security.properties=" + security,
                        "-cp",
                        System.getProperty("java.class.path"),
                        KeyLimitProgram.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = program.waitFor(40, TimeUnit.SECONDS);
        program.destroyForcibly();

        assertThat(ended).as("ended in time").isTrue();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(text).contains("answered ");
        assertThat(Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1).strip()))
                .as("bytes of answers, 27 to a change of keys, of which each MiB needs one")
                .isBetween(14 * 27, 100 * 27);
    }
}
