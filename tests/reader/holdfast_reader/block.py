"""Clear headers of blocks (docs/formats/batch.md)."""

import enum
import hashlib
import struct
import uuid
from dataclasses import dataclass
from typing import Final

from .binary import SECTOR, Cursor, crc32c
from .errors import DamageError, ReaderError
from .files import StoreFile
from .hashes import HASH_BYTES
from .notes import Note, Opening, Proof, read_note

MAGIC: Final = b"HFB1"
STUB_MAGIC: Final = b"HFD1"
PREFIX_BYTES: Final = 192
STUB_BYTES: Final = 96
EXTENT_BYTES: Final = 16
FRAME_BYTES: Final = 65_536
MIB: Final = 1 << 20

HEADER_BYTES_MAX: Final = 3 * MIB
BLOCK_BYTES_MAX: Final = 51 * MIB
PLAINTEXT_BYTES_MAX: Final = 48 * MIB
COUNT_MAX: Final = 65_536
NOTE_BYTES_MAX: Final = MIB

_EXTENT: Final = struct.Struct("<QQ")


class BlockKind(enum.IntEnum):
    """What a block is."""

    BATCH = 1
    OPENING = 2


class ExtentKind(enum.IntEnum):
    """What became of the bytes of an extent."""

    DATA = 0
    ZERO = 1
    DISCARD = 2


@dataclass(frozen=True, slots=True)
class Extent:
    """Bytes of a disk that were changed at a sequence; data lies at ``plain_offset`` of the batch's plaintext."""

    disk: int
    offset: int
    length: int
    kind: ExtentKind
    wide: bool
    sequence: int
    utc_millis: int
    plain_offset: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """The fields at the start of a block."""

    kind: BlockKind
    sparse: bool
    header_length: int
    block_length: int
    codec: int
    hash_algorithm: int
    machine: uuid.UUID
    epoch: int
    number: int
    first_sequence: int
    sequence_count: int
    table_version: int
    first_utc_millis: int
    last_utc_millis: int
    key_id: int
    plaintext_length: int
    extent_count: int
    hash_count: int
    note_count: int
    note_bytes: int
    frame_count: int
    previous_digest: bytes

    @property
    def last_sequence(self) -> int:
        """The highest sequence of the block; one less than the first when it has none."""
        return self.first_sequence + self.sequence_count - 1


class Header:
    """The clear header of one block: checked as a whole, its sections taken apart when they are asked for."""

    def __init__(self, file: StoreFile, offset: int, prefix: Prefix, raw: bytes) -> None:
        self.file = file
        self.offset = offset
        self.prefix = prefix
        self.end = offset + prefix.block_length
        """Where what is there of the block ends in the file; cleaning leaves less of it than its prefix says."""
        self.digest = hashlib.sha256(raw).digest()
        self._raw = raw

    @property
    def cleaned(self) -> bool:
        """Whether frames of the block were dropped."""
        return self.end < self.offset + self.prefix.block_length

    @property
    def table_offset(self) -> int:
        """Where the header ends in the file; the frame table follows when there are frames."""
        return self.offset + self.prefix.header_length

    @property
    def _hashes_at(self) -> int:
        return PREFIX_BYTES + self.prefix.extent_count * EXTENT_BYTES

    @property
    def _notes_at(self) -> int:
        return self._hashes_at + self.prefix.hash_count * HASH_BYTES

    def extents(self) -> list[Extent]:
        """The extents in the order of their sequences."""
        extents: list[Extent] = []
        plain_offset = 0
        section = self._raw[PREFIX_BYTES : self._hashes_at]
        for place, (word0, word1) in enumerate(_EXTENT.iter_unpack(section)):
            extent = self._extent(place, word0, word1, plain_offset)
            if extent.kind == ExtentKind.DATA:
                plain_offset += extent.length
            extents.append(extent)
        if plain_offset != self.prefix.plaintext_length:
            raise DamageError(self.file.name, self.offset + 120, "extents hold another count of bytes than the batch")
        return extents

    def _extent(self, place: int, word0: int, word1: int, plain_offset: int) -> Extent:
        wide = bool(word0 >> 59 & 1)
        unit = MIB if wide else 1
        kind = word0 >> 56 & 3
        offset, length = (word0 & (1 << 48) - 1) * unit, (word1 & 0xFFFFFFFF) * unit
        sequence = word1 >> 32 & 0xFFFF
        crosses = not wide and offset // MIB != (offset + length - 1) // MIB
        if (
            word0 >> 60
            or kind > ExtentKind.DISCARD
            or not length
            or crosses
            or (wide and kind == ExtentKind.DATA)
            or sequence >= self.prefix.sequence_count
        ):
            at = self.offset + PREFIX_BYTES + place * EXTENT_BYTES
            raise DamageError(self.file.name, at, "extent is none that a batch may have")
        return Extent(
            disk=word0 >> 48 & 0xFF,
            offset=offset,
            length=length,
            kind=ExtentKind(kind),
            wide=wide,
            sequence=self.prefix.first_sequence + sequence,
            utc_millis=self.prefix.first_utc_millis + (word1 >> 48),
            plain_offset=plain_offset,
        )

    def hashes(self) -> list[bytes]:
        """The keyed hashes of the blocks of 4 KiB that data touches."""
        section = self._raw[self._hashes_at : self._notes_at]
        return [section[at : at + HASH_BYTES] for at in range(0, len(section), HASH_BYTES)]

    def notes(self) -> list[Note]:
        """The notes in their order."""
        cursor = Cursor(self._raw[self._notes_at :], self.file.name, self.offset + self._notes_at)
        notes = [read_note(cursor) for _ in range(self.prefix.note_count)]
        cursor.end()
        return notes

    def check_order(self) -> None:
        """Each sequence of a batch has extents or one note, sequences ascend, and each touched block has a hash."""
        extents = self.extents()
        sequences = [extent.sequence for extent in extents]
        noted = [note.sequence for note in self.notes() if not isinstance(note.body, Proof | Opening)]
        if sequences != sorted(sequences) or noted != sorted(set(noted)):
            raise DamageError(self.file.name, self.offset + PREFIX_BYTES, "sequences do not ascend")
        first = self.prefix.first_sequence
        if set(sequences) | set(noted) != set(range(first, first + self.prefix.sequence_count)):
            raise DamageError(self.file.name, self.offset + 72, "a sequence of the batch has neither extent nor note")
        touched = sum(blocks_touched(extent) for extent in extents if extent.kind == ExtentKind.DATA)
        if touched != self.prefix.hash_count:
            raise DamageError(self.file.name, self.offset + 128, f"{touched} blocks are touched, hashed are others")


def blocks_touched(extent: Extent) -> int:
    """Blocks of 4 KiB that an extent touches."""
    return (extent.offset + extent.length - 1) // SECTOR - extent.offset // SECTOR + 1


def read_header(file: StoreFile, offset: int) -> Header:
    """Reads the block that begins at the offset, but for its sealed part."""
    data = file.read(offset, PREFIX_BYTES)
    prefix, sections_crc = _read_prefix(Cursor(data, file.name, offset), data)
    sections = file.read(offset + PREFIX_BYTES, prefix.header_length - PREFIX_BYTES)
    if crc32c(sections) != sections_crc:
        raise DamageError(file.name, offset + PREFIX_BYTES, "checksum of the header's sections does not fit")
    return Header(file, offset, prefix, data + sections)


@dataclass(frozen=True, slots=True)
class Stub:
    """What cleaning leaves of a block that no kept point needs: its place in the chain."""

    offset: int
    number: int
    epoch: int
    first_sequence: int
    sequence_count: int
    digest: bytes

    @property
    def last_sequence(self) -> int:
        """The highest sequence that the block had."""
        return self.first_sequence + self.sequence_count - 1

    @property
    def end(self) -> int:
        """Where the stub ends in the file."""
        return self.offset + STUB_BYTES


def read_stub(file: StoreFile, offset: int) -> Stub:
    """Reads the stub that begins at the offset (docs/formats/segment.md, *Cleaning*)."""
    data = file.read(offset, STUB_BYTES)
    cursor = Cursor(data, file.name, offset)
    crc, magic, version = cursor.u32(), cursor.take(4), cursor.u16()
    if magic != STUB_MAGIC or crc != crc32c(data[4:]):
        raise DamageError(file.name, offset, "checksum of the stub does not fit")
    if version != 1:
        raise ReaderError(f"{file.name}: stub at {offset} has version {version}, this reader reads version 1")
    cursor.reserved(2)
    count, epoch, number, first = cursor.u32(), cursor.u64(), cursor.u64(), cursor.u64()
    cursor.reserved(24)
    return Stub(offset, number, epoch, first, count, cursor.take(32))


def _read_prefix(cursor: Cursor, data: bytes) -> tuple[Prefix, int]:
    damage = cursor.damage
    start = cursor.damage("checksum of the block's prefix does not fit")
    crc = cursor.u32()
    if cursor.take(4) != MAGIC or crc32c(data[4:]) != crc:
        raise start
    version = cursor.u16()
    kind, flags = cursor.u8(), cursor.u8()
    header_length, block_length = cursor.u32(), cursor.u32()
    codec, hash_algorithm = cursor.u8(), cursor.u8()
    cursor.take(2 + 4)
    frame_bytes = cursor.u32()
    if version != 1 or codec > 2 or frame_bytes != FRAME_BYTES:
        raise ReaderError(
            f"{start.file}: block at {start.offset} has version {version}, codec {codec}, "
            f"frames of {frame_bytes}; this reader reads version 1, codecs to 2, {FRAME_BYTES}"
        )
    if kind not in BlockKind.__members__.values() or flags > 1:
        raise damage("kind or flags of the block are unknown")
    machine = cursor.id()
    epoch, number, first_sequence = cursor.u64(), cursor.u64(), cursor.u64()
    sequence_count, table_version = cursor.u32(), cursor.u32()
    first_utc, last_utc = cursor.u64(), cursor.u64()
    cursor.take(16)
    key_id = cursor.u64()
    plaintext_length, extents, hashes = cursor.u32(), cursor.u32(), cursor.u32()
    notes, note_bytes, frames = cursor.u32(), cursor.u32(), cursor.u32()
    previous_digest, sections_crc = cursor.take(32), cursor.u32()
    cursor.reserved(12)
    prefix = Prefix(
        BlockKind(kind),
        flags == 1,
        header_length,
        block_length,
        codec,
        hash_algorithm,
        machine,
        epoch,
        number,
        first_sequence,
        sequence_count,
        table_version,
        first_utc,
        last_utc,
        key_id,
        plaintext_length,
        extents,
        hashes,
        notes,
        note_bytes,
        frames,
        previous_digest,
    )
    _check_lengths(prefix, start)
    return prefix, sections_crc


def _check_lengths(prefix: Prefix, start: DamageError) -> None:
    sections = prefix.extent_count * EXTENT_BYTES + prefix.hash_count * HASH_BYTES + prefix.note_bytes
    fits = (
        max(prefix.extent_count, prefix.hash_count, prefix.sequence_count) <= COUNT_MAX
        and prefix.note_bytes <= NOTE_BYTES_MAX
        and prefix.plaintext_length <= PLAINTEXT_BYTES_MAX
        and prefix.header_length == PREFIX_BYTES + sections <= HEADER_BYTES_MAX
        and prefix.header_length <= prefix.block_length <= BLOCK_BYTES_MAX
        and prefix.frame_count == -(-prefix.plaintext_length // FRAME_BYTES)
    )
    if not fits:
        raise DamageError(start.file, start.offset, "lengths of the block do not add up")
