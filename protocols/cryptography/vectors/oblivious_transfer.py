#!/usr/bin/env python3
"""Independent reference of ../oblivious-transfer.md; writes oblivious-transfer.json beside itself.

Written from the page, shares no code with the library. Plays both parties with fixed secrets and checks every relation that the page
claims before it writes. Slow and not constant time: for test vectors only. Usage: python3 oblivious_transfer.py
"""
import hashlib
import json
import pathlib

from fields import TweakableHash, multiply
from reference import L, add, encode, expand, from_uniform, hkdf, info, keystream, multiply as times

HERE = pathlib.Path(__file__).parent
TAG = b"vfl/v1/ot/base-with-ristretto255_XMD:SHA-512_R255MAP_RO_"
P = 2**255 - 19
GENERATOR_Y = 4 * pow(5, P - 2, P) % P


def generator():
    d = -121665 * pow(121666, P - 2, P) % P
    x2 = (GENERATOR_Y**2 - 1) * pow(d * GENERATOR_Y**2 + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if x * x % P != x2:
        x = x * pow(2, (P - 1) // 4, P) % P
    x = P - x if x & 1 else x
    return x, GENERATOR_Y, 1, x * GENERATOR_Y % P


def negate(p):
    return P - p[0], p[1], p[2], P - p[3]


def place(i, b):
    return i.to_bytes(4, "big") + bytes([b])


def oracle(session, i, b, other):
    return from_uniform(expand(session + place(i, b) + other, TAG, 64))


def key(session, i, b, shared, pair, answer):
    return hkdf(encode(shared), session, info("vfl/v1/ot/key", [place(i, b), pair, answer]), 32)


def shake(name, n):
    return hashlib.shake_256(name.encode()).digest(n)


def hash_inputs(label, *inputs):
    return hashlib.sha256(info(label, inputs)).digest()


def base(session, i, choice):
    """One transfer with fixed secrets; returns what each party sees."""
    a, b = (int.from_bytes(shake(f"ot {i}{c}", 64), "little") % L for c in "ab")
    other = encode(from_uniform(shake(f"ot {i} other", 64)))
    chosen = encode(add(times(a, generator()), negate(oracle(session, i, choice, other))))
    pair = chosen + other if choice == 0 else other + chosen
    answer = encode(times(b, generator()))
    decoded = {choice: add(times(a, generator()), negate(oracle(session, i, choice, other))), 1 - choice: from_uniform(shake(f"ot {i} other", 64))}
    halves = pair[:32], pair[32:]
    keys = [key(session, i, c, times(b, add(decoded[c], oracle(session, i, c, halves[1 - c]))), pair, answer) for c in (0, 1)]
    assert keys[choice] == key(session, i, choice, times(a, times(b, generator())), pair, answer)
    return {"index": i, "choice": choice, "pair": pair.hex(), "answer": answer.hex(), "shared": encode(times(a * b % L, generator())).hex(),
            "oracle0": encode(oracle(session, i, 0, halves[1])).hex(), "oracle1": encode(oracle(session, i, 1, halves[0])).hex(),
            "key": keys[choice].hex(), "otherKey": keys[1 - choice].hex()}


def blocks_of(data):
    return [int.from_bytes(data[i:i + 16], "little") for i in range(0, len(data), 16)]


def bytes_of(blocks):
    return b"".join(b.to_bytes(16, "little") for b in blocks)


def inner(weights, column):
    total = 0
    for w, c in zip(weights, column):
        total ^= multiply(w, c)
    return total


def rows(columns, block):
    return [sum((columns[j][block] >> i & 1) << j for j in range(128)) for i in range(128)]


def combine(columns, block):
    total = 0
    for j in range(128):
        total ^= multiply(1 << j, columns[j][block])
    return total


def extension(session, x, blind, delta):
    keys0, keys1 = (shake(f"keys{c}", 128 * 32) for c in "01")
    x = x + [blind]
    height = len(x)
    expanded = lambda keys: [blocks_of(keystream(keys[32 * j:32 * j + 32], 0, 0, 16 * height)) for j in range(128)]
    t, t1 = expanded(keys0), expanded(keys1)
    u = [[a ^ b ^ c for a, b, c in zip(t[j], t1[j], x)] for j in range(128)]
    sent = b"".join(bytes_of(c) for c in u)
    weights = blocks_of(keystream(hash_inputs("vfl/v1/ot/check", session, sent), 0, 0, 16 * (height - 1))) + [1]
    message = sent + bytes_of([inner(weights, x)] + [inner(weights, c) for c in t])
    q = [[b ^ (a if delta >> j & 1 else 0) for a, b in zip(u[j], (t1 if delta >> j & 1 else t)[j])] for j in range(128)]
    for j in range(128):
        assert inner(weights, q[j]) == inner(weights, t[j]) ^ (inner(weights, x) if delta >> j & 1 else 0)
    for b in range(height - 1):
        assert combine(q, b) == combine(t, b) ^ multiply(x[b], delta)
        for i, (one, other) in enumerate(zip(rows(q, b), rows(t, b))):
            assert one == other ^ (delta if x[b] >> i & 1 else 0)
    return keys0, keys1, t, q, message


def build():
    session = shake("session", 32)
    delta = int.from_bytes(shake("delta", 16), "little")
    x = blocks_of(shake("choices", 48))
    blind = int.from_bytes(shake("blind", 16), "little")
    keys0, keys1, t, q, message = extension(session, x, blind, delta)
    h = TweakableHash(shake("hash", 16))
    pad = lambda i, block: h.hash(7, i, block.to_bytes(16, "little"))
    return {
        "source": "oblivious_transfer.py", "session": session.hex(),
        "base": [base(session, i, c) for i, c in [(0, 0), (1, 1), (127, 0), (126, 1)]],
        "extension": {
            "choices": bytes_of(x).hex(), "blind": bytes_of([blind]).hex(), "delta": bytes_of([delta]).hex(),
            "keys0": keys0.hex(), "keys1": keys1.hex(), "messageSha256": hashlib.sha256(message).hexdigest(),
            "receiverRowsSha256": hashlib.sha256(b"".join(bytes_of(rows(t, b)) for b in range(3))).hexdigest(),
            "senderRowsSha256": hashlib.sha256(b"".join(bytes_of(rows(q, b)) for b in range(3))).hexdigest(),
            "receiverCombined": bytes_of([combine(t, b) for b in range(3)]).hex(),
            "senderCombined": bytes_of([combine(q, b) for b in range(3)]).hex(),
            "hashKey": shake("hash", 16).hex(), "domain": 7,
            "padsOfBlock1": {
                "chosenSha256": hashlib.sha256(b"".join(pad(128 + i, r) for i, r in enumerate(rows(t, 1)))).hexdigest(),
                "zeroSha256": hashlib.sha256(b"".join(pad(128 + i, r) for i, r in enumerate(rows(q, 1)))).hexdigest(),
                "oneSha256": hashlib.sha256(b"".join(pad(128 + i, r ^ delta) for i, r in enumerate(rows(q, 1)))).hexdigest()}},
    }


if __name__ == "__main__":
    (HERE / "oblivious-transfer.json").write_text(json.dumps(build(), indent=2) + "\n")
