"""Keyed hashes of blocks of 4 KiB and of parts of them (docs/formats/batch.md, *Hashes*)."""

import hmac
import struct
from abc import ABC, abstractmethod
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR

from .binary import SECTOR
from .errors import ReaderError

HASH_BYTES: Final = 12
ZERO: Final = bytes(HASH_BYTES)
_TAKEN: Final = (ZERO, b"\xfe" * HASH_BYTES, b"\xff" * HASH_BYTES)
_SUMS: Final = 3
_KEY_WORDS: Final = SECTOR // 8 + _SUMS - 1
_LOW: Final = 0xFFFFFFFF
_SUM_MASK: Final = (1 << 64) - 1


class BlockHasher(ABC):
    """Hashes content together with its place; made with the hash key of one machine."""

    def hash(self, disk: int, offset: int, content: bytes) -> bytes:
        """The hash of a block, or of the part of one that begins at the offset of the disk."""
        if not any(content):
            return ZERO
        value = self._hash(struct.pack("<IIQ", disk, offset % SECTOR, offset // SECTOR), content)
        return value[:-1] + bytes([value[-1] ^ 0x55]) if value in _TAKEN else value

    @abstractmethod
    def _hash(self, place: bytes, content: bytes) -> bytes:
        """The hash of content that is not all zero."""


class HmacHasher(BlockHasher):
    """Algorithm 1."""

    def __init__(self, hash_key: bytes) -> None:
        self._key = hash_key

    def _hash(self, place: bytes, content: bytes) -> bytes:
        return hmac.digest(self._key, place + content, "sha256")[:HASH_BYTES]


class NhHasher(BlockHasher):
    """Algorithm 2: sums of NH under a key of its own, sealed by AES."""

    def __init__(self, hash_key: bytes) -> None:
        stream = Cipher(AES(hmac.digest(hash_key, b"block hash NH", "sha256")), CTR(bytes(16))).encryptor()
        words = struct.unpack(f"<{_KEY_WORDS}Q", stream.update(bytes(_KEY_WORDS * 8)))
        self._keys = [(word & _LOW, word >> 32) for word in words]
        self._seal_key = hmac.digest(hash_key, b"block hash AES", "sha256")

    def _hash(self, place: bytes, content: bytes) -> bytes:
        count = -(-len(content) // 8)
        halves = struct.unpack(f"<{count * 2}I", content.ljust(count * 8, b"\0"))
        sums = [self._sum(halves, moved) for moved in range(_SUMS)]
        sealed = struct.pack("<QQQ", *sums) + place + struct.pack("<II", len(content), 0)
        encryptor = Cipher(AES(self._seal_key), CBC(bytes(16))).encryptor()
        return encryptor.update(sealed)[-16:][:HASH_BYTES]

    def _sum(self, halves: tuple[int, ...], moved: int) -> int:
        total = 0
        for low, high, (key_low, key_high) in zip(halves[::2], halves[1::2], self._keys[moved:], strict=False):
            total += ((low + key_low) & _LOW) * ((high + key_high) & _LOW)
        return total & _SUM_MASK


def block_hasher(algorithm: int, hash_key: bytes) -> BlockHasher:
    """The hasher of the algorithm that a batch names."""
    match algorithm:
        case 1:
            return HmacHasher(hash_key)
        case 2:
            return NhHasher(hash_key)
    raise ReaderError(f"hash algorithm {algorithm} is unknown, this reader knows 1 and 2")
