"""The log: one line an event, with ids and class names; never a word that somebody typed.

An exception tells its class and where it was, not its message, which may quote what it could not
read.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

import structlog
from structlog.typing import EventDict, WrappedLogger

OURS = frozenset({"app", "sync", "cadre", "partner", "wsgi"})
FRAMES = 6


def configure(out=None) -> None:
    """Let every logger of this process write to `out` (standard error), in our manner."""
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_foreign],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.LogfmtRenderer(key_order=["level", "logger", "event"]),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    # Its lines carry addresses and queries.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


def _foreign(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    told = {"level": record.levelname.lower(), "logger": record.name}
    # What others put into their sentences is theirs to know: only the sentence is kept.
    ours = record.name.partition(".")[0] in OURS
    told["event"] = event["event"] if ours else str(record.msg)
    if record.exc_info and record.exc_info[0]:
        told |= _exception(*record.exc_info)
    # The formatter would print the traceback, message and all, behind our line.
    record.exc_info = record.exc_text = None
    event.pop("exc_info", None)
    return {"_record": record, "_from_structlog": event["_from_structlog"], **told}


def _exception(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> dict[str, str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    places = (f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return {"exception": kind.__name__, "at": " < ".join(places)}
