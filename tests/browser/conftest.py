"""A phone in a real browser at 360 × 640, and the app it opens, served from this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

from app.config import Settings
from app.db import transaction, utc_now
from app.models import DirectoryNumber
from app.services import book, phones
from tests import make
from tests.browser.hands import QUIET, shell
from tests.site import free_port

NUMBERS = {"duty": "0281000001", "midwife": "0281000002", "clinic": "0281000003"}
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "locale": "id-ID"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--looks", metavar="FOLDER", help="save a picture of every screen here")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of this run: a thread can have no second."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    browser = playwright.chromium.launch(
        executable_path=shell(), args=[*QUIET, "--disable-dev-shm-usage"]
    )
    yield browser
    browser.close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings whose addresses are the port that this test serves on."""
    url = f"http://localhost:{free_port()}"
    return replace(settings, cadre_url=url, desk_url=url)


@pytest.fixture
def served(app, settings: Settings) -> Iterator[str]:
    """The app on its port; give the address."""
    port = int(settings.cadre_url.rpartition(":")[2])
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with transaction() as session:
        for kind, number in NUMBERS.items():
            session.add(DirectoryNumber(district=make.DISTRICT, kind=kind, number=number))
        session.flush()
        book.publish(make.DISTRICT, now=utc_now())
    yield settings.cadre_url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def invite(served: str) -> Callable[[], str]:
    """Make a cadre and give the link of her invite."""

    def made() -> str:
        with transaction():
            cadre = make.person(now=utc_now())
            return phones.invite(cadre, now=utc_now()).link(served)

    return made


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One phone's browser, empty."""
    made = chromium.new_context(**PHONE)
    yield made
    made.close()


@pytest.fixture
def phone(context: BrowserContext) -> Iterator[Page]:
    """Its only page. An error of ours, or a refusal of the security policy, fails the test."""
    page, stumbled = context.new_page(), []
    page.on("pageerror", lambda error: stumbled.append(error.stack))
    page.on("console", lambda said: "Policy" in said.text and stumbled.append(said.text))
    yield page
    assert not stumbled
