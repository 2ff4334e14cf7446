"""`/`, the manifest, the worker and the icons: all that the cadre's phone asks of this part."""

from functools import lru_cache
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    json,
    render_template,
    request,
    send_from_directory,
)
from flask_babel import force_locale

from app.locale import DEFAULT, HTML_LANG, LANGUAGES
from app.words import label, question
from cadre import cover as covers
from cadre import questions, shell
from cadre.apart import apart
from cadre.guide import GUIDE

bp = Blueprint("cadre", __name__, template_folder="templates")

DRAWINGS = Path(__file__).resolve().parent.parent / "static" / "cadre" / "icons"
# What a home screen wants: name of the file, side, purpose.
ICONS = (("192", 192, "any"), ("mask", 512, "any maskable"))
TONGUES = {tag: name for name, tag in HTML_LANG.items()}


@bp.get("/")
def page() -> Response:
    """Return the whole app: one request, nothing else is needed to see it."""
    tongue = _tongue()
    return shell.page(_html(tongue, _cover().code, shell.current().version))


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    """Return what the phone's home screen shows; it says nothing about what the app is for."""
    cover = _cover()
    body = {
        "id": "/",
        "name": cover.name,
        "short_name": cover.name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "id",
        "background_color": "#f8f3e9",
        "theme_color": cover.colour,
        "icons": [
            {
                "src": _drawing(cover.code, name),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, size, purpose in ICONS
        ],
    }
    answer = Response(json.dumps(body), content_type="application/manifest+json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/sw.js")
def worker() -> Response:
    """Return the worker, with the one sentence it may show in each language."""
    cover = _cover()
    words = {}
    for name, tag in HTML_LANG.items():
        with force_locale(name):
            words[tag] = {"title": cover.name, "body": str(cover.notice)}
    version = shell.current().version
    pages = {name: _html(name, cover.code, version) for name in HTML_LANG}
    others = {
        HTML_LANG[name]: apart(pages[DEFAULT], html)
        for name, html in pages.items()
        if name != DEFAULT
    }
    return shell.worker(words, pages.values(), others, icon=f"/i/{cover.code}-192.png")


@bp.get("/s/<path:name>")
def asset(name: str) -> Response:
    """Return a built file of the app."""
    return shell.asset(name)


@bp.get("/i/<name>")
def icon(name: str) -> Response:
    """Return an icon of a cover."""
    if name not in {f"{code}-{each}.png" for code in covers.COVERS for each, _, _ in ICONS}:
        abort(404)
    answer = send_from_directory(DRAWINGS, name, mimetype="image/png")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


def _drawing(code: str, name: str = "192") -> str:
    return f"/i/{code}-{name}.png"


def _tongue() -> str:
    """Return the language asked for in the address, or the default; a phone makes its own of that.

    A browser's own list (`en-US,en;q=0.9`) is not asked: cheap phones are sold in English.
    """
    return TONGUES.get(request.args.get("l", "")) or DEFAULT


def _cover() -> covers.Cover:
    return covers.COVERS[current_app.config["SIAGA"].cover]


@lru_cache(maxsize=16)
def _html(tongue: str, cover: str, version: str) -> str:
    """Return the page; it is the same for everybody, so it is made once for each version."""
    del version  # only tells apart what is kept
    with force_locale(tongue):
        html = render_template(
            "cadre/page.html",
            lang=HTML_LANG[tongue],
            languages=[(HTML_LANG[name], own) for name, own in LANGUAGES.items()],
            shell=shell.current(),
            cover=covers.COVERS[cover],
            drawing=_drawing(cover),
            pictures=covers.PICTURES,
            guide=GUIDE,
            groups=questions.groups(),
            purposes=questions.purposes(),
            label=label,
            short=lambda field: question(field).short,
        )
        return shell.slim(html)
