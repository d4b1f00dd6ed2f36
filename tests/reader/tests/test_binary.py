"""Fields, checksums and padding."""

import unittest
import uuid

from holdfast_reader.binary import Cursor, crc32c, padded, require_zeroes
from holdfast_reader.errors import DamageError


class BinaryTest(unittest.TestCase):
    """What is not there, or not as it has to be, is damage with a place."""

    def test_takes_fields_in_order(self) -> None:
        data = bytes([1, 2, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]) + uuid.UUID(int=5).bytes + "ü".encode()
        cursor = Cursor(data, "file", 100)
        self.assertEqual((1, 2, 3, 4), (cursor.u8(), cursor.u16(), cursor.u32(), cursor.u64()))
        self.assertEqual(uuid.UUID(int=5), cursor.id())
        self.assertEqual("ü", cursor.text(2))
        cursor.end()

    def test_names_the_byte_where_fields_end_too_early(self) -> None:
        cursor = Cursor(bytes(6), "file", 100)
        cursor.u32()
        with self.assertRaises(DamageError) as caught:
            cursor.u32()
        self.assertEqual(("file", 104), (caught.exception.file, caught.exception.offset))

    def test_refuses_a_length_below_nothing(self) -> None:
        with self.assertRaises(DamageError):
            Cursor(bytes(6), "file", 0).text(-1)

    def test_names_the_first_byte_that_is_not_zero(self) -> None:
        with self.assertRaises(DamageError) as caught:
            require_zeroes(b"\0\0\1\0\2", "file", 50, "padding")
        self.assertEqual(52, caught.exception.offset)

    def test_knows_the_checksum_and_the_sector(self) -> None:
        self.assertEqual(0xE3069283, crc32c(b"123456789"))
        self.assertEqual([0, 4096, 4096, 8192], [padded(length) for length in (0, 1, 4096, 4097)])
