"""The page of public sources lists what the catalogue holds, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cityebb.read.public import LOGINS, list_sources, tell_years
from cityebb.words import LANGUAGES, say

if TYPE_CHECKING:
    from cityebb.read.public.source import Source

DOCS = Path(__file__).parents[3] / "docs"


def row(source: Source, language: str) -> str:
    """Return a source's row of the page."""
    checked = source.checked
    if checked is None:
        told = say("cli.data.unchecked", language)
    else:
        place, _, rest = checked.where.partition(" ")
        told = say("cli.data.read_of", language, date=checked.date, where=f"<{place}>{rest and ' '}{rest}")
        if checked.years:
            told = say("cli.data.only_years", language, text=told, years=tell_years(checked.years))
    cells = (
        f"`{source.id}`",
        f"[{source.title.said(language)}]({source.homepage})",
        tell_years(source.years()),
        source.licence,
        say(f"cli.data.login.{source.login}", language),
        told,
    )
    return f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_lists_the_catalogue(language):
    text = (DOCS / language / "data.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows == [row(source, language) for source in list_sources()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_how_to_give_a_login(language):
    text = (DOCS / language / "data.md").read_text("utf-8")
    for login in LOGINS.values():
        assert f"`{login.variable}`" in text
        assert login.register in text
    assert "`CITYEBB_DATA`" in text
