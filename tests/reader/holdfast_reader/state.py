"""Where a history stands after a block (docs/formats/store.md, *State*)."""

from dataclasses import dataclass, replace
from typing import Final

from .binary import Cursor
from .block import Header
from .notes import DiskTable, Gap, Note, Opening, Proof, Ready, read_table

FIXED_BYTES: Final = 104


@dataclass(frozen=True)
class State:
    """The state of one machine's history."""

    number: int
    chain: bytes
    epoch: int
    sequence: int
    utc_millis: int
    ready_sequence: int
    proven_sequence: int
    branch_parent: int
    branch_first: int
    table: DiskTable

    def opened(self, header: Header, opening: Opening) -> "State":
        """The state after the opening of an epoch, which has to follow."""
        parent, first = self.branch_parent, self.branch_first
        if opening.parent_sequence != self.sequence:
            parent, first = opening.parent_sequence, header.prefix.first_sequence
        elif self.sequence < self.branch_first:
            parent, first = 0, 0
        return replace(
            self,
            number=header.prefix.number,
            chain=header.digest,
            epoch=opening.epoch,
            utc_millis=0,
            ready_sequence=opening.ready_sequence,
            proven_sequence=opening.proven_sequence,
            branch_parent=parent,
            branch_first=first,
            table=opening.table,
        )

    def batched(self, header: Header) -> "State":
        """The state after a batch, which has to follow, when its notes have been taken."""
        prefix = header.prefix
        return replace(
            self,
            number=prefix.number,
            chain=header.digest,
            sequence=prefix.last_sequence,
            utc_millis=max(self.utc_millis, prefix.last_utc_millis),
        )

    def noted(self, note: Note) -> "State":
        """The state after one more note of a batch."""
        match note.body:
            case Proof() if self.ready_sequence:
                return self._proven(note.sequence)
            case Gap():
                return replace(self, ready_sequence=0)
            case Ready() if not self.ready_sequence:
                return replace(self, ready_sequence=note.sequence)
            case DiskTable() as table:
                return replace(self, table=table)
        return self

    def _proven(self, sequence: int) -> "State":
        """What lies between a branching and the epoch that made it belongs to other branches."""
        if self.branch_parent < sequence < self.branch_first:
            sequence = self.branch_parent
        if sequence < max(self.ready_sequence, self.proven_sequence):
            return self
        return replace(self, proven_sequence=sequence)


BEFORE_ALL: Final = State(0, bytes(32), 0, 0, 0, 0, 0, 0, 0, DiskTable(0, ()))


def read_state(cursor: Cursor) -> State:
    """Takes a state."""
    number, chain = cursor.u64(), cursor.take(32)
    epoch, sequence, utc_millis = cursor.u64(), cursor.u64(), cursor.u64()
    ready, proven = cursor.u64(), cursor.u64()
    branch_parent, branch_first = cursor.u64(), cursor.u64()
    cursor.reserved(8)
    table = read_table(cursor)
    return State(number, chain, epoch, sequence, utc_millis, ready, proven, branch_parent, branch_first, table)
