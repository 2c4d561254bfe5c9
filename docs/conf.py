"""Sphinx configuration. The pages are MyST Markdown; what the code knows best is written from it.

The reference of commands, findings, errors and target names is generated at each build, so that it
cannot say other than the code does.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reference_pages import write_reference  # found through the line above
from sphinx.application import Sphinx

project = "archpip"
author = "The archpip developers"
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "archpip"
html_show_copyright = False
exclude_patterns = ["_build"]
nitpicky = True


def setup(app: Sphinx) -> None:
    """Write the generated pages before anything is read."""
    app.connect("builder-inited", lambda app: write_reference(Path(app.srcdir, "reference")))
