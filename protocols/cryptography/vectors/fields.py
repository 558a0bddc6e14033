#!/usr/bin/env python3
"""Independent reference of ../fields.md: GF(2^128) on Python integers, AES-128 and the tweakable hash; writes fields.json beside itself.

Written from NIST SP 800-38D, FIPS 197 and the page; shares no code with the library. Checks itself against the published values of GHASH
(McGrew, Viega, test cases 2 to 4) and AES-128 (FIPS 197 C.1) before it writes. Slow: for test vectors only. Usage: python3 fields.py
"""
import hashlib
import json
import pathlib

from reference import SBOX, gmul, xtime

HERE = pathlib.Path(__file__).parent
POLYNOMIAL = 1 << 128 | 0x87


def multiply(a, b):
    product = 0
    while b:
        if b & 1:
            product ^= a
        a, b = a << 1, b >> 1
    while product.bit_length() > 128:
        product ^= POLYNOMIAL << (product.bit_length() - 129)
    return product


def power(a, exponent):
    r = 1
    while exponent:
        if exponent & 1:
            r = multiply(r, a)
        a, exponent = multiply(a, a), exponent >> 1
    return r


def from_gcm(block):
    """GCM's bits are reflected: the most significant bit of the first byte is the coefficient of 1."""
    return int.from_bytes(bytes(int(f"{x:08b}"[::-1], 2) for x in block), "little")


def to_gcm(a):
    return bytes(int(f"{x:08b}"[::-1], 2) for x in a.to_bytes(16, "little"))


def ghash(h, associated, text):
    pad = lambda x: x + bytes(-len(x) % 16)
    data = pad(associated) + pad(text) + (8 * len(associated)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    y = 0
    for i in range(0, len(data), 16):
        y = multiply(y ^ from_gcm(data[i:i + 16]), from_gcm(h))
    return data, to_gcm(y)


def aes128_schedule(key):
    w, rcon = [list(key[i:i + 4]) for i in range(0, 16, 4)], 1
    for i in range(4, 44):
        t = w[-1]
        if i % 4 == 0:
            t = [SBOX[b] for b in t[1:] + t[:1]]
            t[0] ^= rcon
            rcon = xtime(rcon)
        w.append([a ^ b for a, b in zip(w[i - 4], t)])
    return [sum(w[i:i + 4], []) for i in range(0, 44, 4)]


def aes128(schedule, block):
    s = [a ^ b for a, b in zip(block, schedule[0])]
    for r in range(1, 11):
        s = [SBOX[b] for b in s]
        s = [s[(i + 4 * (i % 4)) % 16] for i in range(16)]
        if r < 10:
            s = [gmul(s[c + i], 2) ^ gmul(s[c + (i + 1) % 4], 3) ^ s[c + (i + 2) % 4] ^ s[c + (i + 3) % 4]
                 for c in (0, 4, 8, 12) for i in range(4)]
        s = [a ^ b for a, b in zip(s, schedule[r])]
    return bytes(s)


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


class TweakableHash:
    def __init__(self, key):
        self.schedule = aes128_schedule(key)

    def hash(self, domain, counter, block):
        inner = aes128(self.schedule, block)
        return xor(aes128(self.schedule, xor(inner, counter.to_bytes(8, "little") + domain.to_bytes(8, "little"))), inner)


GHASH_CASES = [
    ("66e94bd4ef8a2c3b884cfa59ca342b2e", "", "0388dace60b6a392f328c2b971b2fe78", "f38cbb1ad69223dcc3457ae5b6b0f885"),
    ("b83b533708bf535d0aa6e52980d53b78", "",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
     "7f1b32b81b820d02614f8895ac1d4eac"),
    ("b83b533708bf535d0aa6e52980d53b78", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
     "698e57f70e6ecc7fd9463b7260a9ae5f"),
]


def build():
    element = lambda name: int.from_bytes(hashlib.shake_256(name.encode()).digest(16), "little")
    text = lambda a: a.to_bytes(16, "little").hex()
    pairs = [(0, 0), (1, element("one")), (2, 1 << 127), (1 << 127, 1 << 127), (2**128 - 1, 2**128 - 1), (1 << 64, 1 << 63), (1 << 64, 1 << 64)]
    pairs += [(element(f"a{i}"), element(f"b{i}")) for i in range(12)]
    products = [{"a": text(a), "b": text(b), "product": text(multiply(a, b)), "inverseOfA": text(power(a, 2**128 - 2))} for a, b in pairs]
    cases = []
    for h, associated, cipher, expected in GHASH_CASES:
        data, tag = ghash(bytes.fromhex(h), bytes.fromhex(associated), bytes.fromhex(cipher))
        assert tag.hex() == expected
        cases.append({"h": h, "blocks": data.hex(), "ghash": expected})
    assert aes128(aes128_schedule(bytes(range(16))), bytes.fromhex("00112233445566778899aabbccddeeff")).hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"
    key, domain, first = bytes(range(16)), 0x0102030405060708, 0xFFFFFFFFFFFFFF00
    h = TweakableHash(key)
    blocks = [hashlib.shake_256(f"block {i}".encode()).digest(16) for i in range(19)]
    blocks[0] = bytes(16)
    seeds = blocks[:10]
    return {
        "source": "fields.py",
        "products": products,
        "ghash": cases,
        "tweakableHash": {
            "key": key.hex(), "domain": str(domain), "first": str(first), "blocks": "".join(b.hex() for b in blocks),
            "hashes": "".join(h.hash(domain, first + i, b).hex() for i, b in enumerate(blocks)),
            "doubledFirst": 5,
            "doubled": "".join(h.hash(domain, 2 * (5 + i) + b, s).hex() for i, s in enumerate(seeds) for b in (0, 1)),
            "seeds": len(seeds)},
    }


if __name__ == "__main__":
    (HERE / "fields.json").write_text(json.dumps(build(), indent=2) + "\n")
