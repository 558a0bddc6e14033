"""Independent reference for protocols/alignment: writes the JSON files beside it.

Needs Python 3.11 or newer and nothing else. normalisation.json holds what Unicode 15.1 says, so that only a Python with those tables, 3.13, writes
it; the other files are the same bytes from any. Written from README.md alone; shares no code with the implementation.
"""
import hashlib
import hmac
import json
import math
import pathlib
import random
import struct
import unicodedata as u

from identifiers import STUDY, item

HERE = pathlib.Path(__file__).parent


def write(name, value):
    (HERE / name).write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n")


# ---- Unicode normalisation forms ---------------------------------------------------------------------------------------------------


def normalisation():
    """Every code point by its hash, and texts drawn from those that have a decomposition or a class: both change with the tables."""
    every = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    forms = {form: hashlib.sha256("\n".join(u.normalize(form, chr(c)) for c in every).encode()).hexdigest() for form in ("NFKC", "NFKD")}
    rng = random.Random(1)
    interesting = [c for c in every if u.decomposition(chr(c)) or u.combining(chr(c))]
    interesting += list(range(0x41, 0x5B)) + list(range(0x1100, 0x1200)) + rng.sample(range(0xAC00, 0xD7A4), 300)
    texts = ["".join(chr(rng.choice(interesting)) for _ in range(rng.randrange(1, 9))) for _ in range(400)]
    # Long runs of marks on one base: ordering, blocking, composition across what is blocked.
    marks = [c for c in range(0x300, 0x370) if u.combining(chr(c))]
    texts += [rng.choice("aeiouAEIOUcsy\u03b1\u03b9") + "".join(chr(rng.choice(marks)) for _ in range(rng.randrange(1, 6))) for _ in range(200)]
    write("normalisation.json", {
        "source": "generate.py", "unicode": u.unidata_version, "sha256OfEveryCodePoint": forms,
        "cases": [{"text": t, "NFKC": u.normalize("NFKC", t), "NFKD": u.normalize("NFKD", t)} for t in texts]})


if u.unidata_version == "15.1.0":
    normalisation()
else:
    print(f"left normalisation.json as it is: it takes Unicode 15.1 (Python 3.13), and this is {u.unidata_version}")

# ---- keys, shares, tags, order -----------------------------------------------------------------------------------------------------


def join(label, *parts):
    """A label and length-prefixed inputs, unambiguously; a number is four bytes."""
    out = struct.pack(">H", len(label)) + label.encode()
    for p in parts:
        p = p.encode() if isinstance(p, str) else struct.pack(">I", p) if isinstance(p, int) else p
        out += struct.pack(">I", len(p)) + p
    return out


def hkdf_expand(prk, info, size):
    out, block, i = b"", b"", 1
    while len(out) < size:
        block = hmac.digest(prk, block + info + bytes([i]), "sha256")
        out += block
        i += 1
    return out[:size]


def hkdf(ikm, salt, info, size):
    return hkdf_expand(hmac.digest(salt, ikm, "sha256"), info, size)


def aes_block(key, block):
    """FIPS 197, the slow way."""
    def mul(a, b):
        r = 0
        while b:
            if b & 1:
                r ^= a
            a = a << 1 ^ (0x11B if a & 0x80 else 0)
            b >>= 1
        return r
    inverse = [0] + [next(y for y in range(1, 256) if mul(x, y) == 1) for x in range(1, 256)]
    box = []
    for x in inverse:
        y = 0x63
        for k in range(5):
            y ^= (x << k | x >> (8 - k)) & 0xFF
        box.append(y)
    w, rcon, nk = [list(key[i:i + 4]) for i in range(0, len(key), 4)], 1, len(key) // 4
    last = nk + 6
    for i in range(nk, 4 * (last + 1)):
        t = list(w[-1])
        if i % nk == 0:
            t = [box[b] for b in t[1:] + t[:1]]
            t[0] ^= rcon
            rcon = mul(rcon, 2)
        elif nk == 8 and i % 8 == 4:
            t = [box[b] for b in t]
        w.append([a ^ b for a, b in zip(w[i - nk], t)])
    rounds = [sum(w[4 * r:4 * r + 4], []) for r in range(last + 1)]
    s = [a ^ b for a, b in zip(block, rounds[0])]
    for r in range(1, last + 1):
        s = [box[b] for b in s]
        s = [s[(4 * (c + row) + row) % 16] for c in range(4) for row in range(4)]
        if r < last:
            s = [b for c in range(0, 16, 4) for b in (
                mul(s[c], 2) ^ mul(s[c + 1], 3) ^ s[c + 2] ^ s[c + 3], s[c] ^ mul(s[c + 1], 2) ^ mul(s[c + 2], 3) ^ s[c + 3],
                s[c] ^ s[c + 1] ^ mul(s[c + 2], 2) ^ mul(s[c + 3], 3), mul(s[c], 3) ^ s[c + 1] ^ s[c + 2] ^ mul(s[c + 3], 2))]
        s = [a ^ b for a, b in zip(s, rounds[r])]
    return bytes(s)


assert aes_block(bytes(range(16)), bytes.fromhex("00112233445566778899aabbccddeeff")).hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"
assert aes_block(bytes(range(32)), bytes.fromhex("00112233445566778899aabbccddeeff")).hex() == "8ea2b7ca516745bfeafc49904b496089"

parties, sizes = ["hospital", "lab", "pharmacy"], [1000, 20, 300000]
run = bytes(range(100, 116))
session = hashlib.sha256(join("vfl/v1/psi/session", 3, "ecdh", STUDY, run, 2, 50, 1, b"", *sum(zip(parties, sizes), ()))).digest()
second = hashlib.sha256(join("vfl/v1/psi/session", 3, "ecdh", STUDY, run, 2, 50, 2, session, *sum(zip(parties, (900, 4, 250000)), ()))).digest()

contributions = {p: hashlib.sha256(b"contribution " + p.encode()).digest() for p in parties}
joined = b"".join(contributions[p] for p in parties)
order_key = hkdf(joined, STUDY, join("vfl/v1/order"), 32)
cohort = sorted(item([f"P-{i:03}"]) for i in range(20))
ordered = sorted(cohort, key=lambda x: hmac.digest(order_key, x, "sha256"))
check_key = hkdf(joined, session, join("vfl/v1/rowcheck"), 32)


def digest(sender, rows):
    return hmac.digest(check_key, hashlib.sha256(join("vfl/v1/rowcheck", sender, len(rows))).digest() + hashlib.sha256(b"".join(rows)).digest(), "sha256")


low, high = contributions["lab"], contributions["pharmacy"]
zero_key = hkdf(low + high, session, join("vfl/v1/psi/zero", "lab", "pharmacy"), 32)
raw = hashlib.sha512(b"an OPRF value").digest()
bits = lambda n: max(n - 1, 0).bit_length()
pair_size = lambda a, b: -(-(40 + bits(a) + bits(b)) // 8)
announcement_size = lambda a, b, f: max(10, -(-(40 + bits(a) + bits(b) + bits(f)) // 8))
pairs = [(0, 0), (1, 1), (2, 1), (3, 5), (10, 5000), (1000, 1000), (1 << 20, 1 << 20), ((1 << 20) + 1, 1 << 20), (10**7, 10**7), (1 << 26, 1 << 26)]
write("keys.json", {
    "source": "generate.py",
    "session": {"version": 3, "protocol": "ecdh", "study": STUDY.hex(), "run": run.hex(), "attempt": 2, "minimumPatients": 50,
                "parties": parties, "sizes": sizes, "id": session.hex(), "secondPass": {"sizes": [900, 4, 250000], "id": second.hex()}},
    "oprf": {"follower": "lab", "raw": raw.hex(),
             "pad": hkdf_expand(raw, hashlib.sha256(join("vfl/v1/psi/oprf", session, "lab")).digest(), 16).hex(),
             "announcement": hkdf_expand(raw, hashlib.sha256(join("vfl/v1/psi/announce", session, "lab")).digest(), 16).hex()},
    "zeroShare": {"low": "lab", "high": "pharmacy", "contributionOfLow": low.hex(), "contributionOfHigh": high.hex(), "key": zero_key.hex(),
                  "shares": [{"item": x.hex(), "share": aes_block(zero_key, x)[:10].hex()} for x in cohort[:4]]},
    "tagSizes": [{"a": a, "b": b, "pair": pair_size(a, b), "announcement": {str(f): announcement_size(a, b, f) for f in (2, 3, 8)}} for a, b in pairs],
    "order": {"contributions": {p: c.hex() for p, c in contributions.items()}, "key": order_key.hex(),
              "cohort": [x.hex() for x in cohort], "ordered": [x.hex() for x in ordered]},
    "rowCheck": {"key": check_key.hex(), "digests": {p: digest(p, ordered).hex() for p in parties},
                 "invalid": [
                     {"sender": "lab", "digest": digest("hospital", ordered).hex(), "reason": "another party's digest sent back"},
                     {"sender": "lab", "digest": digest("lab", cohort).hex(), "reason": "the same rows in another order"},
                     {"sender": "lab", "digest": digest("lab", ordered[:-1]).hex(), "reason": "a row is missing"},
                     {"sender": "lab", "digest": digest("lab", ordered)[:-1].hex(), "reason": "truncated"}],
                 "alignmentId": hkdf(check_key, session, join("vfl/v1/alignment-id"), 16).hex()},
})

# ---- OKVS: reading a table of arbitrary slots ---------------------------------------------------------------------------------------


def shape(n):
    """Bins, sparse columns of a bin."""
    bins = max(1, n >> 14)
    security = 40 if bins == 1 else 41 + math.log2(bins)
    capacity = n if bins == 1 else next(c for c in range(n // bins, n) if n * divergence(c / n, 1 / bins) >= security * math.log(2))
    e = 1.223 + (security + 9.2) / 2 ** (0.555 * math.log2(max(capacity, 1)) + 2.336)
    return bins, max(3, math.ceil(e * capacity))


def divergence(p, q):
    return p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))


def slots(n):
    bins, m = shape(n)
    return bins * (m + 64)


def row(seed, key, bins, m):
    w0, w1, w2, _ = struct.unpack("<4Q", aes_block(seed[:16], key) + aes_block(seed[16:], key))
    low = lambda product: product & (1 << 64) - 1
    start = (w0 * bins >> 64) * (m + 64)
    columns = []
    for i, w in enumerate((low(w0 * bins), w1, low(w1 * (m - 1)))):
        c = w * (m - i) >> 64
        for before in sorted(columns):
            c += c >= before
        columns.append(c)
    return [start + c for c in columns + [m + j for j in range(64) if w2 >> j & 1]]


def table(n, size, listed=True):
    bins, m = shape(n)
    seed = hashlib.sha256(b"seed %d" % n).digest()
    content = [hashlib.sha256(b"slot %d" % i).digest()[:size] for i in range(slots(n))]
    keys = [hashlib.sha256(b"key %d" % i).digest()[:16] for i in range(8)]
    values = []
    for key in keys:
        value = 0
        for at in row(seed, key, bins, m):
            value ^= int.from_bytes(content[at], "big")
        values.append(value.to_bytes(size, "big").hex())
    return {"items": n, "valueSize": size, "seed": seed.hex(), "slots": b"".join(content).hex() if listed else None,
            "keys": [k.hex() for k in keys], "values": values}


write("okvs.json", {
    "source": "generate.py",
    "slotsThatAreNull": "slot i is the first valueSize bytes of SHA-256 of the text 'slot i'",
    "slotCounts": [{"items": n, "slots": slots(n)} for n in
                   (0, 1, 2, 3, 10, 24, 25, 100, 1000, 4096, 32767, 32768, 49151, 49152, 10**5, 1 << 20, 10**7, 1 << 26)],
    "tables": [table(0, 10), table(1, 1), table(5, 10), table(40, 16), table(32768, 3, False), table(100000, 16, False)]})

# ---- messages: MessagePack by hand ---------------------------------------------------------------------------------------------------


def pack(v):
    if v is None:
        return b"\xc0"
    if isinstance(v, bytes):
        return (b"\xc4" + bytes([len(v)]) if len(v) < 256 else b"\xc5" + struct.pack(">H", len(v)) if len(v) < 65536 else
                b"\xc6" + struct.pack(">I", len(v))) + v
    if isinstance(v, str):
        return bytes([0xA0 | len(v)]) + v.encode() if len(v) < 32 else b"\xd9" + bytes([len(v)]) + v.encode()
    if isinstance(v, list):
        return bytes([0x90 | len(v)]) + b"".join(map(pack, v))
    if v < 0:
        return struct.pack(">b", v)
    return (bytes([v]) if v < 128 else b"\xcc" + bytes([v]) if v < 256 else b"\xcd" + struct.pack(">H", v) if v < 65536 else
            b"\xce" + struct.pack(">I", v))


k32 = bytes(range(32))
e32 = bytes(range(200, 232))
hello = [100, 3, "ecdh", STUDY, run, 2, 50, 1, 1000]
valid = {
    "AlignmentHello": hello,
    "AlignmentSizes": [110, [["hospital", 1000], ["lab", 20], ["pharmacy", 300000]]],
    "BlindedElements": [101, 4096, e32 + k32],
    "EvaluatedElements": [102, 0, e32],
    "OkvsChunk": [103, k32, 0, 10, bytes(20)],
    "OprfTags": [104, 0, 7, bytes(range(14))],
    "CohortAnnouncement": [105, 2, 0, 10, bytes(range(20))],
    "ZeroShareKey": [106, session, k32],
    "OrderContribution": [107, session, k32],
    "RowCheckContribution": [108, session, k32],
    "RowCheckDigest": [109, session, k32],
    "VoleRequest": [111, bytes(i & 0xFF for i in range(8224))],
    "VoleAnswer": [112, bytes(range(100))],
    "VoleSums": [113, bytes(range(50))],
    "VoleChallenge": [114, k32[:16]],
    "VoleProof": [115, k32],
    "VoleTable": [116, k32 + k32[:16], 4096, e32],
    "VoleWord": [117, k32[16:]],
    "CohortMarks": [118, 5, k32[:16], 0, bytes([0x81, 0x07])],
    "AlignmentOffer": [120, k32[:16]],
    "AlignmentChoice": [121, k32[:16]],
}
absent = {"AlignmentOffer": [120, None], "AlignmentChoice": [121, None]}


def changed(kind, at, value, reason):
    fields = list(valid[kind])
    fields[at] = value
    return {"message": kind, "hex": pack(fields).hex(), "reason": reason}


def too_long(kind, size, reason):
    """The last field is so many zero bytes, which stand as a count behind the hex."""
    fields = list(valid[kind])
    fields[-1] = bytes(size)
    return {"message": kind, "hex": pack(fields)[:-size].hex(), "zeroBytesBehind": size, "reason": reason}


invalid = [
    changed("AlignmentHello", 0, 101, "another message's number"),
    changed("AlignmentHello", 1, 0, "version 0"),
    changed("AlignmentHello", 2, "a-name-of-17-long", "protocol name too long"),
    changed("AlignmentHello", 3, STUDY[:31], "study id too short"),
    changed("AlignmentHello", 4, run + b"\0", "run id too long"),
    changed("AlignmentHello", 5, 0, "attempt 0"),
    changed("AlignmentHello", 6, 0, "minimum 0"),
    changed("AlignmentHello", 7, 0, "pass 0"),
    changed("AlignmentHello", 7, 9, "more passes than keys"),
    changed("AlignmentHello", 8, (1 << 26) + 1, "set too large"),
    changed("AlignmentHello", 8, -1, "negative set"),
    {"message": "AlignmentHello", "hex": pack(hello)[:-1].hex(), "reason": "truncated"},
    {"message": "AlignmentHello", "hex": pack(hello).hex() + "00", "reason": "a byte behind the message"},
    {"message": "AlignmentHello", "hex": pack(hello[:-1]).hex(), "reason": "a field is missing"},
    changed("AlignmentSizes", 1, [["hospital", 1000]], "one party"),
    changed("AlignmentSizes", 1, [["p%d" % i, 1] for i in range(10)], "ten parties"),
    changed("AlignmentSizes", 1, [["hospital", 1], ["Lab", 1]], "not a party id"),
    changed("AlignmentSizes", 1, [["hospital", 1], ["lab"]], "a size is missing"),
    changed("AlignmentSizes", 1, [["hospital", 1], ["lab", (1 << 26) + 1]], "set too large"),
    changed("BlindedElements", 1, 1 << 26, "place beyond the largest set"),
    changed("BlindedElements", 2, b"", "no element"),
    changed("BlindedElements", 2, e32[:31], "part of an element"),
    too_long("BlindedElements", 32 * 4097, "more than a chunk"),
    changed("EvaluatedElements", 2, e32 + b"\0", "part of an element"),
    changed("EvaluatedElements", 1, -1, "negative place"),
    changed("OkvsChunk", 1, k32[:16], "seed too short"),
    changed("OkvsChunk", 3, 0, "values of no bytes"),
    changed("OkvsChunk", 3, 17, "values too large"),
    changed("OkvsChunk", 4, bytes(19), "part of a slot"),
    changed("OkvsChunk", 4, b"", "no slot"),
    changed("OprfTags", 2, 0, "tags of no bytes"),
    changed("OprfTags", 3, bytes(13), "part of a tag"),
    changed("OprfTags", 3, b"", "no tag"),
    too_long("OprfTags", 7 * 4097, "more than a chunk"),
    changed("CohortAnnouncement", 1, (1 << 26) + 1, "cohort too large"),
    changed("CohortAnnouncement", 3, 17, "tags too large"),
    changed("CohortAnnouncement", 4, bytes(19), "part of a tag"),
    changed("ZeroShareKey", 1, session[:31], "session id too short"),
    changed("ZeroShareKey", 2, k32[:31], "contribution too short"),
    changed("OrderContribution", 2, k32 + b"\0", "contribution too long"),
    changed("RowCheckContribution", 2, b"", "contribution missing"),
    changed("RowCheckDigest", 2, k32[:16], "digest truncated"),
    changed("CohortMarks", 1, (1 << 26) + 1, "cohort too large"),
    changed("CohortMarks", 2, k32[:15], "sum truncated"),
    changed("CohortMarks", 2, k32, "two sums"),
    changed("CohortMarks", 3, 1 << 26, "place beyond the largest set"),
    too_long("CohortMarks", 65537, "more than a chunk"),
    changed("VoleRequest", 1, bytes(8223), "request too short"),
    too_long("VoleAnswer", 1515537, "longer than any set asks for"),
    too_long("VoleSums", 399361, "longer than any set asks for"),
    changed("VoleChallenge", 1, k32, "two elements"),
    changed("VoleProof", 1, k32[:31], "proof truncated"),
    changed("VoleTable", 1, k32, "word missing"),
    changed("VoleTable", 2, 1 << 28, "place beyond the largest table"),
    changed("VoleTable", 3, e32[:31], "part of a slot"),
    changed("VoleTable", 3, b"", "no slot"),
    too_long("VoleTable", 16 * 4097, "more than a chunk"),
    changed("VoleWord", 1, b"", "word missing"),
    changed("AlignmentOffer", 1, k32, "id too long"),
    changed("AlignmentOffer", 1, b"", "id of no bytes where nil belongs"),
    changed("AlignmentChoice", 1, k32[:15], "id too short"),
]
write("messages.json", {"source": "generate.py", "valid": [{"message": k, "hex": pack(v).hex()} for k, v in [*valid.items(), *absent.items()]], "invalid": invalid})
