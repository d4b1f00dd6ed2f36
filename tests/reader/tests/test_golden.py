"""The golden store: restored, and with damage that is named or passed over."""

import hashlib
import tempfile
import unittest
import zipfile
from pathlib import Path

from holdfast_reader.binary import crc32c
from holdfast_reader.block import read_header
from holdfast_reader.errors import DamageError, ReaderError
from holdfast_reader.files import StoreFile
from holdfast_reader.history import History, Position, read_history
from holdfast_reader.keyfile import read_keys
from holdfast_reader.payload import FrameTable
from holdfast_reader.restore import Request, Restored, Restorer
from holdfast_reader.store import Store
from holdfast_reader.verify import verify

GOLDEN = Path(__file__).parents[2] / "io.holdfast.tests.system/src/test/resources/golden/store-v1.zip"


class GoldenTest(unittest.TestCase):
    """Each test has a copy of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        with zipfile.ZipFile(GOLDEN) as packed:
            packed.extractall(self.folder)
        self.root = self.folder / "store"
        (self.keys,) = read_keys(self.folder / "machine.key", self.root).values()
        lines = (self.folder / "expected").read_text().splitlines()
        self.expected = [(self.position(point), int(disk), sha256) for point, disk, sha256 in map(str.split, lines)]

    @staticmethod
    def position(text: str) -> Position:
        """A position as it is written."""
        epoch, sequence = text.split(":")
        return Position(int(epoch), int(sequence))

    def history(self) -> History:
        """The history of the machine whose images are expected."""
        return read_history(Store(self.root), str(self.keys.machine))

    def restorer(self, skip_damaged: bool = False) -> Restorer:
        """Restores from the store as it is now."""
        return Restorer(self.history(), self.keys, skip_damaged)

    def restore(self, restorer: Restorer, number: int) -> tuple[Restored, str]:
        """Restores one of the expected images; what was done, and the digest of the image."""
        point, disk, _ = self.expected[number]
        output = self.folder / f"image-{number}"
        restored = restorer.restore(Request(point, disk, output))
        return restored, hashlib.sha256(output.read_bytes()).hexdigest()

    def flip(self, name: str, offset: int) -> None:
        """Flips a bit."""
        data = bytearray((self.root / name).read_bytes())
        data[offset] ^= 1
        (self.root / name).write_bytes(data)

    def first_frame(self) -> tuple[str, int]:
        """File and offset of a frame in the first segment of the machine."""
        name = f"machines/{self.keys.machine}.{self.history().entry.incarnation}/0000000001.seg"
        file = StoreFile(self.root, name)
        for epoch in self.history().epochs.values():
            for place in epoch.batches:
                frames = FrameTable(read_header(place.file, place.offset)).frames
                if place.file.name == name and frames:
                    return file.name, frames[0].offset
        raise AssertionError("the first segment has no data")

    def test_restores_what_was_written(self) -> None:
        restorer = self.restorer()
        for number, (point, disk, sha256) in enumerate(self.expected):
            self.assertEqual(sha256, self.restore(restorer, number)[1], f"disk {disk} at {point}")

    def test_names_a_damaged_frame_and_fails_every_image_that_needs_it(self) -> None:
        name, offset = self.first_frame()
        self.flip(name, offset + 3)
        found = verify(self.root, {}).damages
        self.assertEqual([(name, offset)], [(damage.file, damage.offset) for damage in found])
        restorer, failed = self.restorer(), 0
        for number, (_, _, sha256) in enumerate(self.expected):
            try:
                self.assertEqual(sha256, self.restore(restorer, number)[1])
            except DamageError as e:
                failed += 1
                self.assertEqual((name, offset), (e.file, e.offset))
                self.assertFalse((self.folder / f"image-{number}").exists(), "nothing is left of a failed image")
        self.assertGreater(failed, 0)

    def test_leaves_zeroes_where_a_frame_is_damaged_when_asked(self) -> None:
        name, offset = self.first_frame()
        self.flip(name, offset + 3)
        restorer = self.restorer(skip_damaged=True)
        skipped = [self.restore(restorer, number) for number in range(len(self.expected))]
        for (restored, digest), (_, _, sha256) in zip(skipped, self.expected, strict=True):
            self.assertEqual(not restored.damages, digest == sha256)
        self.assertTrue(any(restored.damages for restored, _ in skipped))

    def test_keeps_points_before_damage_of_the_chain(self) -> None:
        newest = self.history().spans[-1]
        last_batch = self.history().epochs[newest.epoch].batches[-1]
        self.flip(last_batch.file.name, last_batch.offset + 100)
        self.assertFalse(self.history().is_point(Position(newest.epoch, newest.last)))
        self.assertTrue(self.history().is_point(self.expected[0][0]))
        self.assertEqual(last_batch.file.name, verify(self.root, {}).damages[0].file)

    def test_names_a_missing_segment(self) -> None:
        name, _ = self.first_frame()
        (self.root / name).unlink()
        damage = self.history().damages[0]
        self.assertEqual((Path(name).stem, "the file is missing"), (Path(damage.file).stem, damage.what))

    def test_reads_with_either_copy_of_the_checkpoint(self) -> None:
        whole = (self.root / "checkpoint").read_bytes()
        for offset in (20, 4096 + 20):
            (self.root / "checkpoint").write_bytes(whole)
            self.flip("checkpoint", offset)
            self.assertEqual(self.expected[0][2], self.restore(self.restorer(), 0)[1])
            (self.folder / "image-0").unlink()
            self.assertEqual(["checkpoint"], [damage.file for damage in verify(self.root, {}).damages])

    def test_refuses_a_later_version_by_name(self) -> None:
        data = bytearray((self.root / "store").read_bytes())
        data[8] = 2
        data[:4] = crc32c(bytes(data[4:])).to_bytes(4, "little")
        (self.root / "store").write_bytes(data)
        with self.assertRaises(ReaderError) as caught:
            Store(self.root)
        self.assertIn("version 2", str(caught.exception))
