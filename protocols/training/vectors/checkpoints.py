#!/usr/bin/env python3
"""Writes checkpoints.json: the transcript (README.md, section 8) and the noise of a step (section 7). AES is the plain implementation in masked_sum.py.

    python3 checkpoints.py > checkpoints.json
"""
import contextlib
import hashlib
import hmac
import io
import json
import math
import struct

with contextlib.redirect_stdout(io.StringIO()):
    from masked_sum import aes256


def join(label, *inputs):
    return struct.pack(">H", len(label)) + label.encode() + b"".join(struct.pack(">I", len(i)) + i for i in inputs)


def float32(values):
    return struct.pack("<%df" % len(values), *values)


def transcript(study, run, parts, messages):
    t = hashlib.sha256(join("vfl/v1/transcript", study, run, hashlib.sha256(parts).digest())).digest()
    hashes = [t.hex()]
    for kind, number, content in messages:
        t = hashlib.sha256(t + bytes([kind]) + struct.pack(">q", number) + content).digest()
        hashes.append(t.hex())
    return hashes


def noise(seed, step, gradient, width):
    """RFC 5869 with an empty salt and one block of output, then Box and Muller."""
    content = hashlib.sha256(float32(gradient)).digest()
    prk = hmac.new(bytes(32), seed, hashlib.sha256).digest()
    key = hmac.new(prk, join("vfl/v1/noise", b"max-norm", struct.pack(">q", step), content) + b"\x01", hashlib.sha256).digest()
    rows = [gradient[i:i + width] for i in range(0, len(gradient), width)]
    squares = [sum(g * g for g in row) for row in rows]
    noisy = []
    for number, (row, square) in enumerate(zip(rows, squares)):
        a, b = struct.unpack("<QQ", aes256(key, struct.pack(">QQ", 0, number)))
        u, v = ((a >> 11) + 1) / 2**53, (b >> 11) / 2**53
        z = math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * v)
        factor = 1 + math.sqrt(max(squares) / square - 1) * z if square else 0
        noisy += [g * factor for g in row]
    return noisy


study, run, parts = bytes(range(32)), bytes(range(100, 116)), bytes([1, 1, 2, 3, 0, 1])
gradients = [0.5, -0.25, 0.125, 3.0]
messages = [(1, 0, float32(gradients)), (1, 1, float32(gradients[::-1])), (2, 0, b"\x01"), (1, 2, float32([0.0] * 4)), (2, 1, b"\x03")]
# Numbers that a float32 holds exactly.
batch = [0.5, 0.0, 0.25, 0.125, 0.0, 0.0, -1.5, 2.0]
print(json.dumps({
    "source": "checkpoints.py",
    "transcript": {
        "study": study.hex(), "run": run.hex(), "parts": list(parts),
        "messages": [{"kind": k, "number": n, "content": c.hex()} for k, n, c in messages],
        "hashes": transcript(study, run, parts, messages),
    },
    "noise": [
        {"seed": seed.hex(), "step": step, "width": 2, "gradient": batch, "noisy": noise(seed, step, batch, 2)}
        for seed, step in [(bytes(range(32)), 0), (bytes(range(32)), 1), (bytes(32), 2**39 + 5)]
    ],
}))
