package io.holdfast.tests.system;

import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.PointImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Disks of a point as raw files, by the journal's own reader, and the folders they lie in. */
final class DiskFiles {

    private static final int PIECE_BYTES = 1 << 20;

    private record Piece(long offset, long length) {}

    private DiskFiles() {}

    /** Writes a disk, from a byte on to its end, to a new file; what holds no data stays a hole. */
    static void write(PointImage image, int disk, long from, Path target) throws IOException {
        long size = sizeBytes(image, disk);
        Files.deleteIfExists(target);
        try (RandomAccessFile file = new RandomAccessFile(target.toFile(), "rw")) {
            file.setLength(size - from);
            ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);
            for (Piece piece : dataOf(image, disk, from, size - from)) {
                long end = piece.offset() + piece.length();
                for (long offset = piece.offset(); offset < end; offset += PIECE_BYTES) {
                    image.read(disk, offset, buffer.clear().limit((int) Math.min(PIECE_BYTES, end - offset)));
                    writeFully(file.getChannel(), buffer.flip(), offset - from);
                }
            }
        }
    }

    /** Where a file and a disk differ first, or -1 when they are the same to the last byte. */
    static long firstDifference(PointImage image, int disk, Path raw) throws IOException {
        long size = sizeBytes(image, disk);
        try (FileChannel file = FileChannel.open(raw, StandardOpenOption.READ)) {
            if (file.size() != size) {
                return Math.min(file.size(), size);
            }
            ByteBuffer ofImage = ByteBuffer.allocate(PIECE_BYTES);
            ByteBuffer ofFile = ByteBuffer.allocate(PIECE_BYTES);
            for (long offset = 0; offset < size; offset += PIECE_BYTES) {
                int length = (int) Math.min(PIECE_BYTES, size - offset);
                image.read(disk, offset, ofImage.clear().limit(length));
                readFully(file, ofFile.clear().limit(length), offset);
                int difference = ofImage.flip().mismatch(ofFile.flip());
                if (difference >= 0) {
                    return offset + difference;
                }
            }
        }
        return -1;
    }

    /** Whether a range of a file reads as zeroes. */
    static boolean isZero(FileChannel file, long first, long length) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(PIECE_BYTES);
        ByteBuffer zeroes = ByteBuffer.allocate(PIECE_BYTES);
        for (long done = 0; done < length; done += PIECE_BYTES) {
            int piece = (int) Math.min(PIECE_BYTES, length - done);
            readFully(file, read.clear().limit(piece), first + done);
            if (!read.flip().equals(zeroes.limit(piece))) {
                return false;
            }
        }
        return true;
    }

    /** Removes a folder and all below it. */
    static void deleteTree(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException error) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static long sizeBytes(PointImage image, int disk) {
        return image.disks().disk(disk).map(DiskDescription::sizeBytes).orElseThrow();
    }

    private static List<Piece> dataOf(PointImage image, int disk, long from, long bytes) {
        List<Piece> data = new ArrayList<>();
        image.blockStatus(disk, from, bytes, (offset, length, kind) -> {
            if (kind == ExtentKind.DATA) {
                data.add(new Piece(offset, length));
            }
            return true;
        });
        return data;
    }

    private static void writeFully(FileChannel file, ByteBuffer bytes, long offset) throws IOException {
        for (long at = offset; bytes.hasRemaining(); ) {
            at += file.write(bytes, at);
        }
    }

    private static void readFully(FileChannel file, ByteBuffer target, long offset) throws IOException {
        for (long at = offset; target.hasRemaining(); ) {
            int read = file.read(target, at);
            if (read < 0) {
                throw new IOException("the file ends at " + at);
            }
            at += read;
        }
    }
}
