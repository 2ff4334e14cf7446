"""Which push endpoints may be kept and called. An endpoint is a URL that a stranger supplies.

What such a host answers and where its name leads is checked when it is called (`sync.outbound`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from app.domain.errors import Invalid

# The push services of the browsers that cadres and staff have. Not configurable: a longer list is
# a way into the district's network.
HOSTS = frozenset(
    {
        "fcm.googleapis.com",
        "jmt17.google.com",
        "updates.push.services.mozilla.com",
        "web.push.apple.com",
    }
)
DOMAINS = (".push.apple.com", ".notify.windows.com")

LONGEST = 1024

# One strict pattern instead of a URL parser: two parsers that read one URL differently are how
# an allow-list is walked around.
_ENDPOINT = re.compile(
    r"(?P<origin>https?://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(?P<port>[0-9]{1,5}))?)"
    r"(?P<path>/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*(?:\?[A-Za-z0-9._~%!$&'()*+,;=:@/?-]*)?)"
)
_P256DH = re.compile(r"B[A-Za-z0-9_-]{86}")
_AUTH = re.compile(r"[A-Za-z0-9_-]{22}")

_NOT_PUBLIC_4 = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "224.0.0.0/4"))
)
_PUBLIC_6 = ip_network("2000::/3")
# Teredo, ORCHID and 6to4 carry an IPv4 address inside; documentation prefixes lead nowhere.
_NOT_PUBLIC_6 = tuple(
    map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "64:ff9b::/96"))
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A push subscription that may be kept: its endpoint is one that we would call."""

    endpoint: str
    origin: str
    host: str
    p256dh: str
    auth: str

    def __repr__(self) -> str:  # An endpoint names one browser.
        return f"Subscription({self.host})"


def subscription(told: object, test_origin: str | None = None) -> Subscription:
    """Read what a browser's `PushSubscription.toJSON()` gave.

    :raises Invalid: `push.host` if the endpoint is not on the allow-list, `push.malformed` else.
    """
    if not isinstance(told, Mapping) or not isinstance(told.get("keys"), Mapping):
        raise Invalid("push.malformed")
    p256dh, auth = (told["keys"].get(name) for name in ("p256dh", "auth"))
    p256dh, auth = _unpadded(p256dh), _unpadded(auth)
    if not _P256DH.fullmatch(p256dh) or not _AUTH.fullmatch(auth):
        raise Invalid("push.malformed")
    origin, host = allowed(told.get("endpoint"), test_origin)
    return Subscription(told["endpoint"], origin, host, p256dh, auth)


def allowed(endpoint: object, test_origin: str | None = None) -> tuple[str, str]:
    """Return the origin and host of an endpoint that may be called.

    :raises Invalid: `push.host` if it may not.
    """
    if not isinstance(endpoint, str) or len(endpoint) > LONGEST:
        raise Invalid("push.host")
    parts = _ENDPOINT.fullmatch(endpoint)
    if not parts:
        raise Invalid("push.host")
    origin, host = parts["origin"], parts["host"]
    if test_origin and origin == test_origin:
        return origin, host
    known = host in HOSTS or (host.endswith(DOMAINS) and ".." not in host)
    if not known or not origin.startswith("https:") or parts["port"] not in (None, "443"):
        raise Invalid("push.host")
    return f"https://{host}", host


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the open internet, whatever dress it wears."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv4Address):
        return found.is_global and not any(found in network for network in _NOT_PUBLIC_4)
    inside = found in _PUBLIC_6 and not any(found in network for network in _NOT_PUBLIC_6)
    return inside and found.is_global


def _unpadded(text: object) -> str:
    return text.rstrip("=") if isinstance(text, str) else ""
