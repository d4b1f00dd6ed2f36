"""The sealed part of a batch: frames (docs/formats/batch.md, *Frame table and frames*, *Keys*)."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import lz4.block
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .binary import SECTOR, Cursor, crc32c
from .block import FRAME_BYTES, Extent, ExtentKind, Header
from .cold import ColdTable
from .errors import DamageError, ReaderError
from .hashes import block_hasher
from .keyfile import MachineKeys

TAG_BYTES: Final = 16
_COMPRESSED: Final = 1 << 31


@dataclass(frozen=True)
class Frame:
    """Where a frame lies in the file."""

    offset: int
    length: int
    compressed: bool
    crc: int

    @property
    def dropped(self) -> bool:
        """Whether cleaning has taken the frame out."""
        return self.length == 0


class FrameTable:
    """The frames of one block; reading one checks its checksum, which needs no key."""

    def __init__(self, header: Header) -> None:
        self._file = header.file
        self.frames = self._read(header) if header.prefix.frame_count else ()
        self.end = self.frames[-1].offset + self.frames[-1].length if self.frames else header.table_offset
        if any(frame.dropped and (frame.crc or frame.compressed) for frame in self.frames):
            raise DamageError(self._file.name, header.table_offset, "a frame without bytes has a checksum")

    def require_whole(self, header: Header) -> None:
        """The frames have to end where the block ends, and none may be missing but by cleaning."""
        if self.end != header.end or any(frame.dropped for frame in self.frames) != header.cleaned:
            raise DamageError(self._file.name, header.table_offset, "frames do not end where the block ends")

    def _read(self, header: Header) -> tuple[Frame, ...]:
        prefix = header.prefix
        at = header.table_offset
        table_bytes = prefix.frame_count * 8
        data = self._file.read(at, table_bytes + 4)
        cursor = Cursor(data, self._file.name, at)
        frames: list[Frame] = []
        offset = at + len(data)
        for _ in range(prefix.frame_count):
            word, crc = cursor.u32(), cursor.u32()
            frames.append(Frame(offset, word & _COMPRESSED - 1, bool(word & _COMPRESSED), crc))
            offset += frames[-1].length
        if cursor.u32() != crc32c(data[:table_bytes]):
            raise DamageError(self._file.name, at, "checksum of the frame table does not fit")
        return tuple(frames)

    def stored(self, number: int) -> bytes:
        """The stored bytes of a frame, its checksum checked."""
        frame = self.frames[number]
        data = self._file.read(frame.offset, frame.length)
        if crc32c(data) != frame.crc:
            raise DamageError(self._file.name, frame.offset, f"checksum of frame {number} does not fit")
        return data


class Payload:
    """The plaintext of one batch, opened frame by frame."""

    def __init__(self, header: Header, keys: MachineKeys) -> None:
        self._header = header
        self._cold = ColdTable(header) if ColdTable.begins(header) else None
        self._number = -1
        self._plain = b""
        if self._cold:
            self._plain = self._cold.plaintext(keys)
            return
        self._table = FrameTable(header)
        self._table.require_whole(header)
        if header.prefix.frame_count and not keys.has(header.prefix.key_id):
            raise ReaderError(f"{header.file.name}: the batch at byte {header.offset} was sealed with another data key")
        if header.prefix.frame_count:
            self._cipher = AESGCM(keys.batch_key(header.prefix.key_id, header.prefix.epoch, header.digest))

    @staticmethod
    def split(offset: int, length: int) -> Iterator[tuple[int, int]]:
        """Offset and length of the parts of a stretch of plaintext, each within one frame."""
        end = offset + length
        while offset < end:
            part = min(FRAME_BYTES - offset % FRAME_BYTES, end - offset)
            yield offset, part
            offset += part

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of the plaintext."""
        if self._cold:
            if not self._cold.has(offset, length):
                what = f"bytes {offset} to {offset + length} of the plaintext were dropped, though they are needed"
                raise DamageError(self._header.file.name, self._header.table_offset, what)
            return self._plain[offset : offset + length]
        return b"".join(self._read_part(at, part) for at, part in self.split(offset, length))

    def has(self, offset: int, length: int) -> bool:
        """Whether cleaning has left all of these bytes of the plaintext."""
        if self._cold:
            return self._cold.has(offset, length)
        return not any(self._table.frames[at // FRAME_BYTES].dropped for at, _ in self.split(offset, length))

    def _read_part(self, offset: int, length: int) -> bytes:
        number, skip = divmod(offset, FRAME_BYTES)
        return self._frame(number)[skip : skip + length]

    def _frame(self, number: int) -> bytes:
        if number != self._number:
            self._plain = self._open(number)
            self._number = number
        return self._plain

    def _open(self, number: int) -> bytes:
        frame = self._table.frames[number]
        if frame.dropped:
            what = f"frame {number} was dropped by cleaning, though it is needed"
            raise DamageError(self._header.file.name, self._header.table_offset, what)
        place = struct.pack("<I", number)
        try:
            sealed = self._table.stored(number)
            data = self._cipher.decrypt(place + bytes(8), sealed, self._header.digest + place)
        except (InvalidTag, ValueError) as e:
            raise DamageError(self._header.file.name, frame.offset, f"frame {number} does not open") from e
        expected = min(FRAME_BYTES, self._header.prefix.plaintext_length - number * FRAME_BYTES)
        if frame.compressed:
            data = self._decompress(data, expected, frame)
        if len(data) != expected:
            raise DamageError(
                self._header.file.name, frame.offset, f"frame {number} holds {len(data)} bytes, {expected} expected"
            )
        return data

    def _decompress(self, data: bytes, expected: int, frame: Frame) -> bytes:
        try:
            return _DECOMPRESSORS[self._header.prefix.codec](data, expected)
        except (KeyError, zstandard.ZstdError, lz4.block.LZ4BlockError) as e:
            raise DamageError(self._header.file.name, frame.offset, "the codec refuses the frame") from e


def _decompress_lz4(data: bytes, length: int) -> bytes:
    return bytes(lz4.block.decompress(data, uncompressed_size=length))


def _decompress_zstandard(data: bytes, length: int) -> bytes:
    return bytes(zstandard.ZstdDecompressor().decompress(data, max_output_size=length))


_DECOMPRESSORS: Final[dict[int, Callable[[bytes, int], bytes]]] = {1: _decompress_lz4, 2: _decompress_zstandard}


def check_content(header: Header, keys: MachineKeys) -> None:
    """Opens every frame that is left of a batch and compares all content with its keyed hashes."""
    payload = Payload(header, keys)
    hashes = iter(header.hashes())
    hasher = block_hasher(header.prefix.hash_algorithm, keys.hash_key)
    for extent in header.extents():
        if extent.kind == ExtentKind.DATA:
            for piece, offset, length in _pieces(extent):
                expected = next(hashes)
                if payload.has(piece, length) and expected != hasher.hash(
                    extent.disk, offset, payload.read(piece, length)
                ):
                    raise DamageError(
                        header.file.name,
                        header.offset,
                        f"content of disk {extent.disk} at {offset} is not what its hash says",
                    )


def _pieces(extent: Extent) -> Iterator[tuple[int, int, int]]:
    """Offset in the plaintext, offset on the disk and length of each block of 4 KiB, or part of one."""
    at = extent.offset
    end = extent.offset + extent.length
    while at < end:
        length = min(SECTOR - at % SECTOR, end - at)
        yield extent.plain_offset + at - extent.offset, at, length
        at += length
