"""Blocks that were coded anew as a whole (docs/formats/segment.md, *Coded anew*)."""

import lzma
import struct
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .binary import Cursor, crc32c
from .block import Header
from .errors import DamageError, ReaderError
from .keyfile import MachineKeys

MAGIC: Final = b"HFX1"
HEAD_BYTES: Final = 16
PIECES_MAX: Final = 65_536
PLAINTEXT_BYTES_MAX: Final = 4 << 20


class ColdTable:
    """Which pieces of a block's plaintext are there, and where their content lies; reading one checks its checksum."""

    def __init__(self, header: Header) -> None:
        file, at = header.file, header.table_offset
        self._header = header
        head = Cursor(file.read(at, HEAD_BYTES), file.name, at)
        magic, version = head.take(4), head.u16()
        head.reserved(2)
        head.u32()
        count = head.u32()
        if magic != MAGIC or version != 1 or not 1 <= count <= PIECES_MAX:
            raise DamageError(file.name, at, f"a table of pieces of version {version} with {count} of them")
        self._context = file.read(at, HEAD_BYTES + 8 * count)
        tail_at = at + len(self._context)
        tail = Cursor(file.read(tail_at, 12), file.name, tail_at)
        self._length, self._crc = tail.u32(), tail.u32()
        if crc32c(self._context + file.read(tail_at, 8)) != tail.u32():
            raise DamageError(file.name, at, "checksum of the table of pieces does not fit")
        self.pieces: tuple[tuple[int, int], ...] = tuple(struct.iter_unpack("<II", self._context[HEAD_BYTES:]))
        end = -1
        for start, length in self.pieces:
            if start <= end or length == 0:
                raise DamageError(file.name, at, "pieces do not ascend")
            end = start + length
        if end > header.prefix.plaintext_length or header.prefix.plaintext_length > PLAINTEXT_BYTES_MAX:
            raise DamageError(file.name, at, "pieces end behind the plaintext")
        self._stored_at = tail_at + 12
        self.end = self._stored_at + self._length

    @staticmethod
    def begins(header: Header) -> bool:
        """Whether such a table follows a header, and no table of frames."""
        return bool(header.prefix.frame_count) and header.file.read(header.table_offset, 4) == MAGIC

    def has(self, offset: int, length: int) -> bool:
        """Whether all of these bytes of the plaintext are there."""
        return any(start <= offset and offset + length <= start + there for start, there in self.pieces)

    def stored(self) -> bytes:
        """The stored bytes of the content, their checksum checked."""
        data = self._header.file.read(self._stored_at, self._length)
        if crc32c(data) != self._crc:
            raise DamageError(self._header.file.name, self._stored_at, "checksum of the content does not fit")
        return data

    def plaintext(self, keys: MachineKeys) -> bytes:
        """The plaintext of the block, with zeroes where nothing of it is there."""
        header = self._header
        if not keys.has(header.prefix.key_id):
            raise ReaderError(f"{header.file.name}: the batch at byte {header.offset} was sealed with another data key")
        cipher = AESGCM(keys.cold_key(header.prefix.key_id, header.digest, self._context))
        try:
            coded = cipher.decrypt(bytes(12), self.stored(), header.digest + bytes(4))
            content = lzma.decompress(coded, lzma.FORMAT_XZ)
        except (InvalidTag, ValueError, lzma.LZMAError) as e:
            raise DamageError(header.file.name, self._stored_at, "the content does not open") from e
        if len(content) != sum(length for _, length in self.pieces):
            raise DamageError(header.file.name, self._stored_at, f"the content holds {len(content)} bytes")
        plain = bytearray(header.prefix.plaintext_length)
        at = 0
        for start, length in self.pieces:
            plain[start : start + length] = content[at : at + length]
            at += length
        return bytes(plain)
