package io.holdfast.adapter.kvm.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.kvm.target.KvmTargetSettings.Acceleration;
import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KvmTargetSettingsTest {

    /** A configuration as the framework would make it. */
    @SuppressWarnings("all") // an annotation implemented by hand, which no narrower name allows
    private record Given(String qemu, String qemuImg, String accelerator, String probeKernel, int consoleLogKibibytes)
            implements KvmTargetConfig {

        static Given usual() {
            return new Given("qemu-system-x86_64", "qemu-img", "probe", "", 1024);
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return KvmTargetConfig.class;
        }
    }

    @Test
    void hasDefaultsThatAreValid() throws NoSuchMethodException {
        Given usual = Given.usual();

        assertThat(KvmTargetConfig.class.getMethod("qemu").getDefaultValue()).isEqualTo(usual.qemu());
        assertThat(KvmTargetConfig.class.getMethod("accelerator").getDefaultValue())
                .isEqualTo(usual.accelerator());
        assertThat(KvmTargetSettings.from(usual))
                .isEqualTo(new KvmTargetSettings(
                        "qemu-system-x86_64", "qemu-img", Acceleration.PROBE, Optional.empty(), 1 << 20));
    }

    @Test
    void takesEveryAccelerator() {
        assertThat(KvmTargetSettings.from(new Given("q", "i", "kvm", "/boot/vmlinuz", 64)))
                .isEqualTo(new KvmTargetSettings(
                        "q", "i", Acceleration.KVM, Optional.of(Path.of("/boot/vmlinuz")), 64 << 10));
        assertThat(KvmTargetSettings.from(new Given("q", "i", "tcg", "", 64)).acceleration())
                .isEqualTo(Acceleration.TCG);
    }

    @Test
    void namesASettingThatIsWrong() {
        assertThatThrownBy(() -> KvmTargetSettings.from(new Given(" ", "i", "tcg", "", 64)))
                .hasMessageContaining("target qemu:");
        assertThatThrownBy(() -> KvmTargetSettings.from(new Given("q", "i", "KVM!", "", 64)))
                .hasMessageContaining("target accelerator: 'KVM!'; expected probe, kvm or tcg");
        assertThatThrownBy(() -> KvmTargetSettings.from(new Given("q", "i", "tcg", "vmlinuz", 64)))
                .hasMessageContaining("probeKernel");
        assertThatThrownBy(() -> KvmTargetSettings.from(new Given("q", "i", "tcg", "", 63)))
                .hasMessageContaining("consoleLogKibibytes: 63; expected 64 to 1048576");
    }
}
