"""Writes normalization.bin, the Unicode data behind UnicodeNormalizer.cs. Run with Python 3.13 (Unicode 15.1).

Format, little endian: count, then (code point, length, code points) for each full compatibility decomposition;
count, then (code point, combining class) for each class above zero; count, then (first, second, composite) for each
primary composite. All numbers are int32, except length and class: one byte. Hangul is computed, not tabulated.
"""
import pathlib
import struct
import unicodedata as u

assert u.unidata_version == "15.1.0", u.unidata_version


def hangul(c):
    return 0xAC00 <= c < 0xAC00 + 11172


points = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000 and not hangul(c)]
decompositions = [(c, [ord(x) for x in u.normalize("NFKD", chr(c))]) for c in points if u.decomposition(chr(c))]
classes = [(c, u.combining(chr(c))) for c in points if u.combining(chr(c))]
composites = []
for c in points:
    parts = u.decomposition(chr(c)).split()
    if len(parts) == 2 and not parts[0].startswith("<"):
        a, b = (int(p, 16) for p in parts)
        if u.normalize("NFC", chr(a) + chr(b)) == chr(c):
            composites.append((a, b, c))

out = struct.pack("<i", len(decompositions))
for c, to in decompositions:
    out += struct.pack(f"<iB{len(to)}i", c, len(to), *to)
out += struct.pack("<i", len(classes))
for c, k in classes:
    out += struct.pack("<iB", c, k)
out += struct.pack("<i", len(composites))
for a, b, c in composites:
    out += struct.pack("<iii", a, b, c)
pathlib.Path(__file__).with_name("normalization.bin").write_bytes(out)
