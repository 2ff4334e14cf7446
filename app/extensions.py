"""The Flask extensions, made once and bound in `create_app`."""

from __future__ import annotations

from functools import cached_property

from babel.support import Translations
from flask_babel import Babel, Domain, get_locale
from flask_wtf import CSRFProtect


class Catalogue(Domain):
    """The words of each language, found by its name: a page looks up hundreds of words."""

    def __init__(self, domain: str):
        super().__init__(domain=domain)
        self._spoken: dict[str, Translations] = {}

    def get_translations(self) -> Translations:
        """Return the catalogue of the language that is spoken now."""
        locale = get_locale()
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


babel = OurBabel()
csrf = CSRFProtect()
