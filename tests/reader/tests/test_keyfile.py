"""Key files: the golden bytes of every form open to the same keys."""

import tempfile
import unittest
from pathlib import Path

from holdfast_reader.errors import DamageError, ReaderError
from holdfast_reader.keyfile import read_keys

VECTORS = Path(__file__).parents[3] / "bundles/io.holdfast.journal/src/test/resources/vectors/v1"
MACHINE = "11223344-5566-7788-99aa-bbccddeeff00"


def vector(name: str) -> bytes:
    """Golden bytes."""
    return bytes.fromhex((VECTORS / f"{name}.hex").read_text())


class KeyFileTest(unittest.TestCase):
    """Each test has a store's folder with the golden sealed keys."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "keys").mkdir()
        self.sealed = self.root / "keys" / f"{MACHINE}.key"
        self.sealed.write_bytes(vector("key-machine-sealed"))

    def file(self, name: str, data: bytes) -> Path:
        """A file to open the keys with."""
        path = self.root / name
        path.write_bytes(data)
        return path

    def test_opens_with_store_key_and_with_paper(self) -> None:
        (by_key,) = read_keys(self.file("store.key", vector("key-store-clear")), self.root).values()
        (by_paper,) = read_keys(self.file("paper", vector("key-paper")), self.root).values()
        self.assertEqual(by_key, by_paper)
        self.assertEqual(2, len(by_key.data_keys))
        self.assertEqual(MACHINE, str(by_key.machine))

    def test_reads_format_1(self) -> None:
        (keys,) = read_keys(self.file("machine.key", vector("keyfile")), self.root).values()
        self.assertEqual((bytes([0x11] * 32),), keys.data_keys)
        self.assertEqual(bytes([0x22] * 32), keys.hash_key)

    def test_names_the_line_of_a_typing_error(self) -> None:
        lines = vector("key-paper").decode().splitlines()
        lines[2] = lines[2].replace("M", "N")
        with self.assertRaisesRegex(ReaderError, "line 3 of the recovery key"):
            read_keys(self.file("paper", "\n".join(lines).encode()), self.root)

    def test_refuses_what_it_cannot_open(self) -> None:
        with self.assertRaisesRegex(ReaderError, "passphrase"):
            read_keys(self.file("store.key", vector("key-store-passphrase")), self.root)
        with self.assertRaisesRegex(ReaderError, "sealed for other keys"):
            read_keys(self.sealed, self.root)

    def test_names_damage(self) -> None:
        data = bytearray(self.sealed.read_bytes())
        data[100] ^= 1
        self.sealed.write_bytes(data)
        with self.assertRaises(DamageError):
            read_keys(self.file("paper", vector("key-paper")), self.root)
