"""Which points of a history still exist (docs/formats/store.md, section `retention`)."""

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .binary import Cursor
from .envelope import read_envelope
from .files import StoreFile
from .segment import Span

RETENTION_BODY_BYTES_MAX: Final = 64 << 20


@dataclass(frozen=True)
class Retention:
    """The sequences that are no points any more, as ranges that ascend and do not overlap."""

    retired: tuple[tuple[int, int], ...]

    def joined(self, ranges: Iterable[tuple[int, int]]) -> "Retention":
        """The same with more that is retired."""
        joined: list[tuple[int, int]] = []
        for first, last in sorted([*self.retired, *ranges]):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = joined[-1][0], max(last, joined[-1][1])
            else:
                joined.append((first, last))
        return Retention(tuple(joined))

    def is_retired(self, sequence: int) -> bool:
        """Whether a sequence lies in a retired range, so that its content need not be whole."""
        place = bisect.bisect_right(self.retired, sequence, key=lambda retired: retired[0])
        return place > 0 and sequence <= self.retired[place - 1][1]

    def kept(self, span: Span) -> Iterator[Span]:
        """What is left of a span of points."""
        at = span.first
        for first, last in self.retired:
            if last >= at and first <= span.last:
                if first > at:
                    yield Span(span.epoch, at, first - 1)
                at = last + 1
        if at <= span.last:
            yield Span(span.epoch, at, span.last)


def read_retention(root: Path, folder: str) -> Retention:
    """What is retired of a history; nothing without the file."""
    name = f"{folder}/retention"
    if not (root / name).exists():
        return Retention(())
    body = read_envelope(StoreFile(root, name), 0, b"HFZ1", RETENTION_BODY_BYTES_MAX).body
    body.take(8 + 3 * 8 + 4 * 4)
    body.take(8 + 4)
    body.reserved(4)
    arrivals, retired, unsurveyed, segments = body.u32(), body.u32(), body.u32(), body.u32()
    _ascending(body, arrivals, 24)
    ranges = tuple((body.u64(), body.u64()) for _ in range(retired))
    ends = [end for pair in ranges for end in pair]
    if ends != sorted(ends):
        raise body.damage("retired ranges do not ascend")
    _ascending(body, unsurveyed, 16)
    _ascending(body, segments, 16)
    body.end()
    return Retention(ranges)


def _ascending(body: Cursor, count: int, entry_bytes: int) -> None:
    """Passes over entries that begin with a number which ascends."""
    before = 0
    for _ in range(count):
        number = body.u64()
        if number < before:
            raise body.damage("entries do not ascend")
        before = number
        body.take(entry_bytes - 8)
