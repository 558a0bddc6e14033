#!/usr/bin/env python3
"""Independent reference of ../vole.md: sizes, trees and the code, each from the page's formulas; writes vole.json beside itself.

Shares no code with the library. Slow: for test vectors only. Usage: python3 vole.py
"""
import hashlib
import json
import math
import pathlib

from fields import TweakableHash, multiply
from oblivious_transfer import blocks_of, bytes_of, hash_inputs, shake
from reference import keystream

HERE = pathlib.Path(__file__).parent
THETA = int.from_bytes(hash_inputs("vfl/v1/vole/theta")[:16], "little")


def missed(t, k):
    """The bits of both estimates of section 1, the window's share exactly bounded from below by thousandths."""
    distance = -t * math.log2(0.85)
    share = next((i for i in range(1001) if i ** 7 * k >= (12 * t + 1) * 1000 ** 7), 1001) - 1
    windows = -t / 2 * math.log2(1 - share / 1000) if share < 999 else math.inf
    return distance, windows


def parameters(n):
    t = 256
    while True:
        block = -(-2 * max(n, 16384) // t)
        if min(missed(t, t * block // 2)) >= 128:
            break
        t += 128
    depth = (block - 1).bit_length()
    return {"outputs": n, "noiseWeight": t, "blockSize": block, "treeDepth": depth, "codeLength": t * block,
            "extensionBlocks": t * depth // 128 + t + 1, "sumsSize": 16 * (2 * t * depth + t)}


def tree(key, number, leaves, root):
    h, depth = TweakableHash(key), (leaves - 1).bit_length()
    level, sums = [root], []
    for l in range(depth):
        count = -(-leaves // 2 ** (depth - l - 1))
        level = [h.hash(256 + 64 * number + l, i, level[i // 2]) for i in range(count)]
        for side in (0, 1):
            total = 0
            for node in level[side::2]:
                total ^= int.from_bytes(node, "little")
            sums.append(total)
    return {"hashKey": key.hex(), "tree": number, "leaves": leaves, "depth": depth, "root": root.hex(), "sums": bytes_of(sums).hex(),
            "leavesSha256": hashlib.sha256(b"".join(level)).hexdigest()}


def words(key, stream, count):
    data = keystream(key, stream, 0, 4 * count)
    return [int.from_bytes(data[i:i + 4], "little") for i in range(0, len(data), 4)]


def convolve(key, stream, d):
    y = list(d)
    for i, taps in enumerate(words(key, stream, len(y))):
        fed = multiply(THETA, y[i])
        for j in range(1, 25):
            if (j == 1 or taps >> (j - 1) & 1) and i + j < len(y):
                y[i + j] ^= fed
    return y


def code(session, k, e):
    key = hash_inputs("vfl/v1/vole/code", session, (2).to_bytes(4, "big") + k.to_bytes(4, "big"))
    y = convolve(key, 1, convolve(key, 0, e[k:]))
    places = [w * k >> 32 for w in words(key, 2, 7 * k)]
    out = list(e[:k])
    for i in range(k):
        for p in places[7 * i:7 * i + 7]:
            out[i] ^= y[p]
    return {"session": session.hex(), "dimension": k, "input": bytes_of(e).hex(), "output": bytes_of(out).hex()}


def oprf(session):
    word = shake("word", 16)
    values = []
    for i in range(4):
        value, item = shake(f"value {i}", 16), shake(f"item {i}", 16)
        values.append({"item": item.hex(), "value": value.hex(),
                       "itemElement": hashlib.sha256(hash_inputs("vfl/v1/psi/vole/item", session) + bytes(32) + item).digest()[:16].hex(),
                       "output": hashlib.sha256(hash_inputs("vfl/v1/psi/vole/output", session) + bytes(32) + value + item).hexdigest()})
    return {"session": session.hex(), "word": word.hex(), "commitment": hash_inputs("vfl/v1/psi/vole/commitment", session, word).hex(),
            "values": values}


def build():
    sparse = [0] * 256
    for i in (3, 130, 131, 255):
        sparse[i] = int.from_bytes(shake(f"noise {i}", 16), "little")
    dense = lambda k: blocks_of(shake(f"vector {k}", 32 * k))
    return {
        "source": "vole.py",
        "oprf": oprf(shake("oprf session", 32)),
        "parameters": [parameters(n) for n in (0, 1, 16384, 16385, 2**16, 100000, 2**18, 2**20, 1423744, 13600000, 2**26, 91000000, 2**27)],
        "trees": [tree(shake("tree key", 16), i, n, shake(f"root {i}", 16)) for i, n in enumerate((1, 2, 3, 8, 13, 128))],
        "codes": [code(shake("code", 32), 128, sparse), code(shake("code", 32), 4, dense(4)), code(shake("other code", 32), 140, dense(140))],
    }


if __name__ == "__main__":
    (HERE / "vole.json").write_text(json.dumps(build(), indent=2) + "\n")
