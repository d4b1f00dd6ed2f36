"""The files of a history's segments: which there are, and which of several of one number counts."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .files import StoreFile
from .ledger import Ledger
from .objects import RestingSegments
from .segment import SegmentName

_SEALED = re.compile(r"([0-9]{10})(?:\.([0-9]+))?\.seg")


@dataclass(frozen=True)
class SealedFile:
    """A file of a sealed segment: generation 0 as it was sealed; the SHA-256 is what its object says, if it is one."""

    file: StoreFile
    generation: int
    sha256: bytes | None


class Folder:
    """The sealed segments of one history, in its folder or as objects elsewhere."""

    def __init__(self, root: Path, machine: uuid.UUID, incarnation: int, resting: RestingSegments) -> None:
        self._root = root
        self._name = SegmentName(uuid.UUID(int=0), machine, incarnation, 0)
        self._resting = resting
        self._generations: dict[int, dict[int, str]] = {}
        here = root / self._name.directory
        self._here = {path.name for path in here.iterdir()} if here.is_dir() else set()
        self._add(self._here)
        self._add(resting.names(incarnation))

    def _add(self, names: Iterable[str]) -> None:
        for name in names:
            if match := _SEALED.fullmatch(name):
                self._generations.setdefault(int(match[1]), {})[int(match[2] or 0)] = name

    def numbers(self) -> set[int]:
        """Numbers of the sealed segments."""
        return set(self._generations)

    def sealed(self, number: int, ledger: Ledger | None) -> SealedFile:
        """The file of a sealed segment that counts: the one that the ledger named last, else the highest generation."""
        generations = self._generations[number]
        named = ledger.files.get(number) if ledger else None
        generation = named.generation if named and named.generation in generations else max(generations)
        name = generations[generation]
        if name in self._here:
            return SealedFile(StoreFile(self._root, f"{self._name.directory}/{name}"), generation, None)
        file, sha256 = self._resting.open(self._name.incarnation, name)
        return SealedFile(file, generation, sha256)

    def unsealed(self, number: int) -> StoreFile:
        """The file of a segment without an index."""
        return StoreFile(self._root, f"{self._name.directory}/{number:010}.open")
