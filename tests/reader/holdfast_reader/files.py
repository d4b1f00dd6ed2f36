"""Files of a store, read by position and never written."""

import os
from pathlib import Path

from .errors import DamageError


class StoreFile:
    """A file of the store under the name it has below the store's directory. No descriptor stays open."""

    def __init__(self, root: Path, name: str) -> None:
        self.name = name
        self._path = root / name
        try:
            self.size = self._path.stat().st_size
        except FileNotFoundError as e:
            raise DamageError(name, 0, "the file is missing") from e

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
