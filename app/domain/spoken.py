"""Words that people write to the office, and the answer of a report that each may mean.

Patterns are `re`, read with case ignored, between word boundaries; endings like -nya and -kan are
allowed at `~`. A word is a hint to a person, never a finding.
"""

_END = "(?:i|kan|nya|an|in|ku|mu)*"
_CHILD = "anak(?:nya|-anak|-anaknya)?"


def _any(*stems: str) -> str:
    """Return one pattern for several stems; `~` stands for any usual ending."""
    joined = "|".join(stem.replace("~", _END) for stem in stems)
    return rf"\b(?:{joined})\b"


# field → code → pattern. No answer that calms (no, none seen) stands here: silence means nothing.
MANY: dict[str, dict[str, str]] = {
    "violence": {
        "physical": _any(
            "(?:di|me|ter)?p?(?:ukul|mukul)~", "(?:di|me)?t?(?:ampar|nampar)~",
            "(?:di|me)?tendang~",
            "(?:di|men)?jambak~", "(?:di|meng)?hajar~", "(?:di|meng)?aniaya~", "(?:di|meng)?gebuk~",
            "(?:di|meny?)?siksa~", "(?:di|men)?cekik~", "(?:di|mem)?bacok~", "(?:di|mem)?banting~",
            "(?:di|me)?lempar~", "lebam", "memar", "babak belur", "kdrt", "diantemi", "dikepruk",
        ),
        "psychological": _any(
            "(?:di|me)?maki~", "(?:di|meng)?ancam~", "(?:di|mem)?bentak~", "(?:di|meng)?hina~",
            "(?:di|me)?rendah(?:kan|in)", "(?:di|men)?teror", "dicaci", "diomeli", "disumpahi",
        ),
        "sexual": _any(
            "(?:di|mem)?perkosa~", "pemerkosaan", "(?:di|men)?cabul~", "pencabulan",
            "(?:di|me)?leceh~", "pelecehan", "disetubuh~", "diraba~", "diremas~", "disodomi",
            "digerayang~", "dipaksa (?:berhubungan|melayani|tidur)", "kekerasan seksual",
        ),
        "neglect": _any(
            "(?:tidak|tdk|ga|gak|ora|tak)(?: pernah| lagi)?"
            " (?:di|mem)?(?:nafkahi|(?:beri|kasih) nafkah)",
            "(?:tidak|tdk|ga|gak|ora|tak)(?: pernah)? (?:di|mem)?(?:beri|kasih) makan",
            "(?:di|men)?telantar~", "diterlantar~", "tanpa nafkah",
        ),
        "exploitation": _any(
            "dipaksa (?:kerja|bekerja|mengemis|jualan)", "disuruh (?:mengemis|ngemis|ngamen)",
            "(?:di|mem)?peras~", "gaji(?:nya)? (?:tidak|tdk|ga|gak|belum) (?:di)?bayar~",
        ),
        "trafficking": _any(
            "(?:di)?jual (?:ke|oleh)~?", "dijual", "perdagangan orang", "tppo",
            "dibawa (?:ke luar negeri|agen|calo)", "dijadikan psk", "dipaksa jadi pl",
        ),
        "child_marriage": _any(
            "(?:di|me)nikahkan", "dikawinkan", "nikah (?:muda|dini|paksa)", "kawin (?:muda|paksa)",
            "(?:per)?nikahan (?:dini|anak)", "perkawinan anak", "dispensasi nikah",
        ),
        "online": _any(
            "(?:foto|video|gambar)(?:nya)?(?: \\w+){0,3} (?:di|me)?(?:sebar|viral|upload|unggah)~",
            "(?:lewat|di|via) (?:fb|facebook|ig|instagram|tiktok|medsos|internet|telegram|online)",
            "vcs", "sextortion",
        ),
    },
    "danger_signs": {
        "happening_now": _any(
            "(?:sedang|lagi|masih) (?:di|me)(?:pukul|mukul|hajar|siksa|aniaya|ngamuk)~",
            "(?:sedang|lagi|masih)(?: \\w+)? (?:ngamuk|mengamuk)",
            "(?:sekarang|saat ini)(?: \\w+){0,2} (?:di|me)(?:pukul|mukul|hajar|siksa|ancam)~",
        ),
        "death_threat": _any(
            "(?:mau|akan|hendak|ingin|diancam|mengancam)(?: \\w+){0,2} (?:di|mem)?bunuh(?! diri)",
            "dipateni", "tak pateni",
        ),
        "strangled": _any("(?:di|men)?cekik~", "(?:di|mem)?bekap~"),
        "weapon": _any(
            "pisau", "golok", "parang", "celurit", "clurit", "arit", "senjata~", "pistol", "kapak",
            "linggis", "(?:di|mem)?bacok~", "air keras",
        ),
        "serious_injury": _any(
            "pingsan", "tak sadar", "tidak sadar~?", "patah (?:tulang|tangan|kaki|gigi|hidung)",
            "berdarah~?", "pendarahan", "luka (?:parah|berat)", "bocor kepala~?", "kepala~? bocor",
        ),
        "suicidal": _any(
            "bunuh diri", "(?:ingin|mau|pengen|pengin|kepengin) mati", "gantung diri",
            "mengakhiri hidup~?", "minum racun",
        ),
        "confined": _any(
            "(?:di|meng)?kurung~", "(?:di|meny?)?sekap~", "dikunci(?:kan|in)?", "dipasung",
            "(?:tidak|tdk|ga|gak|ora) (?:boleh|bisa) keluar(?: rumah)?",
        ),
        "getting_worse": _any(
            "(?:makin|semakin|tambah|tmbh) (?:sering|parah|menjadi-jadi|nekat)", "hampir tiap hari",
            "(?:tiap|setiap) hari (?:di|me)(?:pukul|mukul|hajar|siksa)~",
        ),
        "just_separated": _any(
            "(?:minta|gugat|mau|baru|ajukan) (?:cerai|pisah)", "pisah (?:ranjang|rumah)",
        ),
        "pregnant_now": _any("hamil", "mengandung", "ngandung", "bumil", "meteng"),
        "children_threatened": _any(
            f"{_CHILD}(?: \\w+)? (?:ikut|juga)(?: \\w+)? (?:di|ke)(?:pukul|hajar|ancam|siksa)~",
            f"{_CHILD} (?:mau |akan )?(?:diancam|dipukul~?|dibawa (?:kabur|lari))",
        ),
        "cadre_fears": _any(
            "(?:takut|khawatir)(?: \\w+){0,3} (?:mati|meninggal|nyawa~?|dibunuh|keselamatan~?)",
        ),
    },
    "needs": {
        "medical": _any("(?:mau|perlu|butuh|harus) (?:berobat|dokter|ke rs|ke igd)", "visum"),
        "safe_place": _any(
            "rumah aman", "tempat aman", "mengungsi", "(?:kabur|lari|minggat) dari rumah",
        ),
        "police": _any("(?:mau|ingin|perlu|bantu) (?:lapor|melapor)(?: ke)? pol\\w+"),
        "children_alone": _any(f"{_CHILD} (?:sendirian|tidak ada yang jaga)"),
    },
    "access_needs": {
        "wheelchair": _any("kursi roda", "lumpuh"),
        "sight": _any("tunanetra", "tuna netra", "buta"),
        "hearing_speech": _any("tuli", "tunarungu", "bisu", "tunawicara"),
        "intellectual": _any("tunagrahita", "keterbelakangan mental", "down syndrome"),
        "mental": _any("odgj", "gangguan jiwa"),
        "elderly": _any("lansia"),
        "pregnant": _any("hamil", "mengandung", "ngandung", "bumil", "meteng"),
    },
}  # fmt: skip

# One of each: two that contradict each other propose nothing, but the latest time wins.
ONE: dict[str, dict[str, str]] = {
    "danger_now": {
        "yes": _any(
            "tolong segera", "darurat", "gawat", "segera (?:ke sini|kesini|datang|dibantu)",
            "(?:sedang|lagi|masih) (?:di|me)(?:pukul|mukul|hajar|siksa|aniaya)~",
            "(?:sedang|lagi|masih)(?: \\w+)? (?:ngamuk|mengamuk)",
        ),
    },
    "survivor_sex": {
        "female": _any(
            "is(?:te|t)ri(?:nya)?", "perempuan", "gadis", "janda", "wanita", "siswi", "wadon",
            "putri(?:nya)?", "ibu rumah tangga", "hamil", "meteng",
        ),
        "male": _any(
            "anak laki-laki(?:nya)?", "korban(?:nya)? (?:laki-laki|pria|cowok)", "siswa putra",
        ),
    },
    "last_happened": {
        "now": _any(
            "(?:sekarang|saat ini)(?: ini)?", "barusan", "baru saja",
            "(?:sedang|lagi|masih) (?:di|me)(?:pukul|mukul|hajar|siksa|aniaya)~",
        ),
        "last_24h": _any("tadi(?: \\w+)?", "hari ini", "semalam", "malam ini", "mau bengi"),
        "days_2_3": _any("kemarin(?: lusa)?", "(?:2|3|dua|tiga) hari(?: yang| yg)? lalu", "wingi"),
        "days_4_7": _any("(?:4|5|6|7|empat|lima|enam|tujuh) hari(?: yang| yg)? lalu"),
        "days_8_31": _any(
            "(?:se|1 |2 |3 |dua |tiga )?minggu(?: yang| yg)? (?:lalu|kemarin)",
            "sebulan(?: yang| yg)? lalu", "bulan (?:lalu|kemarin)",
        ),
        "older": _any(
            "(?:\\d+|dua|tiga|empat|lima|enam|beberapa) (?:bulan|tahun)(?: yang| yg)? lalu",
            "tahun (?:lalu|kemarin)",
        ),
        "planned_7d": _any(
            "(?:besok|lusa|minggu ini|hari (?:sabtu|minggu) ini)(?: \\w+){0,3}"
            " (?:dinikahkan|dikawinkan|dijual|dibawa)",
            "(?:dinikahkan|dikawinkan)(?: \\w+){0,3} (?:besok|lusa|minggu ini)",
        ),
    },
    "reported_person_near": {
        "yes": _any(
            "serumah", "satu rumah", "suami(?:nya)?", "tetangga(?:nya)? sendiri", "mertua(?:nya)?",
            "(?:bapak|ayah)(?:nya)? (?:tiri|kandung)(?:nya)?", "ayahnya",
        ),
    },
    "reported_person": {
        "former_partner": _any("mantan (?:suami|pacar|istri)(?:nya)?"),
        "spouse": _any("(?<!mantan )suami(?:nya)?"),
        "step_parent": _any("(?:bapak|ayah|ibu)(?:nya)? tiri(?:nya)?"),
        "parent": _any("ayah(?:nya)?(?! tiri)", "(?:bapak|ayah|ibu)(?:nya)? kandung(?:nya)?"),
        "partner_or_friend": _any("(?<!mantan )pacar(?:nya)?"),
        "in_law": _any("mertua(?:nya)?", "ipar(?:nya)?"),
        "relative": _any("paman(?:nya)?", "pakde(?:nya)?", "kakek(?:nya)?"),
        "employer": _any("majikan(?:nya)?", "bos(?:nya)?"),
        "teacher": _any("guru(?:nya)? (?:yang|yg) (?:men|mel|mem)\\w+"),
    },
}  # fmt: skip

NOT = r"\b(?:tidak|tdk|gak|ga|nggak|enggak|ora|bukan|belum|blm|jangan)(?: pernah| sampai| ada)?\s+$"
"""Before a word it takes the hint away; phrases that hold a *not* of their own stand above."""

AGE = (
    r"\b(?:umur|usia|berumur|berusia)(?:nya)?\s*(?:sekitar|kira-kira|±)?\s*(\d{1,3})\b(?!\s*(?:bulan|bln))",
    r"\((\d{1,3})\s*(?:th|thn|tahun)\)",
    r"\b(?:anak|gadis|perempuan|wanita|siswi|siswa|istri|ibu|korban)\s+(\d{1,3})\s*(?:th|thn|tahun)\b",
)
SCHOOL = {
    "0_5": _any("balita", "bayi(?:nya)?", "batita"),
    "6_12": _any("anak sd", "kelas [1-6] sd", "siswa sd", "siswi sd"),
    "13_17": _any(
        "anak sm[pak]", "kelas \\w+ (?:smp|sma|smk|mts)", "sis(?:wa|wi) (?:smp|sma|smk|mts)",
    ),
    "60_plus": _any("lansia", "nenek(?:nya)?", "simbah"),
}  # fmt: skip
