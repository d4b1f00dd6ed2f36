package io.holdfast.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Pages of a table of orders, as a database that keeps rows in pages would write them. */
final class IngestPages {

    private static final int PAGE_BYTES = 8192;
    private static final int HEADER_BYTES = 24;
    private static final int SLOT_BYTES = 4;
    private static final int FREE_BYTES = 2048;
    private static final int NOTE_BYTES = 40;
    private static final int KEY_BYTES = 12;
    private static final int RECORD_BYTES = 96;
    private static final int RECORDS = (PAGE_BYTES - HEADER_BYTES - FREE_BYTES) / (RECORD_BYTES + SLOT_BYTES);
    private static final long FIRST_MICROSECOND = 1_700_000_000_000_000L;
    private static final byte[][] NOTES = texts(
            "paid by card",
            "in transit",
            "delivered, signed for at the door",
            "returned",
            "awaiting stock",
            "paid by transfer");
    private static final byte[][] CITIES =
            texts("Oslo", "Rotterdam", "Gdansk", "Leeds", "Turin", "Porto", "Graz", "Uppsala", "Ghent", "Cork");

    private final Random random;
    private long order = 1_000_000;
    private long microsecond = FIRST_MICROSECOND;

    IngestPages(Random random) {
        this.random = random;
    }

    private static byte[][] texts(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    byte[] fill(int length) {
        byte[] data = new byte[length];
        for (int page = 0; page + PAGE_BYTES <= length; page += PAGE_BYTES) {
            fillPage(ByteBuffer.wrap(data, page, PAGE_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN), page);
        }
        return data;
    }

    /** Slots grow from the front, records from the back; what lies between is free. */
    private void fillPage(ByteBuffer page, int number) {
        page.putLong(0, order * 977)
                .putInt(8, random.nextInt())
                .putInt(12, number)
                .putShort(16, (short) RECORDS);
        for (int record = 0; record < RECORDS; record++) {
            int at = PAGE_BYTES - (record + 1) * RECORD_BYTES;
            page.putInt(HEADER_BYTES + record * SLOT_BYTES, at << 16 | RECORD_BYTES);
            fillRecord(page.position(at));
        }
    }

    private void fillRecord(ByteBuffer record) {
        order++;
        microsecond += random.nextInt(2_000_000);
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        byte[] city = CITIES[random.nextInt(CITIES.length)];
        byte[] note = NOTES[random.nextInt(NOTES.length)];
        record.putLong(order)
                .putLong(microsecond)
                .putInt(random.nextInt(50_000))
                .putInt(random.nextInt(900))
                .putInt(100 * random.nextInt(2_000))
                .putShort((short) random.nextInt(5))
                .putShort((short) city.length)
                .put(Arrays.copyOf(city, KEY_BYTES))
                .put(key)
                .put(Arrays.copyOf(note, NOTE_BYTES));
    }
}
