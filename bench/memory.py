"""What the web process holds in memory, with all three parts, after it has served for a while."""

from __future__ import annotations

import http.client
import sys

from bench import place

WANTED_MB = 120
ROUNDS = 30
# A page of each audience, and a sign-in that is refused (it costs Argon2's 32 MiB while it runs).
ASKED = ("/", "/sw.js", "/desk/sign-in", "/sync/v1/openapi.json", "/sync/v1/changes", "/nothing")


def main() -> int:
    """Measure, print; 1 if it is more than wanted."""
    with place.folder() as here:
        environment = place.with_demo(here)
        with place.served("wsgi:app", environment) as (port, arbiter):
            _ask(port, 1)
            (worker,) = place.children(arbiter)
            fresh = place.resident_mb(worker)
            _ask(port, ROUNDS)
            used = place.resident_mb(worker)
    print("memory             MB (VmRSS of the gunicorn worker, cadre + sync + desk)")
    print(f"first answers      {fresh:>6.1f}")
    print(f"after {ROUNDS * len(ASKED):>4} more    {used:>6.1f}   (wanted: at most {WANTED_MB})")
    return 0 if used <= WANTED_MB else 1


def _ask(port: int, rounds: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(rounds):
        for path in ASKED:
            connection.request("GET", path, headers={"X-Siaga": "1"})
            connection.getresponse().read()
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
