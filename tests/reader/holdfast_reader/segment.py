"""Segments: header, blocks and the summary of a sealed one (docs/formats/segment.md)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .binary import SECTOR, Cursor, crc32c, padded, require_zeroes
from .block import MAGIC, STUB_MAGIC, Header, Stub, read_header, read_stub
from .cold import ColdTable
from .envelope import read_envelope
from .errors import DamageError
from .files import StoreFile
from .notes import Note, read_note
from .payload import FrameTable
from .state import State, read_state

TAIL_BYTES: Final = 32
HEADER_BODY_BYTES_MAX: Final = 1 << 20
SUMMARY_BODY_BYTES_MAX: Final = 64 << 20
SECTION_NAMES: Final = ("run", "blocks", "fences", "wide", "notes")


@dataclass(frozen=True)
class SegmentName:
    """Which segment of which history."""

    store: uuid.UUID
    machine: uuid.UUID
    incarnation: int
    number: int

    @property
    def directory(self) -> str:
        """Directory of the history below the store's."""
        return f"machines/{self.machine}.{self.incarnation}"


@dataclass(frozen=True)
class Section:
    """A part of the index."""

    offset: int
    length: int
    count: int
    crc: int


@dataclass(frozen=True)
class Span:
    """A stretch of one epoch in which every sequence is a point."""

    epoch: int
    first: int
    last: int


@dataclass(frozen=True)
class Summary:
    """What a sealed segment says about itself."""

    number: int
    blocks: tuple[int, int]
    sequences: tuple[int, int]
    utc_millis: tuple[int, int]
    plaintext_bytes: int
    sealed_bytes: int
    file_bytes: int
    sections: dict[str, Section]
    openings: tuple[Note, ...]
    spans: tuple[Span, ...]
    state: State


def read_segment_header(file: StoreFile, name: SegmentName) -> tuple[State, int]:
    """The state before the first block, and where that begins."""
    record = read_envelope(file, 0, b"HFS1", HEADER_BODY_BYTES_MAX)
    body = record.body
    found = SegmentName(body.id(), body.id(), body.u64(), body.u64())
    if found != name:
        raise DamageError(file.name, 16, f"header of another segment: {found.directory} number {found.number}")
    body.reserved(16)
    state = read_state(body)
    body.end()
    first = padded(record.end)
    require_zeroes(file.read(record.end, first - record.end), file.name, record.end, "padding is not zero")
    return state, first


def read_blocks(file: StoreFile, at: int, end: int) -> Iterator[Header]:
    """The blocks between two offsets; whoever reads a sealed segment that was not cleaned stops at its last one."""
    while at < end:
        if file.read(at, min(8, end - at))[4:] == MAGIC:
            header = read_header(file, at)
            if header.end > end:
                raise DamageError(file.name, at, f"the block ends behind the durable length {end}")
            yield header
            at = header.end
        else:
            if at % SECTOR == 0:
                raise DamageError(file.name, at, "no block begins here")
            border = min(padded(at), end)
            require_zeroes(file.read(at, border - at), file.name, at, "neither a block nor padding begins here")
            at = border


def read_left(file: StoreFile, at: int, last: int) -> Iterator[Header | Stub]:
    """What cleaning has left of the blocks: one behind the other, up to the last one, then zeroes up to the index."""
    number = 0
    while number < last:
        if file.read(at, 8)[4:] == STUB_MAGIC:
            stub = read_stub(file, at)
            number, at = stub.number, stub.end
            yield stub
        else:
            header = read_header(file, at)
            header.end = (ColdTable(header) if ColdTable.begins(header) else FrameTable(header)).end
            number, at = header.prefix.number, header.end
            yield header


def read_summary(file: StoreFile, number: int) -> tuple[Summary, int]:
    """The summary of a sealed segment, found by its tail, and its offset."""
    tail_at = max(0, file.size - TAIL_BYTES)
    data = file.read(tail_at, TAIL_BYTES)
    tail = Cursor(data, file.name, tail_at)
    crc = tail.u32()
    if tail.take(4) != b"HFT1" or crc32c(data[4:]) != crc:
        raise DamageError(file.name, tail_at, "the file does not end with the tail of a sealed segment")
    offset, length = tail.u64(), tail.u32()
    tail.reserved(4)
    if tail.u64() != file.size:
        raise DamageError(file.name, tail_at + 24, f"the file has {file.size} bytes, its tail says another count")
    record = read_envelope(file, offset, b"HFF1", SUMMARY_BODY_BYTES_MAX)
    if length != record.end - offset or record.end != tail_at:
        raise DamageError(file.name, tail_at + 8, "the summary is not the one that the tail speaks of")
    summary = _read_body(record.body)
    if (summary.number, summary.file_bytes) != (number, file.size):
        raise DamageError(file.name, offset + 16, f"summary of another segment: number {summary.number}")
    return summary, offset


def _read_body(body: Cursor) -> Summary:
    number = body.u64()
    blocks, sequences, utc_millis = [(body.u64(), body.u64()) for _ in range(3)]
    plaintext_bytes, sealed_bytes, file_bytes = body.u64(), body.u64(), body.u64()
    sections = {}
    for name in SECTION_NAMES:
        sections[name] = Section(body.u64(), body.u32(), body.u32(), body.u32())
        body.reserved(4)
    body.u32()
    body.reserved(28)
    opening_bytes, span_count = body.u32(), body.u32()
    rest = body.remaining - opening_bytes
    openings = []
    while body.remaining > rest:
        openings.append(read_note(body))
    spans = tuple(Span(body.u64(), body.u64(), body.u64()) for _ in range(span_count))
    state = read_state(body)
    body.end()
    return Summary(
        number,
        blocks,
        sequences,
        utc_millis,
        plaintext_bytes,
        sealed_bytes,
        file_bytes,
        sections,
        tuple(openings),
        spans,
        state,
    )
