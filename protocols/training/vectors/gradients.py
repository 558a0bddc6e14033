#!/usr/bin/env python3
"""Writes gradients.json: gradients as float16 (README.md, section 5). Exact rationals for the scaling, Python's own binary16 for the rounding.

    python3 gradients.py > gradients.json
"""
import json
import struct
from fractions import Fraction

SCALE = 2 ** 15
LIMIT = Fraction(65504, SCALE)


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def write(x):
    """struct rounds half to even; the scaled value is a float64 that holds it exactly."""
    scaled = max(-LIMIT, min(LIMIT, Fraction(x))) * SCALE
    assert Fraction(float(scaled)) == scaled
    return struct.pack("<e", float(scaled))


def read(b):
    return struct.unpack("<e", b)[0] / SCALE


VALUES = [0.0, 1.0, -1.0, 1.5, 2.0, -2.0, 1.99902344, 1.9995, 1e9, -3.4e38, 0.1, -0.1, 1 / 3, 1e-3, -1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 2.0 ** -29,
          2.0 ** -39, 2.0 ** -40, -(2.0 ** -40), 3 * 2.0 ** -40, 2.0 ** -41, 1e-12, 1e-45, 1 + 2.0 ** -11, 1 + 3 * 2.0 ** -11, 1 + 2.0 ** -11 + 2.0 ** -23]

print(json.dumps({
    "generator": "gradients.py",
    "float16": [{"value": f32(v), "bytes": write(f32(v)).hex(), "read": read(write(f32(v)))} for v in VALUES],
    "invalid": [
        {"name": "infinity", "reason": "not finite", "bytes": "007c"},
        {"name": "negative infinity", "reason": "not finite", "bytes": "00fc"},
        {"name": "not a number", "reason": "not finite", "bytes": "017e"},
    ],
}, indent=1))
