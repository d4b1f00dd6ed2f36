"""The command line."""

import argparse
import sys
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from .errors import ReaderError
from .history import History, Position, read_history
from .keyfile import MachineKeys, read_keys
from .notes import Marker
from .restore import Request, Restorer
from .segment import Span
from .store import Store
from .verify import verify

_Run = Callable[[argparse.Namespace], int]


def main(arguments: list[str]) -> int:
    """Runs one command: 0 when it is done, 1 when something is damaged or missing, 2 when the call is wrong."""
    options = _parser().parse_args(arguments)
    run: _Run = options.run
    try:
        return run(options)
    except ReaderError as e:
        print(f"holdfast_reader: {e}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="holdfast_reader", description="Reads a recovery store; never writes to it.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    machines = commands.add_parser("machines", help="list the machines of the store and their epochs")
    _store_options(machines, _machines)

    points = commands.add_parser("points", help="list the points of a machine")
    _store_options(points, _points)
    _machine_option(points)
    points.add_argument("--from", dest="earliest", type=_time, metavar="TIME", help="on the source's clock, UTC")
    points.add_argument("--to", dest="latest", type=_time, metavar="TIME", help="not itself")
    points.add_argument("--each", action="store_true", help="a line for each point instead of each stretch")

    disks = commands.add_parser("disks", help="list the disks as they were at a point")
    _store_options(disks, _disks)
    _machine_option(disks)
    _point_option(disks)

    restore = commands.add_parser("restore", help="write a disk as it was at a point to a raw image")
    _store_options(restore, _restore)
    _machine_option(restore)
    _point_option(restore)
    restore.add_argument("--disk", required=True, type=int, metavar="N", help="number of the disk")
    restore.add_argument("--output", required=True, type=Path, metavar="FILE", help="a new file")
    _restore_options(restore)

    many = commands.add_parser("restore-many", help="restore each line 'POINT DISK OUTPUT' of a file")
    _store_options(many, _restore_many)
    _machine_option(many)
    many.add_argument("--requests", required=True, type=Path, metavar="FILE", help="a request on each line")
    _restore_options(many)

    _store_options(commands.add_parser("verify", help="check the chain, and with keys all content"), _verify)
    return parser


def _store_options(command: argparse.ArgumentParser, run: _Run) -> None:
    command.add_argument("store", type=Path, metavar="STORE", help="directory of the store")
    command.add_argument("--keys", type=Path, action="append", default=[], metavar="FILE", help="key file of a machine, of the store, or recovery paper")
    command.set_defaults(run=run)


def _machine_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--machine", metavar="ID", help="needed when the store holds several")


def _point_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--point", required=True, type=_position, metavar="EPOCH:SEQUENCE", help="as listed")


def _restore_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--unproven", action="store_true", help="also a position that was never proven")
    command.add_argument("--skip-damaged", action="store_true", help="leave zeroes where data cannot be read")


def _time(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _position(text: str) -> Position:
    epoch, sequence = text.split(":")
    return Position(int(epoch), int(sequence))


def _show_time(utc_millis: int) -> str:
    seconds, millis = divmod(utc_millis, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{millis:03}Z"


def _show(fields: Iterable[object]) -> None:
    print("\t".join(map(str, fields)))


def _history(options: argparse.Namespace) -> History:
    store = Store(options.store)
    history = read_history(store, options.machine)
    for problem in [*store.damages, *history.damages]:
        print(f"damaged: {problem}", file=sys.stderr)
    for notice in store.notices:
        print(f"note: {notice}", file=sys.stderr)
    return history


def _machines(options: argparse.Namespace) -> int:
    store = Store(options.store)
    for entry in store.checkpoint.machines:
        history = History(store, entry)
        _show(["machine", entry.machine, f"incarnation {entry.incarnation}", f"{history.state.number} blocks"])
        for number, epoch in history.epochs.items():
            opening = epoch.opening
            parent = Position(opening.parent_epoch, opening.parent_sequence)
            _show(["epoch", entry.machine, number, f"parent {parent}", f"writer {opening.writer}"])
    return 0


def _points(options: argparse.Namespace) -> int:
    history = _history(options)
    earliest, latest = options.earliest or 0, options.latest or sys.maxsize
    for span in history.spans:
        window = ((s, t) for s, t in history.times(span) if earliest <= t < latest)
        if options.each:
            for sequence, utc_millis in window:
                _show(["point", Position(span.epoch, sequence), _show_time(utc_millis)])
        else:
            _show_stretch(span.epoch, list(window))
        _show_markers(history, span, earliest, latest)
    return 0


def _show_stretch(epoch: int, window: list[tuple[int, int]]) -> None:
    if window:
        (first, first_millis), (last, last_millis) = window[0], window[-1]
        edges = [Position(epoch, first), Position(epoch, last), _show_time(first_millis), _show_time(last_millis)]
        _show(["points", *edges, len(window)])


def _show_markers(history: History, span: Span, earliest: int, latest: int) -> None:
    for note in history.epochs[span.epoch].markers:
        is_shown = span.first <= note.sequence <= span.last and earliest <= note.utc_millis < latest
        if is_shown and isinstance(note.body, Marker):
            place = Position(span.epoch, note.sequence)
            _show(["marker", place, _show_time(note.utc_millis), note.body.kind, note.body.text])


def _disks(options: argparse.Namespace) -> int:
    for disk in _history(options).table(options.point).disks:
        _show(["disk", disk.number, disk.size, disk.identity])
    return 0


def _restore(options: argparse.Namespace) -> int:
    return _restore_all(options, [Request(options.point, options.disk, options.output)])


def _restore_many(options: argparse.Namespace) -> int:
    requests = []
    for line in options.requests.read_text().splitlines():
        point, disk, output = line.split(maxsplit=2)
        requests.append(Request(_position(point), int(disk), Path(output)))
    return _restore_all(options, requests)


def _restore_all(options: argparse.Namespace, requests: list[Request]) -> int:
    history = _history(options)
    restorer = Restorer(history, _keys_of(options, history), options.skip_damaged)
    damages = 0
    for request in requests:
        restored = restorer.restore(request, options.unproven)
        for damage in restored.damages:
            print(f"damaged, zeroes in its place: {damage}", file=sys.stderr)
        damages += len(restored.damages)
        _show(["restored", request.position, request.disk, request.output, f"{restored.size} bytes"])
    return 1 if damages else 0


def _keys_of(options: argparse.Namespace, history: History) -> MachineKeys:
    for path in options.keys:
        keys = read_keys(path, options.store)
        if history.entry.machine in keys:
            return keys[history.entry.machine]
    raise ReaderError(f"none of the key files given with --keys is that of machine {history.entry.machine}")


def _verify(options: argparse.Namespace) -> int:
    all_keys: dict[uuid.UUID, MachineKeys] = {}
    for path in options.keys:
        all_keys |= read_keys(path, options.store)
    report = verify(options.store, all_keys)
    for notice in report.notices:
        print(f"note: {notice}", file=sys.stderr)
    for damage in report.damages:
        print(f"damaged: {damage}", file=sys.stderr)
    _show(
        [
            "damaged" if report.damages else "whole",
            f"{report.machines} machines",
            f"{report.blocks} blocks",
            f"{report.frames} frames",
            f"{report.opened_batches} batches opened with their keys",
            f"{report.sealed_segments} sealed segments compared with their index and the ledger",
            f"{report.ledger_entries} ledger entries",
            f"{report.points} points",
        ]
    )
    return 1 if report.damages else 0
