"""What app says aloud. Whoever wants to act on it listens; app does not know who does."""

from blinker import Namespace

_signals = Namespace()

arrived = _signals.signal("arrived")
"""Envelopes were stored. No arguments: the bell says that there is something, not what."""

alert_written = _signals.signal("alert-written")
"""An outbox row was committed. Sent with `outbox_id` (str)."""

changed = _signals.signal("changed")
"""What a desk sees has changed. Sent with `district` (str); carries nothing else."""

counts_wanted = _signals.signal("counts-wanted")
"""Somebody wants the statistics counted now. No arguments."""
