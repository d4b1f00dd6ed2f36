package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.stream.ExtentKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FixedExportTest {

    private static final int HOLE_AND_ZERO = NbdContexts.HOLE | NbdContexts.ZERO;

    private final NbdExport export = new FixedExport(12_288, "a disk", new FixedContent() {
        @Override
        public void read(long offset, ByteBuffer target) {
            while (target.hasRemaining()) {
                target.put((byte) offset);
            }
        }

        @Override
        public void extents(long offset, long length, Sink sink) {
            long at = offset;
            for (ExtentKind kind : ExtentKind.values()) {
                if (!sink.accept(at, 4_096, kind)) {
                    return;
                }
                at += 4_096;
            }
        }
    });

    private List<String> status(String context, int most) throws IOException {
        List<String> pieces = new ArrayList<>();
        export.blockStatus(context, 0, 12_288, (offset, length, flags) -> {
            pieces.add(offset + "+" + length + " " + flags);
            return pieces.size() < most;
        });
        return pieces;
    }

    @Test
    void whatHasNoDataIsAHoleThatReadsAsZeroes() throws IOException {
        assertThat(status(NbdContexts.ALLOCATION, 9))
                .containsExactly("0+4096 0", "4096+4096 " + HOLE_AND_ZERO, "8192+4096 " + HOLE_AND_ZERO);
    }

    @Test
    void endsWhenEnoughWasToldAndTellsNothingOfOtherContexts() throws IOException {
        assertThat(status(NbdContexts.ALLOCATION, 2)).hasSize(2);
        assertThat(status("qemu:allocation-depth", 9)).isEmpty();
    }

    @Test
    void isReadOnlyAndReadSideBySide() throws IOException {
        ByteBuffer read = ByteBuffer.allocate(2);
        export.read(7, read);

        assertThat(read.array()).containsExactly(7, 7);
        assertThat(export.readOnly()).isTrue();
        assertThat(export.parallelReads()).isGreaterThan(1);
        assertThat(export.sparseReads()).isTrue();
        assertThat(export.sizeBytes()).isEqualTo(12_288);
        assertThat(export.description()).isEqualTo("a disk");
    }
}
