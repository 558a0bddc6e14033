#!/usr/bin/python3
"""Writes vectors.json: encodings made by python3-msgpack (Debian), an implementation that is independent of this project's.

Run: python3 generate.py > vectors.json
Valid cases are packed by msgpack. Invalid cases are bytes with the reason why the profile of README.md refuses them; for each the
generator checks with msgpack that the bytes are what the reason says (a longer form of the same value, cut off, and so on).
"""
import hashlib
import json
import struct

import msgpack


def pack(value):
    return msgpack.packb(value, use_bin_type=True)


valid, invalid = [], []


def good(kind, value, shown=None):
    valid.append({"kind": kind, "value": value if shown is None else shown, "hex": pack(value).hex()})


def good_repeated(kind, unit, value, count):
    """A value of count equal units; the encoding is given by length and SHA-256 when it is long."""
    data = pack(value)
    case = {"kind": kind, "repeat": unit, "count": count}
    case |= {"hex": data.hex()} if len(data) <= 64 else {"length": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    valid.append(case)


def same_value_longer(kind, value, data, reason="not in its shortest form"):
    assert msgpack.unpackb(data, raw=False) == value and len(data) > len(pack(value)), (value, data)
    invalid.append({"kind": kind, "hex": data.hex(), "reason": reason})


def bad(kind, data, reason, limit=None):
    case = {"kind": kind, "hex": data.hex(), "reason": reason}
    if limit is not None:
        case["limit"] = limit
    invalid.append(case)


def cut_off(kind, data):
    try:
        msgpack.unpackb(data, raw=False)
        raise AssertionError(data)
    except ValueError:
        bad(kind, data, "ends too early")


good("nil", None)
good("bool", True)
good("bool", False)

integers = {0, 1, -1, 127, 128, -32, -33, 255, 256, -128, -129, 32767, 32768, 65535, 65536, -32768, -32769, 2**31 - 1, 2**31, 2**32 - 1,
            2**32, -(2**31), -(2**31) - 1, 2**53, 2**63 - 1, -(2**63)}
for i in sorted(integers):
    good("int", i, shown=str(i))

for f in [0.0, -0.0, 1.0, -1.5, 0.1, 1e-300, 1.7976931348623157e308, 5e-324, 3.141592653589793]:
    good("float", f, shown=repr(f))

for text in ["", "a", "Größe", "日本語", "𝔸", "\u0000"]:
    good("str", text)
for count in [31, 32, 255, 256, 65535, 65536]:
    good_repeated("str", "x", "x" * count, count)

good("bin", bytes(range(0, 256, 7)), shown=bytes(range(0, 256, 7)).hex())
for count in [0, 1, 31, 32, 255, 256, 65535, 65536]:
    good_repeated("bin", "a7", b"\xa7" * count, count)

for count in [0, 1, 15, 16, 65535, 65536]:
    good_repeated("array", "0", [0] * count, count)

# Integers: every longer form of a value that has a shorter one.
forms = [(0xcc, ">B", 0, 0xff), (0xcd, ">H", 0, 0xffff), (0xce, ">I", 0, 2**32 - 1), (0xcf, ">Q", 0, 2**63 - 1),
         (0xd0, ">b", -2**7, 2**7 - 1), (0xd1, ">h", -2**15, 2**15 - 1), (0xd2, ">i", -2**31, 2**31 - 1), (0xd3, ">q", -2**63, 2**63 - 1)]
for code, layout, low, high in forms:
    for value in sorted(integers):
        if low <= value <= high:
            data = bytes([code]) + struct.pack(layout, value)
            if data != pack(value):
                if len(data) > len(pack(value)):
                    same_value_longer("int", value, data)
                else:
                    bad("int", data, "a positive number in a signed form")

bad("int", b"\xcf" + struct.pack(">Q", 2**63), "beyond 64 signed bits")
for data in [b"\xcc", b"\xcd\x01", b"\xce\x00\x01\x00", b"\xcf" + b"\x01" * 7, b"\xd0", b"\xd1\x80", b"\xd2\x80\x00\x00", b"\xd3" + b"\x80" * 7]:
    cut_off("int", data)
bad("int", pack(1.0), "a float where an integer belongs")
bad("int", pack("1"), "text where an integer belongs")
bad("int", b"\xc1", "a code that MessagePack never uses")
bad("int", b"", "ends too early")
bad("int", pack(5) + b"\x00", "bytes behind the value")

for f in [float("nan"), float("inf"), float("-inf")]:
    bad("float", pack(f), "not finite")
bad("float", msgpack.packb(1.5, use_single_float=True), "a float32 where a float64 belongs")
bad("float", pack(1), "an integer where a float belongs")
cut_off("float", pack(1.5)[:-1])
bad("float", pack(1.5) + b"\x00", "bytes behind the value")

bad("bool", pack(1), "an integer where a boolean belongs")
bad("bool", pack(None), "nil where a boolean belongs")
bad("bool", b"", "ends too early")

same_value_longer("str", "x" * 31, b"\xd9\x1f" + b"x" * 31)
same_value_longer("str", "x" * 255, b"\xda\x00\xff" + b"x" * 255)
same_value_longer("str", "x", b"\xdb\x00\x00\x00\x01x")
for raw, what in [(b"\xff", "a byte that UTF-8 never uses"), (b"\xc0\x80", "an overlong encoding"), (b"\xed\xa0\x80", "half of a surrogate pair"),
                  (b"\xe2\x82", "a character cut off"), (b"\xf4\x90\x80\x80", "beyond U+10FFFF")]:
    data = bytes([0xa0 | len(raw)]) + raw
    try:
        msgpack.unpackb(data, raw=False)
        raise AssertionError(raw)
    except UnicodeDecodeError:
        bad("str", data, "not UTF-8: " + what)
for data in [b"\xa1", b"\xd9\x20" + b"x" * 31, b"\xda\x01", b"\xdb\xff\xff\xff\xff" + b"x"]:
    cut_off("str", data)
bad("str", pack("x" * 9), "longer than the field's limit", limit=8)
bad("str", b"\xdb\x7f\xff\xff\xff", "longer than the field's limit", limit=8)
bad("str", pack(b"x"), "bytes where text belongs")
bad("str", pack("x") + b"\x00", "bytes behind the value")

same_value_longer("bin", b"x", b"\xc5\x00\x01x")
same_value_longer("bin", b"x" * 255, b"\xc6\x00\x00\x00\xff" + b"x" * 255)
for data in [b"\xc4", b"\xc4\x02x", b"\xc5\x01", b"\xc6\xff\xff\xff\xff" + b"x"]:
    cut_off("bin", data)
bad("bin", pack(b"x" * 9), "longer than the field's limit", limit=8)
bad("bin", pack("x"), "text where bytes belong")
bad("bin", pack(b"x") + b"\x00", "bytes behind the value")

same_value_longer("array", [0], b"\xdc\x00\x01\x00")
same_value_longer("array", [0] * 16, b"\xdd\x00\x00\x00\x10" + b"\x00" * 16)
for data in [b"\x91", b"\xdc\x00", b"\xdc\xff\xff", b"\xdd\xff\xff\xff\xff\x00"]:
    cut_off("array", data)
bad("array", pack([0] * 9), "more values than the limit", limit=8)
bad("array", pack({}), "a map where an array belongs")
bad("array", pack([0]) + b"\x00", "bytes behind the value")

print(json.dumps({
    "source": "python3-msgpack " + ".".join(map(str, msgpack.version)) + " by generate.py",
    "valid": valid,
    "invalid": invalid,
}, ensure_ascii=False, separators=(",", ":")).replace('{"kind"', '\n{"kind"').replace('"invalid"', '\n"invalid"').replace('"valid"', '\n"valid"') + "\n", end="")
