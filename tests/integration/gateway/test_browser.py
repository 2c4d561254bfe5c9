"""The pages for people in a browser: colours, widths, and what the keyboard and a reader find.

A page of the test's own, on the same server, loads each of them in a frame and writes what the
browser makes of it into itself; `chromium --dump-dom` prints that.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from archpip.gateway import (
    FileSettings,
    Gateway,
    LoopbackServer,
    View,
    WheelJudge,
    make_asgi,
    make_server,
)
from archpip.targets import detect_host, parse_python, parse_target
from tests.integration.gateway.serving import get
from tests.unit.gateway.fake_upstream import FakeUpstream

pytestmark = pytest.mark.browser

WRONG = "a-2-cp312-cp312-macosx_10_13_universal2.whl"
LONG = "a-1-cp312-cp312-macosx_10_13_x86_64.macosx_11_0_arm64.macosx_12_0_universal2.whl"
TARGETS = ("macos-arm64", "macos-x86_64", "linux-x86_64", "linux-aarch64", "windows-arm64")

FRONT = "/?project=a"
WHY = "/macos-arm64/why/a/"

_PROBE = """\
<!DOCTYPE html><iframe id="frame" style="width: WIDTHpx; height: 800px" src="PATH"></iframe>
<script>
frame.onload = () => {
  const page = frame.contentDocument, all = (what) => [...page.querySelectorAll(what)];
  const styleOf = (element) => frame.contentWindow.getComputedStyle(element);
  const canvas = page.body.appendChild(page.createElement("i"));
  canvas.style.backgroundColor = "Canvas";
  const name = (element) => element.getAttribute("aria-label")
    || (element.labels && element.labels[0] && element.labels[0].innerText)
    || element.innerText;
  const outline = (element) => {
    element.focus({focusVisible: true});
    return page.activeElement === element && styleOf(element).outlineStyle;
  };
  const result = {
    background: styleOf(canvas).backgroundColor,
    text: styleOf(page.querySelector("h1")).color,
    links: all("a").map((link) => styleOf(link).color),
    rings: all("a, input, button, [tabindex]")
      .map((each) => outline(each) && styleOf(each).outlineColor),
    overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
    stops: all("*").filter((each) => each.tabIndex >= 0 && each.offsetParent)
      .map((each) => [each.localName, name(each).trim(), outline(each)]),
    headings: all("h1, h2, h3").map((each) => each.localName),
    mains: all("main").length,
    searches: all("[role=search]").length,
    headless: all("table").filter((table) => !table.querySelector("caption, th[scope=col]")).length,
    scripts: all("script").length,
  };
  const pre = document.body.appendChild(document.createElement("pre"));
  pre.id = "result";
  pre.textContent = JSON.stringify(result);
};
</script>
"""

Probe = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def chromium() -> str:
    """Where Chromium is. Who asks for these tests means them: without it they fail."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "these tests need Chromium: apt-get install chromium"
    return found


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A gateway that has kept a wheel out of every target, and a page to look at it with."""
    upstream = FakeUpstream()
    monkeypatch.setattr("archpip.gateway.judging.judge", upstream.judge)
    upstream.offer("a", WRONG, LONG, "a-1.tar.gz")
    upstream.wrong = {WRONG, LONG}
    gateway = Gateway(
        upstream=upstream,
        opener=upstream,
        judge=WheelJudge(opener=upstream, inspections=upstream),
        files=FileSettings(folder=tmp_path),
    )

    def find_view(name: str) -> View:
        target = parse_target(name, host=detect_host(), python=parse_python("3.12"))
        return View(name=name, target=target)

    def probe(request: Request) -> HTMLResponse:
        asked = request.query_params
        return HTMLResponse(_PROBE.replace("WIDTH", asked["width"]).replace("PATH", asked["path"]))

    app = make_asgi(gateway, find_view, more_routes=[Route("/probe", probe)])
    with LoopbackServer(lambda: make_server(app)) as server:
        for target in TARGETS:
            assert get(f"{server.url}/{target}/simple/a/").status_code == 200
        yield server.url
    gateway.close()


@pytest.fixture
def look(chromium: str, url: str, tmp_path: Path) -> Probe:
    """Load a page in a frame of a width, light or dark, and return what the browser made of it."""

    def run(path: str, *, width: int = 1000, dark: bool = False) -> dict[str, Any]:
        probe = f"{url}/probe?width={width}&path={quote(path, safe='')}"
        finished = subprocess.run(
            [
                *(chromium, "--headless", "--no-sandbox", "--disable-gpu"),
                f"--user-data-dir={tmp_path / 'profile'}",
                f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                *("--virtual-time-budget=20000", "--dump-dom", probe),
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        found = re.search(r'<pre id="result">(.*?)</pre>', finished.stdout, re.DOTALL)
        assert found, finished.stdout + finished.stderr
        result: dict[str, Any] = json.loads(unescape(found[1]))
        return result

    return run


def _luminance(colour: str) -> float:
    """Return how bright a colour is; WCAG 2.2, relative luminance."""
    channels = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted(map(_luminance, (one, other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("path", [FRONT, WHY])
def test_text_and_links_stand_out_in_light_and_in_dark(look: Probe, path: str) -> None:
    light, dark = look(path), look(path, dark=True)

    assert _luminance(light["background"]) > 0.9
    assert _luminance(dark["background"]) < 0.1
    for page in (light, dark):
        for colour in (page["text"], *page["links"]):
            assert contrast(colour, page["background"]) >= 4.5
        # WCAG 2.2, 1.4.11: what shows where the keyboard is.
        for colour in page["rings"]:
            assert contrast(colour, page["background"]) >= 3


@pytest.mark.parametrize("path", [FRONT, WHY])
@pytest.mark.parametrize("width", [320, 1000])
def test_page_fits_its_window(look: Probe, path: str, width: int) -> None:
    assert look(path, width=width)["overflow"] <= 0


def test_keyboard_reaches_everything_in_reading_order_and_shows_where_it_is(look: Probe) -> None:
    stops = look(FRONT)["stops"]

    assert [(kind, name) for kind, name, _ in stops] == [
        ("input", "Project"),
        ("button", "Show its versions"),
        ("div", "a"),
        *(("a", target) for target in sorted(TARGETS)),
        *(("a", f"/{target}/simple/") for target in sorted(TARGETS)),
        ("div", "The latest first"),
    ]
    assert {outline for _, _, outline in stops} == {"solid"}


@pytest.mark.parametrize("path", [FRONT, WHY, "/macos-arm64/simple/"])
def test_reader_finds_landmarks_headings_and_names_of_tables(look: Probe, path: str) -> None:
    page = look(path)

    assert page["mains"] == 1
    assert page["searches"] == (1 if path == FRONT else 0)
    assert page["headings"][0] == "h1"
    assert page["headings"].count("h1") == 1
    assert page["headless"] == 0
    assert page["scripts"] == 0
