package io.holdfast.adapter.kvm.target;

/**
 * Settings of the KVM target. Checked by {@link KvmTargetSettings#from}.
 *
 * @since 1.0
 */
public @interface KvmTargetConfig {

    /** QEMU's system emulator: an absolute path, or a name looked up in PATH. */
    String qemu() default "qemu-system-x86_64";

    /** QEMU's image tool: an absolute path, or a name looked up in PATH. */
    String qemuImg() default "qemu-img";

    /** {@code probe}: KVM when it proves itself by booting a kernel, else TCG; {@code kvm} or {@code tcg}: always that. */
    String accelerator() default "probe";

    /** A Linux kernel that the probe boots: an absolute path; empty for the host's own below /boot. */
    String probeKernel() default "";

    /** Size at which a replica's console log is cut, 64 to 1,048,576 KiB. */
    int consoleLogKibibytes() default 1024;
}
