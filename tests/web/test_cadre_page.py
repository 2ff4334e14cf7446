"""The phone's page as it comes over the wire: small, hard, neutral, whole in every language."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import brotli
import pytest

from app import create_app
from app.config import ROOT, Misconfigured, keep_cover, load_settings

MOST = 20_000 - 900  # The answer's headers are on the wire too.
# What nobody must read on a home screen, in a list of open apps or in a notification.
REVEALING = re.compile(r"keras|violen|korban|lapor|report|uptd|ppa|kbg|gbv|siaga", re.I)


class Tags(HTMLParser):
    """Every tag with its attributes and the forms around it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_first_view_is_small(client):
    answer = client.get("/", headers={"Accept-Encoding": "br"})

    assert answer.status_code == 200
    assert answer.content_encoding == "br"
    assert len(answer.data) <= MOST


def test_the_page_needs_nothing_else_to_be_seen(client):
    tags = Tags(client.get("/").text).seen

    fetched = [(tag, a) for tag, a in tags if "src" in a or (tag == "link" and "rel" in a)]
    assert {a.get("rel") for _, a in fetched} == {"manifest", "icon"}


def test_nothing_is_inline_but_the_one_style_and_the_one_script(client):
    answer = client.get("/")
    tags = Tags(answer.text).seen

    assert sum(tag == "style" for tag, _ in tags) == 1
    assert sum(tag == "script" for tag, _ in tags) == 1
    assert not [a for _, a in tags if "style" in a or any(name.startswith("on") for name in a)]
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "require-trusted-types-for 'script'" in policy


def test_nothing_on_the_phone_moves_by_itself(client):
    page = client.get("/").text

    assert not re.search(r"transition|animation|@keyframes|scroll-behavior", page)


def test_a_browser_keeps_nothing_of_what_is_typed(client):
    tags = Tags(client.get("/").text).seen

    forms = [a for tag, a in tags if tag == "form"]
    typed = [a for tag, a in tags if tag == "textarea" or a.get("type") in ("text", "tel")]
    assert [form["autocomplete"] for form in forms] == ["off"]
    assert typed
    assert all(a.get("autocomplete") == "off" and a["spellcheck"] == "false" for a in typed)


def test_no_page_offers_itself_to_a_translator_elsewhere():
    """A phone sold in English asks *Translate this page?*; a yes sends away what stands there."""
    pages = [page for page in ROOT.glob("*/templates/**/*.html") if "<!doctype" in page.read_text()]

    assert len(pages) >= 4
    for page in pages:
        assert re.search('<meta name="?google"? content="?notranslate', page.read_text()), page.name


def test_only_our_own_tags_choose_the_language(client):
    phones = "en-US,en;q=0.9"  # cheap phones are sold in English

    assert '<html lang="id"' in client.get("/", headers={"Accept-Language": phones}).text
    assert '<html lang="en"' in client.get("/?l=en").text


@pytest.mark.parametrize("cover", ["posyandu", "warga"])
def test_the_home_screen_says_nothing_about_what_it_is_for(settings, cover):
    client = create_app(replace(settings, cover=cover, parts=frozenset({"cadre"}))).test_client()

    manifest = client.get("/manifest.webmanifest")
    title = re.search("<title>(.*?)</title>", client.get("/").text)[1]

    assert not REVEALING.search(manifest.text)
    assert not REVEALING.search(title)
    for icon in manifest.json["icons"]:
        with client.get(icon["src"]) as drawing:
            assert drawing.mimetype == "image/png"


def test_every_sentence_has_a_word_in_the_page(client):
    page = client.get("/").text
    known = set(re.findall(r"data-w=([\w.-]+)", page))
    asked = set()
    for script in (ROOT / "static" / "cadre" / "screens").glob("*.js"):
        asked |= set(re.findall(r"\bword\('([\w.-]+)'", script.read_text()))
    assert asked <= known


def test_no_sentence_stands_in_a_script():
    texts = re.compile(r"'((?:[^'\\\n]|\\.)*)'|`([^`]*)`")
    sentence = re.compile(r"^[A-Z][\w’]+ [\w’]+|(?:[a-z]{2,} ){3}|[a-z] \w+[.?!]$")
    for script in (ROOT / "static" / "cadre" / "screens").glob("*.js"):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", script.read_text(), flags=re.S)
        found = [a or b for a, b in texts.findall(code) if sentence.search(a or b)]
        assert not found, script.name


def test_an_unknown_cover_is_named_at_the_start(tmp_path):
    told = {"SIAGA_ENV": "test", "SIAGA_DATA": str(tmp_path), "SIAGA_COVER": "sekolah"}

    with pytest.raises(Misconfigured, match="SIAGA_COVER"):
        load_settings(told)


def test_a_book_on_a_home_screen_never_becomes_another(settings, tmp_path):
    def known(host: str, cover: str) -> None:
        url = f"https://{host}.contoh.invalid"
        keep_cover(replace(settings, data_dir=tmp_path, cadre_url=url, cover=cover))

    known("buku", "posyandu")
    known("buku", "posyandu")
    known("warga", "warga")

    with pytest.raises(Misconfigured, match="SIAGA_COVER is 'warga'.*'posyandu'"):
        known("buku", "warga")


def in_other_words(page: str, told: list) -> str:
    """Do what the worker does."""
    known, rest = {}, iter(told)

    def other(piece):
        words = known.get(piece[0]) or next(rest) or piece[2]
        if isinstance(words, str):
            known[piece[0]] = words
        return piece[1] + "".join(words)

    made = re.sub(r'(>|=")([^<>"]+)', other, page)
    assert not list(rest)
    return made


@pytest.mark.parametrize("language", ["en", "jv-x-banyumas"])
def test_the_page_in_each_language_is_made_of_the_indonesian_one(client, language):
    worker = client.get("/sw.js", headers={"Accept-Encoding": "br"})
    script = brotli.decompress(worker.data).decode()
    others = json.loads(re.match(r"self\.siaga=(.*);\n", script)[1])["others"]
    count, *told = others[language]

    assert count == len(told)
    assert in_other_words(client.get("/").text, told) == client.get(f"/?l={language}").text
    assert len(worker.data) <= 8_500  # everything must stay under 80,000 (bench.bytes)


@pytest.mark.parametrize("path", ["/", "/sw.js"])
def test_what_a_phone_has_already_is_not_sent_again(client, path):
    asking = {"Accept-Encoding": "br"}
    first = client.get(path, headers=asking)

    again = client.get(path, headers=asking | {"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.data) == (304, b"")


def test_a_worker_asks_again_for_what_it_imports_and_gets_nothing_it_has(client):
    worker = client.get("/sw.js")
    path = re.search(r"importScripts\(\"(/s/shared-\w+\.js)\"\)", worker.text)[1]
    first = client.get(path, headers={"Accept-Encoding": "br"})

    for coding, status in (("br", 304), ("gzip", 200)):
        asking = {"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]}
        assert client.get(path, headers=asking).status_code == status
    # what asks for trusted scripts would stop this import, and a worker has nothing to put one into
    assert "trusted-types" not in worker.headers["Content-Security-Policy"]
    assert "script-src 'self';" in worker.headers["Content-Security-Policy"]


def test_the_one_notification_may_fetch_its_picture(client):
    worker = client.get("/sw.js")
    icon = re.search(r'"icon":"(/i/[\w-]+\.png)"', worker.text)[1]

    with client.get(icon) as picture:
        assert picture.mimetype == "image/png"
    # a worker's policy holds for what its notification shows, too
    assert "img-src 'self'" in worker.headers["Content-Security-Policy"]
