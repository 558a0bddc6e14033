#!/usr/bin/python3
"""Writes approvals.json, audit.json and sealed.json: made by python3-msgpack and python3-cryptography (Debian),
implementations that are independent of this project's.

Run: python3 generate.py        (keys and signatures are fresh each time, so every file changes; the canonical bytes do not)
"""
import base64
import datetime
import hashlib
import json
import pathlib
import struct

import msgpack
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = pathlib.Path(__file__).parent
START = datetime.datetime(2026, 11, 1)
NOW = 1795262400  # 2026-11-21T12:00:00Z
STUDY, OTHER_STUDY = bytes(range(32)), bytes(32)
RUN = bytes(range(16))


def pack(value):
    return msgpack.packb(value, use_bin_type=True)


def sign(key, data):
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def b64(data):
    return base64.b64encode(data).decode()


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def make_root():
    key = ec.generate_private_key(ec.SECP256R1())
    subject = name("Vectors")
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(START).not_valid_after(datetime.datetime(2036, 11, 1))
        .add_extension(x509.BasicConstraints(True, 0), True)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False).sign(key, hashes.SHA256()))
    return key, certificate


def issue(root, uris, usages, end=datetime.datetime(2027, 10, 31)):
    root_key, root_certificate = root
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder().subject_name(name("x")).issuer_name(root_certificate.subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(START).not_valid_after(end)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.KeyUsage(True, False, False, False, False, False, False, False, False), True)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(u) for u in uris]), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), False))
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), True)
    return key, builder.sign(root_key, hashes.SHA256())


DOCUMENTS = [x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")]
SERVICE = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
ROOT, OTHER_ROOT = make_root(), make_root()


def approvals():
    alice = issue(ROOT, ["urn:vfl:operator:lab:alice"], DOCUMENTS)
    good = ["vfl/v1/approval", 1, STUDY, "lab", "alice", True, 3, NOW + 90 * 86400, NOW]
    cases = []

    def case(title, fields, refused=None, by=alice, signature=None, data=None):
        data = pack(fields) if data is None else data
        key, certificate = by
        cases.append({"name": title, "approval": data.hex(), "signature": (signature or sign(key, data)).hex(),
                      "certificate": b64(der(certificate)), "refused": refused})

    def but(index, value):
        return good[:index] + [value] + good[index + 1:]

    case("approves", good)
    case("rejects", but(5, False))
    case("an operator with a point and a hyphen", but(4, "a.b-c"), by=issue(ROOT, ["urn:vfl:operator:lab:a.b-c"], DOCUMENTS))
    case("another domain", but(0, "vfl/v1/refusal"), "malformed")
    case("eight fields", good[:8], "malformed")
    case("ten fields", good + [0], "malformed")
    case("bytes behind", None, "malformed", data=pack(good) + b"\0")
    case("longer form of the version", None, "malformed", data=pack(good).replace(b"\xafvfl/v1/approval\x01", b"\xafvfl/v1/approval\xcc\x01"))
    case("study of 31 bytes", but(2, STUDY[:31]), "malformed")
    case("party in capitals", but(3, "Lab"), "malformed")
    case("operator with a colon", but(4, "al:ice"), "malformed")
    case("no runs", but(6, 0), "malformed")
    case("negative expiry", but(7, -1), "malformed")
    case("decision as a number", but(5, 1), "malformed")
    case("version 2", but(1, 2), "version")
    case("expired", but(7, NOW - 1), "expired")
    case("signed an hour ahead", but(8, NOW + 3600), "future")
    case("signed before the certificate was valid", but(8, NOW - 40 * 86400), "not valid when")
    case("another party's operator", good, "signed by", by=issue(ROOT, ["urn:vfl:operator:hospital:alice"], DOCUMENTS))
    case("another operator", good, "signed by", by=issue(ROOT, ["urn:vfl:operator:lab:bob"], DOCUMENTS))
    case("a service's certificate", good, "certificate", by=issue(ROOT, ["urn:vfl:party:lab"], SERVICE))
    case("a service's name with an operator's use", good, "service", by=issue(ROOT, ["urn:vfl:party:lab"], DOCUMENTS))
    case("two names", good, "exactly one", by=issue(ROOT, ["urn:vfl:operator:lab:alice", "urn:vfl:operator:lab:bob"], DOCUMENTS))
    case("no extended key usage", good, "certificate", by=issue(ROOT, ["urn:vfl:operator:lab:alice"], None))
    case("expired certificate", good, "not valid", by=issue(ROOT, ["urn:vfl:operator:lab:alice"], DOCUMENTS, datetime.datetime(2026, 11, 20)))
    case("another root", good, "root", by=issue(OTHER_ROOT, ["urn:vfl:operator:lab:alice"], DOCUMENTS))
    case("another key's signature", good, "signature", signature=sign(ROOT[0], pack(good)))
    case("signature over another study", good, "signature", signature=sign(alice[0], pack(but(2, OTHER_STUDY))))
    case("certificate cut short", good, "malformed")
    cases[-1]["certificate"] = b64(der(alice[1])[:-1])
    return {"root": b64(der(ROOT[1])), "now": NOW, "study": STUDY.hex(), "cases": cases}


def audit(key, certificate, party, steps):
    lines, previous = [], bytes(32)
    for number, (kind, study, run, attempt, who, details) in enumerate(steps, 1):
        time = NOW * 1000 + number * 1001
        flat = [text for pair in sorted(details.items()) for text in pair]
        digest = hashlib.sha256(pack(["vfl/v1/audit", party, number, time, kind, study, run, attempt, who, flat, previous])).digest()
        shown = datetime.datetime.fromtimestamp(time / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time % 1000:03d}Z"
        lines.append({
            "sequence": number, "time": shown, "party": party, "kind": kind, "study": study and study.hex(), "run": run and run.hex(),
            "attempt": attempt, "who": who, "details": details, "previous": previous.hex(), "hash": digest.hex(),
            "signature": b64(sign(key, pack(["vfl/v1/audit-head", party, number, time, digest])))})
        previous = digest
    return lines


def sealed():
    """A file that spans two chunks, given by its head and hash because it is long, and a short one in full."""
    key, salt = bytes(range(32)), bytes(range(100, 132))
    cases = []
    for title, content in (("empty", b""), ("short", b"weights"), ("two chunks", bytes(i % 251 for i in range((1 << 20) + 5)))):
        kind, fields = "checkpoint", [b"lab", STUDY, RUN, struct.pack(">q", 3), b"checkpoint", struct.pack(">q", 400), struct.pack(">q", 5)]
        label = b"vfl/v1/seal/" + kind.encode()
        file_key = HKDF(hashes.SHA256(), 32, salt, struct.pack(">H", len(label)) + label).derive(key)
        header = b"VFLSEAL1" + salt + struct.pack(">q", len(content))
        associated = header + b"".join(struct.pack(">i", len(f)) + f for f in fields)
        chunks = [content[i:i + (1 << 20)] for i in range(0, len(content), 1 << 20)] or [b""]
        data = header + b"".join(AESGCM(file_key).encrypt(struct.pack(">IQ", 0, i), c, associated) for i, c in enumerate(chunks))
        case = {"name": title, "key": key.hex(), "party": "lab", "study": STUDY.hex(), "run": RUN.hex(), "attempt": 3, "kind": kind,
                "step": 400, "generation": 5, "salt": salt.hex(), "contentSha256": hashlib.sha256(content).hexdigest(),
                "contentLength": len(content), "fileSha256": hashlib.sha256(data).hexdigest()}
        if len(data) < 1000:
            case["file"] = data.hex()
        cases.append(case)
    return {"contentRule": "content[i] = i mod 251 for 'two chunks'", "cases": cases}


def write(file, value):
    (HERE / file).write_text(json.dumps(value, indent=1) + "\n")


write("approvals.json", approvals())
lab_key, lab_certificate = issue(ROOT, ["urn:vfl:party:lab"], SERVICE)
opened = ("LogOpened", None, None, 0, "service", {"certificate": b64(der(lab_certificate))})
genuine = audit(lab_key, lab_certificate, "lab", [
    opened,
    ("StudyOffered", STUDY, None, 0, "service", {"name": "mortality"}),
    ("StudyApproved", STUDY, None, 0, "alice", {"maxRuns": "3", "expires": "2027-02-19"}),
    ("RunStarted", STUDY, RUN, 1, "service", {}),
    ("MessagesSent", STUDY, RUN, 1, "service", {"peer": "hospital", "class": "MaskedActivations", "count": "120", "bytes": "1048576"}),
    ("RunEnded", STUDY, RUN, 1, "service", {"outcome": "Finished", "reason": "\u00e9t\u00e9 \"quoted\""}),
])
forged = [dict(line) for line in genuine]
forged[2] |= {"who": "mallory"}
resigned = audit(ec.generate_private_key(ec.SECP256R1()), lab_certificate, "lab", [opened])
write("audit.json", {
    "root": b64(der(ROOT[1])),
    "cases": [
        {"name": "genuine", "lines": genuine, "problem": None},
        {"name": "value changed", "lines": forged, "problem": "Line 3"},
        {"name": "record removed", "lines": genuine[:2] + genuine[3:], "problem": "Line 3"},
        {"name": "records swapped", "lines": genuine[:2] + [genuine[3], genuine[2]] + genuine[4:], "problem": "Line 3"},
        {"name": "signed by another key", "lines": resigned, "problem": "Line 1"},
        {"name": "beginning removed", "lines": genuine[1:], "problem": "Line 1"},
        {"name": "unknown kind", "lines": genuine[:1] + [genuine[1] | {"kind": "Rumour"}], "problem": "Line 2"},
        {"name": "field that nothing covers", "lines": genuine[:1] + [genuine[1] | {"note": "x"}], "problem": "Line 2"},
    ]})
write("sealed.json", sealed())
