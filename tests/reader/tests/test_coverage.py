"""Coverage against a plain array of bytes."""

import random
import unittest

from holdfast_reader.coverage import Coverage


class CoverageTest(unittest.TestCase):
    """Each range is told once what of it was not covered before."""

    def test_answers_like_an_array_of_bytes(self) -> None:
        for seed in range(200):
            dice = random.Random(seed)
            coverage, plain = Coverage(), [False] * 64
            for _ in range(30):
                start = dice.randrange(64)
                end = dice.randrange(start, 65)
                gaps = coverage.add(start, end) if start < end else []
                new = {at for at in range(start, end) if not plain[at]}
                plain[start:end] = [True] * (end - start)
                found = [at for gap in gaps for at in range(*gap)]
                self.assertEqual(sorted(new), found, f"seed {seed}, range {start} to {end}")
                low = dice.randrange(65)
                high = dice.randrange(low, 65)
                self.assertEqual(all(plain[low:high]), coverage.covers(low, high), f"seed {seed}, {low} to {high}")

    def test_joins_neighbours(self) -> None:
        coverage = Coverage()
        coverage.add(0, 10)
        coverage.add(20, 30)
        self.assertEqual([(10, 20)], coverage.add(10, 20))
        self.assertTrue(coverage.covers(0, 30))
