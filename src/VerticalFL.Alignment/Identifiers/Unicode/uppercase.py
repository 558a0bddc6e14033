"""Writes uppercase.bin, the simple upper case mappings behind UpperCase.cs: field 12 of UnicodeData.txt.

Any Python from 3.11 (Unicode 14.0) on: Unicode 15.0 and 15.1 add no mapping, and those of Unicode 16.0 are left out.
Format, little endian int32: count, then (code point, its upper case).
"""
import pathlib
import struct
import unicodedata as u

assert u.unidata_version in ("14.0.0", "15.0.0", "15.1.0"), u.unidata_version


def simple(c):
    """Python maps fully; where that takes several characters, a single title case is the simple upper case."""
    for mapped in (c.upper(), c.title()):
        if len(mapped) == 1:
            return mapped
    return c


pairs = [(c, ord(simple(chr(c)))) for c in range(0x110000) if not 0xD800 <= c < 0xE000 and simple(chr(c)) != chr(c)]
out = struct.pack("<i", len(pairs)) + b"".join(struct.pack("<ii", *p) for p in pairs)
pathlib.Path(__file__).with_name("uppercase.bin").write_bytes(out)
