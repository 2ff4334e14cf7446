"""The Flask extensions, made once and bound in `create_app`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from babel import Locale
from babel.support import Translations
from flask import Flask, g
from flask_babel import Babel, Domain, get_locale, gettext, pgettext
from flask_wtf import CSRFProtect
from markupsafe import Markup


def spoken() -> Locale | None:
    """Return the language that is spoken now; None outside a request.

    What Flask-Babel chose for this request it keeps by it. A page asks for it hundreds of times,
    and asked in its own way it looks for the request thrice each time.
    """
    here = g._get_current_object() if g else None
    chosen = getattr(here, "_flask_babel", None)
    return getattr(chosen, "babel_locale", None) or get_locale()


class Catalogue(Domain):
    """The words of each language, found by its name: a page looks up hundreds of words."""

    def __init__(self, domain: str):
        super().__init__(domain=domain)
        self._spoken: dict[str, Translations] = {}

    def get_translations(self) -> Translations:
        """Return the catalogue of the language that is spoken now."""
        locale = spoken()
        if locale is None:
            return super().get_translations()
        if locale.language not in self._spoken:
            self._spoken[locale.language] = super().get_translations()
        return self._spoken[locale.language]


class OurBabel(Babel):
    """Flask-Babel with one such catalogue an app."""

    @cached_property
    def domain_instance(self) -> Domain:
        """Where words are looked up."""
        return Catalogue(domain=self.domain)


class TemplateWords:
    """`_` and `pgettext` of templates, which ask for the same words again and again.

    In place of the template engine's own, which ask two functions and the catalogue for each. Like
    those they take a text as HTML and escape what fills its blanks.
    """

    def __init__(self, app: Flask) -> None:
        self._known: dict[tuple[str, ...], Markup] = {}
        self._plain: dict[tuple[str, ...], Markup] = {}
        app.jinja_env.globals.update({"_": self.gettext, "pgettext": self.pgettext})

    def gettext(self, text: str, /, **blanks: object) -> Markup:
        """Return a text in the language that is spoken now."""
        return self._filled(gettext, (text,), blanks)

    def pgettext(self, context: str, text: str, /, **blanks: object) -> Markup:
        """Return a text that says something else elsewhere."""
        return self._filled(pgettext, (context, text), blanks)

    def _filled(self, look_up: Callable[..., str], text: tuple[str, ...], blanks: dict) -> Markup:
        key = (spoken().language, *text)
        if not blanks and key in self._plain:
            return self._plain[key]
        if key not in self._known:
            self._known[key] = Markup(look_up(*text))  # noqa: S704  (out of our catalogue)
        filled = self._known[key] % blanks
        if not blanks:
            self._plain[key] = filled
        return filled


babel = OurBabel()
csrf = CSRFProtect()
