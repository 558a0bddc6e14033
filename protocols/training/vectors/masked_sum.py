#!/usr/bin/env python3
"""Writes masked-sum.json: an independent implementation of masked-sum.md in plain Python (no third-party module).

    python3 masked_sum.py > masked-sum.json
"""
import hashlib
import hmac
import json
import struct
from fractions import Fraction


# --- AES-256, encryption of one block (FIPS 197) -------------------------------------------------
def _xtime(a):
    return ((a << 1) ^ 0x1B) & 0xFF if a & 0x80 else a << 1


def _sbox():
    p = q = 1
    box = [0] * 256
    while True:
        p = p ^ _xtime(p)
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        if q & 0x80:
            q ^= 0x09
        x = q ^ ((q << 1 | q >> 7) & 0xFF) ^ ((q << 2 | q >> 6) & 0xFF) ^ ((q << 3 | q >> 5) & 0xFF) ^ ((q << 4 | q >> 4) & 0xFF)
        box[p] = x ^ 0x63
        if p == 1:
            break
    box[0] = 0x63
    return box


SBOX = _sbox()


def aes256(key, block):
    words = [list(key[4 * i:4 * i + 4]) for i in range(8)]
    rcon = 1
    for i in range(8, 60):
        w = list(words[i - 1])
        if i % 8 == 0:
            w = [SBOX[b] for b in w[1:] + w[:1]]
            w[0] ^= rcon
            rcon = _xtime(rcon)
        elif i % 8 == 4:
            w = [SBOX[b] for b in w]
        words.append([a ^ b for a, b in zip(words[i - 8], w)])
    keys = [sum(words[4 * r:4 * r + 4], []) for r in range(15)]
    s = [a ^ b for a, b in zip(block, keys[0])]
    for r in range(1, 15):
        s = [SBOX[b] for b in s]
        s = [s[(4 * (c + row) + row) % 16] for c in range(4) for row in range(4)]
        if r < 14:
            t = []
            for c in range(4):
                a = s[4 * c:4 * c + 4]
                for k in range(4):
                    t.append(_xtime(a[k]) ^ _xtime(a[(k + 1) % 4]) ^ a[(k + 1) % 4] ^ a[(k + 2) % 4] ^ a[(k + 3) % 4])
            s = t
        s = [a ^ b for a, b in zip(s, keys[r])]
    return bytes(s)


assert aes256(bytes(range(32)), bytes.fromhex("00112233445566778899aabbccddeeff")).hex() == "8ea2b7ca516745bfeafc49904b496089"


# --- HKDF-SHA256 (RFC 5869), 32 bytes --------------------------------------------------------------
def hkdf(ikm, salt, info):
    prk = hmac.new(salt, ikm, hashlib.sha256).digest()
    return hmac.new(prk, info + b"\x01", hashlib.sha256).digest()


def salt_of(study, run, attempt, parties):
    h = hashlib.sha256()
    for part in [study, run, struct.pack(">I", attempt)] + [p.encode() for p in sorted(parties)]:
        h.update(struct.pack(">I", len(part)) + part)
    return h.digest()


def info_of(lower, higher):
    info = struct.pack(">H", 11) + b"vfl/v1/mask"
    for p in (lower.encode(), higher.encode()):
        info += struct.pack(">I", len(p)) + p
    return info


class Ring:
    def __init__(self, bits, fraction, limits):
        self.bits, self.fraction, self.limits = bits, fraction, limits
        self.hex = "%%0%dx" % (bits // 4)

    def limit(self, terms):
        return next(limit for most, limit in self.limits if terms <= most)

    def stream(self, key, purpose, step, microbatch, words):
        prefix = purpose << 56 | step << 16 | microbatch
        size = self.bits // 8 * words
        out = b""
        block = 0
        while len(out) < size:
            out += aes256(key, struct.pack(">QQ", prefix, block))
            block += 1
        return struct.unpack("<%d%s" % (words, {16: "H", 32: "I"}[self.bits]), out[:size])

    def encode(self, x, terms):
        """x is a float that float32 holds exactly; exact rational arithmetic, ties to even."""
        limit = Fraction(self.limit(terms))
        return round(max(-limit, min(limit, Fraction(x))) * 2 ** self.fraction) % 2 ** self.bits

    def signed(self, v):
        return v - 2 ** self.bits if v >= 2 ** (self.bits - 1) else v

    def decode(self, total):
        return f32(total / 2 ** self.fraction)


U32 = Ring(32, 20, [(8, 255)])
U16 = Ring(16, 8, [(2, 63), (4, 31), (8, 15)])


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def det(label, n):
    """n reproducible bytes."""
    out = b""
    i = 0
    while len(out) < n:
        out += hashlib.sha256(("%s/%d" % (label, i)).encode()).digest()
        i += 1
    return out[:n]


def values_of(label, n):
    return [f32(v / 2 ** 29) for v in struct.unpack("<%di" % n, det(label, 4 * n))]


def case(ring, name, label_party, feature_parties, attempt, purpose, step, microbatch, n):
    study, run = det(name + "/study", 32), det(name + "/run", 16)
    parties = [label_party] + feature_parties
    salt = salt_of(study, run, attempt, parties)
    pairs = []
    keys = {}
    order = sorted(feature_parties)
    for a in range(len(order)):
        for b in range(a + 1, len(order)):
            lo, hi = order[a], order[b]
            rl, rh = det("%s/%s/%s" % (name, lo, hi), 32), det("%s/%s/%s" % (name, hi, lo), 32)
            keys[lo, hi] = hkdf(rl + rh, salt, info_of(lo, hi))
            pairs.append({"lower": lo, "higher": hi, "lowerContribution": rl.hex(), "higherContribution": rh.hex(),
                          "key": keys[lo, hi].hex(), "words": [ring.hex % w for w in ring.stream(keys[lo, hi], purpose, step, microbatch, n)]})
    own = values_of(name + "/own", n)
    terms = len(order)
    masked, total = [], [0] * n
    for p in order:
        x = values_of(name + "/x/" + p, n)
        m = [ring.encode(v, terms) for v in x]
        for (lo, hi), key in keys.items():
            if p in (lo, hi):
                sign = 1 if p == lo else -1
                m = [(v + sign * w) % 2 ** ring.bits for v, w in zip(m, ring.stream(key, purpose, step, microbatch, n))]
        masked.append({"party": p, "values": x, "masked": [ring.hex % v for v in m]})
        total = [(t + v) % 2 ** ring.bits for t, v in zip(total, m)]
    return {"name": name, "study": study.hex(), "run": run.hex(), "attempt": attempt, "labelParty": label_party,
            "featureParties": feature_parties, "salt": salt.hex(), "purpose": purpose, "step": step, "microbatch": microbatch,
            "pairs": pairs, "parties": masked, "own": own,
            "sum": [ring.decode(ring.signed(t) + ring.signed(ring.encode(o, terms))) for t, o in zip(total, own)]}


HALF = 2.0 ** -21
ENCODE = [0.0, -0.0, 1.0, -1.0, HALF, -HALF, 3 * HALF, -3 * HALF, 5 * HALF, 1e-7, -1e-7, 0.1, -0.1, 3.14159274, 254.99998, 255.0, -255.0,
          255.00002, -255.00002, 1e9, -1e30, 3.4e38, 1e-45]
COMPACT = [0.0, -0.0, 1.0, -1.0, 2.0 ** -9, -2.0 ** -9, 3 * 2.0 ** -9, -3 * 2.0 ** -9, 5 * 2.0 ** -9, 1e-7, 0.1, -0.1, 3.14159274, 14.998, 15.0, 15.001, -15.001,
           30.998, 31.0, -31.0, 31.001, 62.998, 63.0, -63.0, 63.001, -63.001, 1e9, -1e30, 3.4e38, 1e-45]

print(json.dumps({
    "generator": "masked_sum.py",
    "encode": [{"value": f32(v), "ring": U32.hex % U32.encode(f32(v), 2), "saturated": abs(f32(v)) > 255} for v in ENCODE],
    "sums": [
        case(U32, "two feature parties", "hospital", ["lab", "pharmacy"], 1, 1, 0, 0, 9),
        case(U32, "order is ordinal, not as listed", "alpha", ["zeta", "lab-2", "lab-10"], 2, 2, 41, 3, 5),
        case(U32, "largest counters", "m", ["a", "b", "c", "d", "e", "f", "g", "h"], 2147483647, 3, 2 ** 40 - 1, 65535, 6),
        case(U32, "a prediction", "hospital", ["lab", "pharmacy"], 1, 4, 0, 2, 5),
        case(U32, "one feature party is not hidden", "hospital", ["lab"], 1, 1, 7, 0, 4),
    ],
    "compactEncode": [
        {"featureParties": n, "value": f32(v), "ring": U16.hex % U16.encode(f32(v), n), "saturated": abs(f32(v)) > U16.limit(n)}
        for n in (1, 2, 3, 4, 5, 8) for v in COMPACT],
    "compactSums": [
        case(U16, "two feature parties", "hospital", ["lab", "pharmacy"], 1, 1, 0, 0, 9),
        case(U16, "three feature parties", "hospital", ["lab", "pharmacy", "biobank"], 2, 2, 41, 3, 40),
        case(U16, "largest counters", "m", ["a", "b", "c", "d", "e", "f", "g", "h"], 2147483647, 3, 2 ** 40 - 1, 65535, 6),
    ],
    "invalid": [
        {"name": "a value is not a number", "reason": "NaN has no encoding", "values": ["NaN"]},
        {"name": "a value is infinite", "reason": "infinity has no encoding", "values": [1.0, "Infinity"]},
        {"name": "a value is negatively infinite behind a full vector", "reason": "infinity has no encoding",
         "values": [0.0] * 40 + ["-Infinity"]},
        {"name": "the same counters again", "reason": "a mask would be used twice", "uses": [[1, 5, 0], [1, 5, 0]]},
        {"name": "an earlier step", "reason": "a mask might be used twice", "uses": [[2, 5, 0], [2, 4, 9]]},
        {"name": "an earlier microbatch", "reason": "a mask might be used twice", "uses": [[3, 5, 2], [3, 5, 1]]},
        {"name": "step beyond 40 bits", "reason": "the counter block would collide with another purpose", "uses": [[1, 2 ** 40, 0]]},
        {"name": "microbatch beyond 16 bits", "reason": "the counter block would collide with another step", "uses": [[1, 0, 65536]]},
        {"name": "negative step", "reason": "not a counter", "uses": [[1, -1, 0]]},
        {"name": "purpose 0", "reason": "no such purpose", "uses": [[0, 0, 0]]},
        {"name": "purpose 5", "reason": "no such purpose", "uses": [[5, 0, 0]]},
    ],
}, indent=1))
