"""Bring the catalogues up to date with the code, and compile them.

`bin/words.py` does both; `bin/words.py compile` only compiles. What Banyumasan (`jv_ID`) lacks is
filled from Indonesian when compiling: better a sentence in her second language than in English.
"""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("id", "en", "jv_ID")
KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
    "_l": None,
    "_p": ((1, "c"), 2),
}


def place(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Return every sentence of the code and the templates."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        mapping, options = parse_mapping_cfg(file)
    words = Catalog(project="Siaga KBG", version="1", fuzzy=False)
    found = extract_from_dir(
        ROOT, mapping, options, keywords=KEYWORDS, directory_filter=_ours, comment_tags=("NOTE:",)
    )
    for _file, _line, message, comments, context in found:
        words.add(message, auto_comments=comments, context=context)
    return words


def load(language: str) -> Catalog:
    """Return the catalogue of a language as it is on disk."""
    with place(language).open("rb") as file:
        catalogue = read_po(file)
    catalogue.locale = language
    return catalogue


def told(message) -> bool:
    """Tell whether a message has its translation, every plural form of it."""
    words = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(words)


def _ours(folder: str) -> bool:
    return Path(folder).name not in {"node_modules", "dist", "__pycache__", "var"} and not Path(
        folder
    ).name.startswith(".")


def update() -> None:
    """Add new sentences, drop old ones, keep every translation; English translates itself."""
    words = extracted()
    for language in LANGUAGES:
        catalogue = load(language)
        made_at = catalogue.creation_date
        # A copy: else English words, told below, would stand in the next language too.
        catalogue.update(deepcopy(words), no_fuzzy_matching=True)
        catalogue.creation_date = made_at  # Else each run would change every file.
        catalogue.obsolete.clear()
        if language == "en":
            for message in catalogue:
                if message.id and not told(message):
                    message.string = message.id
        _write(place(language), catalogue)


def spoken(language: str) -> Catalog:
    """Return what the running program says: the catalogue, with its gaps filled from Indonesian."""
    catalogue = load(language)
    if language == "jv_ID":
        for message in load("id"):
            own = catalogue.get(_first(message.id), message.context) if message.id else None
            if own and not told(own):
                own.string = message.string
    return catalogue


def compile_all() -> None:
    """Write the `.mo` files that the running program reads."""
    for language in LANGUAGES:
        into = io.BytesIO()
        write_mo(into, spoken(language))
        place(language).with_suffix(".mo").write_bytes(into.getvalue())


def _first(message_id: str | tuple[str, ...]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _write(path: Path, catalogue: Catalog) -> None:
    into = io.BytesIO()
    write_po(into, catalogue, no_location=True, sort_output=True, width=100)
    path.write_bytes(into.getvalue())


if __name__ == "__main__":
    with redirect_stderr(sys.stdout):
        if sys.argv[1:] != ["compile"]:
            update()
        compile_all()
