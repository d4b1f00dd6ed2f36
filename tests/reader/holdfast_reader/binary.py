"""Little-endian fields, checksums and padding, all with the place where they came from."""

import struct
import uuid
from typing import Final

import crc32c as _crc32c

from .errors import DamageError

SECTOR: Final = 4096

_U16: Final = struct.Struct("<H")
_U32: Final = struct.Struct("<I")
_U64: Final = struct.Struct("<Q")


def crc32c(data: bytes) -> int:
    """CRC-32C of the bytes."""
    return int(_crc32c.crc32c(data))


def padded(length: int) -> int:
    """The length, rounded up to a whole sector of 4,096 bytes."""
    return -(-length // SECTOR) * SECTOR


class Cursor:
    """Takes fields from bytes one behind the other; reading over their end is damage, not a crash."""

    def __init__(self, data: bytes, file: str, base: int) -> None:
        self._data = data
        self._file = file
        self._base = base
        self._at = 0

    @property
    def offset(self) -> int:
        """Offset in the file of the next field."""
        return self._base + self._at

    @property
    def remaining(self) -> int:
        """Bytes not taken yet."""
        return len(self._data) - self._at

    def damage(self, what: str) -> DamageError:
        """Damage at the next field."""
        return DamageError(self._file, self.offset, what)

    def take(self, length: int) -> bytes:
        """The next bytes."""
        if not 0 <= length <= self.remaining:
            raise self.damage(f"{length} bytes expected, {self.remaining} are left")
        start = self._at
        self._at += length
        return self._data[start : self._at]

    def u8(self) -> int:
        """An unsigned byte."""
        return self.take(1)[0]

    def u16(self) -> int:
        """An unsigned integer of 2 bytes."""
        value: int = _U16.unpack(self.take(2))[0]
        return value

    def u32(self) -> int:
        """An unsigned integer of 4 bytes."""
        value: int = _U32.unpack(self.take(4))[0]
        return value

    def u64(self) -> int:
        """An unsigned integer of 8 bytes."""
        value: int = _U64.unpack(self.take(8))[0]
        return value

    def id(self) -> uuid.UUID:
        """An id: 16 bytes in their printed order."""
        return uuid.UUID(bytes=self.take(16))

    def text(self, length: int) -> str:
        """UTF-8 of the given count of bytes."""
        at = self.offset
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError as e:
            raise DamageError(self._file, at + e.start, "no UTF-8") from e

    def reserved(self, length: int) -> None:
        """Bytes that have to be zero."""
        at = self.offset
        require_zeroes(self.take(length), self._file, at, "reserved byte is not zero")

    def end(self) -> None:
        """Nothing may follow."""
        if self.remaining:
            raise self.damage(f"{self.remaining} bytes too many")


def require_zeroes(data: bytes, file: str, offset: int, what: str) -> None:
    """All of the bytes have to be zero; the first that is not is named."""
    if data.count(0) != len(data):
        first = next(i for i, value in enumerate(data) if value)
        raise DamageError(file, offset + first, what)
