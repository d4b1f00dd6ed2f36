package io.holdfast.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RoundTripProperties {

    @Property(tries = 200)
    void aStreamOfFramesCutAnywhereIsTheSameMessages(@ForAll long seed) {
        Random random = new Random(seed);
        List<Message> sent = new ArrayList<>();
        List<Message> arrived = new ArrayList<>();
        FrameDecoder decoder = new FrameDecoder(WireLimits.FRAME_BYTES_MAX);

        for (int i = 0; i < 20; i++) {
            Message message = message(random);
            sent.add(message);
            feedInPieces(Vectors.encode(message), random, decoder, arrived);
        }

        assertThat(arrived).isEqualTo(sent);
        assertThat(decoder.isBetweenFrames()).isTrue();
    }

    private static void feedInPieces(byte[] frame, Random random, FrameDecoder decoder, List<Message> arrived) {
        int at = 0;
        while (at < frame.length) {
            int length = Math.min(frame.length - at, 1 + random.nextInt(random.nextBoolean() ? 20 : 8_000));
            decoder.feed(ByteBuffer.wrap(frame, at, length), arrived::add);
            at += length;
        }
    }

    private static Message message(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new Message.Batch(1, 5, 4 + random.nextInt(9), bytes(random, 1 + random.nextInt(50_000)));
            case 1 -> new Message.HashAnswer(random.nextLong(), bytes(random, 12 * random.nextInt(500)));
            case 2 -> new Message.Durable(3, 1L << 40, random.nextInt(1_000_000));
            case 3 ->
                new Message.Lost(List.of(
                        new DiskRange(random.nextInt(256), random.nextLong(1L << 45), 1 + random.nextLong(1L << 45))));
            default -> new Message.Records(1 + random.nextInt(1_000), records(random));
        };
    }

    private static List<StreamRecord> records(Random random) {
        List<StreamRecord> records = new ArrayList<>();
        long sequence = 1 + (random.nextLong() >>> 2);
        for (int i = random.nextInt(60); i >= 0; i--) {
            StreamRecord next = streamRecord(random, sequence);
            records.add(next);
            sequence += next instanceof StreamRecord.Proof ? 0 : 1;
        }
        return records;
    }

    private static StreamRecord streamRecord(Random random, long sequence) {
        long utcMillis = random.nextLong();
        ChangeOrigin origin = random.nextBoolean() ? ChangeOrigin.GUEST : ChangeOrigin.COPY;
        return switch (random.nextInt(8)) {
            case 0 -> new StreamRecord.Proof(sequence, utcMillis, random.nextLong());
            case 1 -> new StreamRecord.Gap(sequence, utcMillis, GapCause.LOG_FULL, text(random, 1_000));
            case 2 -> new StreamRecord.Marker(sequence, utcMillis, MarkerKind.GROUP, text(random, 200));
            case 3 -> new StreamRecord.Ready(sequence, utcMillis);
            case 4 ->
                new StreamRecord.Change(
                        sequence,
                        utcMillis,
                        origin,
                        3,
                        4096,
                        1 + random.nextInt(1 << 30),
                        ExtentKind.DISCARD,
                        StreamRecord.Change.NO_DATA);
            default -> {
                ByteBuffer data = bytes(random, 1 + random.nextInt(random.nextInt(8) == 0 ? 20_000 : 600));
                yield new StreamRecord.Change(
                        sequence,
                        utcMillis,
                        origin,
                        9,
                        random.nextLong(1L << 40),
                        data.remaining(),
                        ExtentKind.DATA,
                        data);
            }
        };
    }

    private static String text(Random random, int charactersMax) {
        String letters = "aß€\uD83D\uDE00 ";
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(charactersMax - 1);
        while (text.length() < length) {
            int codePoint = letters.codePointAt(letters.offsetByCodePoints(0, random.nextInt(5)));
            text.appendCodePoint(codePoint);
        }
        return text.toString();
    }

    private static ByteBuffer bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
