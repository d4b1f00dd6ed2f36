package io.holdfast.processserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Codec;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.SealedBatch;
import io.holdfast.model.StreamCoding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchCoderTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));
    private static final DiskTable DISKS = new DiskTable(1, List.of(new DiskDescription(0, "a", 1 << 20, 512, 512)));
    private static final int BATCH_BYTES = 128 << 10;

    /** As {@code docs/formats/batch.md} has it. */
    private static final int CODEC_AT = 20;

    private final ManualClock clock = new ManualClock();
    private final Random random = new Random(3);
    private final BatchBuilder builder = BatchBuilder.create(
            MachineKeys.generate(new SecureRandom()),
            BatchSettings.of(Codec.LZ4),
            new BatchStart(MACHINE, new Position(1, 0), 0, ChainDigest.NONE, DISKS, 0, BatchStart.BOOT_UNKNOWN));
    private long sequence;

    @ParameterizedTest
    @EnumSource(value = CodecSetting.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void keepsToTheCodecThatIsSet(CodecSetting setting) {
        BatchCoder coder = coder(setting);

        for (int batch = 0; batch < 40; batch++) {
            assertThat(codecOf(carry(coder)))
                    .isEqualTo(setting.fixed().map(Codec::id).orElseThrow());
        }
        assertThat(coder.coding(MACHINE)).contains(new StreamCoding(setting.name(), "Set for this node."));
    }

    @Test
    void beginsWithLz4AndGoesOverToZstandardWhereTheLineHasTime() {
        BatchCoder coder = coder(CodecSetting.AUTO);

        assertThat(codecOf(carry(coder))).isEqualTo(Codec.LZ4.id());
        assertThat(coder.coding(MACHINE))
                .contains(new StreamCoding("LZ4", "Nothing is measured yet, and LZ4 is the faster one."));
        int last = 0;
        for (int batch = 0; batch < 40; batch++) {
            last = codecOf(carry(coder));
        }

        assertThat(last).isEqualTo(Codec.ZSTANDARD.id());
        assertThat(coder.coding(MACHINE)).hasValueSatisfying(coding -> {
            assertThat(coding.codec()).isEqualTo("ZSTANDARD");
            assertThat(coding.reason()).startsWith("It keeps up with what is written and stores least: ");
        });
    }

    @Test
    void namesASettingThatIsNone() {
        assertThatThrownBy(() -> CodecSetting.of("lz4"))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("AUTO, NONE, LZ4, ZSTANDARD");
    }

    private BatchCoder coder(CodecSetting setting) {
        AtomicLong processor = new AtomicLong();
        return new BatchCoder(
                MACHINE,
                RelaySettings.of(new UUID(3, 4), "test", setting),
                new Sealers(Runnable::run, 2, () -> processor.addAndGet(50_000)),
                clock);
    }

    /** One batch of text on its whole way, of which there are four a second. */
    private SealedBatch carry(BatchCoder coder) {
        byte[] text = text();
        sequence++;
        builder.add(new StreamRecord.Change(
                sequence, 10, ChangeOrigin.GUEST, 0, 0, text.length, ExtentKind.DATA, ByteBuffer.wrap(text)));
        BatchCoder.Coded coded = coder.seal(builder, text.length);
        clock.nanos += 2_000_000;
        SealedBatch batch = coded.batch().join();
        coder.sealed(coded);
        clock.nanos += 20_000_000;
        coder.durable(batch.storedBytes());
        clock.nanos += 228_000_000;
        return batch;
    }

    private byte[] text() {
        StringBuilder text = new StringBuilder();
        while (text.length() < BATCH_BYTES) {
            text.append("order ")
                    .append(random.nextInt(5_000))
                    .append(" of customer ")
                    .append(random.nextInt(300))
                    .append(" is paid\n");
        }
        return text.substring(0, BATCH_BYTES).getBytes(StandardCharsets.US_ASCII);
    }

    private static int codecOf(SealedBatch batch) {
        return batch.bytes().get(CODEC_AT);
    }
}
