"""Between cadres' phones and the server: receive, open, hand out, ring."""

from sync.wire import bp

from sync import enrolment, push, views  # isort: skip — they hang their routes on it

__all__ = ["bp", "enrolment", "push", "views"]
