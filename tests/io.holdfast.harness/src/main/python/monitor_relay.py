#!/usr/bin/env python3
"""Stands between Holdfast's guard and QEMU's monitor, and stops the world at one step of a bitmap rotation.

Usage: monitor_relay.py LISTEN TARGET     (paths of UNIX sockets)

A line on standard input names the step; "sprung STEP" is printed when it is reached. From then on nothing more goes either way on that
connection until its client is gone: what the client has sent and QEMU has not got is lost, and so is what QEMU has answered. Steps, for a
rotation's two commands, the one that adds the new bitmap and the one that removes the old one:

  adding    the first is on its way to QEMU          removing  the second is on its way to QEMU
  added     QEMU has carried it out                  removed   QEMU has carried it out
  settling  it was answered, and another follows     rested    it was answered, and another follows

Descriptors that a client sends along are passed on with the command that they came with. Python, because Java cannot receive them.
"""

import json
import os
import socket
import sys
import threading

BITMAP = "holdfast-changed-"
BUFFER_BYTES = 1 << 16
DESCRIPTORS_MAX = 4


class Trap:
    """Which step is waited for, and how near it is."""

    def __init__(self):
        self.lock = threading.Lock()
        self.step = ""
        self.watched = None
        self.passed = False

    def arm(self, step):
        with self.lock:
            self.step, self.watched, self.passed = step, None, False

    def on_command(self, command):
        """Tells whether the trap springs before this command reaches QEMU."""
        with self.lock:
            kind = rotation(command)
            if self.passed or (self.step, kind) in (("adding", "add"), ("removing", "remove")):
                return self.spring()
            if (self.step, kind) in (("added", "add"), ("settling", "add"), ("removed", "remove"), ("rested", "remove")):
                self.watched = command.get("id")
            return False

    def on_answer(self, answer):
        """Tells whether the trap springs before this answer reaches the client."""
        with self.lock:
            if self.watched is None or answer.get("id") != self.watched:
                return False
            self.passed = True
            return self.step in ("added", "removed") and self.spring()

    def spring(self):
        print("sprung", self.step, flush=True)
        self.step, self.watched, self.passed = "", None, False
        return True


def rotation(command):
    """Says what a command does to the bitmaps that last: add, remove, or nothing."""
    if command.get("execute") != "transaction":
        return ""
    actions = command["arguments"]["actions"]
    if not all(action["data"].get("name", "").startswith(BITMAP) for action in actions):
        return ""
    kinds = {action["type"] for action in actions}
    return {"block-dirty-bitmap-add": "add", "block-dirty-bitmap-remove": "remove"}.get(kinds.pop() if len(kinds) == 1 else "", "")


class Connection:
    def __init__(self, client, qemu, trap):
        self.client, self.qemu, self.trap = client, qemu, trap
        self.over = threading.Event()

    def run(self):
        threading.Thread(target=self.carry_answers, daemon=True).start()
        threading.Thread(target=self.carry_commands, daemon=True).start()

    def carry_commands(self):
        pending, descriptors = b"", []
        while True:
            try:
                data, received, _, _ = socket.recv_fds(self.client, BUFFER_BYTES, DESCRIPTORS_MAX)
            except OSError:
                data, received = b"", []
            descriptors += received
            if not data:
                break
            pending += data
            *lines, pending = pending.split(b"\n")
            for line in lines:
                if not self.over.is_set() and line.strip():
                    descriptors = self.send(line, descriptors)
        self.close()

    def send(self, line, descriptors):
        command = json.loads(line)
        if self.trap.on_command(command):
            self.over.set()
            return descriptors
        if command.get("execute") == "getfd":
            socket.send_fds(self.qemu, [line + b"\n"], descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            return []
        self.qemu.sendall(line + b"\n")
        return descriptors

    def carry_answers(self):
        pending = b""
        while True:
            try:
                data = self.qemu.recv(BUFFER_BYTES)
            except OSError:
                data = b""
            if not data:
                break
            pending += data
            *lines, pending = pending.split(b"\n")
            for line in lines:
                if self.over.is_set() or line.strip() and self.trap.on_answer(json.loads(line)):
                    self.over.set()
                else:
                    self.client.sendall(line + b"\n")
        if not self.over.is_set():
            self.close()

    def close(self):
        for end in (self.client, self.qemu):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


def main(listen, target):
    trap = Trap()
    server = socket.socket(socket.AF_UNIX)
    server.bind(listen)
    server.listen()

    def accept():
        while True:
            client, _ = server.accept()
            qemu = socket.socket(socket.AF_UNIX)
            try:
                qemu.connect(target)
            except OSError:
                client.close()
                continue
            Connection(client, qemu, trap).run()

    threading.Thread(target=accept, daemon=True).start()
    print("listening", flush=True)
    for line in sys.stdin:
        trap.arm(line.strip())
        print("armed", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
