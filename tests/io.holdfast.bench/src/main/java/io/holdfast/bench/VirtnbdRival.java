package io.holdfast.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * virtnbdbackup: increments of a running guest by QEMU's dirty bitmaps, over libvirt. Libvirt's daemons are started here, with a socket of their own;
 * the guest has no operating system, and its writes are given to QEMU, at the guest's disk, from outside.
 */
final class VirtnbdRival implements Rival {

    /** Libvirt knows its guests by name in all of the machine: one that a run left behind when it was killed is not this one. */
    private static final String GUEST =
            "holdfast-bench-" + ProcessHandle.current().pid();

    private static final String DISK = "/machine/peripheral/virtio-disk0/virtio-backend";
    private static final long START_SECONDS_MAX = 30;
    private static final long LOOK_MILLIS = 100;
    private static final String DOMAIN = """
            <domain type='kvm'><name>%s</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
            <os><type arch='x86_64'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='%s'/><target dev='vda' bus='virtio'/></disk>
            </devices></domain>
            """;

    private final Path folder;
    private final Path disk;
    private final Path backup;
    private final String address;
    private final RivalTool tool;
    private final List<Process> daemons = new ArrayList<>();

    VirtnbdRival(Path folder, Path image) throws IOException, InterruptedException {
        this.folder = folder;
        this.disk = folder.resolve("disk.qcow2");
        this.backup = folder.resolve("backup");
        this.tool = new RivalTool(folder, Map.of());
        this.address = "qemu:///system?socket=" + folder.resolve("libvirt-sock");
        try {
            begin(image);
        } catch (IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    private void begin(Path image) throws IOException, InterruptedException {
        tool.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", image.toString(), disk.toString());
        Path settings = Files.writeString(
                folder.resolve("libvirtd.conf"),
                "unix_sock_dir = \"" + folder + "\"\nauth_unix_rw = \"none\"\nauth_unix_ro = \"none\"\n");
        daemons.add(tool.start(
                List.of("virtlogd", "-p", folder.resolve("virtlogd.pid").toString())));
        daemons.add(tool.start(List.of(
                "libvirtd",
                "-f",
                settings.toString(),
                "-p",
                folder.resolve("libvirtd.pid").toString())));
        awaitDaemon();
        Path domain = Files.writeString(folder.resolve("domain.xml"), DOMAIN.formatted(GUEST, disk));
        virsh("define", domain.toString());
        virsh("start", GUEST);
    }

    private void awaitDaemon() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (!Files.exists(folder.resolve("libvirt-sock"))) {
            if (System.nanoTime() > end) {
                throw new IOException("libvirtd has not opened its socket within " + START_SECONDS_MAX + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private void virsh(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("virsh", "-q", "-c", address));
        all.addAll(List.of(command));
        tool.run(all.toArray(String[]::new));
    }

    @Override
    public String name() {
        return "virtnbdbackup";
    }

    @Override
    public String note() {
        return "not encrypted; of a running guest: its figures include QEMU; LZ4";
    }

    @Override
    public RivalCost first() throws IOException, InterruptedException {
        return backup("full");
    }

    @Override
    public void changed(int round, List<RivalImage.Write> writes) throws IOException, InterruptedException {
        Path contents = Files.createDirectory(folder.resolve("writes"));
        Files.setPosixFilePermissions(contents, PosixFilePermissions.fromString("rwxr-xr-x"));
        StringBuilder commands = new StringBuilder();
        for (int index = 0; index < writes.size(); index++) {
            RivalImage.Write write = writes.get(index);
            Path content = Files.write(contents.resolve(Integer.toString(index)), write.data());
            commands.append(inQemu("write -s " + content + " " + write.offset() + " " + write.data().length));
        }
        commands.append(inQemu("flush"));
        tool.feed(commands.toString(), "virsh", "-q", "-c", address);
        Folders.deleteAll(contents);
    }

    private static String inQemu(String command) {
        return "qemu-monitor-command " + GUEST + " --hmp \"qemu-io -d " + DISK + " \\\"" + command + "\\\"\"\n";
    }

    @Override
    public RivalCost keep(int round) throws IOException, InterruptedException {
        return backup("inc");
    }

    private RivalCost backup(String level) throws IOException, InterruptedException {
        RivalCost cost = tool.run(
                "virtnbdbackup", "-U", address, "-d", GUEST, "-l", level, "--compress", "-n", "-o", backup.toString());
        return new RivalCost(cost.seconds(), cost.peakMebibytes() + guestMebibytes());
    }

    /** The daemon starts QEMU away from itself and notes its id. */
    private static double guestMebibytes() throws IOException {
        long pid = Long.parseLong(
                Files.readString(Path.of("/run/libvirt/qemu", GUEST + ".pid")).strip());
        return ProcessHandle.of(pid).map(RivalTool::peakMebibytes).orElse(0.0);
    }

    @Override
    public RivalCost restore(int round, Path target) throws IOException, InterruptedException {
        return tool.run(
                "virtnbdrestore",
                "-U",
                address,
                "-a",
                "restore",
                "-n",
                "-i",
                backup.toString(),
                "-o",
                target.toString(),
                "-u",
                "virtnbdbackup." + round,
                "-L",
                folder.resolve("restore.log").toString());
    }

    @Override
    public Path restored(int round, Path target) throws IOException, InterruptedException {
        Path raw = target.resolve("image.raw");
        tool.run(
                "qemu-img",
                "convert",
                "-f",
                "qcow2",
                "-O",
                "raw",
                target.resolve(disk.getFileName()).toString(),
                raw.toString());
        return raw;
    }

    @Override
    public long spaceBytes() throws IOException {
        return Folders.bytes(backup);
    }

    @Override
    public void close() throws IOException {
        try {
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while its daemons were ended");
        }
    }

    private void end() throws IOException, InterruptedException {
        if (daemons.size() > 1 && daemons.getLast().isAlive()) {
            tool.feed(
                    "destroy " + GUEST + "\nundefine --checkpoints-metadata " + GUEST + "\n",
                    "virsh",
                    "-q",
                    "-c",
                    address);
        }
        daemons.reversed().forEach(Process::destroy);
        for (Process daemon : daemons) {
            if (!daemon.waitFor(START_SECONDS_MAX, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
        }
    }
}
