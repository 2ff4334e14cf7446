"""What a phone pays for: the bytes of its first view, and of everything it ever loads, on the wire.

Headers count too. The list is found as a browser finds it: the page names the manifest, the worker
names its files, the manifest names the icons.
"""

from __future__ import annotations

import json
import re
import socket
import sys

import brotli

from bench import place

FIRST_VIEW, EVER = 20_000, 80_000
ASK = (
    "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip, br\r\n"
    "Accept-Language: id\r\nConnection: close\r\n\r\n"
)


def fetched(port: int, path: str) -> tuple[int, bytes]:
    """Return how many bytes an answer was on the wire, and its body unpacked."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(ASK.format(path=path, port=port).encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.splitlines()[0]:
        raise RuntimeError(f"{path}: {head.splitlines()[0].decode()}")
    packed = b"content-encoding: br" in head.lower()
    return len(answer), brotli.decompress(body) if packed else body


def main() -> int:
    """Fetch all of it, print the table; 1 if it is more than promised."""
    with place.folder() as here, place.served("wsgi:app", place.with_demo(here)) as (port, _):
        sizes = _everything(port)
    print("bytes              on the wire, with headers")
    for path, size in sizes.items():
        print(f"{path:<40} {size:>7,}")
    ever = sum(sizes.values())
    print(f"{'first view, one request':<40} {sizes['/']:>7,}   (wanted: at most {FIRST_VIEW:,})")
    print(f"{'everything, ever':<40} {ever:>7,}   (wanted: at most {EVER:,})")
    return 0 if sizes["/"] <= FIRST_VIEW and ever <= EVER else 1


def _everything(port: int) -> dict[str, int]:
    sizes = {}
    sizes["/"], page = fetched(port, "/")
    sizes["/sw.js"], worker = fetched(port, "/sw.js")
    told = json.loads(re.search(rb"self\.siaga=(\{.*?\});\n", worker)[1])
    paths = [path for path in told["files"] if path != "/"]
    for manifest in re.findall(rb"rel=\"?manifest\"? href=\"?([^\s\">]+)", page):
        path = manifest.decode()
        sizes[path], content = fetched(port, path)
        paths += [icon["src"] for icon in json.loads(content)["icons"]]
    for path in dict.fromkeys(paths):
        sizes[path], _ = fetched(port, path)
    return sizes


if __name__ == "__main__":
    sys.exit(main())
