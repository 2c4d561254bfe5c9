"""Sphinx configuration; the pages are MyST Markdown."""

project = "archpip"
author = "The archpip developers"
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "archpip"
exclude_patterns = ["_build"]
nitpicky = True
