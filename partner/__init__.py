"""The partner's side: one page under `/p/` where an answer is given by a one-time link."""

from partner.views import bp

__all__ = ["bp"]
