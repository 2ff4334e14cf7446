"""Siaga KBG: the roof. Knows every part and puts them together; nobody imports it but the door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from .config import ROOT, Misconfigured, Settings, keep_cover, load_settings

# Larger than any batch (256 KiB) and any form; what is bigger was not meant for us.
LARGEST_BODY = 300 * 1024

__all__ = ["Misconfigured", "create_app"]


def create_app(settings: Settings | None = None, parts: Iterable[str] | None = None) -> Flask:
    """Build the application for the given parts (`cadre`, `sync`, `desk`, `partner`).

    :raises Misconfigured: if a setting is missing or unsafe.
    """
    settings = settings or load_settings()
    if parts is not None:
        settings = replace(settings, parts=frozenset(parts))
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.production and "cadre" in settings.parts:
        keep_cover(settings)
    app = Flask(__name__, static_folder=None)
    app.config.update(_flask_settings(settings))
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
    _extensions(app)
    _keys(app, settings)
    _edges(app)
    _mount(app, settings.parts)
    _listen(app)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SIAGA": settings,
        "TESTING": settings.env == "test",
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings.database_url),
        "BABEL_DEFAULT_LOCALE": "id",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "WTF_CSRF_TIME_LIMIT": None,  # A form that waited a night must still be accepted.
        "WTF_CSRF_SSL_STRICT": False,  # No referrer is ever sent, so none can be compared.
        "SESSION_COOKIE_NAME": "__Host-desk",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def _engine_options(url: str) -> dict[str, object]:
    if url.startswith("sqlite"):
        # Seconds. Its lock goes to whoever asks at the right moment: of twenty writers on a slow
        # disk one may wait for long, and waits better than it fails.
        return {"connect_args": {"timeout": 60}}
    # What was used last comes first: most of what is asked is prepared in it.
    return {"pool_use_lifo": True, "pool_size": 10, "max_overflow": 10}


def _extensions(app: Flask) -> None:
    from . import models  # noqa: F401  (fills the metadata)
    from .db import db
    from .extensions import TemplateWords, babel, csrf
    from .locale import choose, zone

    db.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=choose, timezone_selector=zone)
    TemplateWords(app)


def _keys(app: Flask, settings: Settings) -> None:
    from . import sealing

    sealing.register(app, settings)


def _edges(app: Flask) -> None:
    from . import cli, errors, logs, security

    if not app.testing:  # Tests read the log by pytest's own handlers.
        logs.configure()
    errors.register(app)
    security.register(app)
    cli.register(app)


def _mount(app: Flask, parts: frozenset[str]) -> None:
    from .extensions import csrf

    if "desk" in parts:
        from .coordinator import bp as desk

        app.register_blueprint(desk)
    if "sync" in parts:
        from sync import bp as phones

        csrf.exempt(
            phones
        )  # Guarded by SameSite, Sec-Fetch-Site, content type and X-Siaga instead.
        app.register_blueprint(phones)
    if "partner" in parts:
        from partner import bp as answers

        csrf.exempt(answers)  # No session: who knows the secret may answer, nobody else can.
        app.register_blueprint(answers)
    if "cadre" in parts:
        from cadre import bp as book

        app.register_blueprint(book)


def _listen(app: Flask) -> None:
    """Every process hears the signals, whichever parts it serves, and replays after a restore."""
    from sync import queue, restored

    queue.listen(app)
    restored.watch(app)
