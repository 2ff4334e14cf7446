"""Text that looks like something rule 5 forbids: warned about on the phone, flagged on arrival.

The patterns are data that `re` and JavaScript's `RegExp` (flags `i` where told) read alike: ASCII
classes only, no look-behind. A finding is a hint to a person, never a reason to refuse.
"""

import re

_SEP = "[ ./-]?"
_BEFORE = "(?:^|[^0-9A-Za-z])"
_MONTHS = (
    "(?:jan(?:uari)?|feb(?:ruari)?|mar(?:et)?|apr(?:il)?|mei|jun(?:i)?|jul(?:i)?|agu(?:stus)?|agt"
    "|sep(?:tember)?|okt(?:ober)?|nov(?:ember)?|des(?:ember)?)"
)
_NAME = "[A-Z][a-z']{2,}"

# (what, pattern, ignore case)
PATTERNS: tuple[tuple[str, str, bool], ...] = (
    # NIK and family card: sixteen digits, often written in groups.
    ("nik", f"(?:^|[^0-9])[0-9](?:{_SEP}[0-9]){{15}}(?![0-9])", False),
    # Mobile and landline numbers as people write them.
    ("phone", f"(?:^|[^0-9])(?:[+]?62|0){_SEP}8(?:{_SEP}[0-9]){{7,11}}(?![0-9])", False),
    ("phone", "(?:^|[^0-9])[(]?0[2-7][0-9]{1,2}[)]?[ -]?[0-9]{5,8}(?![0-9])", False),
    ("address", f"{_BEFORE}(?:rt|rw)[ .:/]*[0-9]", True),
    ("address", f"{_BEFORE}(?:jl|jln|jalan|gg|gang)(?:[.] *| +)[a-z0-9]", True),
    ("address", f"{_BEFORE}(?:no|nomor|nomer|blok)(?:[.] *| +)(?:rumah +)?[0-9a-z]?[0-9]", True),
    ("gps", "[0-9]{1,2}[.,][0-9]{4,}[,; ]+[0-9]{2,3}[.,][0-9]{4,}", False),
    ("birth_date", "(?:^|[^0-9])[0-3]?[0-9][-/.][01]?[0-9][-/.](?:19|20)?[0-9]{2}(?![0-9])", False),
    ("birth_date", f"(?:^|[^0-9])[0-3]?[0-9] +{_MONTHS}[.]? +(?:19|20)[0-9]{{2}}", True),
    ("birth_date", f"{_BEFORE}(?:tgl|tanggal|tahun|thn)[.]? +lahir", True),
    # Two or more capitalised words in a row, or what follows "named".
    ("full_name", f"{_BEFORE}{_NAME}(?: +{_NAME})+", False),
    ("full_name", f"{_BEFORE}(?:bernama|namanya|nama) +(?:adalah +|ialah +)?[a-z']{{3,}}", True),
    ("full_name", f"{_BEFORE}[a-z']{{3,}} +(?:bin|binti) +[a-z']{{3,}}", True),
)

# Names of places and offices that are written with capitals and name nobody.
INNOCENT: tuple[str, ...] = (
    "Rumah Sakit",
    "Rumah Aman",
    "Kepala Desa",
    "Pak Kades",
    "Polres",
    "Polsek",
    "Puskesmas",
    "Posyandu",
    "Balai Desa",
    "Kantor Desa",
    "Bu Bidan",
    "Ibu Bidan",
)

_READY = tuple(
    (what, re.compile(pattern, re.ASCII | (re.IGNORECASE if blind else 0)))
    for what, pattern, blind in PATTERNS
)
KINDS = tuple(dict.fromkeys(what for what, _, _ in PATTERNS))


def suspected(text: str) -> tuple[str, ...]:
    """Return what this text may hold that it must not: `nik`, `phone`, `address` and so on."""
    for innocent in INNOCENT:
        text = text.replace(innocent, innocent.lower())
    found = {what for what, pattern in _READY if pattern.search(text)}
    return tuple(what for what in KINDS if what in found)


def as_shared() -> dict[str, object]:
    """Return the detectors as the phone's page carries them (JSON)."""
    return {
        "patterns": [
            {"what": what, "pattern": pattern, "flags": "i" if blind else ""}
            for what, pattern, blind in PATTERNS
        ],
        "innocent": list(INNOCENT),
    }
