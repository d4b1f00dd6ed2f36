package io.holdfast.journal.internal.verify;

import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.TablePage;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Checks the index of a sealed segment: every page and section against its checksum, and that they fill the file up to the summary. */
final class IndexCheck {

    private final CheckedFile file;
    private final SegmentSummary summary;

    IndexCheck(CheckedFile file, SegmentSummary summary) {
        this.file = file;
        this.summary = summary;
    }

    void run() throws IOException {
        pages("run", summary.run(), RunEntry.BYTES);
        pages("block table", summary.blocks(), BlockEntry.BYTES);
        plain("fences", summary.fences());
        plain("wide entries", summary.wide());
        plain("notes", summary.notes());
        long at = summary.run().offset();
        for (SegmentSummary.Section section : new SegmentSummary.Section[] {
            summary.run(), summary.blocks(), summary.fences(), summary.wide(), summary.notes()
        }) {
            if (section.offset() != at) {
                damage(
                        at,
                        Math.max(0, section.offset() - at),
                        "a section of the index begins at " + section.offset() + "; expected " + at);
                return;
            }
            at += section.bytes();
        }
    }

    private void pages(String what, SegmentSummary.Section section, int entryBytes) throws IOException {
        for (int number = 0; number < section.bytes() / TablePage.BYTES; number++) {
            long at = section.offset() + (long) number * TablePage.BYTES;
            try {
                TablePage.open(file.read(at, TablePage.BYTES), number, entryBytes);
            } catch (DamagedException e) {
                damage(at, TablePage.BYTES, what + ": " + e.getMessage());
            }
        }
    }

    private void plain(String what, SegmentSummary.Section section) throws IOException {
        try {
            ByteBuffer bytes = file.read(section.offset(), section.bytes());
            if (Checksums.crc32c(bytes, 0, bytes.limit()) != section.crc()) {
                damage(section.offset(), section.bytes(), "the checksum of the " + what + " does not match");
            }
        } catch (DamagedException e) {
            damage(section.offset(), section.bytes(), what + ": " + e.getMessage());
        }
    }

    private void damage(long at, long length, String detail) {
        file.findings().damage(file.path(), at, length, detail);
    }
}
