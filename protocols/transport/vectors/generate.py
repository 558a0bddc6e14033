#!/usr/bin/env python3
"""Writes frames.json: frames between parties, built from the tables in ../README.md and nothing else."""
import json
import pathlib
import struct


def frame(kind: int, body: bytes = b"") -> bytes:
    return struct.pack(">IB", 1 + len(body), kind) + body


def array(n: int) -> bytes:
    return bytes([0x90 | n])


def integer(n: int) -> bytes:
    if n < 0x80:
        return bytes([n])
    if n < 0x100:
        return bytes([0xCC, n])
    if n < 0x10000:
        return struct.pack(">BH", 0xCD, n)
    return struct.pack(">BI", 0xCE, n)


def text(s: str) -> bytes:
    raw = s.encode()
    assert len(raw) < 32
    return bytes([0xA0 | len(raw)]) + raw


def binary(b: bytes) -> bytes:
    assert len(b) < 256
    return bytes([0xC4, len(b)]) + b


def hello(known: bytes) -> bytes:
    return (array(10) + integer(1) + binary(b"\xab" * 32) + binary(b"\xcd" * 16) + integer(1) + text("align")
            + text("alpha") + text("beta") + binary(bytes(range(16))) + binary(known) + integer(8 * 1024 * 1024))


ping = array(2) + integer(19) + integer(5)
seq = struct.pack(">q", 7)

valid = [
    ("hello, first link", 1, hello(b"")),
    ("hello, later link", 1, hello(bytes(range(16, 32)))),
    ("welcome at the beginning", 2, struct.pack(">q", 0)),
    ("refusal", 3, "its certificate expired on 2026-01-01 00:00 UTC".encode()),
    ("data, whole message", 4, seq + struct.pack(">i", len(ping)) + ping),
    ("data, second chunk", 5, seq + b"\x01\x02\x03"),
    ("ack", 6, seq),
    ("heartbeat", 7, b""),
    ("close", 8, b""),
    ("closed", 9, seq),
]

invalid = [
    ("length 0", struct.pack(">IB", 0, 7)),
    ("length 2^31-1", struct.pack(">IB", 2**31 - 1, 4)),
    ("length 2^32-1", struct.pack(">IB", 2**32 - 1, 5)),
    ("unknown kind", frame(10)),
    ("kind 0", frame(0)),
    # The head alone is refused: nobody waits for the rest.
    ("chunk of 65537 bytes", struct.pack(">IB", 1 + 8 + 65537, 5)),
    ("first chunk of 65537 bytes", struct.pack(">IB", 1 + 8 + 4 + 65537, 4)),
    ("heartbeat with a body", frame(7, b"\x00")),
    ("close with a body", frame(8, b"\x00")),
    ("ack of nine bytes", frame(6, seq + b"\x00")),
    ("hello of 513 bytes", frame(1, b"\x00" * 513)),
    ("refusal of 513 bytes", frame(3, b"a" * 513)),
]

out = {
    "source": "generate.py beside this file",
    "valid": [{"name": n, "kind": k, "body": b.hex(), "frame": frame(k, b).hex()} for n, k, b in valid],
    "invalid": [{"name": n, "frame": f.hex()} for n, f in invalid],
    "preamble": (b"VFLDATA1" + bytes(range(32))).hex(),
}
pathlib.Path(__file__).with_name("frames.json").write_text(json.dumps(out, indent=1) + "\n")
