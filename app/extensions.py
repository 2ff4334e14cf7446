"""The Flask extensions, made once and bound in `create_app`."""

from __future__ import annotations

from functools import cached_property

from babel.support import Translations
from flask import g
from flask_babel import Babel, Domain, get_locale
from flask_wtf import CSRFProtect


class Catalogue(Domain):
    """The words of a language, looked up once a page and not once a word: a page has hundreds."""

    def get_translations(self) -> Translations:
        """Return the catalogue of the language that is spoken now."""
        if not g:
            return super().get_translations()
        locale = get_locale()
        spoken, found = getattr(g, "catalogue", (None, None))
        if spoken is not locale:
            found = super().get_translations()
            g.catalogue = (locale, found)
        return found


class OurBabel(Babel):
    """Flask-Babel with one such catalogue an app."""

    @cached_property
    def domain_instance(self) -> Domain:
        """Where words are looked up."""
        return Catalogue(domain=self.domain)


babel = OurBabel()
csrf = CSRFProtect()
