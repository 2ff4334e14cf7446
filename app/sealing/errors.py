"""What can go wrong with keys and sealed bytes; no message ever carries content."""


class Malformed(ValueError):
    """A field of an info string, or the shape of sealed bytes, is off its pattern."""


class TooLarge(ValueError):
    """The content does not fit the largest size that an envelope may have."""


class Unreadable(Exception):
    """Sealed bytes did not open: wrong key, wrong use, changed, or not what was promised."""


class KeysAbsent(RuntimeError):
    """This process does not hold the keys that were asked for."""


class KeysRefused(RuntimeError):
    """A key file may not be used: missing, damaged, open to others, or in the wrong place."""
