#!/usr/bin/env python3
"""Independent reference of the primitives in ../README.md, with Python integers; writes reference.json beside itself.

Written from RFC 9496, RFC 9380, RFC 9497, RFC 5869, FIPS 197 and the README; shares no code with the library. Slow and not constant
time: for test vectors only. Checks itself against the published vectors before it writes. Usage: python3 reference.py
"""
import hashlib
import hmac
import json
import pathlib

HERE = pathlib.Path(__file__).parent
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = 19681161376707505956807079304988542015446066515923890162744021073123829784752
SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
INVSQRT_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578
OPRF_TAG = b"vfl/v1/psi/oprf-with-ristretto255_XMD:SHA-512_R255MAP_RO_"


# --- ristretto255 (RFC 9496 section 4), points as (X, Y, Z, T) ---

def absolute(x):
    return P - x if x & 1 else x


def sqrt_ratio(u, v):
    r = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    check = v * r * r % P
    correct, flipped, flipped_i = check == u % P, check == -u % P, check == -u * SQRT_M1 % P
    if flipped or flipped_i:
        r = r * SQRT_M1 % P
    return correct or flipped, absolute(r)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * D * p[3] * q[3], 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(k, p):
    r = (0, 1, 1, 0)
    while k:
        if k & 1:
            r = add(r, p)
        p, k = add(p, p), k >> 1
    return r


def encode(p):
    x0, y0, z0, t0 = p
    u1, u2 = (z0 + y0) * (z0 - y0) % P, x0 * y0 % P
    _, r = sqrt_ratio(1, u1 * u2 * u2 % P)
    den1, den2 = r * u1 % P, r * u2 % P
    z_inv = den1 * den2 * t0 % P
    if t0 * z_inv % P & 1:
        x, y, den = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
    else:
        x, y, den = x0, y0, den2
    if x * z_inv % P & 1:
        y = -y
    return absolute(den * (z0 - y) % P).to_bytes(32, "little")


def one_way_map(t):
    r = SQRT_M1 * t * t % P
    u, v = (r + 1) * (1 - D * D) % P, (-1 - r * D) * (r + D) % P
    square, s = sqrt_ratio(u, v)
    c = P - 1 if square else r
    if not square:
        s = -absolute(s * t % P) % P
    n = (c * (r - 1) * (D - 1) ** 2 - v) % P
    w0, w1, w2, w3 = 2 * s * v, n * SQRT_AD_MINUS_ONE, 1 - s * s, 1 + s * s
    return w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P


def from_uniform(data):
    halves = [int.from_bytes(data[i:i + 32], "little") % 2**255 for i in (0, 32)]
    return add(one_way_map(halves[0]), one_way_map(halves[1]))


# --- RFC 9380 expand_message_xmd, RFC 9497 evaluation ---

def expand(message, tag, length):
    tag += bytes([len(tag)])
    b0 = hashlib.sha512(bytes(128) + message + length.to_bytes(2, "big") + b"\0" + tag).digest()
    out, previous = b"", bytes(64)
    for i in range(1, -(-length // 64) + 1):
        previous = hashlib.sha512(bytes(x ^ y for x, y in zip(b0, previous)) + bytes([i]) + tag).digest()
        out += previous
    return out[:length]


def oprf(key, item, tag):
    element = encode(multiply(key, from_uniform(expand(item, tag, 64))))
    return hashlib.sha512(len(item).to_bytes(2, "big") + item + b"\0\x20" + element + b"Finalize").digest()


# --- RFC 5869 with our info, FIPS 197, the keystream and the generator ---

def hkdf(secret, salt, info, length):
    prk = hmac.new(salt or bytes(32), secret, hashlib.sha256).digest()
    out, block = b"", b""
    for i in range(1, -(-length // 32) + 1):
        block = hmac.new(prk, block + info + bytes([i]), hashlib.sha256).digest()
        out += block
    return out[:length]


def info(label, inputs):
    return len(label).to_bytes(2, "big") + label.encode() + b"".join(len(x).to_bytes(4, "big") + x for x in inputs)


def xtime(a):
    return (a << 1) ^ (0x11B if a & 0x80 else 0)


def gmul(a, b):
    r = 0
    while b:
        if b & 1:
            r ^= a
        a, b = xtime(a), b >> 1
    return r


def make_sbox():
    box = []
    for x in range(256):
        y = next((c for c in range(256) if gmul(x, c) == 1), 0)
        rotate = lambda v, n: (v << n | v >> (8 - n)) & 255
        box.append(y ^ rotate(y, 1) ^ rotate(y, 2) ^ rotate(y, 3) ^ rotate(y, 4) ^ 0x63)
    return box


SBOX = make_sbox()


def aes256_schedule(key):
    w, rcon = [list(key[i:i + 4]) for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        t = w[-1]
        if i % 8 == 0:
            t = [SBOX[b] for b in t[1:] + t[:1]]
            t[0] ^= rcon
            rcon = xtime(rcon)
        elif i % 8 == 4:
            t = [SBOX[b] for b in t]
        w.append([a ^ b for a, b in zip(w[i - 8], t)])
    return [sum(w[i:i + 4], []) for i in range(0, 60, 4)]


def aes_encrypt(schedule, block):
    s = [a ^ b for a, b in zip(block, schedule[0])]
    for r in range(1, 15):
        s = [SBOX[b] for b in s]
        s = [s[(i + 4 * (i % 4)) % 16] for i in range(16)]
        if r < 14:
            s = [gmul(s[c + i], 2) ^ gmul(s[c + (i + 1) % 4], 3) ^ s[c + (i + 2) % 4] ^ s[c + (i + 3) % 4]
                 for c in (0, 4, 8, 12) for i in range(4)]
        s = [a ^ b for a, b in zip(s, schedule[r])]
    return bytes(s)


def keystream(key, prefix, first, length):
    schedule = aes256_schedule(key)
    blocks = (aes_encrypt(schedule, prefix.to_bytes(8, "big") + (first + i).to_bytes(8, "big")) for i in range(-(-length // 16)))
    return b"".join(blocks)[:length]


class Generator:
    """Values never cross a 1024-byte boundary of the stream: what would, begins behind it."""

    def __init__(self, seed, label, length=8192):
        self.stream = keystream(hkdf(seed, b"", info("vfl/v1/generator", [label.encode()]), 32), 0, 0, length)
        self.at = 0

    def take(self, n):
        if self.at % 1024 + n > 1024:
            self.at += 1024 - self.at % 1024
        self.at += n
        return int.from_bytes(self.stream[self.at - n:self.at], "little")

    def below(self, bound):
        while True:
            high, low = divmod(self.take(4) * bound, 2**32)
            if low >= 2**32 % bound:
                return high

    def permutation(self, n):
        v = list(range(n))
        for i in range(n - 1, 0, -1):
            j = self.below(i + 1)
            v[i], v[j] = v[j], v[i]
        return v


def self_check():
    vectors = json.loads((HERE / "ristretto255.json").read_text())
    for d in vectors["derivations"]:
        assert encode(from_uniform(bytes.fromhex(d["uniformBytes"]))).hex() == d["encoding"]
    rfc = json.loads((HERE / "oprf-ristretto255-sha512.json").read_text())
    for v in rfc["vectors"]:
        key = int.from_bytes(bytes.fromhex(rfc["key"]), "little")
        assert oprf(key, bytes.fromhex(v["input"]), bytes.fromhex(rfc["groupTag"])).hex() == v["output"]
    for v in json.loads((HERE / "hkdf-sha256.json").read_text())["vectors"]:
        secret, salt, extra = (bytes.fromhex(v[k]) for k in ("secret", "salt", "info"))
        assert hkdf(secret, salt, extra, len(v["key"]) // 2).hex() == v["key"]
    a = json.loads((HERE / "aes-256-ctr.json").read_text())
    stream = keystream(bytes.fromhex(a["key"]), int(a["prefix"], 16), int(a["firstBlock"], 16), 64)
    assert bytes(x ^ y for x, y in zip(stream, bytes.fromhex(a["plaintext"]))).hex() == a["ciphertext"]


def bytes_of(name, n):
    return hashlib.shake_256(name.encode()).digest(n)


def scalar_hex(x):
    return (x % L).to_bytes(32, "little").hex()


def build():
    wide = [bytes(64), b"\xff" * 64, L.to_bytes(64, "little"), (L - 1).to_bytes(64, "little"), (L * (2**512 // L)).to_bytes(64, "little")]
    wide += [bytes_of(f"wide {i}", 64) for i in range(4)]
    scalars = []
    for i in range(8):
        a, b = (int.from_bytes(bytes_of(f"scalar {i}{c}", 32), "little") % L for c in "ab")
        if i == 0:
            a = b = L - 1
        scalars.append({"a": scalar_hex(a), "b": scalar_hex(b), "sum": scalar_hex(a + b), "difference": scalar_hex(a - b),
                        "product": scalar_hex(a * b), "inverseOfA": scalar_hex(pow(a, L - 2, L))})
    multiples = []
    for i in range(8):
        k = [0, 1, L - 1, 2**252, (L - 1) // 2][i] if i < 5 else int.from_bytes(bytes_of(f"multiple {i}", 32), "little") % L
        uniform = bytes_of(f"point {i}", 64)
        multiples.append({"scalar": scalar_hex(k), "uniformBytes": uniform.hex(), "product": encode(multiply(k, from_uniform(uniform))).hex()})
    items = [bytes(16), b"\xff" * 16] + [bytes_of(f"item {i}", 16) for i in range(4)]
    key = int.from_bytes(bytes_of("oprf key", 32), "little") % L
    derivations = []
    for label, salt, inputs, length in [("vfl/v1/mask", b"", [], 32), ("vfl/v1/mask", b"salt", [b"lab", b"pharmacy"], 32),
                                        ("vfl/v1/mask", b"salt", [b"labp", b"harmacy"], 32), ("vfl/v1/seal/checkpoint", bytes(32), [b""], 77)]:
        secret = bytes_of("secret", 64)
        derivations.append({"secret": secret.hex(), "salt": salt.hex(), "label": label, "inputs": [x.hex() for x in inputs],
                            "key": hkdf(secret, salt, info(label, inputs), length).hex(),
                            "hashOfInputs": hashlib.sha256(info(label, inputs)).hexdigest()})
    seed, label = bytes_of("seed", 32), "batches/epoch-3"
    words, longs, bounded, shuffled, mixed = (Generator(seed, label) for _ in range(5))
    bounds = [1, 2, 3, 7, 1000, 2**31 - 1, 3 * 2**29, 3 * 2**29, 3 * 2**29, 3 * 2**29, 3 * 2**29, 3 * 2**29]
    # 255 words, then an integer of eight bytes that must skip the last four bytes of the first 1024.
    skipped = [mixed.take(4) for _ in range(255)] and mixed.take(8)
    return {
        "source": "reference.py",
        "invalidScalars": [{"encoding": L.to_bytes(32, "little").hex(), "reason": "the group order"},
                           {"encoding": (L + 1).to_bytes(32, "little").hex(), "reason": "above the group order"},
                           {"encoding": "ff" * 32, "reason": "above the group order"},
                           {"encoding": "00" * 31, "reason": "31 bytes"}, {"encoding": "00" * 33, "reason": "33 bytes"}],
        "wideReductions": [{"uniformBytes": w.hex(), "scalar": scalar_hex(int.from_bytes(w, "little"))} for w in wide],
        "scalars": scalars,
        "multiples": multiples,
        "alignmentOprf": {"groupTag": OPRF_TAG.decode(), "key": scalar_hex(key),
                          "vectors": [{"item": x.hex(), "output": oprf(key, x, OPRF_TAG).hex()} for x in items]},
        "keyDerivation": derivations,
        "keystream": {"key": bytes_of("aes", 32).hex(), "prefix": "0102030405060708", "firstBlock": "00000000ffffffff",
                      "bytes": keystream(bytes_of("aes", 32), 0x0102030405060708, 0xFFFFFFFF, 200).hex()},
        "generator": {"seed": seed.hex(), "label": label, "uint32": [words.take(4) for _ in range(6)],
                      "uint64": [str(longs.take(8)) for _ in range(3)], "uint64After255Words": str(skipped),
                      "bounds": bounds, "bounded": [bounded.below(b) for b in bounds], "permutationOf20": shuffled.permutation(20)},
    }


if __name__ == "__main__":
    self_check()
    (HERE / "reference.json").write_text(json.dumps(build(), indent=2) + "\n")
