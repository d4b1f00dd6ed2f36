"""The index of a sealed segment, compared with the blocks that it speaks of (docs/formats/segment.md)."""

import struct
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from .binary import SECTOR, Cursor, crc32c, padded, require_zeroes
from .block import MIB, STUB_BYTES, BlockKind, Extent, ExtentKind, Header, Stub
from .coverage import Coverage
from .errors import DamageError
from .files import StoreFile
from .history import ReadSegment
from .notes import Note, read_note
from .segment import Section

PAGE_HEADER_BYTES: Final = 16
RUN_ENTRY_BYTES: Final = 16
BLOCK_ENTRY_BYTES: Final = 48

_PAIR: Final = struct.Struct("<QQ")
_BLOCK: Final = struct.Struct("<IIIIQQQII")


class Piece(NamedTuple):
    """Bytes of a disk and where the newest of them in the segment lie."""

    disk: int
    start: int
    end: int
    kind: int
    place: int
    plain_offset: int


class IndexCheck:
    """Checks one sealed segment; each method raises the first damage that it finds."""

    def __init__(self, segment: ReadSegment) -> None:
        self._segment = segment
        self._file = segment.file
        self._sections = segment.summary.sections

    def check(self) -> None:
        """Compares everything in the index with what was read of the blocks."""
        blocks = [block if isinstance(block, Stub) else block.header() for block in self._segment.blocks]
        headers = {place: block for place, block in enumerate(blocks) if isinstance(block, Header)}
        self._check_summary(list(headers.values()))
        self._check_blocks(blocks)
        self._check_notes(headers)
        self._check_run(headers)
        self._check_gaps(blocks)

    def _check_gaps(self, blocks: list[Header | Stub]) -> None:
        """What belongs to no block, section or summary is zero."""
        at = blocks[-1].end if blocks else 0
        for section in sorted(self._sections.values(), key=lambda section: section.offset):
            if section.length:
                self._require_zeroes(at, section.offset)
                at = section.offset + section.length
        self._require_zeroes(at, self._segment.summary_at)

    def _require_zeroes(self, start: int, end: int) -> None:
        if end < start:
            raise self._damage(end, "sections lie over each other")
        require_zeroes(self._file.read(start, end - start), self._file.name, start, "padding is not zero")

    def _check_summary(self, headers: list[Header]) -> None:
        segment, summary = self._segment, self._segment.summary
        batches = [header.prefix for header in headers if header.prefix.kind == BlockKind.BATCH]
        openings = tuple(note for h in headers if h.prefix.kind == BlockKind.OPENING for note in h.notes())
        expected: dict[str, tuple[object, object]] = {"openings": (summary.openings, openings)}
        if not segment.cleaned:
            plaintext_bytes = sum(batch.plaintext_length for batch in batches)
            expected |= {
                "state": (summary.state, segment.state),
                "spans": (set(summary.spans), set(segment.spans)),
                "bytes of plaintext": (summary.plaintext_bytes, plaintext_bytes),
            }
        for name, (found, read) in expected.items():
            if found != read:
                raise self._damage(
                    self._segment.summary_at, f"{name} of the summary are {found}, the blocks say {read}"
                )

    def _check_blocks(self, blocks: list[Header | Stub]) -> None:
        section = self._sections["blocks"]
        entries = list(_BLOCK.iter_unpack(b"".join(read_pages(self._file, section, BLOCK_ENTRY_BYTES))))
        if len(entries) != len(blocks) or not all(map(_is_entry_of, entries, blocks)):
            raise self._damage(section.offset, "the block table is not that of the blocks")

    def _check_notes(self, headers: dict[int, Header]) -> None:
        section = self._sections["notes"]
        cursor = Cursor(read_section(self._file, section), self._file.name, section.offset)
        found: list[tuple[int, Note]] = []
        for _ in range(section.count):
            place, length = cursor.u32(), cursor.u32()
            behind = cursor.remaining - length
            found.append((place, read_note(cursor)))
            if cursor.remaining != behind:
                raise cursor.damage("a note has another length than the index says")
        cursor.end()
        expected = [(place, note) for place, header in headers.items() for note in header.notes()]
        if found != expected:
            raise self._damage(section.offset, "the notes of the index are not those of the blocks")

    def _check_run(self, headers: dict[int, Header]) -> None:
        section = self._sections["run"]
        pages = list(read_pages(self._file, section, RUN_ENTRY_BYTES))
        fences = read_section(self._file, self._sections["fences"])
        if fences != b"".join(page[:8] for page in pages):
            raise self._damage(self._sections["fences"].offset, "fences are not those of the run")
        run = [_run_piece(*words) for words in _PAIR.iter_unpack(b"".join(pages))]
        _require_sorted(run, self._file, section)
        wide_section = self._sections["wide"]
        wide = [_wide_piece(*words) for words in struct.iter_unpack("<QQQ", read_section(self._file, wide_section))]
        _require_sorted(wide, self._file, wide_section)
        if joined(newest(run + wide)) != joined(newest(_history(headers))):
            raise self._damage(section.offset, "the run does not name the newest bytes of the blocks")

    def _damage(self, offset: int, what: str) -> DamageError:
        return DamageError(self._file.name, offset, what)


def read_section(file: StoreFile, section: Section) -> bytes:
    """The bytes of a section that has no pages, its checksum checked."""
    data = file.read(section.offset, section.length)
    if crc32c(data) != section.crc:
        raise DamageError(file.name, section.offset, f"checksum of a section of {section.length} bytes does not fit")
    return data


def read_pages(file: StoreFile, section: Section, entry_bytes: int) -> Iterator[bytes]:
    """The entries of each page of a table, checked."""
    per_page = (SECTOR - PAGE_HEADER_BYTES) // entry_bytes
    left = section.count
    for number in range(-(-section.count // per_page)):
        at = section.offset + number * SECTOR
        data = file.read(at, SECTOR)
        page = Cursor(data, file.name, at)
        crc, magic = page.u32(), page.take(4)
        count = min(per_page, left)
        if magic != b"HFP1" or crc != crc32c(data[4:]) or (page.u32(), page.u32()) != (number, count):
            raise DamageError(file.name, at, f"page {number} of a table does not read back")
        yield page.take(count * entry_bytes)
        require_zeroes(page.take(page.remaining), file.name, page.offset, "padding of a page is not zero")
        left -= count
    if section.length != padded(section.length) or section.length != -(-section.count // per_page) * SECTOR:
        raise DamageError(file.name, section.offset, "a table has another length than its pages")


def _is_entry_of(entry: tuple[int, ...], block: Header | Stub) -> bool:
    """Whether an entry of the block table is that of a block. Of a stub only the entry knows the clock."""
    if isinstance(block, Stub):
        counts = block.sequence_count, block.epoch, block.first_sequence
        return entry[:6] + entry[8:] == (block.offset, STUB_BYTES, STUB_BYTES, *counts, 1)
    prefix = block.prefix
    lengths = prefix.header_length, block.end - block.offset
    span = prefix.last_utc_millis - prefix.first_utc_millis
    counts = prefix.sequence_count, prefix.epoch, prefix.first_sequence
    return entry == (block.offset, *lengths, *counts, prefix.first_utc_millis, span, 0)


def _run_piece(word0: int, word1: int) -> Piece:
    start = word0 >> 8 & (1 << 48) - 1
    kind = word0 & 0xFF
    place, plain_offset = (word1 >> 46, word1 >> 20 & (1 << 26) - 1) if kind == ExtentKind.DATA else (0, 0)
    return Piece(word0 >> 56, start, start + (word1 & 0xFFFFF) + 1, kind, place, plain_offset)


def _wide_piece(word0: int, length: int, reserved: int) -> Piece:
    start = word0 >> 8 & (1 << 48) - 1
    return Piece(word0 >> 56, start, start + length * MIB, word0 & 0xFF, 0, reserved)


def _require_sorted(pieces: list[Piece], file: StoreFile, section: Section) -> None:
    for before, after in pairwise(pieces):
        if (after.disk, after.start) < (before.disk, before.end):
            raise DamageError(file.name, section.offset, "entries are not sorted or lie over each other")


def _history(headers: dict[int, Header]) -> Iterator[Piece]:
    """What the blocks say, newest first."""
    for place, header in reversed(headers.items()):
        for extent in reversed(header.extents()):
            yield _extent_piece(place, extent)


def _extent_piece(place: int, extent: Extent) -> Piece:
    end = extent.offset + extent.length
    if extent.kind != ExtentKind.DATA:
        return Piece(extent.disk, extent.offset, end, extent.kind, 0, 0)
    return Piece(extent.disk, extent.offset, end, extent.kind, place, extent.plain_offset)


def newest(pieces: Iterable[Piece]) -> list[Piece]:
    """What is left of each piece when those before it lie over it, in the order of the disks' bytes."""
    covered: dict[int, Coverage] = {}
    parts = []
    for piece in pieces:
        for start, end in covered.setdefault(piece.disk, Coverage()).add(piece.start, piece.end):
            skipped = start - piece.start if piece.kind == ExtentKind.DATA else 0
            parts.append(piece._replace(start=start, end=end, plain_offset=piece.plain_offset + skipped))
    return sorted(parts)


def joined(pieces: list[Piece]) -> list[Piece]:
    """The same with neighbours joined that go on in one another."""
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if last and last.end == piece.start and _goes_on(last) == piece._replace(end=0):
            result[-1] = last._replace(end=piece.end)
        else:
            result.append(piece)
    return result


def _goes_on(piece: Piece) -> Piece:
    length = piece.end - piece.start if piece.kind == ExtentKind.DATA else 0
    return piece._replace(start=piece.end, end=0, plain_offset=piece.plain_offset + length)
