"""Whose a history is: segments that came from another store (docs/formats/store.md, section `standing`)."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .envelope import read_envelope
from .files import StoreFile

STANDING_BODY_BYTES_MAX: Final = 1 << 20
KINDS: Final = ("own", "copy", "leaving", "moved")


@dataclass(frozen=True)
class Stretch:
    """Segments whose headers name another store."""

    first: int
    last: int
    store: uuid.UUID
    incarnation: int


@dataclass(frozen=True)
class Standing:
    """Whether a history takes batches, and where its segments come from."""

    kind: str
    peer: uuid.UUID
    place: str
    stretches: tuple[Stretch, ...]

    def origin(self, number: int, store: uuid.UUID, incarnation: int) -> tuple[uuid.UUID, int]:
        """Store and incarnation that the header of a segment has to name."""
        for stretch in self.stretches:
            if stretch.first <= number <= stretch.last:
                return stretch.store, stretch.incarnation
        return store, incarnation


OWN: Final = Standing("own", uuid.UUID(int=0), "", ())


def read_standing(root: Path, folder: str) -> Standing:
    """The standing of a history; without the file it is the store's own."""
    name = f"{folder}/standing"
    if not (root / name).exists():
        return OWN
    body = read_envelope(StoreFile(root, name), 0, b"HFO1", STANDING_BODY_BYTES_MAX).body
    kind, count = body.u32(), body.u32()
    if kind >= len(KINDS):
        raise body.damage(f"kind {kind} of a standing")
    peer = body.id()
    body.u64()
    body.u64()
    text_bytes = body.u32()
    body.reserved(4)
    stretches = tuple(Stretch(body.u64(), body.u64(), body.id(), body.u64()) for _ in range(count))
    place = body.text(text_bytes)
    body.end()
    return Standing(KINDS[kind], peer, place, stretches)
