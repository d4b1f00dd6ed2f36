"""Keyed hashes against the example of the page and what the page says of special values."""

import unittest

from holdfast_reader.errors import ReaderError
from holdfast_reader.hashes import ZERO, BlockHasher, block_hasher

KEY = b"\x22" * 32


class HashesTest(unittest.TestCase):
    """Both algorithms."""

    def test_hashes_the_example_of_the_page_with_nh(self) -> None:
        content = bytes(1 + ((31 * i + 34 + 7 * (i // 32)) % 200) for i in range(1000))
        found = block_hasher(2, KEY).hash(3, 8_589_934_597 * 4096 + 512, content)
        self.assertEqual("51b9e49a7553c932cc8b4fa2", found.hex())

    def test_hashes_place_and_content(self) -> None:
        for algorithm in (1, 2):
            hasher = block_hasher(algorithm, KEY)
            variants = [(0, 0, b"abc"), (1, 0, b"abc"), (0, 1, b"abc"), (0, 4096, b"abc"), (0, 0, b"abc\0")]
            self.assertEqual(len(variants), len({hasher.hash(*variant) for variant in variants}))

    def test_has_zeroes_for_zeroes(self) -> None:
        for algorithm in (1, 2):
            self.assertEqual(ZERO, block_hasher(algorithm, KEY).hash(0, 0, bytes(4096)))

    def test_keeps_off_the_values_that_mean_something_else(self) -> None:
        class Constant(BlockHasher):
            def _hash(self, place: bytes, content: bytes) -> bytes:
                return b"\xff" * 12

        self.assertEqual("ff" * 11 + "aa", Constant().hash(0, 0, b"a").hex())

    def test_refuses_an_algorithm_of_a_later_version(self) -> None:
        with self.assertRaises(ReaderError):
            block_hasher(3, KEY)
