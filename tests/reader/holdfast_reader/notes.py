"""Notes of blocks and the disk table (docs/formats/batch.md, *Notes*)."""

import enum
from dataclasses import dataclass
from typing import Final

from .binary import Cursor

NOTE_HEADER_BYTES: Final = 24
IDENTITY_BYTES_MAX: Final = 1024
TEXT_BYTES_MAX: Final = 4000


class NoteKind(enum.IntEnum):
    """What a note says."""

    PROOF = 1
    GAP = 2
    READY = 3
    MARKER = 4
    DISKS = 5
    EPOCH = 6


@dataclass(frozen=True)
class Disk:
    """A disk as it was from some sequence on."""

    number: int
    logical_sector: int
    physical_sector: int
    size: int
    identity: str


@dataclass(frozen=True)
class DiskTable:
    """The disks of a machine in their order."""

    version: int
    disks: tuple[Disk, ...]

    def disk(self, number: int) -> Disk | None:
        """The disk of that number, if there is one."""
        return next((disk for disk in self.disks if disk.number == number), None)


@dataclass(frozen=True)
class Proof:
    """Every sequence up to this one was captured unbroken."""

    monotonic_nanos: int


@dataclass(frozen=True)
class Gap:
    """Writes may be missing here."""

    cause: int
    text: str


@dataclass(frozen=True)
class Ready:
    """From here on sequences are points once proven."""


@dataclass(frozen=True)
class Marker:
    """A point with a label."""

    kind: int
    text: str


@dataclass(frozen=True)
class Opening:
    """An epoch begins upon a position of its parent."""

    epoch: int
    parent_epoch: int
    parent_sequence: int
    ready_sequence: int
    proven_sequence: int
    cause: int
    writer: str
    table: DiskTable


NoteBody = Proof | Gap | Ready | Marker | DiskTable | Opening


@dataclass(frozen=True)
class Note:
    """A note at its sequence; a proof's is the highest it proves."""

    sequence: int
    utc_millis: int
    body: NoteBody


def read_table(cursor: Cursor) -> DiskTable:
    """Takes a disk table."""
    version = cursor.u32()
    return DiskTable(version, tuple(_read_disk(cursor) for _ in range(cursor.u16())))


def _read_disk(cursor: Cursor) -> Disk:
    number, logical, physical = cursor.u8(), cursor.u8(), cursor.u8()
    cursor.reserved(1)
    size, length = cursor.u64(), cursor.u16()
    if length > IDENTITY_BYTES_MAX or max(logical, physical) > 31:
        raise cursor.damage("identity or sector of a disk is too long")
    return Disk(number, 1 << logical, 1 << physical, size, cursor.text(length))


def read_note(cursor: Cursor) -> Note:
    """Takes one note."""
    kind = cursor.u8()
    cursor.reserved(3)
    length, sequence, utc_millis = cursor.u32(), cursor.u64(), cursor.u64()
    body_end = cursor.remaining - length
    if body_end < 0:
        raise cursor.damage("the note's body is longer than what holds it")
    body = _read_body(kind, length, cursor)
    if cursor.remaining != body_end:
        raise cursor.damage("the note's body has another length than its fields")
    return Note(sequence, utc_millis, body)


def _read_body(kind: int, length: int, cursor: Cursor) -> NoteBody:
    match kind:
        case NoteKind.PROOF:
            return Proof(cursor.u64())
        case NoteKind.GAP:
            return Gap(cursor.u8(), _read_text(cursor, length - 1))
        case NoteKind.READY:
            return Ready()
        case NoteKind.MARKER:
            return Marker(cursor.u8(), _read_text(cursor, length - 1))
        case NoteKind.DISKS:
            return read_table(cursor)
        case NoteKind.EPOCH:
            return _read_opening(cursor)
    raise cursor.damage(f"kind of note {kind} is unknown")


def _read_text(cursor: Cursor, length: int) -> str:
    if length > TEXT_BYTES_MAX:
        raise cursor.damage(f"{length} bytes of text, at most {TEXT_BYTES_MAX} expected")
    return cursor.text(length)


def _read_opening(cursor: Cursor) -> Opening:
    numbers = [cursor.u64() for _ in range(5)]
    cause = cursor.u8()
    writer = _read_text(cursor, cursor.u16())
    return Opening(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], cause, writer, read_table(cursor))
