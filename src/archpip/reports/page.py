"""The frame of every HTML report: one self-contained file. All text is escaped here."""

from collections.abc import Iterable
from html import escape

from archpip.verdicts import Status

COLOURS = {
    Status.OK: "#1a7f37",
    Status.DEGRADED: "#9a6700",
    Status.UNKNOWN: "#8250df",
    Status.WRONG: "#cf222e",
}
"""Dark enough for white text on them (WCAG 2.1 AA). The status's word stands beside it."""

_STYLE = """
html { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
  color: #1f2328; background: #fff }
h1 { font-size: 1.4rem; overflow-wrap: anywhere } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem }
code { font: 13px ui-monospace, monospace; background: #f6f8fa; padding: .1rem .3rem;
  overflow-wrap: anywhere }
table { border-collapse: collapse } th, td { border: 1px solid #d1d9e0; padding: .3rem .6rem;
  text-align: left; vertical-align: top } td { overflow-wrap: anywhere } th { background: #f6f8fa }
.status { color: #fff; border-radius: .3rem; padding: 0 .45rem; font-size: .85rem }
summary { color: #59636e; font-size: .85rem; cursor: pointer }
li { margin: .2rem 0; overflow-wrap: anywhere }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117 } code, th { background: #161b22 }
  th, td { border-color: #30363d } summary { color: #9198a1 }
}
"""


def render_page(title: str, body: Iterable[str]) -> str:
    """Return a whole document; the title is escaped here, the body is markup already."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n" + "\n".join(body) + "\n</body></html>"
    )


def render_badge(status: Status) -> str:
    """Return a status as a coloured word."""
    return f'<span class="status" style="background:{COLOURS[status]}">{status.value}</span>'
