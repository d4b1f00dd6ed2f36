"""Logs made by hand: torn ends, damage before the committed end, slots."""

import struct
import tempfile
import unittest
import uuid
from pathlib import Path

from holdfast_reader.binary import SECTOR, crc32c, padded
from holdfast_reader.files import StoreFile
from holdfast_reader.intake import FIRST_GROUP, Log, Position, read_log

STORE = uuid.UUID(int=7)
OWNER = uuid.UUID(int=9)
GENERATION = 4
START = Position(GENERATION, 20, 0xABCD)


class Writer:
    """Writes a log group by group; each names one segment."""

    def __init__(self) -> None:
        self.data = bytearray(FIRST_GROUP)
        self.number = START.group_number
        self.crc = START.crc
        self.ends: list[int] = []

    def group(self) -> None:
        """Adds a group; group n says that segment 1 is durable up to n bytes."""
        self.number += 1
        body = struct.pack("<QQQ", 1, self.number, 1)
        entry = struct.pack("<BxxxI16sQ", 2, len(body), OWNER.bytes, 1) + body
        head = struct.pack("<4sHHIQQII", b"HFG1", 1, 0, 40 + len(entry), GENERATION, self.number, 1, self.crc)
        self.crc = crc32c(head + entry)
        self.data += struct.pack("<I", self.crc) + head + entry
        self.ends.append(len(self.data))
        self.data += bytes(padded(len(self.data)) - len(self.data))

    def slot(self, number: int) -> None:
        """Commits what was written up to now."""
        fields = (STORE.bytes, number, GENERATION, self.number, self.ends[-1], self.crc)
        head = b"HFC1" + struct.pack("<HHI", 1, 0, 64) + struct.pack("<16sQQQQI12x", *fields)
        place = number % 2 * SECTOR
        self.data[place : place + 4 + len(head)] = struct.pack("<I", crc32c(head)) + head


class IntakeTest(unittest.TestCase):
    """What was committed and does not read back is damage; what is torn behind it is nothing."""

    def setUp(self) -> None:
        self.writer = Writer()
        for _ in range(2):
            self.writer.group()
        self.writer.slot(6)
        self.writer.group()
        self.writer.slot(7)

    def read(self) -> Log:
        """Reads the log as it was written."""
        with tempfile.TemporaryDirectory() as folder:
            data = bytes(self.writer.data) + bytes(16 * SECTOR)
            (Path(folder) / "intake").write_bytes(data)
            return read_log(StoreFile(Path(folder), "intake"), STORE, START)

    def durable(self, log: Log) -> int:
        """What the last group read says of segment 1."""
        return log.segments[OWNER, 1][1].durable_length

    def test_reads_what_was_committed_and_whole_groups_behind(self) -> None:
        self.writer.group()
        log = self.read()
        self.assertEqual((4, 24, []), (log.groups, self.durable(log), log.damages))

    def test_takes_a_torn_group_behind_the_committed_end_for_nothing(self) -> None:
        self.writer.group()
        self.writer.data[self.writer.ends[3] - 1] ^= 1
        log = self.read()
        self.assertEqual((3, 23, []), (log.groups, self.durable(log), log.damages))

    def test_names_a_damaged_group_and_steps_over_it(self) -> None:
        self.writer.data[self.writer.ends[1] - 1] ^= 1
        log = self.read()
        self.assertEqual((2, 23), (log.groups, self.durable(log)))
        self.assertEqual([FIRST_GROUP + SECTOR], [damage.offset for damage in log.damages])

    def test_goes_on_behind_the_committed_end_when_its_last_group_is_damaged(self) -> None:
        self.writer.group()
        self.writer.data[self.writer.ends[2] - 1] ^= 1
        log = self.read()
        self.assertEqual((3, 24), (log.groups, self.durable(log)))
        self.assertEqual([FIRST_GROUP + 2 * SECTOR], [damage.offset for damage in log.damages])

    def test_uses_the_other_slot(self) -> None:
        self.writer.data[SECTOR + 40] ^= 1
        log = self.read()
        self.assertEqual(3, log.groups)
        self.assertEqual([SECTOR], [damage.offset for damage in log.damages])

    def test_takes_no_log_of_zeroes_for_one_that_was_never_written(self) -> None:
        self.writer.data[:] = bytes(len(self.writer.data))
        self.assertEqual([0, SECTOR], [damage.offset for damage in self.read().damages])

    def test_takes_nothing_of_an_older_generation(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "intake").write_bytes(self.writer.data)
            log = read_log(StoreFile(Path(folder), "intake"), STORE, Position(GENERATION + 1, 23, self.writer.crc))
        self.assertEqual((0, []), (log.groups, log.damages))

    def test_refuses_log_and_checkpoint_of_two_moments(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "intake").write_bytes(self.writer.data)
            log = read_log(StoreFile(Path(folder), "intake"), STORE, Position(GENERATION + 2, 23, self.writer.crc))
        self.assertIn("not of one moment", str(log.damages[0]))
