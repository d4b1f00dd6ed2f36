"""Sealed segments that rest as objects in another folder (docs/formats/objects.md)."""

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .binary import Cursor, crc32c
from .envelope import read_envelope
from .errors import DamageError, ReaderError
from .files import StoreFile

PLACE_BODY_BYTES_MAX: Final = 8 << 10
FOOTER_BYTES: Final = 256
NAME_BYTES_MAX: Final = 128
MANIFEST_EVERY: Final = 256

_FILE, _REMOVAL, _FENCE, _MANIFEST = range(4)
_FOLDER = 1


@dataclass(frozen=True)
class RestingFile:
    """A file that an object holds."""

    number: int
    length: int
    sha256: bytes
    name: str


@dataclass(frozen=True)
class _Object:
    kind: int
    content: StoreFile
    file: RestingFile


def read_place(root: Path) -> Path | None:
    """The folder in which the sealed segments rest; nothing when that is the store's own."""
    if not (root / "segments").exists():
        return None
    body = read_envelope(StoreFile(root, "segments"), 0, b"HFW1", PLACE_BODY_BYTES_MAX).body
    kind = body.u32()
    place = body.text(body.u32())
    body.end()
    if kind != _FOLDER:
        raise ReaderError(f"segments: they rest in a place of kind {kind}, this reader reads folders, kind {_FOLDER}")
    return Path(place)


class RestingSegments:
    """The objects of one machine. Nothing rests elsewhere when there is no place."""

    def __init__(self, place: Path | None, machine: uuid.UUID) -> None:
        self._machine = machine
        self._files: dict[str, RestingFile] = {}
        if place is None:
            return
        if not place.is_dir():
            raise ReaderError(f"{place}: sealed segments rest there, and it is not there")
        self._folder = place / str(machine)
        names = [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []
        self._read(sorted(int(name) for name in names if re.fullmatch("[0-9]{20}", name)))

    def _read(self, numbers: list[int]) -> None:
        """Starts with the newest manifest; every object behind it has to be there."""
        manifests = [number for number in numbers if number % MANIFEST_EVERY == 0]
        start = manifests[-1] if manifests else 0
        if start:
            self._take_manifest(self._object(start))
        for number in range(start + 1, max(numbers, default=0) + 1):
            found = self._object(number)
            if found.kind == _FILE:
                self._files[found.file.name] = found.file
            elif found.kind == _REMOVAL:
                self._remove(found.content)

    def _object(self, number: int) -> _Object:
        """An object by its footer, which has to be its own."""
        name = f"{self._machine}/{number:020}"
        whole = StoreFile(self._folder.parent, name)
        at = max(0, whole.size - FOOTER_BYTES)
        data = whole.read(at, FOOTER_BYTES)
        footer = Cursor(data, name, at)
        crc = footer.u32()
        if footer.take(4) != b"HFB1" or crc != crc32c(data[4:]):
            raise DamageError(name, at, "the object does not end with a footer")
        version, kind, name_bytes = footer.u16(), footer.u8(), footer.u8()
        if version != 1 or kind > _MANIFEST:
            raise ReaderError(f"{name}: object of version {version} and kind {kind}, this reader reads 1 and up to 3")
        footer.reserved(4)
        if (footer.id(), footer.u64(), footer.u64()) != (self._machine, number, at):
            raise DamageError(name, at + 16, "footer of another object")
        footer.take(16)
        sha256 = footer.take(32)
        if name_bytes > NAME_BYTES_MAX:
            raise footer.damage(f"a name of {name_bytes} bytes")
        file = RestingFile(number, at, sha256, footer.text(name_bytes))
        footer.reserved(footer.remaining)
        return _Object(kind, StoreFile(self._folder.parent, name, at), file)

    def _take_manifest(self, manifest: _Object) -> None:
        if manifest.kind != _MANIFEST:
            raise DamageError(manifest.content.name, manifest.content.size + 10, "a manifest has to be here")
        body = _content(manifest.content)
        for _ in range(body.u32()):
            file = RestingFile(body.u64(), body.u64(), body.take(32), body.text(body.u8()))
            self._files[file.name] = file
        body.take(8 * body.u32())
        body.end()

    def _remove(self, content: StoreFile) -> None:
        body = _content(content)
        removed = {body.u64() for _ in range(body.u32())}
        body.end()
        self._files = {name: file for name, file in self._files.items() if file.number not in removed}

    def names(self, incarnation: int) -> list[str]:
        """Names of the files of one incarnation that rest here, without the folder."""
        prefix = f"{incarnation}/"
        return [name.removeprefix(prefix) for name in self._files if name.startswith(prefix)]

    def open(self, incarnation: int, name: str) -> tuple[StoreFile, bytes]:
        """A file that rests here, and the SHA-256 that its footer says."""
        file = self._files[f"{incarnation}/{name}"]
        return StoreFile(self._folder.parent, f"{self._machine}/{file.number:020}", file.length), file.sha256


def _content(file: StoreFile) -> Cursor:
    return Cursor(file.read(0, file.size), file.name, 0)
