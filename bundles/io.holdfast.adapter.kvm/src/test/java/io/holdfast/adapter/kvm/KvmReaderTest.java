package io.holdfast.adapter.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.adapter.DiskReader;
import io.holdfast.adapter.DiskReader.Range;
import io.holdfast.adapter.SourceSession;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KvmReaderTest {

    private static final long SIZE = 64 * Rig.MEBIBYTE;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void dirtyRangesAreWhatWasWritten() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            rig.write("a", 0, 65536);
            rig.session.addBitmap("one");
            rig.write("a", 4096, 4096);
            rig.write("a", 1048576, 8192);
            rig.write("a", 3 * Rig.MEBIBYTE + 512, 512);

            try (DiskReader reader = rig.session.openReader("a", List.of("one"))) {
                assertThat(reader.sizeBytes()).isEqualTo(SIZE);
                assertThat(reader.dirty(0, SIZE))
                        .containsExactly(
                                new Range(4096, 4096, false),
                                new Range(1048576, 8192, false),
                                new Range(3 * Rig.MEBIBYTE, 4096, false));
                assertThat(reader.dirty(1048576 + 4096, 1048576))
                        .containsExactly(new Range(1048576 + 4096, 4096, false));
                ByteBuffer block = ByteBuffer.allocate(4096);
                reader.read(4096, block);
                assertThat(block.array()).containsOnly(7);
            }
            assertNothingLeft(rig);
        }
    }

    @Test
    void theUnionOfBitmapsCoversARotation() throws Exception {
        String[] arguments = TestQemu.join(TestQemu.disk(folder, "a", SIZE), TestQemu.disk(folder, "b", SIZE));
        try (Rig rig = Rig.start(folder, arguments)) {
            rig.session.addBitmap("one");
            rig.write("a", 0, 4096);
            rig.session.addBitmap("two");
            rig.write("a", 8192, 4096);
            assertThat(rig.session.bitmaps()).containsExactly("one", "two");

            try (DiskReader reader = rig.session.openReader("a", List.of("one", "two"))) {
                assertThat(reader.dirty(0, SIZE))
                        .containsExactly(new Range(0, 4096, false), new Range(8192, 4096, false));
                // a rotation is not held up by a reader
                rig.session.removeBitmap("one");
                assertThat(rig.session.bitmaps()).containsExactly("two");
            }
            try (DiskReader reader = rig.session.openReader("a", List.of("two"))) {
                assertThat(reader.dirty(0, SIZE)).containsExactly(new Range(8192, 4096, false));
            }
            try (DiskReader reader = rig.session.openReader("b", List.of("two"))) {
                assertThat(reader.dirty(0, SIZE)).isEmpty();
            }
        }
    }

    @Test
    void aBitmapThatIsThereIsKeptAndOneThatADiskLacksDoesNotCount() throws Exception {
        String[] arguments = TestQemu.join(TestQemu.disk(folder, "a", SIZE), TestQemu.disk(folder, "b", SIZE));
        try (Rig rig = Rig.start(folder, arguments)) {
            rig.session.addBitmap("one");
            rig.write("a", 0, 4096);
            rig.session.addBitmap("one");
            try (DiskReader reader = rig.session.openReader("a", List.of("one"))) {
                assertThat(reader.dirty(0, SIZE)).hasSize(1);
            }

            rig.monitor.execute(QmpCommand.of("block-dirty-bitmap-remove")
                    .with("node", "node-b")
                    .with("name", "holdfast-changed-one"));
            assertThat(rig.session.bitmaps()).isEmpty();
            rig.monitor.execute(QmpCommand.of("block-dirty-bitmap-add")
                    .with("node", "node-a")
                    .with("name", "of-somebody-else"));
            rig.session.removeBitmap("one");
            assertThat(BlockNode.list(rig.monitor, SOON))
                    .anyMatch(node -> node.bitmap("of-somebody-else").isPresent());
        }
    }

    @Test
    void aWholeDiskIsListedWithItsZeroesAndReadWhileItIsCaptured() throws Exception {
        String[] arguments = TestQemu.join(
                new String[] {"-object", "iothread,id=io0"}, TestQemu.disk(folder, "a", SIZE, "iothread=io0"));
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.start(folder, arguments)) {
            rig.session.addBitmap("one");
            rig.session.startCapture(stand.targets());
            rig.write("a", Rig.MEBIBYTE, Rig.MEBIBYTE);

            try (DiskReader whole = rig.session.openReader("a", List.of());
                    DiskReader changed = rig.session.openReader("a", List.of("one"))) {
                assertThat(whole.dirty(0, SIZE))
                        .containsExactly(
                                new Range(0, Rig.MEBIBYTE, true),
                                new Range(Rig.MEBIBYTE, Rig.MEBIBYTE, false),
                                new Range(2 * Rig.MEBIBYTE, SIZE - 2 * Rig.MEBIBYTE, true));
                rig.write("a", 0, 4096);
                ByteBuffer block = ByteBuffer.allocate(4096);
                whole.read(0, block);
                assertThat(block.array()).containsOnly(7);
                assertThat(changed.dirty(0, SIZE)).containsExactly(new Range(Rig.MEBIBYTE, Rig.MEBIBYTE, false));
            }
            assertNothingLeft(rig);
            assertThat(rig.session.prove()).isEmpty();
        }
    }

    @Test
    void namesTheServerThatServesSomebodyElse() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            ObjectNode address = JsonNodeFactory.instance.objectNode().put("type", "unix");
            address.putObject("data").put("path", folder.resolve("backup.sock").toString());
            rig.monitor.execute(QmpCommand.of("nbd-server-start").with("addr", address));

            assertThatThrownBy(() -> rig.session.openReader("a", List.of()))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.EXPORT_SERVER_IN_USE));
            rig.monitor.execute(QmpCommand.of("nbd-server-stop"));
            rig.session.openReader("a", List.of()).close();
        }
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            assertThatThrownBy(() -> rig.session.openReader("absent", List.of()))
                    .hasMessageContaining("absent");
            assertThatThrownBy(() -> rig.session.openReader("a", List.of("absent")))
                    .hasMessageContaining("absent");
            assertThatThrownBy(() -> rig.session.addBitmap("a/b")).hasMessageContaining("a/b");
            assertNothingLeft(rig);
        }
    }

    @Test
    void removesExportsOfAnEarlierLife() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            rig.session.addBitmap("one");
            DiskReader left = rig.session.openReader("a", List.of("one"));

            try (SourceSession next =
                    new KvmSourceAdapter().open(Rig.address(rig.qemu), Rig.settings(folder), new RecordingListener())) {
                next.openReader("a", List.of("one")).close();
                assertNothingLeft(rig);
                assertThatThrownBy(() -> left.read(0, ByteBuffer.allocate(512))).isInstanceOf(IOException.class);
            }
        }
    }

    private static void assertNothingLeft(Rig rig) throws Exception {
        assertThat(rig.monitor.execute(QmpCommand.of("query-block-exports"))).isEmpty();
        assertThat(BlockNode.list(rig.monitor, SOON))
                .flatExtracting(BlockNode::bitmaps)
                .extracting(BlockNode.Bitmap::name)
                .noneMatch(name -> name.startsWith("holdfast-reader"));
    }
}
