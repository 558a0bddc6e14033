#!/usr/bin/env python3
"""Writes public-order.json: the public permutations of README.md, section 4. AES is the plain implementation in masked_sum.py.

    python3 public_order.py > public-order.json
"""
import contextlib
import hashlib
import io
import json
import struct

with contextlib.redirect_stdout(io.StringIO()):
    from masked_sum import aes256


def shuffle(purpose, seed, number, n):
    key = hashlib.sha256(purpose.encode() + b"\0" + struct.pack(">ii", seed, number)).digest()
    rows = list(range(n))
    out, block = b"", 0
    while len(out) < 8 * n:
        out += aes256(key, struct.pack(">QQ", 0, block))
        block += 1
    words = struct.unpack("<%dQ" % n, out[:8 * n])
    for i, w in zip(range(n - 1, 0, -1), words):
        j = (w * (i + 1)) >> 64
        rows[i], rows[j] = rows[j], rows[i]
    return rows


def batches(seed, epoch, n, batch):
    rows = shuffle("vfl/v1/public/batches", seed, epoch, n)
    count = -(-n // batch)
    return [rows[n * b // count:n * (b + 1) // count] for b in range(count)]


print(json.dumps({
    "generator": "public_order.py",
    "shuffles": [{"purpose": p, "seed": s, "number": k, "rows": shuffle(p, s, k, n)} for p, s, k, n in [
        ("vfl/v1/public/batches", 1, 0, 20), ("vfl/v1/public/batches", 1, 1, 20), ("vfl/v1/public/batches", -7, 59, 33),
        ("vfl/v1/public/validation", 1, 0, 20), ("vfl/v1/public/test", 2147483647, 0, 9), ("vfl/v1/public/test", 3, 0, 1)]],
    "batches": [{"seed": 1, "epoch": 4, "rows": 11, "batch": b, "batches": batches(1, 4, 11, b)} for b in (1, 4, 5, 11, 12)],
}))
