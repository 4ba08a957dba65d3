"""Sphinx: one configuration for both languages; ``make docs`` gives the language."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "cityebb · 城汐"
author = "The cityebb authors"
project_copyright = "The cityebb authors"
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "study_tables"]

html_theme = "alabaster"
html_theme_options = {
    "description": "城市的涨落 · cities ebb and flow",
    "fixed_sidebar": True,
    "page_width": "70em",
}
html_show_sourcelink = False
# Nothing is fetched from elsewhere when a page is read.
html_static_path = [str(HERE / "_static")]
html_css_files = ["house.css"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings tell types where a reader needs them
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
