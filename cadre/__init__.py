"""The cadre's side: one translated page, its manifest, its worker and its cover."""

from cadre.views import bp

__all__ = ["bp"]
