"""Files of a store, read by position and never written."""

import hashlib
import os
from pathlib import Path
from typing import Final

from .errors import DamageError

CHUNK_BYTES: Final = 1 << 20


class StoreFile:
    """A file under the name it has below a directory, or its first bytes. It is open only while it is read."""

    def __init__(self, root: Path, name: str, size: int | None = None) -> None:
        self.name = name
        self._path = root / name
        try:
            there = self._path.stat().st_size
        except FileNotFoundError as e:
            raise DamageError(name, 0, "the file is missing") from e
        self.size = there if size is None else size
        if there < self.size:
            raise DamageError(name, there, f"the file ends here, {self.size} bytes expected")

    def read(self, offset: int, length: int) -> bytes:
        """Exactly these bytes; a file that ends before them is damaged where it ends."""
        if offset + length > self.size:
            raise DamageError(self.name, self.size, f"the file ends here, {offset + length} bytes expected")
        parts = []
        try:
            with self._path.open("rb", buffering=0) as opened:
                while length:
                    part = os.pread(opened.fileno(), length, offset)
                    if not part:
                        raise DamageError(self.name, offset, "the file became shorter")
                    parts.append(part)
                    offset += len(part)
                    length -= len(part)
        except OSError as e:
            raise DamageError(self.name, offset, f"the medium does not give it back: {e.strerror}") from e
        return b"".join(parts)

    def sha256(self) -> bytes:
        """The digest of all of it."""
        digest = hashlib.sha256()
        for at in range(0, self.size, CHUNK_BYTES):
            digest.update(self.read(at, min(CHUNK_BYTES, self.size - at)))
        return digest.digest()
