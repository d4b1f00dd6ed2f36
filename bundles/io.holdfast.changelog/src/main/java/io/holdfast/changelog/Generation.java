package io.holdfast.changelog;

import java.util.List;

/**
 * The files that were begun together: one for each disk, the first of which also carries what belongs to no disk.
 *
 * @param number 1 and up
 * @param firstSequence of its first record
 * @param files the primary first
 */
record Generation(long number, long firstSequence, List<StoredFile> files) {

    Generation {
        files = List.copyOf(files);
    }

    long bytes() {
        return files.stream().mapToLong(StoredFile::writtenEnd).sum();
    }

    long bytes(int disk) {
        return files.stream()
                .filter(stored -> stored.header.disk() == disk)
                .mapToLong(StoredFile::writtenEnd)
                .sum();
    }
}
