#!/usr/bin/env python3
"""Writes absence.json: who is absent from which step, README.md, section 5.

    python3 absence.py > absence.json
"""
import hashlib
import hmac
import json
import struct

LABEL = b"vfl/v1/absence"


def hkdf(ikm, salt, info):
    key = hmac.new(salt, ikm, hashlib.sha256).digest()
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()


def case(study, rate, contributions, groups, steps):
    material = b"".join(contributions[p] for p in sorted(contributions))
    key = hkdf(material, study, struct.pack(">H", len(LABEL)) + LABEL)
    below = int(rate * 2 ** 64)
    absent = []
    for step in steps:
        parties = []
        for number, group in enumerate(groups):
            drawn = hmac.new(key, struct.pack(">qB", step, number), hashlib.sha256).digest()
            if int.from_bytes(drawn[:8], "big") < below:
                parties += group
        absent.append({"step": step, "parties": sorted(parties)})
    return {"study": study.hex(), "rate": rate, "contributions": {p: c.hex() for p, c in contributions.items()}, "groups": groups, "absent": absent}


def secret(name):
    return hashlib.sha256(name.encode()).digest()


STEPS = list(range(24)) + [2 ** 39]
print(json.dumps({
    "generator": "absence.py",
    "cases": [
        case(secret("study"), 0.3, {p: secret(p) for p in ["pharmacy", "lab"]}, [["lab"], ["pharmacy"]], STEPS),
        case(secret("study"), 0.5, {p: secret(p) for p in ["lab", "biobank", "pharmacy"]}, [["biobank", "lab"], ["pharmacy"]], STEPS),
        case(secret("another"), 0.9, {"lab": secret("lab")}, [["lab"]], STEPS),
        case(secret("another"), 1e-12, {"lab": secret("lab")}, [["lab"]], STEPS),
    ],
}, indent=1))
