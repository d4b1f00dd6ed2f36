"""The intake log with its commit slots (docs/formats/intake.md)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from .binary import SECTOR, Cursor, crc32c, padded, require_zeroes
from .block import Header, read_header
from .envelope import read_envelope
from .errors import DamageError
from .files import StoreFile

FIRST_GROUP: Final = 2 * SECTOR
SLOT_BODY_BYTES: Final = 64
GROUP_HEADER_BYTES: Final = 40
ENTRY_HEADER_BYTES: Final = 32
_BLOCK: Final = 1
_SEGMENT: Final = 2


@dataclass(frozen=True)
class Slot:
    """How far the log is committed."""

    number: int
    generation: int
    group_number: int
    end_offset: int
    group_crc: int


@dataclass(frozen=True)
class Position:
    """The group after which the log is to be read."""

    generation: int
    group_number: int
    crc: int


@dataclass(frozen=True)
class LoggedSegment:
    """How far a segment was durable when a group was written."""

    number: int
    durable_length: int
    newest_block: int


@dataclass(frozen=True)
class Group:
    """One group commit."""

    number: int
    crc: int
    previous_crc: int
    end: int
    entries: Cursor
    entry_count: int


@dataclass
class Log:
    """What the log holds of each machine, named by id and incarnation, and what is wrong with it."""

    fresh: bool = False
    blocks: dict[tuple[uuid.UUID, int], list[Header]] = field(default_factory=dict)
    segments: dict[tuple[uuid.UUID, int], dict[int, LoggedSegment]] = field(default_factory=dict)
    groups: int = 0
    damages: list[DamageError] = field(default_factory=list)


def read_log(file: StoreFile, store: uuid.UUID, start: Position, fresh: bool = False) -> Log:
    """Reads every whole group from the start that the checkpoint names; a fresh store may have no slot yet."""
    log = Log(fresh)
    slot = _newest_slot(file, store, log)
    committed = FIRST_GROUP
    if slot and slot.generation == start.generation:
        committed = slot.end_offset
    elif slot and slot.generation != start.generation - 1:
        what = f"slot of generation {slot.generation}, the checkpoint is of {start.generation}: not of one moment"
        log.damages.append(DamageError(file.name, slot.number % 2 * SECTOR, what))
        return log
    for group in _groups(file, start, committed, slot, log):
        log.groups += 1
        try:
            _take_entries(file, group, log)
        except DamageError as e:
            log.damages.append(e)
    return log


def _newest_slot(file: StoreFile, store: uuid.UUID, log: Log) -> Slot | None:
    slots: list[Slot] = []
    failures: list[DamageError] = []
    empty: list[int] = []
    for place in range(2):
        if not any(file.read(place * SECTOR, SECTOR)):
            empty.append(place)
            continue
        try:
            slots.append(_read_slot(file, place, store))
        except DamageError as e:
            failures.append(e)
    newest = max(slots, key=lambda slot: slot.number, default=None)
    both_written = newest.number > 1 if newest else not log.fresh
    if both_written:
        failures += [DamageError(file.name, place * SECTOR, "the commit slot is empty") for place in empty]
    log.damages += failures
    return newest


def _read_slot(file: StoreFile, place: int, store: uuid.UUID) -> Slot:
    at = place * SECTOR
    record = read_envelope(file, at, b"HFC1", SLOT_BODY_BYTES)
    body = record.body
    if body.id() != store:
        raise DamageError(file.name, at + 16, "commit slot of another store")
    slot = Slot(body.u64(), body.u64(), body.u64(), body.u64(), body.u32())
    body.reserved(12)
    body.end()
    require_zeroes(file.read(record.end, at + SECTOR - record.end), file.name, record.end, "padding is not zero")
    if slot.number % 2 != place:
        raise DamageError(file.name, at + 32, "commit slot lies in the other one's place")
    return slot


def _groups(file: StoreFile, start: Position, committed: int, slot: Slot | None, log: Log) -> Iterator[Group]:
    at, previous = FIRST_GROUP, start
    while at < file.size:
        try:
            group = _read_group(file, at, start.generation)
            if (group.number, group.previous_crc) != (previous.group_number + 1, previous.crc):
                raise DamageError(file.name, at + 24, f"group {group.number} does not follow the one before")
        except DamageError as e:
            if at >= committed:
                return
            log.damages.append(e)
            at, previous = _next_group(file, at + SECTOR, committed, previous)
            if at >= committed and slot:
                previous = Position(start.generation, slot.group_number, slot.group_crc)
            continue
        if at < committed:
            _check_padding(file, group, log)
        yield group
        previous = Position(start.generation, group.number, group.crc)
        at = padded(group.end)


def _next_group(file: StoreFile, at: int, committed: int, previous: Position) -> tuple[int, Position]:
    """The next whole group before the committed end, and what it takes for the one before."""
    while at < committed:
        try:
            group = _read_group(file, at, previous.generation)
        except DamageError:
            at += SECTOR
            continue
        if group.number > previous.group_number:
            return at, Position(previous.generation, group.number - 1, group.previous_crc)
        at += SECTOR
    return padded(committed), previous


def _check_padding(file: StoreFile, group: Group, log: Log) -> None:
    try:
        padding = file.read(group.end, padded(group.end) - group.end)
        require_zeroes(padding, file.name, group.end, "padding of a group is not zero")
    except DamageError as e:
        log.damages.append(e)


def _read_group(file: StoreFile, at: int, generation: int) -> Group:
    cursor = Cursor(file.read(at, GROUP_HEADER_BYTES), file.name, at)
    crc = cursor.u32()
    magic, version, reserved, length = cursor.take(4), cursor.u16(), cursor.u16(), cursor.u32()
    found, number, entry_count, previous_crc = cursor.u64(), cursor.u64(), cursor.u32(), cursor.u32()
    if magic != b"HFG1" or not GROUP_HEADER_BYTES <= length <= file.size - at:
        raise DamageError(file.name, at, "no group begins here")
    data = file.read(at, length)
    if crc32c(data[4:]) != crc or version != 1 or reserved:
        raise DamageError(file.name, at, f"checksum of a group of {length} bytes does not fit")
    if found != generation:
        raise DamageError(file.name, at + 16, f"group of generation {found}, {generation} expected")
    entries = Cursor(data[GROUP_HEADER_BYTES:], file.name, at + GROUP_HEADER_BYTES)
    return Group(number, crc, previous_crc, at + length, entries, entry_count)


def _take_entries(file: StoreFile, group: Group, log: Log) -> None:
    entries = group.entries
    for _ in range(group.entry_count):
        kind = entries.u8()
        entries.reserved(3)
        length = entries.u32()
        owner = entries.id(), entries.u64()
        at = entries.offset
        body = Cursor(entries.take(length), file.name, at)
        if kind == _BLOCK:
            header = read_header(file, at)
            if header.end != at + length:
                raise DamageError(file.name, at, "block has another length than its entry")
            log.blocks.setdefault(owner, []).append(header)
        elif kind == _SEGMENT:
            segment = LoggedSegment(body.u64(), body.u64(), body.u64())
            body.end()
            log.segments.setdefault(owner, {})[segment.number] = segment
        else:
            raise DamageError(file.name, at - ENTRY_HEADER_BYTES, f"kind of entry {kind} is unknown")
    entries.end()
