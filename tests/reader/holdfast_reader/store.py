"""Identity, checkpoint and directory of a store (docs/formats/store.md)."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .binary import SECTOR, Cursor, padded, require_zeroes
from .envelope import read_envelope
from .errors import DamageError, ReaderError
from .files import StoreFile
from .intake import Log, Position, read_log
from .state import State, read_state

CHECKPOINT_BODY_BYTES_MAX: Final = 1 << 30
PINS_BODY_BYTES_MAX: Final = 4 << 20


@dataclass(frozen=True)
class MachineEntry:
    """A machine in the checkpoint: how far its segments without an index were durable, and its state there."""

    machine: uuid.UUID
    incarnation: int
    unsealed: dict[int, int]
    state: State


@dataclass(frozen=True)
class Checkpoint:
    """Which machines there are, and from where the log is to be read."""

    number: int
    start: Position
    ledgers: bool
    machines: tuple[MachineEntry, ...]


@dataclass(frozen=True)
class Pin:
    """A point that may not be retired."""

    id: int
    epoch: int
    sequence: int
    reason: str


class Store:
    """A store's directory: identity, checkpoint and log are read when it is made."""

    def __init__(self, root: Path) -> None:
        if not (root / "store").is_file():
            raise ReaderError(f"{root}: no recovery store, it has no file 'store'")
        self.root = root
        self.damages: list[DamageError] = []
        self.notices: list[str] = []
        self.id, intake_bytes = self._read_identity()
        self.checkpoint = self._read_checkpoint()
        self.log = self._read_log(intake_bytes)
        quarantine = root / "quarantine"
        for kept in sorted(quarantine.iterdir()) if quarantine.is_dir() else []:
            self.notices.append(f"quarantine/{kept.name}: {kept.stat().st_size} bytes were set aside as damaged before")

    def _read_identity(self) -> tuple[uuid.UUID, int]:
        file = StoreFile(self.root, "store")
        body = read_envelope(file, 0, b"HFR1", 64).body
        store = body.id()
        body.u64()
        intake_bytes = body.u64()
        body.reserved(32)
        body.end()
        return store, intake_bytes

    def _read_checkpoint(self) -> Checkpoint:
        """The first copy that reads back; another damaged copy is reported, because it is damage all the same."""
        file = StoreFile(self.root, "checkpoint")
        copies: list[Checkpoint] = []
        damages: list[DamageError] = []
        at = 0
        while at < file.size and len(copies) + len(damages) < 2:
            try:
                record = read_envelope(file, at, b"HFK1", CHECKPOINT_BODY_BYTES_MAX)
                copies.append(_read_checkpoint_body(record.body, self.id))
                at = min(padded(record.end), file.size)
                require_zeroes(file.read(record.end, at - record.end), file.name, record.end, "padding is not zero")
            except DamageError as e:
                damages.append(e)
                at = self._next_copy(file, at + SECTOR)
        if len(copies) == 2 and at < file.size:
            damages.append(DamageError(file.name, at, "bytes behind the second copy"))
        self.damages += damages
        if not copies:
            raise damages[0] if damages else DamageError(file.name, 0, "the checkpoint is empty")
        return max(copies, key=lambda copy: copy.number)

    @staticmethod
    def _next_copy(file: StoreFile, at: int) -> int:
        while at + 8 <= file.size and file.read(at + 4, 4) != b"HFK1":
            at += SECTOR
        return at

    def _read_log(self, intake_bytes: int) -> Log:
        file = StoreFile(self.root, "intake")
        log = read_log(file, self.id, self.checkpoint.start, fresh=self.checkpoint.number == 1)
        if file.size != intake_bytes:
            self.damages.append(DamageError(file.name, file.size, f"{intake_bytes} bytes expected"))
        self.damages += log.damages
        return log

    def pins(self, entry: MachineEntry) -> list[Pin]:
        """The pins of a machine; it has none without the file."""
        name = f"machines/{entry.machine}.{entry.incarnation}/pins"
        if not (self.root / name).exists():
            return []
        body = read_envelope(StoreFile(self.root, name), 0, b"HFN1", PINS_BODY_BYTES_MAX).body
        body.u64()
        count = body.u32()
        body.reserved(4)
        pins = [Pin(body.u64(), body.u64(), body.u64(), body.text(body.u32())) for _ in range(count)]
        body.end()
        return pins


def _read_checkpoint_body(body: Cursor, store: uuid.UUID) -> Checkpoint:
    if body.id() != store:
        raise body.damage("checkpoint of another store")
    number = body.u64()
    start = Position(body.u64(), body.u64(), body.u32())
    count = body.u32()
    body.u64()
    ledgers = body.u32()
    if ledgers > 1:
        raise body.damage(f"{ledgers} is neither with nor without ledgers")
    body.reserved(20)
    machines = tuple(_read_machine(body) for _ in range(count))
    body.end()
    return Checkpoint(number, start, ledgers == 1, machines)


def _read_machine(body: Cursor) -> MachineEntry:
    machine, incarnation = body.id(), body.u64()
    segments, state_bytes = body.u32(), body.u32()
    unsealed = {}
    for _ in range(segments):
        number = body.u64()
        unsealed[number] = body.u64()
    state_end = body.remaining - state_bytes
    state = read_state(body)
    if body.remaining != state_end:
        raise body.damage("the state has another length than the checkpoint says")
    return MachineEntry(machine, incarnation, unsealed, state)
