#!/usr/bin/env python3
"""Writes noise.json: an independent implementation of the noise of masked-sum.md, 2, and of the ring u64.24, in plain Python.

    python3 noise.py > noise.json

AES and HKDF are those of masked_sum.py beside it (checked against FIPS 197 there); everything else is written here, in whole numbers and exact rationals.
"""
import contextlib
import hashlib
import io
import json
import math
import struct
from decimal import Decimal, getcontext
from fractions import Fraction

with contextlib.redirect_stdout(io.StringIO()):
    from masked_sum import aes256, hkdf

getcontext().prec = 60


# --- the ring u64.24 -----------------------------------------------------------------------------
def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def half_even(q):
    low = math.floor(q)
    off = q - low
    return low + (1 if off > Fraction(1, 2) or (off == Fraction(1, 2) and low % 2) else 0)


def encode(x):
    c = max(Fraction(-255), min(Fraction(255), Fraction(x)))
    return half_even(c * 2**24) % 2**64


def signed(u):
    return u - 2**64 if u >= 2**63 else u


def to_f32(q):
    """An exact rational, rounded once to float32, half to even."""
    if q == 0:
        return 0.0
    e = max(math.floor(math.log2(abs(q))) + 2 - 24, -149)
    while abs(half_even(q / Fraction(2)**e)) < 2**23 and e > -149:
        e -= 1
    return float(half_even(q / Fraction(2)**e) * Fraction(2)**e)


# --- keys, streams, uniform numbers ----------------------------------------------------------------
def noise_key(seed, purpose, place, content):
    info = struct.pack(">H", 12) + b"vfl/v1/noise"
    for part in (purpose.encode(), place, content):
        info += struct.pack(">I", len(part)) + part
    return hkdf(seed, b"", info)


class Stream:
    def __init__(self, key):
        self.key, self.block, self.words = key, 0, []

    def next(self):
        if not self.words:
            self.words = list(struct.unpack("<2Q", aes256(self.key, struct.pack(">QQ", 0, self.block))))
            self.block += 1
        return self.words.pop(0)

    def below(self, bound):
        most = bound - 1
        mask = (1 << max(1, most.bit_length())) - 1
        while True:
            word = self.next() if most < 2**64 else (self.next() << 64) | self.next()
            if word & mask <= most:
                return word & mask


# --- Canonne, Kamath, Steinke 2020, algorithms 1 to 3 with t = sigma ------------------------------------
def exp_unit(s, n, d):
    k = 1
    while s.below(d * k) < n:
        k += 1
    return k % 2 == 1


def exp(s, n, d):
    while n > d:
        if not exp_unit(s, 1, 1):
            return False
        n -= d
    return exp_unit(s, n, d)


def laplace(s, t):
    while True:
        low = s.below(t)
        if not exp(s, low, t):
            continue
        high = 0
        while exp_unit(s, 1, 1):
            high += 1
        magnitude, negative = low + t * high, s.next() & 1
        if not negative or magnitude:
            return -magnitude if negative else magnitude


def gaussian(s, sigma):
    while True:
        y = laplace(s, sigma)
        if exp(s, (abs(y) - sigma) ** 2, 2 * sigma * sigma):
            return y


def probabilities(sigma):
    weights = [(-Decimal(x * x) / (2 * sigma * sigma)).exp() for x in range(60 * sigma)]
    total = weights[0] + 2 * sum(weights[1:])
    return [str((w / total).quantize(Decimal(10) ** -18)) for w in weights[:6 * sigma]]


values = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-7, 2.9802322e-8, -2.9802322e-8, 8.940697e-8, 3.1415927, -254.99998, 255.0, -255.0, 255.00002, 1e30, -1e30, 1e-40]
sums = []
for terms, noise, own in [([1.5, -0.25], [12345, -987654321], 3.0), ([255.0] * 8, [2**52] * 8, 255.0), ([-255.0] * 8, [-2**52] * 8, -255.0), ([0.1], [1], -0.1)]:
    masked = sum(encode(f32(t)) + n for t, n in zip(terms, noise)) % 2**64
    total = Fraction(signed(masked) + signed(encode(f32(own))), 2**24)
    sums.append({"terms": [f32(t) for t in terms], "noise": noise, "own": f32(own), "sum": str(masked), "decoded": to_f32(total)})

seed = bytes(range(32))
keys = []
for purpose, place, content in [
        ("release", bytes([1]) + struct.pack(">qi", 0, 0), b""),
        ("release", bytes([1]) + struct.pack(">qi", 2**39 + 5, 65535), struct.pack("<3q", 1, -1, 2**40)),
        ("release", bytes([3]) + struct.pack(">qi", 2, 7), struct.pack("<q", 5)),
        ("gradients", struct.pack(">q", 17), b"rows"),
        ("weights", struct.pack(">q", 17), b"sums")]:
    digest = hashlib.sha256(content).digest()
    key = noise_key(seed, purpose, place, digest)
    stream = Stream(key)
    keys.append({"purpose": purpose, "place": place.hex(), "content": digest.hex(), "key": key.hex(), "tag": hashlib.sha256(key).hexdigest(),
                 "words": [str(stream.next()) for _ in range(4)]})

draws = []
for sigma in (1, 2, 7, 2**24, 3 * 2**35 + 1, 2**52):
    stream = Stream(hashlib.sha256(b"draws %d" % sigma).digest())
    draws.append({"sigma": sigma, "key": stream.key.hex(), "draws": [gaussian(stream, sigma) for _ in range(40)]})

print(json.dumps({
    "encode": [{"value": f32(v), "ring": str(encode(f32(v))), "clamped": abs(f32(v)) > 255} for v in values],
    "sums": sums,
    "seed": seed.hex(),
    "keys": keys,
    "draws": draws,
    "distribution": [{"sigma": s, "probabilities": probabilities(s)} for s in (1, 2, 3, 7)],
}, indent=1))
