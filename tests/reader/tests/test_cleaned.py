"""What cleaning and retention leave: the golden bytes, as the pages describe them."""

import tempfile
import unittest
import uuid
from pathlib import Path

from holdfast_reader.block import Header, Stub, read_stub
from holdfast_reader.cold import ColdTable
from holdfast_reader.errors import DamageError
from holdfast_reader.files import StoreFile
from holdfast_reader.keyfile import MachineKeys
from holdfast_reader.ledger import Owner, read_ledger, root_of
from holdfast_reader.payload import FrameTable, check_content
from holdfast_reader.retention import Retention, read_retention
from holdfast_reader.segment import SegmentName, Span, read_left, read_segment_header, read_summary

VECTORS = Path(__file__).parents[3] / "bundles/io.holdfast.journal/src/test/resources/vectors/v1"


class CleanedTest(unittest.TestCase):
    """Each test has a folder with the golden files."""

    MACHINE = uuid.UUID("11223344-5566-7788-99aa-bbccddeeff00")

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def file(self, name: str, data: bytes | None = None) -> StoreFile:
        """A golden file, or what a test made of it."""
        golden = bytes.fromhex((VECTORS / f"{name}.hex").read_text())
        (self.root / name).write_bytes(data or golden)
        return StoreFile(self.root, name)

    def left(self, file: StoreFile) -> list[Header | Stub]:
        """What is left of the blocks of the golden segment."""
        summary, _ = read_summary(file, 1)
        _, at = read_segment_header(file, SegmentName(self.store(file), self.MACHINE, 1, 1))
        return list(read_left(file, at, summary.blocks[1]))

    @staticmethod
    def store(file: StoreFile) -> uuid.UUID:
        """The store that the segment's header names."""
        return uuid.UUID(bytes=file.read(16, 16))

    def test_reads_what_is_left_of_a_cleaned_segment(self) -> None:
        blocks = self.left(self.file("segment-cleaned"))
        stubs = [block for block in blocks if isinstance(block, Stub)]
        frames = [[frame.dropped for frame in FrameTable(b).frames] for b in blocks if isinstance(b, Header)]
        self.assertEqual(1, len(stubs))
        self.assertIn([True, True, False], frames)
        self.assertEqual(len(blocks), blocks[-1].number if isinstance(blocks[-1], Stub) else blocks[-1].prefix.number)

    def test_reads_blocks_that_were_coded_anew(self) -> None:
        keys = MachineKeys(self.MACHINE, (bytes([0x11]) * 32,), bytes([0x22]) * 32)
        blocks = [block for block in self.left(self.file("segment-cold")) if isinstance(block, Header)]
        coded = [block for block in blocks if ColdTable.begins(block)]
        self.assertEqual(2, len(coded))
        self.assertGreater(ColdTable(coded[0]).plaintext(keys).count(0), 40_000)
        for block in coded:
            check_content(block, keys)

    def test_names_the_byte_where_a_stub_is_damaged(self) -> None:
        file = self.file("segment-cleaned")
        stub = next(block for block in self.left(file) if isinstance(block, Stub))
        data = bytearray(file.read(0, file.size))
        data[stub.offset + 70] ^= 1
        with self.assertRaises(DamageError) as caught:
            self.left(self.file("segment-cleaned", bytes(data)))
        self.assertEqual(stub.offset, caught.exception.offset)

    def test_reads_a_stub(self) -> None:
        stub = read_stub(self.file("stub"), 0)
        self.assertEqual((4, 9, 990, 11), (stub.epoch, stub.number, stub.first_sequence, stub.sequence_count))
        self.assertEqual(1000, stub.last_sequence)

    def test_reads_which_points_are_retired(self) -> None:
        self.file("retention")
        retention = read_retention(self.root, ".")
        self.assertEqual(((1, 9), (11, 989)), retention.retired)
        retired = [sequence for sequence in (1, 9, 10, 11, 989, 990) if retention.is_retired(sequence)]
        self.assertEqual([1, 9, 11, 989], retired)

    def test_reads_a_ledger_with_every_kind_of_entry(self) -> None:
        self.file("ledger")
        store = uuid.UUID("01020304-0506-0708-090a-0b0c0d0e0f10")
        ledger = read_ledger(self.root, ".", Owner(store, self.MACHINE, 5))
        assert ledger
        self.assertEqual((11, [], 2), (ledger.entries, ledger.damages, ledger.adopted))
        self.assertEqual((1, 23_456), (ledger.files[2].generation, ledger.files[2].length))
        self.assertEqual([(1, 989)], ledger.retired)

    def test_joins_what_the_ledger_has_retired(self) -> None:
        retention = Retention(((10, 19), (25, 700))).joined([(20, 22), (1, 3), (400, 800)])
        self.assertEqual(((1, 3), (10, 22), (25, 800)), retention.retired)

    def test_leaves_of_a_span_what_is_not_retired(self) -> None:
        retention = Retention(((10, 19), (25, 700)))
        self.assertEqual([Span(1, 5, 9), Span(1, 20, 24), Span(1, 701, 800)], list(retention.kept(Span(1, 5, 800))))
        self.assertEqual([Span(2, 24, 24)], list(retention.kept(Span(2, 24, 30))))
        self.assertEqual([], list(retention.kept(Span(2, 12, 18))))

    def test_makes_the_trees_of_the_rfc(self) -> None:
        # RFC 6962 has no vectors; these are those of the Certificate Transparency project for 1, 2 and 3 of its leaves
        leaves = [b"", b"\x00", b"\x10"]
        roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        ]
        self.assertEqual(roots, [root_of(leaves[: count + 1]).hex() for count in range(3)])
