"""The frame around every small record (docs/formats/store.md, *Envelope*)."""

from dataclasses import dataclass
from typing import Final

from .binary import Cursor, crc32c
from .errors import DamageError, ReaderError
from .files import StoreFile

HEADER_BYTES: Final = 16
VERSION: Final = 1


@dataclass(frozen=True)
class Envelope:
    """A record whose checksum fits: a cursor over its body, and where the record ends in the file."""

    body: Cursor
    end: int


def read_envelope(file: StoreFile, offset: int, magic: bytes, body_bytes_max: int) -> Envelope:
    """Reads the record that begins at the offset; anything else there is damage, a higher version an error."""
    header = Cursor(file.read(offset, HEADER_BYTES), file.name, offset)
    crc = header.u32()
    found = header.take(4)
    if found != magic:
        raise DamageError(file.name, offset + 4, f"magic {magic.decode()} expected, {found!r} found")
    version = header.u16()
    reserved = header.u16()
    length = header.u32()
    if length > body_bytes_max:
        raise DamageError(file.name, offset + 12, f"{length} bytes are too many, at most {body_bytes_max} expected")
    data = file.read(offset, HEADER_BYTES + length)
    if crc32c(data[4:]) != crc:
        raise DamageError(file.name, offset, f"checksum of {magic.decode()} does not fit its {len(data)} bytes")
    if version != VERSION:
        raise ReaderError(f"{file.name}: {magic.decode()} has version {version}, this reader reads {VERSION}")
    if reserved:
        raise DamageError(file.name, offset + 10, "reserved byte is not zero")
    return Envelope(Cursor(data[HEADER_BYTES:], file.name, offset + HEADER_BYTES), offset + len(data))
