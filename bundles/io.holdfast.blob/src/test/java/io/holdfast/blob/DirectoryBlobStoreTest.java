package io.holdfast.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryBlobStoreTest extends BlobStoreContract {

    @TempDir
    private Path folder = Path.of("");

    @Override
    protected BlobStore open() {
        return new DirectoryBlobStore(folder.resolve("objects"));
    }

    @Test
    void ignoresWhatACrashHasLeft() throws Exception {
        MachineId machine = new MachineId(new UUID(1, 2));
        try (BlobStore store = open()) {
            store.createIfAbsent(new BlobName(machine, 1), BlobContent.of(ByteBuffer.wrap(new byte[10])));
            Path own = folder.resolve("objects").resolve(machine.toString());
            Files.write(own.resolve("00000000000000000002.77.new"), new byte[3]);
            Files.write(folder.resolve("objects").resolve("readme"), new byte[3]);

            assertThat(store.list(machine, 1, 10)).containsExactly(new BlobName(machine, 1));
            assertThat(store.machines()).containsExactly(machine);
            assertThat(store.createIfAbsent(new BlobName(machine, 2), BlobContent.of(ByteBuffer.wrap(new byte[5]))))
                    .isTrue();
        }
    }

    @Test
    void refusesAStoreThatLetsBothCreationsWin() {
        BlobStore careless = new Careless(open());

        assertThatThrownBy(() -> ConditionalCreate.require(careless))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE));
    }

    /** Takes every condition and ignores it, as some services do. */
    private static final class Careless extends ForwardingBlobStore {

        Careless(BlobStore inner) {
            super(inner);
        }

        @Override
        public boolean createIfAbsent(BlobName name, BlobContent content) {
            inner.delete(name);
            return inner.createIfAbsent(name, content);
        }
    }
}
