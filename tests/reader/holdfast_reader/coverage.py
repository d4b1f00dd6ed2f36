"""Which bytes of a disk are known already, while history is read from its newest write to its oldest."""

import bisect


class Coverage:
    """Ranges without overlap, neighbours joined."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> list[tuple[int, int]]:
        """Covers a range; the parts of it that were not covered before."""
        first = bisect.bisect_left(self._ends, start)
        behind = bisect.bisect_right(self._starts, end)
        gaps = []
        at = start
        for place in range(first, behind):
            if self._starts[place] > at:
                gaps.append((at, self._starts[place]))
            at = max(at, self._ends[place])
        if at < end:
            gaps.append((at, end))
        if first < behind:
            start = min(start, self._starts[first])
            end = max(end, self._ends[behind - 1])
        self._starts[first:behind] = [start]
        self._ends[first:behind] = [end]
        return gaps

    def covers(self, start: int, end: int) -> bool:
        """Whether all of the range is covered."""
        place = bisect.bisect_right(self._starts, start) - 1
        return start >= end or (place >= 0 and self._ends[place] >= end)
