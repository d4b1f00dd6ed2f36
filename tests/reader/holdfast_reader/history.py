"""The history of one machine: its chain of blocks, its epochs and branches, and its points."""

import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .block import BlockKind, Header, Stub, read_header
from .errors import DamageError, ReaderError
from .files import StoreFile
from .folder import Folder, SealedFile
from .intake import LoggedSegment
from .ledger import Ledger, Owner, read_ledger
from .notes import DiskTable, Marker, Note, Opening, Proof
from .objects import RestingSegments, read_place
from .retention import Retention, read_retention
from .segment import SegmentName, Span, Summary, read_blocks, read_left, read_segment_header, read_summary
from .standing import read_standing
from .state import BEFORE_ALL, State
from .store import MachineEntry, Store


@dataclass(frozen=True, order=True)
class Position:
    """A place in a history."""

    epoch: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.sequence}"


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """Where a batch lies; its header is read again when it is needed, so that memory stays small."""

    file: StoreFile
    offset: int
    end: int
    first_sequence: int
    last_sequence: int

    def header(self) -> Header:
        """Reads the header once more."""
        header = read_header(self.file, self.offset)
        header.end = self.end
        return header


class Epoch:
    """One line of batches upon a position of its parent."""

    def __init__(self, opening: Opening, first_sequence: int) -> None:
        self.opening = opening
        self.first_sequence = first_sequence
        self.batches: list[BlockPlace] = []
        self.tables: list[tuple[int, DiskTable]] = [(0, opening.table)]
        self.markers: list[Note] = []


Inspect = Callable[[Header, list[Note]], None]


def _no_inspection(header: Header, notes: list[Note]) -> None:
    """Restoring trusts checksums, digests and seals; it inspects nothing more."""


@dataclass(frozen=True)
class ReadSegment:
    """A sealed segment that was read to its last block; spans and state are those that its blocks say."""

    number: int
    sealed: SealedFile
    summary: Summary
    summary_at: int
    blocks: list[BlockPlace | Stub]
    digests: list[bytes]
    spans: list[Span]
    state: State

    @property
    def file(self) -> StoreFile:
        """Where it lies."""
        return self.sealed.file

    @property
    def cleaned(self) -> bool:
        """Whether something was taken out of it; spans and state cannot be worked out from what is left."""
        return self.sealed.generation > 0


class _Spans:
    """Stretches of points, each named by its first sequence; the largest last one counts."""

    def __init__(self) -> None:
        self._lasts: dict[tuple[int, int], int] = {}

    def add(self, epoch: int, first: int, last: int) -> None:
        self._lasts[epoch, first] = max(last, self._lasts.get((epoch, first), 0))

    def all(self) -> list[Span]:
        return [Span(epoch, first, last) for (epoch, first), last in self._lasts.items()]


class History:
    """Reads the chain from block 1 until it ends or until the first damage, which is kept in ``damages``."""

    def __init__(self, store: Store, entry: MachineEntry, inspect: Inspect = _no_inspection) -> None:
        self.entry = entry
        self.epochs: dict[int, Epoch] = {}
        self.damages: list[DamageError] = []
        self.sealed: list[ReadSegment] = []
        self.state = BEFORE_ALL
        self._inspect = inspect
        self._spans = _Spans()
        self._segment_spans = _Spans()
        self._store = store
        self._owner = entry.machine, entry.incarnation
        self.folder = SegmentName(store.id, *self._owner, 0).directory
        self.retention = Retention(())
        self.ledger: Ledger | None = None
        try:
            self.retention = read_retention(store.root, self.folder)
            self.ledger = read_ledger(store.root, self.folder, Owner(store.id, *self._owner))
            if self.ledger:
                self.retention = self.retention.joined(self.ledger.retired)
            self._standing = read_standing(store.root, self.folder)
            self._folder = Folder(store.root, *self._owner, RestingSegments(read_place(store.root), entry.machine))
            for name, sealed, durable in self._segments():
                self._read_segment(name, sealed, durable)
            self._read_log_blocks()
        except DamageError as e:
            self.damages.append(e)

    @property
    def spans(self) -> list[Span]:
        """All points that still exist, in the order in which their spans began."""
        return [kept for span in self._spans.all() for kept in self.retention.kept(span)]

    def _segments(self) -> Iterator[tuple[SegmentName, bool, int]]:
        logged: dict[int, LoggedSegment] = self._store.log.segments.get(self._owner, {})
        durable = dict(self.entry.unsealed) | {number: segment.durable_length for number, segment in logged.items()}
        sealed = self._folder.numbers()
        for number in range(1, max(sealed | durable.keys(), default=0) + 1):
            name = SegmentName(self._store.id, *self._owner, number)
            if number not in sealed and number not in durable:
                raise DamageError(f"{name.directory}/{number:010}.seg", 0, "the file is missing")
            yield name, number in sealed, durable.get(number, 0)

    def _read_segment(self, name: SegmentName, sealed: bool, durable: int) -> None:
        choice = self._folder.sealed(name.number, self.ledger) if sealed else None
        file = choice.file if choice else self._folder.unsealed(name.number)
        origin, incarnation = self._standing.origin(name.number, name.store, name.incarnation)
        before, at = read_segment_header(file, SegmentName(origin, name.machine, incarnation, name.number))
        if before != self.state:
            raise DamageError(file.name, 0, "the segment does not begin where the one before ends")
        if not choice:
            for header in read_blocks(file, at, durable):
                self._take(header)
            return
        summary, summary_at = read_summary(file, name.number)
        if before.number != summary.blocks[0] - 1:
            raise DamageError(file.name, summary_at, "the summary begins with another block")
        read = ReadSegment(name.number, choice, summary, summary_at, [], [], [], before)
        self._segment_spans = _Spans()
        if read.cleaned:
            self._read_left(read, at)
        else:
            for header in read_blocks(file, at, summary_at):
                read.blocks.append(self._take(header))
                read.digests.append(header.digest)
                if header.prefix.number == summary.blocks[1]:
                    break
        self.sealed.append(replace(read, spans=self._segment_spans.all(), state=self.state))

    def _read_left(self, read: ReadSegment, at: int) -> None:
        """What notes of stubs did to the state, and which points they proved, only the summary knows."""
        for block in read_left(read.file, at, read.summary.blocks[1]):
            if isinstance(block, Stub):
                read.blocks.append(self._pass(read.file, block))
            else:
                read.blocks.append(self._take(block, proofs=False))
            read.digests.append(block.digest)
        said = read.summary.state
        if _place(said) != _place(self.state):
            raise DamageError(read.file.name, read.summary_at, "the state of the summary is not where the blocks end")
        self.state = said
        for span in read.summary.spans:
            self._spans.add(span.epoch, span.first, span.last)

    def _pass(self, file: StoreFile, stub: Stub) -> Stub:
        follows = stub.number == self.state.number + 1 and stub.first_sequence == self.state.sequence + 1
        if not follows or stub.epoch != self.state.epoch:
            what = f"stub of block {stub.number} does not follow block {self.state.number}"
            raise DamageError(file.name, stub.offset, what)
        self.state = replace(self.state, number=stub.number, chain=stub.digest, sequence=stub.last_sequence)
        return stub

    def _read_log_blocks(self) -> None:
        for header in self._store.log.blocks.get(self._owner, []):
            if header.prefix.number > self.state.number:
                self._take(header)

    def _take(self, header: Header, proofs: bool = True) -> BlockPlace:
        self._check_follows(header)
        notes = header.notes()
        self._inspect(header, notes)
        prefix = header.prefix
        place = BlockPlace(header.file, header.offset, header.end, prefix.first_sequence, prefix.last_sequence)
        if prefix.kind == BlockKind.OPENING:
            self._open(header, notes)
        else:
            self.epochs[prefix.epoch].batches.append(place)
            for note in notes:
                self._note(note, proofs)
            self.state = self.state.batched(header)
        return place

    def _check_follows(self, header: Header) -> None:
        prefix = header.prefix
        if prefix.machine != self.entry.machine:
            raise DamageError(header.file.name, header.offset + 32, f"block of machine {prefix.machine}")
        if prefix.number != self.state.number + 1 or prefix.previous_digest != self.state.chain:
            what = f"block {prefix.number} does not follow block {self.state.number} by number and digest"
            raise DamageError(header.file.name, header.offset, what)
        if prefix.first_sequence != self.state.sequence + 1:
            raise DamageError(
                header.file.name, header.offset + 64, "sequences do not go on where the block before ends"
            )
        if prefix.kind == BlockKind.BATCH and prefix.epoch != self.state.epoch:
            raise DamageError(header.file.name, header.offset + 48, f"epoch {prefix.epoch} is not the open one")

    def _open(self, header: Header, notes: list[Note]) -> None:
        opening = notes[0].body if len(notes) == 1 else None
        if not isinstance(opening, Opening) or opening.epoch <= self.state.epoch:
            raise DamageError(header.file.name, header.offset, "opening of an epoch without what opens one")
        if opening.parent_epoch and opening.parent_epoch not in self.epochs:
            raise DamageError(header.file.name, header.offset, f"parent epoch {opening.parent_epoch} is unknown")
        self.state = self.state.opened(header, opening)
        self.epochs[opening.epoch] = Epoch(opening, header.prefix.first_sequence)

    def _note(self, note: Note, proofs: bool) -> None:
        before = self.state
        self.state = before.noted(note)
        epoch = self.epochs[before.epoch]
        match note.body:
            case Proof() if proofs and before.ready_sequence and note.sequence >= max(
                before.ready_sequence, before.proven_sequence + 1
            ):
                self._prove(note.sequence, before)
            case DiskTable() as table:
                epoch.tables.append((note.sequence, table))
            case Marker():
                epoch.markers.append(note)

    def _prove(self, sequence: int, before: State) -> None:
        """Points of this epoch and of those that it lies upon, back to what was proven before."""
        for step in self.lineage(Position(before.epoch, sequence)):
            epoch_first = self.epochs[step.epoch].first_sequence
            first = max(before.ready_sequence, epoch_first)
            if first <= step.sequence:
                self._spans.add(step.epoch, first, step.sequence)
                self._segment_spans.add(step.epoch, first, step.sequence)
            if epoch_first <= max(before.ready_sequence, before.proven_sequence):
                return

    def is_point(self, position: Position) -> bool:
        """Whether the position is one that can be brought back whole."""
        return any(s.epoch == position.epoch and s.first <= position.sequence <= s.last for s in self.spans)

    def lineage(self, position: Position) -> list[Position]:
        """The epochs that the position lies upon, newest first, each with the highest sequence seen of it."""
        path: list[Position] = []
        epoch, limit = position.epoch, position.sequence
        while epoch or not path:
            if epoch not in self.epochs:
                raise ReaderError(f"machine {self.entry.machine}: epoch {epoch} is unknown")
            opening = self.epochs[epoch].opening
            path.append(Position(epoch, limit))
            epoch, limit = opening.parent_epoch, min(limit, opening.parent_sequence)
        return path

    def table(self, position: Position) -> DiskTable:
        """The disks as they were at a position."""
        epoch = self.epochs[self.lineage(position)[0].epoch]
        place = bisect.bisect_right(epoch.tables, position.sequence, key=lambda entry: entry[0])
        return epoch.tables[place - 1][1]

    def batches_newest_first(self, position: Position) -> Iterator[tuple[BlockPlace, int]]:
        """The batches that a position sees, each with the highest sequence that it sees of it."""
        for step in self.lineage(position):
            batches = self.epochs[step.epoch].batches
            count = bisect.bisect_right(batches, step.sequence, key=lambda batch: batch.first_sequence)
            for place in reversed(batches[:count]):
                yield place, step.sequence

    def times(self, span: Span) -> Iterator[tuple[int, int]]:
        """Each sequence of a span with its time on the source's clock, in milliseconds."""
        batches = self.epochs[span.epoch].batches
        start = bisect.bisect_left(batches, span.first, key=lambda batch: batch.last_sequence)
        for place in batches[start:]:
            if place.first_sequence > span.last:
                return
            yield from ((s, t) for s, t in _batch_times(place.header()) if span.first <= s <= span.last)


def _place(state: State) -> tuple[int, bytes, int, int]:
    """What the blocks that are left say of a state."""
    return state.number, state.chain, state.epoch, state.sequence


def _batch_times(header: Header) -> list[tuple[int, int]]:
    times = {extent.sequence: extent.utc_millis for extent in header.extents()}
    times |= {note.sequence: note.utc_millis for note in header.notes() if not isinstance(note.body, Proof)}
    return sorted(times.items())


def read_history(store: Store, machine: str | None) -> History:
    """The history of the machine of that id, or of the only one."""
    entries = store.checkpoint.machines
    if machine is not None:
        entries = tuple(entry for entry in entries if str(entry.machine) == machine)
    if len(entries) != 1:
        known = ", ".join(str(entry.machine) for entry in store.checkpoint.machines) or "none"
        raise ReaderError(f"machine {machine or '(not named)'} is not in the store; there are: {known}")
    return History(store, entries[0])
