"""When a cadre counts as ready: a confirmed phone that practised lately. Nobody is ranked."""

from collections.abc import Mapping
from datetime import datetime

from app.domain.settings import SETTINGS, Setting


def practised_lately(
    at: datetime | None, now: datetime, settings: Mapping[str, Setting] = SETTINGS
) -> bool:
    """Tell whether the last practice still says something about the phone."""
    return at is not None and now - at <= settings["practice.counts_for"].span


def is_ready(has_phone: bool, practised_at: datetime | None, now: datetime) -> bool:
    """Tell whether a report of hers would come through today, as far as anybody can know."""
    return has_phone and practised_lately(practised_at, now)
