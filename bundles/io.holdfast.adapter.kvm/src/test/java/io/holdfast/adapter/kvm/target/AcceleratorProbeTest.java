package io.holdfast.adapter.kvm.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.adapter.kvm.target.KvmTargetSettings.Acceleration;
import io.holdfast.base.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With programs that stand for QEMU: what a kernel under KVM would print is what counts. */
final class AcceleratorProbeTest {

    private final Path folder;
    private final Path device;
    private final Path kernel;

    AcceleratorProbeTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.device = Files.createFile(folder.resolve("kvm"));
        this.kernel = Files.createFile(folder.resolve("vmlinuz"));
    }

    private AcceleratorProbe probe(Acceleration wanted) {
        return new AcceleratorProbe(
                new KvmTargetSettings("qemu", "qemu-img", wanted, Optional.of(kernel), 1 << 20),
                device,
                new Waits(TimeSource.SYSTEM));
    }

    private Path qemu(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("qemu"), "#!/bin/sh\n" + content + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void takesKvmWhenAKernelBootsUnderIt() throws IOException {
        Path qemu = qemu(
                "echo '[    0.9] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)'; exec sleep 60");

        assertThat(probe(Acceleration.PROBE).choose(qemu)).isEqualTo("kvm");
    }

    @Test
    void takesTcgWhenTheKernelDies() throws IOException {
        Path qemu = qemu("echo 'KVM internal error. Suberror: 1'; exit 1");

        assertThat(probe(Acceleration.PROBE).choose(qemu)).isEqualTo("tcg");
    }

    @Test
    void takesTcgWithoutTheDevice() throws IOException {
        Path qemu = qemu("echo 'Unable to mount root fs'");
        Files.delete(device);

        assertThat(probe(Acceleration.PROBE).choose(qemu)).isEqualTo("tcg");
    }

    @Test
    void probesOnce() throws IOException {
        AcceleratorProbe probe = probe(Acceleration.PROBE);
        probe.choose(qemu("echo 'Unable to mount root fs'"));

        assertThat(probe.choose(qemu("exit 1"))).isEqualTo("kvm");
    }

    @Test
    void takesWhatIsSetWithoutAProbe() throws IOException {
        Path qemu = qemu("exit 1");

        assertThat(probe(Acceleration.KVM).choose(qemu)).isEqualTo("kvm");
        assertThat(probe(Acceleration.TCG).choose(qemu)).isEqualTo("tcg");
    }
}
