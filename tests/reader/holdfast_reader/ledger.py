"""What was done with sealed segments, signed (docs/formats/ledger.md)."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .binary import SECTOR, Cursor, padded, require_zeroes
from .envelope import read_envelope
from .errors import DamageError
from .files import StoreFile

RECORD_BODY_BYTES_MAX: Final = 1 << 20

_BEGUN, _SEALED, _CLEANED, _RETIRED, _SET_ASIDE, _SIGNER, _ROTATED, _KEY_DESTROYED, _COPIED, _RESUMED, _LOCK = range(1, 12)
_NOBODY: Final = bytes(32)


@dataclass(frozen=True)
class FileDigest:
    """What a segment's file has to be."""

    number: int
    generation: int
    length: int
    sha256: bytes


@dataclass(frozen=True)
class Owner:
    """Whose a ledger is."""

    store: uuid.UUID
    machine: uuid.UUID
    incarnation: int


class Tree:
    """The root of a Merkle tree that grows (RFC 6962, section 2.1)."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, entry: bytes) -> None:
        """Adds a leaf."""
        size, node = 1, hashlib.sha256(b"\0" + entry).digest()
        while self._peaks and self._peaks[-1][0] == size:
            size, node = 2 * size, _parent(self._peaks.pop()[1], node)
        self._peaks.append((size, node))

    def root(self) -> bytes:
        """The root of what was added."""
        if not self._peaks:
            return hashlib.sha256().digest()
        node = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            node = _parent(left, node)
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over some leaves."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass
class Ledger:
    """What the entries say together."""

    files: dict[int, FileDigest] = field(default_factory=dict)
    block_roots: dict[int, bytes] = field(default_factory=dict)
    retired: list[tuple[int, int]] = field(default_factory=list)
    damages: list[DamageError] = field(default_factory=list)
    entries: int = 0
    adopted: int = 0
    key: bytes = _NOBODY

    def take(self, entry: Cursor) -> None:
        """Takes in one more entry."""
        kind = entry.u16()
        entry.reserved(6)
        entry.u64()
        if (kind == _BEGUN) != (self.entries == 0):
            raise entry.damage(f"entry {self.entries} is of kind {kind}")
        self._take(kind, entry)
        self.entries += 1

    def _take(self, kind: int, entry: Cursor) -> None:
        if kind == _BEGUN:
            entry.take(16 + 16 + 8)
            self.adopted = entry.u64()
            entry.take(8)
            self.key = entry.take(32)
        elif kind == _SEALED:
            file = _read_file(entry)
            self.files[file.number] = file
            entry.take(4 * 8)
            self.block_roots[file.number] = entry.take(32)
            entry.take(32 + 8)
        elif kind == _CLEANED:
            for file in _read_files(entry):
                self.files.pop(file.number, None)
            self.files |= {file.number: file for file in _read_files(entry)}
            entry.take(16 * entry.u32())
            entry.text(entry.u32())
        elif kind == _RETIRED:
            self.retired += [(entry.u64(), entry.u64()) for _ in range(entry.u32())]
            for file in _read_files(entry):
                self.files.pop(file.number, None)
            entry.take(16 * entry.u32())
            entry.text(entry.u32())
        elif kind == _RESUMED:
            self.adopted = max(self.adopted, entry.u64())
            entry.text(entry.u32())
        elif kind == _SIGNER:
            self.key = entry.take(32)
        elif kind in (_SET_ASIDE, _ROTATED, _KEY_DESTROYED, _COPIED, _LOCK):
            entry.take(entry.remaining)
        else:
            raise entry.damage(f"an entry of kind {kind}, which this reader does not know")
        entry.end()


def _read_file(entry: Cursor) -> FileDigest:
    number, generation = entry.u64(), entry.u32()
    entry.reserved(4)
    return FileDigest(number, generation, entry.u64(), entry.take(32))


def _read_files(entry: Cursor) -> list[FileDigest]:
    return [_read_file(entry) for _ in range(entry.u32())]


def read_ledger(root: Path, folder: str, owner: Owner) -> Ledger | None:
    """The ledger of a history, up to its end or to the first damage; nothing when there is none."""
    name = f"{folder}/ledger"
    if not (root / name).exists():
        return None
    file = StoreFile(root, name)
    ledger, tree, at = Ledger(), Tree(), 0
    while at < file.size:
        try:
            at = _read_record(file, at, owner, ledger, tree)
        except DamageError as e:
            if _has_record_behind(file, at + SECTOR):
                ledger.damages.append(e)
            break
    return ledger


def _read_record(file: StoreFile, at: int, owner: Owner, ledger: Ledger, tree: Tree) -> int:
    record = read_envelope(file, at, b"HFL1", RECORD_BODY_BYTES_MAX)
    body = record.body
    index, length = body.u64(), body.u32()
    body.reserved(4)
    root, signature = body.take(32), body.take(64)
    entry_at = body.offset
    entry = body.take(length)
    body.end()
    tree.add(entry)
    if index != ledger.entries or tree.root() != root:
        raise DamageError(file.name, at, f"record {index} does not follow the {ledger.entries} before it")
    ledger.take(Cursor(entry, file.name, entry_at))
    if index == 0 and (entry[16:32], entry[32:48]) != (owner.store.bytes, owner.machine.bytes):
        raise DamageError(file.name, entry_at + 16, "the ledger is that of another history")
    _check_signature(file.name, at, ledger, _head(owner, ledger.entries, root), signature)
    end = min(padded(record.end), file.size)
    require_zeroes(file.read(record.end, end - record.end), file.name, record.end, "padding is not zero")
    return end


def _head(owner: Owner, size: int, root: bytes) -> bytes:
    numbers = owner.incarnation.to_bytes(8, "little") + size.to_bytes(8, "little")
    return b"holdfast ledger head 1\n" + owner.store.bytes + owner.machine.bytes + numbers + root


def _check_signature(name: str, at: int, ledger: Ledger, head: bytes, signature: bytes) -> None:
    if ledger.key == _NOBODY:
        require_zeroes(signature, name, at, "a signature, though nobody signs")
        return
    try:
        Ed25519PublicKey.from_public_bytes(ledger.key).verify(signature, head)
    except InvalidSignature as e:
        raise DamageError(name, at, f"the signature of {ledger.entries} entries is not of the key in force") from e


def _has_record_behind(file: StoreFile, at: int) -> bool:
    while at < file.size:
        try:
            read_envelope(file, at, b"HFL1", RECORD_BODY_BYTES_MAX)
            return True
        except DamageError:
            at += SECTOR
    return False
