package io.holdfast.adapter.kvm.target;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;

/**
 * The smallest machine that boots by BIOS from its disk and works with it: the boot sector reads blocks of region A one after the other,
 * checks that each begins with its number, writes each to region B, and prints on the first serial port {@code B} and a line end when it
 * starts, {@code .} for each block whose write was acknowledged, {@code E} when the BIOS tells of an error, {@code W} when a block was not
 * the right one. After the last block it begins again. It never halts and hears no power button.
 *
 * <p>The sector, assembled by {@code as --32}; {@code disk} calls INT 13h for the packet, {@code print} writes to port 3F8h:
 *
 * <pre>
 *         ljmp  $0, $(0x7c00 + begin)
 * begin:  segments 0, stack 0x7c00, drive = dl, print 'B', print '\n'
 * again:  block = 0
 * next:   lba = (block + 1) * 8; disk(ah = 0x42, 8 sectors to 0x8000); jc failed
 *         if dword(0x8000) != block goto wrong
 *         lba += 8192; disk(ax = 0x4300); jc failed
 *         print '.'; block += 1; if block &lt; 1000 goto next; goto again
 * failed: print 'E'; goto next
 * wrong:  print 'W'; goto next
 * </pre>
 */
final class TinyGuest {

    static final int BLOCKS = 1000;
    static final int BLOCK_BYTES = 4096;
    static final long REGION_A = BLOCK_BYTES;
    static final long REGION_B = REGION_A + 8192L * 512;

    /** The rest of the disk holds random bytes, so that hydrating has something to carry. */
    static final long DISK_BYTES = 48L << 20;

    private static final int SECTOR_BYTES = 512;
    private static final byte[] CODE = HexFormat.of()
            .parseHex(
                    "ea057c000031c08ed88ec08ed0bc007c8816987cb042e86e00b00ae8690066c7069c7c0000000066a19c7c664066c1e00366a3a87c"
                            + "b442e84300723366a19c7c6639060080752f668106a87c00200000b80043e827007217b02ee82a0066ff069c7c66813e9c7ce803"
                            + "000072baebafb045e81300ebb1b057e80c00ebaa8a16987cbea07ccd13c388c3bafd03eca82074fb88d8baf803eec3008d740000"
                            + "00000010000800008000000000000000000000");

    private TinyGuest() {}

    /** Writes a disk that boots. */
    static void write(Path disk) throws IOException {
        byte[] content = new byte[(int) DISK_BYTES];
        new Random(42).nextBytes(content);
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, CODE);
        bytes.putShort(SECTOR_BYTES - 2, (short) 0xaa55);
        for (int block = 0; block < BLOCKS; block++) {
            bytes.putInt(block * BLOCK_BYTES + (int) REGION_A, block);
        }
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.write(content);
        }
    }
}
