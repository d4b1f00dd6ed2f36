"""Says whether a store is what was acknowledged: the chain without keys, all content with them."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from .block import Header
from .cold import ColdTable
from .errors import DamageError
from .history import History, ReadSegment
from .index import IndexCheck
from .keyfile import MachineKeys
from .ledger import Ledger, root_of
from .notes import Note
from .payload import FrameTable, check_content
from .store import MachineEntry, Store


@dataclass
class Report:
    """What was found; without a damage everything that was acknowledged reads back."""

    damages: list[DamageError] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    machines: int = 0
    blocks: int = 0
    frames: int = 0
    opened_batches: int = 0
    sealed_segments: int = 0
    ledger_entries: int = 0
    points: int = 0


def verify(root: Path, keys: dict[uuid.UUID, MachineKeys]) -> Report:
    """Reads everything in the store once; the content of machines whose keys are given."""
    report = Report()
    try:
        store = Store(root)
    except DamageError as e:
        report.damages.append(e)
        return report
    report.damages += store.damages
    report.notices += store.notices
    for entry in store.checkpoint.machines:
        _verify_machine(store, entry, keys.get(entry.machine), report)
    return report


def _verify_machine(store: Store, entry: MachineEntry, keys: MachineKeys | None, report: Report) -> None:
    def inspect(header: Header, notes: list[Note]) -> None:
        report.blocks += 1
        try:
            _inspect_block(header, keys, report)
        except DamageError as e:
            report.damages.append(e)

    history = History(store, entry, inspect)
    report.damages += history.damages
    report.machines += 1
    report.points += sum(span.last - span.first + 1 for span in history.spans)
    if history.state.number < entry.state.number and not history.damages:
        what = f"machine {entry.machine} stands at block {entry.state.number}, only {history.state.number} are there"
        report.damages.append(DamageError("checkpoint", 0, what))
    if history.ledger:
        report.damages += history.ledger.damages
        report.ledger_entries += history.ledger.entries
    elif history.sealed and store.checkpoint.ledgers:
        report.damages.append(DamageError(f"{history.folder}/ledger", 0, "the file is missing"))
    for segment in history.sealed:
        try:
            IndexCheck(segment).check()
            _check_file(segment, history.ledger)
            report.sealed_segments += 1
        except DamageError as e:
            report.damages.append(e)
    _verify_pins(store, entry, history, report)


def _check_file(segment: ReadSegment, ledger: Ledger | None) -> None:
    """Compares the file of a segment, and the digests of its blocks, with what the ledger and its object say."""
    file = segment.file
    sha256 = file.sha256()
    if segment.sealed.sha256 not in (None, sha256):
        raise DamageError(file.name, 0, "the content of the object is not what its footer says")
    if ledger is None:
        return
    number = segment.number
    named = ledger.files.get(number)
    if named is None and number > ledger.adopted:
        raise DamageError(file.name, 0, "the ledger has no entry of this sealed segment")
    if named and (named.generation, named.length, named.sha256) != (segment.sealed.generation, file.size, sha256):
        raise DamageError(file.name, 0, f"the ledger says of segment {number} that its file is another one")
    if ledger.block_roots.get(number, root := root_of(segment.digests)) != root:
        raise DamageError(file.name, 0, f"the ledger says of segment {number} that it has other blocks")


def _inspect_block(header: Header, keys: MachineKeys | None, report: Report) -> None:
    header.check_order()
    if ColdTable.begins(header):
        ColdTable(header).stored()
        report.frames += header.prefix.frame_count
        if keys:
            check_content(header, keys)
            report.opened_batches += 1
        return
    table = FrameTable(header)
    table.require_whole(header)
    for number, frame in enumerate(table.frames):
        if not frame.dropped:
            table.stored(number)
            report.frames += 1
    if keys and table.frames:
        check_content(header, keys)
        report.opened_batches += 1


def _verify_pins(store: Store, entry: MachineEntry, history: History, report: Report) -> None:
    try:
        for pin in store.pins(entry):
            if pin.epoch not in history.epochs:
                report.notices.append(f"machine {entry.machine}: pin {pin.id} is upon unknown epoch {pin.epoch}")
    except DamageError as e:
        report.damages.append(e)
