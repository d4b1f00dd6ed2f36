"""The recovery key as it is typed from paper (docs/formats/keyfile.md, *Paper*)."""

import re
from typing import Final

from .errors import ReaderError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINES: Final = 5
LINE_CHARACTERS: Final = 16
VERSION: Final = 1

_READ_AS: Final = str.maketrans("ILO", "110", " -\t")


def read_paper(data: bytes, name: str) -> bytes:
    """The private key; a typing error is named by its line."""
    text = data.decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if len(lines) != LINES:
        raise ReaderError(f"{name}: {len(lines)} lines, a recovery paper has {LINES}")
    decoded = b"".join(_read_line(number, line, name) for number, line in enumerate(lines, 1))
    if decoded[0] != VERSION:
        raise ReaderError(f"{name}: paper of form {decoded[0]}, this reader reads {VERSION}")
    return decoded[8:]


def _read_line(number: int, typed: str, name: str) -> bytes:
    text = re.sub(rf"^{number}\s*[:.)]\s*", "", typed.upper()).translate(_READ_AS)
    if len(text) != LINE_CHARACTERS or any(character not in ALPHABET for character in text):
        raise ReaderError(f"{name}: line {number} of the recovery key is not {LINE_CHARACTERS} characters of a paper")
    value = 0
    for character in text:
        value = value << 5 | ALPHABET.index(character)
    line = value.to_bytes(10, "big")
    if _checksum(bytes([number]) + line[:8]) != int.from_bytes(line[8:], "big"):
        raise ReaderError(f"{name}: line {number} of the recovery key does not fit its checksum")
    return line[:8]


def _checksum(data: bytes) -> int:
    crc = 0xFFFF
    for value in data:
        crc ^= value << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc
