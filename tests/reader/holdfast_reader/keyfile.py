"""The secrets of the machines (docs/formats/keyfile.md)."""

import hashlib
import hmac
import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .binary import Cursor
from .envelope import read_envelope
from .errors import DamageError, ReaderError
from .files import StoreFile
from .paper import read_paper

KEY_FILE_BYTES_MAX: Final = 200_000
DIGEST_BYTES: Final = 32
STORE_KEY_BODY_BYTES: Final = 96
FOLDER: Final = "keys"

_CLEAR, _SEALED = 0, 1
_STORE_RECIPIENT, _RECOVERY_RECIPIENT = 1, 2
_NONCE: Final = bytes(12)


@dataclass(frozen=True)
class MachineKeys:
    """Keys of one machine. They never show when the object is printed."""

    machine: uuid.UUID
    data_keys: tuple[bytes, ...] = field(repr=False)
    hash_key: bytes = field(repr=False)

    def has(self, key_id: int) -> bool:
        """Whether the data key that a batch names is among these."""
        return any(_key_id(key) == key_id for key in self.data_keys)

    def batch_key(self, key_id: int, epoch: int, digest: bytes) -> bytes:
        """The key of one batch."""
        data_key = next(key for key in self.data_keys if _key_id(key) == key_id)
        return hmac.digest(data_key, b"batch" + struct.pack("<Q", epoch) + digest, "sha256")

    def cold_key(self, key_id: int, digest: bytes, context: bytes) -> bytes:
        """The key of a batch that was coded anew, bound to what stands before its content."""
        data_key = next(key for key in self.data_keys if _key_id(key) == key_id)
        return hmac.digest(data_key, b"cold" + digest + context, "sha256")


def _key_id(data_key: bytes) -> int:
    return int.from_bytes(hmac.digest(data_key, b"holdfast key id", "sha256")[:8], "big")


@dataclass(frozen=True)
class _Recipient:
    kind: int
    id: bytes
    ephemeral: bytes
    sealed: bytes


# Gives the wrap key of a recipient, or nothing when it is for somebody else; the second argument is the salt.
_Opener = Callable[[_Recipient, bytes], bytes | None]


def read_keys(path: Path, store: Path) -> dict[uuid.UUID, MachineKeys]:
    """
    The keys that a file opens: those of one machine when it is its key file in clear; else those in the store's folder, with the file of the
    store key or the lines of the recovery paper.
    """
    data = _load(path)
    if data[:4] == b"HFY1":
        keys = _read_machine(data, str(path), None)
        return {keys.machine: keys}
    opener = _store_key_opener(path) if data[4:8] == b"HFW1" else _paper_opener(read_paper(data, str(path)))
    found = {}
    for file in sorted((store / FOLDER).glob("*-*.key")):
        keys = _read_machine(_load(file), f"{FOLDER}/{file.name}", opener)
        found[keys.machine] = keys
    return found


def _load(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as e:
        raise ReaderError(f"{path}: {e.strerror}") from e
    if len(data) > KEY_FILE_BYTES_MAX:
        raise ReaderError(f"{path}: {len(data)} bytes are too many for a file of keys")
    return data


def _store_key_opener(path: Path) -> _Opener:
    """Opens for the store key, which has to lie in clear: no Debian package of ours has Argon2id."""
    body = read_envelope(StoreFile(path.parent, path.name), 0, b"HFW1", STORE_KEY_BODY_BYTES).body
    named = body.take(16)
    if body.u16() != _CLEAR:
        raise ReaderError(f"{path}: the store key is sealed by a passphrase; have the keys written with keys unseal")
    body.take(12 + 2 + 16)
    key = body.take(32)
    if hmac.digest(key, b"holdfast store key id", "sha256")[:16] != named:
        raise DamageError(str(path), 16, "it names another key than it has")

    def wrap_key(recipient: _Recipient, salt: bytes) -> bytes | None:
        if recipient.kind != _STORE_RECIPIENT or recipient.id != named:
            return None
        return hmac.digest(key, b"holdfast machine key" + salt, "sha256")

    return wrap_key


def _paper_opener(secret: bytes) -> _Opener:
    private = X25519PrivateKey.from_private_bytes(secret)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    named = hashlib.sha256(public).digest()[:16]

    def wrap_key(recipient: _Recipient, salt: bytes) -> bytes | None:
        if recipient.kind != _RECOVERY_RECIPIENT or recipient.id != named:
            return None
        shared = private.exchange(X25519PublicKey.from_public_bytes(recipient.ephemeral))
        return hmac.digest(shared, b"holdfast recovery" + recipient.ephemeral + public + salt, "sha256")

    return wrap_key


def _read_machine(data: bytes, name: str, opener: _Opener | None) -> MachineKeys:
    """Reads and checks the key file of a machine, in clear or sealed."""
    if hashlib.sha256(data[:-DIGEST_BYTES]).digest() != data[-DIGEST_BYTES:]:
        raise DamageError(name, max(0, len(data) - DIGEST_BYTES), "digest does not fit the key file")
    cursor = Cursor(data[:-DIGEST_BYTES], name, 0)
    if cursor.take(4) != b"HFY1":
        raise DamageError(name, 0, "magic HFY1 expected")
    version, wrapping = cursor.u16(), cursor.u16()
    machine = cursor.id()
    if (version, wrapping) == (1, _CLEAR):
        keys = MachineKeys(machine, (cursor.take(32),), cursor.take(32))
        cursor.reserved(8)
        cursor.end()
        return keys
    if version != 2 or wrapping not in (_CLEAR, _SEALED):
        raise ReaderError(
            f"{name}: version {version} with wrapping {wrapping}, this reader reads 1 with 0, 2 with 0 or 1"
        )
    cursor.u64()
    count, recipient_count = cursor.u16(), cursor.u16()
    cursor.u16()
    cursor.reserved(2)
    salt = cursor.take(32)
    cursor.take(8 * count)
    clear = data[: cursor.offset]
    recipients = [_read_recipient(cursor) for _ in range(recipient_count)]
    secrets = cursor.take(cursor.remaining)
    if wrapping == _SEALED:
        secrets = _unseal(secrets, clear, recipients, salt, name, opener)
    parts = [secrets[at : at + 32] for at in range(0, len(secrets), 32)]
    if len(parts) != count + 1:
        raise DamageError(name, 32, f"{count} data keys expected, {len(parts) - 1} found")
    return MachineKeys(machine, tuple(parts[:-1]), parts[-1])


def _read_recipient(cursor: Cursor) -> _Recipient:
    kind = cursor.u16()
    cursor.reserved(6)
    return _Recipient(kind, cursor.take(16), cursor.take(32), cursor.take(48))


def _unseal(
    sealed: bytes, clear: bytes, recipients: list[_Recipient], salt: bytes, name: str, opener: _Opener | None
) -> bytes:
    for recipient in recipients:
        wrap_key = opener(recipient, salt) if opener else None
        if wrap_key:
            try:
                file_key = AESGCM(wrap_key).decrypt(_NONCE, recipient.sealed, clear[:72])
                return AESGCM(file_key).decrypt(_NONCE, sealed, clear)
            except InvalidTag as e:
                raise DamageError(name, 0, "the key file does not open") from e
    raise ReaderError(
        f"{name}: sealed for other keys; give the store's key file, the recovery paper, or the keys in clear"
    )
