#!/usr/bin/python3
"""Writes ledger.json: privacy ledgers as README.md, section 6, lays them out, made by python3-cryptography (Debian).

    python3 ledger.py
"""
import hashlib
import hmac
import json
import pathlib
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = pathlib.Path(__file__).parent
KEY, SECRET, PARTY = bytes(range(32)), bytes(range(50, 82)), b"lab"
STUDY, RUN, TIME = bytes(range(100, 132)), bytes(range(16)), 1795262400000
MAGIC, OLD = b"VFLLEDG2", b"VFLLEDG1"


def hkdf(secret, salt, label):
    return HKDF(hashes.SHA256(), 32, salt, struct.pack(">H", len(label)) + label).derive(secret)


def seal(plain, number, previous, magic=MAGIC):
    salt = hashlib.sha256(b"salt %d" % number).digest()
    associated = magic + struct.pack(">i", len(PARTY)) + PARTY + struct.pack(">qi", number, len(plain)) + previous
    cipher = AESGCM(hkdf(KEY, salt, b"vfl/v1/seal/privacy-ledger"))
    head = salt + struct.pack(">i", len(plain)) + (cipher.encrypt(bytes(11) + b"\1", b"", associated) if magic == MAGIC else b"")
    record = head + cipher.encrypt(bytes(12), plain, associated)
    return record, hashlib.sha256(previous + record).digest()


def entry(identifier, subject, answer):
    names = hkdf(SECRET, b"", b"vfl/v1/ledger-id")
    pseudonym = hmac.new(names, identifier, hashlib.sha256).digest()[:16]
    return pseudonym + hmac.new(names, subject + hashlib.sha256(answer).digest() + identifier, hashlib.sha256).digest()[:16]


def charge(epsilon, rho, subject, patients):
    entries = sorted(entry(i, subject, a) for i, a in patients)
    return struct.pack(">q", TIME) + STUDY + RUN + struct.pack(">ddi", epsilon, rho, len(entries)) + b"".join(entries)


SUBJECTS = [hashlib.sha256(b"outcome").digest(), hashlib.sha256(b"run").digest()]
CHARGES = [
    (1.5, 0.0, SUBJECTS[0], [(b"anna", b"1"), (b"bert", b"0")]),
    (0.0, 0.25, SUBJECTS[1], [(b"anna", b""), (b"carl", b"")]),
]


def ledger(magic):
    file, heads, previous = magic, [], bytes(32)
    for number, plain in enumerate([SECRET] + [charge(*c) for c in CHARGES], 1):
        record, previous = seal(plain, number, previous, magic)
        file += record
        heads.append(previous.hex())
    return file, heads


def flip(file, at, bit=1):
    changed = bytearray(file)
    changed[at] ^= bit
    return bytes(changed).hex()


(file, heads), (old, old_heads) = ledger(MAGIC), ledger(OLD)
FIRST = 32 + 4 + 16 + 32 + 16
(HERE / "ledger.json").write_text(json.dumps({
    "key": KEY.hex(), "party": PARTY.decode(), "study": STUDY.hex(), "run": RUN.hex(), "file": file.hex(), "heads": heads, "oldFile": old.hex(), "oldHeads": old_heads,
    "charges": [{"epsilon": e, "rho": r, "subject": s.hex(), "patients": [{"identifier": i.hex(), "answer": a.hex(), "entry": entry(i, s, a).hex()} for i, a in p]}
                for e, r, s, p in CHARGES],
    "invalid": [
        {"name": "a byte of the last record changed", "file": flip(file, -20)},
        {"name": "another magic", "file": (b"VFLLEDG3" + file[8:]).hex()},
        {"name": "the magic of files without tags of lengths", "file": (OLD + file[8:]).hex()},
        {"name": "the magic of files with tags of lengths", "file": (MAGIC + old[8:]).hex()},
        {"name": "two records swapped", "file": (MAGIC + file[8 + FIRST:] + file[8:8 + FIRST]).hex()},
        {"name": "the first record's length made larger than the file", "file": flip(file, 8 + 32, 0x40)},
        {"name": "the first record's length made negative", "file": flip(file, 8 + 32, 0x80)},
        {"name": "the last record's length made larger than the file", "file": flip(file, len(file) - 16 - len(charge(*CHARGES[1])) - 16 - 3, 1)},
        {"name": "the tag of a length changed", "file": flip(file, 8 + 36)},
    ],
    "torn": [{"name": "the last record is one byte short", "file": file[:-1].hex(), "records": 2},
             {"name": "the last record has its head only", "file": file[:-16 - len(charge(*CHARGES[1]))].hex(), "records": 2},
             {"name": "only the beginning of a record's head", "file": (file + bytes(5)).hex(), "records": 3}],
}, indent=1) + "\n")
