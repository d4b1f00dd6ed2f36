package io.holdfast.adapter.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.DiskReader.Range;
import io.holdfast.adapter.kvm.Inspector.Fingerprint;
import io.holdfast.nbd.NbdExtent;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmPartsTest {

    private static final long TEBIBYTE = 1L << 40;

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void aBitmapStaysAtThirtyTwoMebibytes() {
        assertThat(Bitmaps.granularityBytes(1)).isEqualTo(4096);
        assertThat(Bitmaps.granularityBytes(TEBIBYTE)).isEqualTo(4096);
        assertThat(Bitmaps.granularityBytes(TEBIBYTE + 1)).isEqualTo(8192);
        assertThat(Bitmaps.granularityBytes(64 * TEBIBYTE)).isEqualTo(64 * 4096);
    }

    @Test
    void namesOfBitmapsAreChecked() {
        assertThat(Bitmaps.fullName("e3.s12-b")).isEqualTo("holdfast-changed-e3.s12-b");
        assertThatThrownBy(() -> Bitmaps.fullName("")).hasMessageContaining("bitmap");
        assertThatThrownBy(() -> Bitmaps.fullName("x".repeat(61))).hasMessageContaining("bitmap");
        assertThatThrownBy(() -> Bitmaps.fullName("a b")).hasMessageContaining("a b");
    }

    @Test
    void wantedExtentsAreCutAtTheBordersOfZeroes() {
        List<Range> allocation =
                List.of(new Range(0, 100, false), new Range(100, 100, true), new Range(200, 100, false));
        List<NbdExtent> wanted =
                List.of(new NbdExtent(0, 20, 1), new NbdExtent(90, 120, 1), new NbdExtent(250, 100, 1));

        assertThat(ExportReader.intersect(allocation, wanted, 300))
                .containsExactly(
                        new Range(0, 20, false),
                        new Range(90, 10, false),
                        new Range(100, 100, true),
                        new Range(200, 10, false),
                        new Range(250, 50, false));
    }

    @Test
    void neighboursOfOneKindBecomeOne() {
        List<Range> allocation = List.of(new Range(0, 100, true), new Range(100, 100, true));

        assertThat(ExportReader.intersect(allocation, List.of(new NbdExtent(0, 200, 0)), 200))
                .containsExactly(new Range(0, 200, true));
    }

    @Test
    void differencesOfDisksAreSaidInWords() {
        Fingerprint disk = new Fingerprint("", "/a", "node", 100);

        assertThat(DiskPoll.difference(List.of(disk), List.of(disk))).isEmpty();
        assertThat(DiskPoll.difference(List.of(disk), List.of())).hasValue("/a was removed");
        assertThat(DiskPoll.difference(List.of(), List.of(disk))).hasValue("/a was added");
        assertThat(DiskPoll.difference(List.of(disk), List.of(new Fingerprint("", "/a", "overlay", 200))))
                .hasValue("/a has 200 bytes instead of 100; /a writes to node overlay instead of node");
    }

    @Test
    void theGuardsClassesAreFoundInFilesOfThisMachine() throws Exception {
        assertThat(GuardClassPath.find().split(File.pathSeparator))
                .isNotEmpty()
                .allMatch(file -> Files.exists(Path.of(file)));

        Path jar = Files.createFile(folder.resolve("a b.jar"));
        String name = "io.holdfast.Some";
        assertThat(GuardClassPath.fileAt(jar.toUri().toString(), name)).isEqualTo(jar);
        assertThat(GuardClassPath.fileAt("reference:file:" + jar, name)).isEqualTo(jar);
        assertThat(GuardClassPath.fileAt("initial@reference:file:x.jar", name))
                .isEqualTo(Path.of("x.jar").toAbsolutePath());
        assertThat(GuardClassPath.fileAt(folder.toUri().toString(), name)).isEqualTo(folder.resolve("target/classes"));
        Files.createDirectories(folder.resolve("io/holdfast"));
        Files.createFile(folder.resolve("io/holdfast/Some.class"));
        assertThat(GuardClassPath.fileAt(folder.toUri().toString(), name)).isEqualTo(folder);
        assertThatThrownBy(() -> GuardClassPath.fileAt("http://x/y.jar", name)).hasMessageContaining("http://x/y.jar");
    }
}
