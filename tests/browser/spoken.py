"""What a screen reader is told of the page, in its order: role, name and state of each control."""

from __future__ import annotations

from playwright.sync_api import Page

CONTROLS = {"button", "link", "checkbox", "radio", "textbox", "combobox", "progressbar"}
TOLD = CONTROLS | {"heading", "group", "status", "alert"}
STATES = ("checked", "pressed", "expanded")


def said(page: Page) -> list[str]:
    """Return a line for each control, heading, group and announcement of the screen."""
    cdp = page.context.new_cdp_session(page)
    nodes = cdp.send("Accessibility.getFullAXTree")["nodes"]
    cdp.detach()
    known = {node["nodeId"]: node for node in nodes}
    return [_line(node) for node in _inside(nodes[0], known) if _role(node) in TOLD]


def nameless(lines: list[str]) -> list[str]:
    """Return the controls that are only a role: nobody can tell what they do."""
    return [line for line in lines if line in CONTROLS]


def _inside(node: dict, known: dict[str, dict]):
    yield node
    for child in node.get("childIds", ()):
        if child in known:
            yield from _inside(known[child], known)


def _role(node: dict) -> str:
    return "" if node.get("ignored") else node["role"]["value"]


def _line(node: dict) -> str:
    words = [_role(node), node.get("name", {}).get("value", "")]
    for each in node.get("properties", ()):
        if each["name"] in STATES and str(each["value"].get("value")).lower() == "true":
            words.append(f"({each['name']})")
    return " ".join(filter(None, words))
