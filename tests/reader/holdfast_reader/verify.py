"""Says whether a store is what was acknowledged: the chain without keys, all content with them."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from .block import Header
from .errors import DamageError
from .history import History
from .index import IndexCheck
from .keyfile import MachineKeys
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
    for segment in history.sealed:
        try:
            IndexCheck(segment).check()
            report.sealed_segments += 1
        except DamageError as e:
            report.damages.append(e)
    _verify_pins(store, entry, history, report)


def _inspect_block(header: Header, keys: MachineKeys | None, report: Report) -> None:
    header.check_order()
    table = FrameTable(header)
    for number in range(len(table.frames)):
        table.stored(number)
    report.frames += len(table.frames)
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
