"""The secrets of one machine (docs/formats/keyfile.md)."""

import hashlib
import hmac
import struct
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .binary import Cursor
from .errors import DamageError, ReaderError

KEY_FILE_BYTES: Final = 128


@dataclass(frozen=True)
class MachineKeys:
    """Keys of one machine. They never show when the object is printed."""

    machine: uuid.UUID
    data_key: bytes = field(repr=False)
    hash_key: bytes = field(repr=False)

    @property
    def key_id(self) -> int:
        """Names the data key in the header of each batch."""
        return int.from_bytes(hmac.digest(self.data_key, b"holdfast key id", "sha256")[:8], "big")

    def batch_key(self, epoch: int, digest: bytes) -> bytes:
        """The key of one batch."""
        return hmac.digest(self.data_key, b"batch" + struct.pack("<Q", epoch) + digest, "sha256")


def read_key_file(path: Path) -> MachineKeys:
    """Reads and checks a key file."""
    try:
        data = path.read_bytes()
    except OSError as e:
        raise ReaderError(f"{path}: {e.strerror}") from e
    if len(data) != KEY_FILE_BYTES:
        raise ReaderError(f"{path}: a key file has {KEY_FILE_BYTES} bytes, this one has {len(data)}")
    cursor = Cursor(data, str(path), 0)
    if cursor.take(4) != b"HFY1":
        raise DamageError(str(path), 0, "magic HFY1 expected")
    if hashlib.sha256(data[:96]).digest() != data[96:]:
        raise DamageError(str(path), 96, "digest does not fit the key file")
    version, wrapping = cursor.u16(), cursor.u16()
    if (version, wrapping) != (1, 0):
        raise ReaderError(f"{path}: version {version} with wrapping {wrapping}, this reader reads 1 with 0")
    keys = MachineKeys(cursor.id(), cursor.take(32), cursor.take(32))
    cursor.reserved(8)
    return keys
