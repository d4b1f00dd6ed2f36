package io.holdfast.journal.internal.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.testkit.ReadOnlyFiles;
import io.holdfast.journal.testkit.SimulatedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Memory over a medium does what the medium itself would do if it were written, up to its bound, and the medium stays as it is. */
class OverlayFilesTest {

    private static final int NAMES = 5;
    private static final int STEPS = 3_000;
    private static final int BYTES_MOST = 20_000;

    private static SimulatedFiles medium() throws IOException {
        SimulatedFiles files = new SimulatedFiles(1);
        files.createDirectory("folder");
        Random random = new Random(1);
        for (int name = 0; name < NAMES; name += 2) {
            files.replace("folder/" + name, bytes(random, random.nextInt(BYTES_MOST)));
        }
        return files;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] content(StoreFiles files, String path) throws IOException {
        try (StoreFile file = files.open(path, OpenMode.READ)) {
            ByteBuffer content = ByteBuffer.allocate((int) file.size() + 1);
            assertThat(file.read(0, content)).isEqualTo((int) file.size());
            return content.flip().limit((int) file.size()).array();
        }
    }

    /** Does the same to two ports. */
    private interface Change {

        void to(StoreFiles files) throws IOException;
    }

    private static Change change(Random random) {
        String path = "folder/" + random.nextInt(NAMES);
        String other = "folder/" + random.nextInt(NAMES);
        long at = random.nextInt(BYTES_MOST);
        byte[] data = bytes(random, random.nextInt(BYTES_MOST / 2));
        return switch (random.nextInt(8)) {
            case 0 -> files -> files.delete(path);
            case 1 ->
                files -> {
                    if (files.exists(path) && !path.equals(other)) {
                        files.rename(path, other);
                    }
                };
            case 2 -> files -> files.open(path, OpenMode.REPLACE).close();
            case 3 ->
                files -> {
                    if (files.exists(path)) {
                        try (StoreFile file = files.open(path, OpenMode.EXISTING)) {
                            file.truncate(Math.min(at, file.size()));
                        }
                    }
                };
            default ->
                files -> {
                    try (StoreFile file = files.open(path, files.exists(path) ? OpenMode.EXISTING : OpenMode.NEW)) {
                        file.write(at, ByteBuffer.wrap(data));
                        file.force();
                    }
                };
        };
    }

    @Test
    void doesWhatAMediumThatIsWrittenDoes() throws IOException {
        SimulatedFiles medium = medium();
        SimulatedFiles model = medium.snapshot();
        OverlayFiles overlay = new OverlayFiles(new ReadOnlyFiles(medium));
        Random random = new Random(20_261_121);
        for (int step = 0; step < STEPS; step++) {
            Change change = change(random);
            change.to(model);
            change.to(overlay);

            assertThat(overlay.list("folder")).as("names after step " + step).isEqualTo(model.list("folder"));
            for (String name : model.list("folder")) {
                assertThat(content(overlay, "folder/" + name))
                        .as(name + " after step " + step)
                        .isEqualTo(content(model, "folder/" + name));
            }
        }
        SimulatedFiles untouched = medium();
        for (String path : untouched.paths()) {
            assertThat(medium.content(path)).isEqualTo(untouched.content(path));
        }
    }

    @Test
    void makesAndDeletesFolders() throws IOException {
        OverlayFiles overlay = new OverlayFiles(new ReadOnlyFiles(medium()));

        overlay.createDirectory("other");
        overlay.open("other/file", OpenMode.NEW).close();
        overlay.delete("folder/0");
        overlay.delete("folder/2");
        overlay.delete("folder/4");
        overlay.delete("folder");

        assertThat(overlay.list("")).containsExactly("other");
        assertThat(overlay.list("other")).containsExactly("file");
        assertThat(overlay.exists("folder/0")).isFalse();
        assertThatThrownBy(() -> overlay.list("folder")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> overlay.open("folder/0", OpenMode.EXISTING)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> overlay.open("other/file", OpenMode.NEW))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void readsWhatWasOpenOnBeforeItWasWritten() throws IOException {
        OverlayFiles overlay = new OverlayFiles(new ReadOnlyFiles(medium()));
        try (StoreFile reader = overlay.open("folder/0", OpenMode.READ);
                StoreFile writer = overlay.open("folder/0", OpenMode.EXISTING)) {
            writer.write(writer.size(), ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer tail = ByteBuffer.allocate(3);
            reader.read(reader.size() - 3, tail);

            assertThat(tail.array()).containsExactly(1, 2, 3);
            assertThatThrownBy(() -> reader.write(0, ByteBuffer.allocate(1)))
                    .hasMessageContaining("folder/0 was opened for reading alone");
        }
    }

    @Test
    void holdsNoMoreThanItsBoundAndTakesWhatWasGivenBack() throws IOException {
        OverlayFiles overlay = new OverlayFiles(new ReadOnlyFiles(medium()), 1 << 20);
        for (int time = 0; time < 10; time++) {
            try (StoreFile draft = overlay.open("folder/new", OpenMode.REPLACE)) {
                draft.write(0, ByteBuffer.allocate(400_000));
            }
            overlay.rename("folder/new", "folder/0");
        }

        try (StoreFile file = overlay.open("folder/2", OpenMode.EXISTING)) {
            assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(1 << 20)))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("folder/2: opening this store changes more than the 1 MiB");
        }
        assertThat(List.of(overlay.changesLast(), overlay.exists("folder/0"))).containsExactly(false, true);
    }
}
