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


def draw(purpose, seed, number, rows, share):
    order = shuffle(purpose, seed, number, len(rows))
    return {rows[i] for i in order[:round(share * len(rows))]}


def folds(seed, k, n, test, unused, share):
    """The study's parts, and those of each of k folds; rows in test and unused are what a split column says of them."""
    train = [r for r in range(n) if r not in test and r not in unused]
    validation = draw("vfl/v1/public/validation", seed, 0, train, share)
    parts = [3 if r in test else 0 if r in unused else 2 if r in validation else 1 for r in range(n)]
    dealt = [train[i] for i in shuffle("vfl/v1/public/folds", seed, 0, len(train))]
    assignments = []
    for f in range(k):
        held = set(dealt[len(dealt) * f // k:len(dealt) * (f + 1) // k])
        others = [r for r in train if r not in held]
        kept = draw("vfl/v1/public/validation", seed, f + 1, others, share)
        assignments.append([3 if r in held else 2 if r in kept else 1 if r in others else 0 for r in range(n)])
    return {"seed": seed, "folds": k, "validation": share, "parts": parts, "assignments": assignments}


print(json.dumps({
    "generator": "public_order.py",
    "shuffles": [{"purpose": p, "seed": s, "number": k, "rows": shuffle(p, s, k, n)} for p, s, k, n in [
        ("vfl/v1/public/batches", 1, 0, 20), ("vfl/v1/public/batches", 1, 1, 20), ("vfl/v1/public/batches", -7, 59, 33),
        ("vfl/v1/public/validation", 1, 0, 20), ("vfl/v1/public/test", 2147483647, 0, 9), ("vfl/v1/public/test", 3, 0, 1),
        ("vfl/v1/public/held-out", 1, 0, 20), ("vfl/v1/public/held-out", 1, 15, 7)]],
    "batches": [{"seed": 1, "epoch": 4, "rows": 11, "batch": b, "batches": batches(1, 4, 11, b)} for b in (1, 4, 5, 11, 12)],
    "folds": [folds(7, 3, 40, {0, 9, 18, 27}, {5, 39}, 0.2), folds(2147483647, 2, 23, {22}, set(), 0), folds(1, 5, 53, {1, 2}, {3}, 0.5)],
}))
