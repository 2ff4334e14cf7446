"""A real Firefox whose push service is ours, driven by Marionette."""

import shutil
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")


def preferences(push_websocket: str, port: int) -> dict:
    """Return what makes a fresh profile talk to our push service, and to nobody else."""
    return {
        "marionette.port": port,
        # Marionette's own defaults switch push off.
        "remote.prefs.recommended": False,
        "dom.push.enabled": True,
        "dom.push.connection.enabled": True,
        "dom.push.serverURL": push_websocket,
        "dom.push.testing.allowInsecureServerURL": True,
        "dom.push.testing.ignorePermission": False,
        "permissions.default.desktop-notification": 1,
        "dom.webnotifications.requireuserinteraction": False,
        "alerts.useSystemBackend": False,
        "dom.serviceWorkers.enabled": True,
        "dom.serviceWorkers.idle_timeout": 30_000,
        "app.update.disabledForTesting": True,
        "app.normandy.enabled": False,
        "browser.safebrowsing.malware.enabled": False,
        "browser.safebrowsing.phishing.enabled": False,
        "browser.shell.checkDefaultBrowser": False,
        "browser.startup.homepage": "about:blank",
        "browser.aboutwelcome.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "extensions.getAddons.cache.enabled": False,
        "extensions.update.enabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "network.manage-offline-status": False,
        "services.settings.server": "http://localhost:9/",
        "toolkit.telemetry.enabled": False,
        "toolkit.telemetry.server": "",
        "trailhead.firstrun.didSeeAboutWelcome": True,
    }


@contextmanager
def firefox(push_websocket: str, more: dict | None = None):
    """Start a headless Firefox with a fresh profile; quit it and delete the profile at the end."""
    from marionette_driver.marionette import Marionette

    assert FIREFOX, "This needs Firefox: apt-get install firefox-esr."
    port = _free_port()
    profile = Path(tempfile.mkdtemp(prefix="siaga-firefox-"))
    driver = Marionette(
        host="127.0.0.1",
        port=port,
        bin=FIREFOX,
        profile=str(profile),
        prefs=preferences(push_websocket, port) | (more or {}),
        headless=True,
        gecko_log=str(profile / "gecko.log"),
        startup_timeout=60,
        workspace=str(profile),
    )
    try:
        driver.start_session()
        driver.timeout.script = 30
        yield driver
    finally:
        cloned = driver.instance.profile
        driver.quit(in_app=False)
        driver.cleanup()
        cloned.restore = False  # Else its end is repeated when the interpreter shuts down.
        shutil.rmtree(profile, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
