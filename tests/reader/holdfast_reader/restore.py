"""Brings a disk back as it was at a position, into a raw image."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from .block import Extent, ExtentKind
from .coverage import Coverage
from .errors import DamageError, ReaderError
from .history import History, Position
from .keyfile import MachineKeys
from .payload import Payload


@dataclass(frozen=True)
class Request:
    """Which disk is wanted, as it was at which position, and where the image shall lie."""

    position: Position
    disk: int
    output: Path


@dataclass
class Restored:
    """What became of a request."""

    size: int
    data_bytes: int = 0
    damages: list[DamageError] = field(default_factory=list)


class Restorer:
    """Restores from one history.

    History is read from its newest write to its oldest, so each byte is written once and only frames that are still
    in use are opened. With ``skip_damaged`` a frame that cannot be read leaves zeroes and is reported.
    """

    def __init__(self, history: History, keys: MachineKeys, skip_damaged: bool = False) -> None:
        if keys.machine != history.entry.machine:
            raise ReaderError(f"the key file is of machine {keys.machine}, not of {history.entry.machine}")
        self._history = history
        self._keys = keys
        self._skip_damaged = skip_damaged

    def restore(self, request: Request, unproven: bool = False) -> Restored:
        """Writes the image to a new file, forced when this returns; nothing is left when it fails."""
        position = request.position
        if self._history.retention.is_retired(position.sequence):
            raise ReaderError(f"{position} is no point any more: it was retired, and its content need not be whole")
        if not unproven and not self._history.is_point(position):
            raise ReaderError(self._no_point(position))
        disk = self._history.table(position).disk(request.disk)
        if disk is None:
            raise ReaderError(f"there is no disk {request.disk} at {position}")
        try:
            descriptor = os.open(request.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as e:
            raise ReaderError(f"{request.output}: {e.strerror}") from e
        restored = Restored(disk.size)
        try:
            os.ftruncate(descriptor, disk.size)
            self._fill(request, descriptor, restored)
            os.fsync(descriptor)
        except BaseException:
            request.output.unlink()
            raise
        finally:
            os.close(descriptor)
        return restored

    def _no_point(self, position: Position) -> str:
        state = self._history.state
        text = f"{position} is no proven point; what can be read ends at {Position(state.epoch, state.sequence)}"
        return "; ".join([text, *map(str, self._history.damages)])

    def _fill(self, request: Request, descriptor: int, restored: Restored) -> None:
        coverage = Coverage()
        for place, limit in self._history.batches_newest_first(request.position):
            if coverage.covers(0, restored.size):
                return
            header = place.header()
            payload = None
            for extent in reversed(header.extents()):
                end = min(extent.offset + extent.length, restored.size)
                if extent.disk != request.disk or extent.sequence > limit or extent.offset >= end:
                    continue
                gaps = coverage.add(extent.offset, end)
                if gaps and extent.kind == ExtentKind.DATA:
                    payload = payload or Payload(header, self._keys)
                    self._write(extent, gaps, payload, descriptor, restored)

    def _write(
        self, extent: Extent, gaps: list[tuple[int, int]], payload: Payload, descriptor: int, restored: Restored
    ) -> None:
        for start, end in gaps:
            plain_offset = extent.plain_offset + start - extent.offset
            for at, length in payload.split(plain_offset, end - start):
                try:
                    data = payload.read(at, length)
                except DamageError as e:
                    if not self._skip_damaged:
                        raise
                    restored.damages.append(e)
                    continue
                _write_all(descriptor, data, start + at - plain_offset)
                restored.data_bytes += length


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view = view[written:]
        offset += written
