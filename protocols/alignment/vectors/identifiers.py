"""Independent reference for protocols/alignment/identifiers.md: writes items.json beside it.

Python 3.11 or later (every character below is in Unicode 14.0) and nothing else. Written from identifiers.md alone; shares no code with the implementation.
"""
import datetime
import hashlib
import json
import pathlib
import re
import struct
import unicodedata as u

STUDY = bytes(range(32))


def upper(s):
    """Simple (one to one) upper case: Python maps fully; where that takes several characters, a single title case is the simple upper case."""
    return "".join(next((m for m in (c.upper(), c.title()) if len(m) == 1), c) for c in s)


def white(c):
    return c in "\t\n\v\f\r\x85" or u.category(c) in ("Zs", "Zl", "Zp")


def fold(s):
    s = "".join(" " if white(c) else c for c in s if white(c) or u.category(c) not in ("Cc", "Cf"))
    return " ".join(word for word in s.split(" ") if word)


def text(s):
    return u.normalize("NFKC", upper(fold(u.normalize("NFKC", s))))


def digits(s):
    return "".join(str(u.decimal(c)) for c in u.normalize("NFKC", s) if u.category(c) == "Nd")


def mrn(s):
    out = "".join(str(u.decimal(c)) if u.category(c) == "Nd" else upper(c) for c in u.normalize("NFKC", s) if u.category(c) == "Nd" or u.category(c)[0] == "L")
    return out.lstrip("0") if re.fullmatch("[0-9]*", out) else out


def national(valid):
    def rule(s):
        out = ""
        for c in u.normalize("NFKC", s):
            if u.category(c) == "Nd":
                out += str(u.decimal(c))
            elif not (white(c) or c == "." or u.category(c) in ("Pd", "Cc", "Cf")):
                return ""
        return out if out and valid(out) and len(set(out)) > 1 else ""
    return rule


def nhs(n):
    if len(n) != 10:
        return False
    check = 11 - sum(w * int(d) for w, d in zip(range(10, 1, -1), n)) % 11
    return check != 10 and int(n[9]) == (0 if check == 11 else check)


def ahv(n):
    # From the right, beginning before the check digit, weights 3 and 1 in turn.
    return len(n) == 13 and n[:3] == "756" and (sum((3, 1)[i % 2] * int(d) for i, d in enumerate(reversed(n[:12]))) + int(n[12])) % 10 == 0


def ssn(n):
    return re.fullmatch("(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}", n) is not None


def name(s):
    out = ""
    for c in u.normalize("NFKD", s):
        k = u.category(c)
        if k == "Lm" and 0x2B0 <= ord(c) <= 0x2FF:
            continue
        if k[0] == "M" and (10 <= u.combining(c) <= 36 or u.combining(c) >= 200):
            continue
        if k[0] not in "LM":
            continue
        out += "SS" if c in "\u00df\u1e9e" else upper(c)
    return out


def full_name(s):
    parts, part = [], ""
    for c in u.normalize("NFKD", s) + " ":
        if c in ",;" or white(c) or u.category(c) == "Pd":
            parts.append(name(part))
            part = ""
        else:
            part += c
    return " ".join(sorted(p for p in parts if p))


def date(*orders):
    def rule(s):
        s = fold(u.normalize("NFKC", s))
        forms = [r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})", r"(?P<y>[0-9]{4})/(?P<m>[0-9]{2})/(?P<d>[0-9]{2})", r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"]
        for order in orders:
            a, b = (f"(?P<{x}>[0-9]{{1,2}})" for x in order)
            forms += [a + separator + b + separator + "(?P<y>[0-9]{4})" for separator in (r"\.", "/", "-")]
        for form in forms:
            if found := re.fullmatch(form, s):
                try:
                    day = datetime.date(int(found["y"]), int(found["m"]), int(found["d"]))
                    return f"{day.year:04}{day.month:02}{day.day:02}"
                except ValueError:
                    return ""
        return ""
    return rule


RULES = {
    "text": text, "digits": digits, "mrn": mrn, "nhs": national(nhs), "ahv": national(ahv), "ssn": national(ssn), "name": name, "fullName": full_name,
    "date": date(), "dateDayFirst": date("dm"), "dateMonthFirst": date("md"),
}


def item(normalised, study=STUDY, key=1):
    if key > 1:
        label = b"vfl/v1/id/key"
        study = hashlib.sha256(struct.pack(">H", len(label)) + label + struct.pack(">I", 32) + study + struct.pack(">II", 4, key)).digest()
    data = b"vfl/v1/id" + study
    for value in normalised:
        raw = value.encode()
        data += struct.pack(">I", len(raw)) + raw
    return hashlib.sha256(data).digest()[:16]


def case(kinds, values, key=1):
    normalised = [RULES[k](v) for k, v in zip(kinds, values)]
    assert all(normalised), (kinds, values, normalised)
    return {"key": key, "kinds": kinds, "values": values, "normalised": normalised, "item": item(normalised, key=key).hex()}


def one(kind, *values):
    return [case([kind], [v]) for v in values]


def without(kind, reason, *values):
    assert all(v is None or RULES[kind](v) == "" for v in values), (kind, values)
    return [{"kinds": [kind], "values": [v], "reason": reason} for v in values]


def main():
    cases = (
        one("text", "p-001", " P-001 ", "\tp-001\r\n", "\ufeffp-001", "\uff50\uff0d\uff10\uff10\uff11", "P\u00ad-001")
        + one("text", "a b", "A  B", "a\u00a0b", "a\u3000\u2003b", "\ufb01x", "FIX", "e\u0301", "\u00c9", "stra\u00dfe", "\u0130", "\u01c6")
        + one("text", "0", "007", "7", "\uac00", "\u1100\u1161", "\U0001d400", "\u212b", "\u1e9b\u0323", "\u0345a")
        + one("text", "\u0131", "I", "\u1f80", "\u1f88", "\u0149", "\u0390", "\u01c5", "\u10d0", "\U00010428")
        + one("digits", "123-456", "123456", " 12 34 56", "\uff11\uff12\uff13456", "\u0661\u0662\u0663\u0664\u0665\u0666", "MRN 00123", "123")
        + one("mrn", "00123", "123", " 123 ", "12-3", "000-123", "\uff11\uff12\uff13", "\u0661\u0662\u0663", "a-00123", "A00123", "A123", "0A12", "\u00e9-7", "e\u0301-7", "10")
        + one("nhs", "943 476 5919", "9434765919", "943-476-5919", "\uff19434765919", "\ufeff9434765919", "4010232137", "9876543210")
        + one("ahv", "756.9217.0769.85", "7569217076985", "756 9217 0769 85", "756.1234.5678.97")
        + one("ssn", "123-45-6789", "123456789", "123 45 6789", "899-99-9999", "001-01-0001")
        + one("name", "O'Brien", "OBRIEN", "o\u2019brien", "o\u02bcbrien", "Jos\u00e9 Mar\u00eda", "jose-maria", "Wei\u00df", "WEISS", "\u1e9e",
              "\u0141ukasz", "Nguy\u1ec5n", "\u30ab\u30fc", "\u30ac\u30fc", "\u05d3\u05b8\u05d5\u05b4\u05d3", "\u0e1b\u0e39", "Anna 2.",
              "I\u015f\u0131k", "ISIK", "Isik")
        + one("fullName", "Dupont, Jean-Pierre", "Jean Pierre DUPONT", "jean\u2010pierre dupont", "Dupont;Jean\u00a0Pierre", "Pierre Jean Dupont",
              "O'Brien, Se\u00e1n", "Sean OBrien", "Anna", "Anna Anna", "\U00010428 \uff5a \u30ab", "\u30ab\u30fc \u30bf", "3. Anna",
              "\U00020000 \ufa0e")
        + one("date", "2026-11-21", "2026/11/21", "20261121", " 2026-11-21 ", "\uff12\uff10\uff12\uff16-11-21", "2024-02-29", "0001-01-01")
        + one("dateDayFirst", "21.11.2026", "21/11/2026", "21-11-2026", "2026-11-21", "20261121", "1.2.1970", "01.02.1970", "1/02/1970", "29.02.2024")
        + one("dateMonthFirst", "11/21/2026", "11.21.2026", "11-21-2026", "2026/11/21", "2/1/1970", "02/01/1970", "2/29/2024")
        + [
            case(["name", "date"], ["Ann", "1970-01-02"]),
            case(["text", "text"], ["ab", "c"]),
            case(["text", "text"], ["a", "bc"]),
            case(["text", "text"], ["a", "b"]),
            case(["text"], ["a b"]),
            case(["text"], ["p-001"], 2),
            case(["text"], ["p-001"], 8),
            case(["name", "dateDayFirst"], ["Ann", "2.1.1970"], 2),
        ]
    )
    blank = [
        *without("text", "empty", ""),
        *without("text", "missing", None),
        *without("text", "only white space", " \t\u00a0"),
        *without("text", "only format characters", "\u200b\ufeff"),
        *without("date", "only white space", " "),
        *without("nhs", "empty", ""),
        {"kinds": ["text", "date"], "values": ["p-001", ""], "reason": "one part of two is empty"},
    ]
    invalid = [
        *without("digits", "no digit", "n/a"),
        *without("mrn", "only zeros", "0", "000-000"),
        *without("mrn", "no letter or digit", "-"),
        *without("nhs", "the check digit is another", "9434765918", "9434765910"),
        *without("nhs", "the check would be 10", "0000000060", "1000000010"),
        *without("nhs", "a digit is missing", "943476591"),
        *without("nhs", "a digit too many", "94347659190"),
        *without("nhs", "a letter", "943 476 591O"),
        *without("nhs", "one digit repeated", "1111111111", "0000000000"),
        *without("ahv", "the check digit is another", "756.9217.0769.86"),
        *without("ahv", "another country", "7579217076984"),
        *without("ahv", "a digit is missing", "756.9217.0769.8"),
        *without("ssn", "a group that is never issued", "000-12-3456", "666-12-3456", "900-12-3456", "999-12-3456", "123-00-4567", "123-45-0000"),
        *without("ssn", "a digit is missing", "123-45-678"),
        *without("ssn", "one digit repeated", "111-11-1111"),
        *without("name", "no letter", "-- 12"),
        *without("fullName", "no letter", "12, 3"),
        *without("date", "no such day", "2026-02-30", "2026-13-01", "0000-01-01"),
        *without("date", "not a leap year", "2023-02-29"),
        *without("date", "day and month could be either", "03/04/2026", "21.11.2026"),
        *without("date", "digits missing", "2026-1-2"),
        *without("date", "a time", "2026-11-21T00:00:00"),
        *without("dateDayFirst", "no such day", "30.02.2026", "11/21/2026", "29.02.2023"),
        *without("dateDayFirst", "a year of two digits", "21.11.26"),
        *without("dateDayFirst", "two separators", "21.11/2026"),
        *without("dateDayFirst", "three digits", "021.11.2026"),
        *without("dateMonthFirst", "no such day", "21/11/2026", "2/30/2026"),
        {"kinds": ["text", "date"], "values": ["p-001", "soon"], "reason": "one part of two is no date"},
    ]
    here = pathlib.Path(__file__).parent
    (here / "items.json").write_text(
        json.dumps({"source": "identifiers.py", "study": STUDY.hex(), "cases": cases, "blank": blank, "invalid": invalid}, indent=1, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
