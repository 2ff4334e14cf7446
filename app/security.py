"""The headers that every answer carries, and the few that differ by audience."""

from __future__ import annotations

from flask import Flask, Response, g, request

NOTHING = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
OURS = NOTHING | {
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "siaga",
}


def register(app: Flask) -> None:
    """Set the security headers of every answer of this app."""
    app.after_request(_harden)


def allow_inline(*, scripts: list[str], styles: list[str]) -> None:
    """Let this one answer carry the phone page's own boot module and CSS, by their hashes.

    The hashes are `sha256-…` as the build wrote them. The page also runs Argon2 in WebAssembly.
    """
    g.inline = (scripts, styles)


def policy(directives: dict[str, str]) -> str:
    """Join CSP directives into the header's value."""
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _harden(answer: Response) -> Response:
    headers = answer.headers
    if answer.status_code == 304:
        return answer  # What the browser keeps has its headers already.
    headers.setdefault("Cache-Control", "no-store")
    if answer.status_code == 204:
        return answer  # There is nothing in it that could be taken for something else.
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.path.startswith("/sync/"):
        return answer  # Bytes are money on 2G; these answers are never pages.
    directives = OURS
    if inline := g.get("inline"):
        scripts = " ".join(f"'{digest}'" for digest in inline[0])
        styles = " ".join(f"'{digest}'" for digest in inline[1])
        directives = OURS | {
            "script-src": f"'self' 'wasm-unsafe-eval' {scripts}".strip(),
            "style-src": f"'self' {styles}".strip(),
        }
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if answer.mimetype.startswith("image/") or answer.mimetype.endswith("manifest+json"):
        return answer  # They open nothing; what follows is half of an icon's bytes.
    headers.setdefault("Content-Security-Policy", policy(directives))
    headers.setdefault("Referrer-Policy", "no-referrer")
    if "script" in answer.mimetype:
        return answer  # A worker has a policy and a referrer; the rest is for what has a window.
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    return answer
