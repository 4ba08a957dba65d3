"""What every file of cities shares: labels beside codes, and what a spreadsheet would take for a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.delineate.names import country_name
from cityebb.publish.view import join_verdicts, labels
from cityebb.words import LANGUAGES, has, say

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from cityebb.model import Results

# A spreadsheet takes a cell that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Columns that hold a code, and where the catalogue says what it means.
_CODES = {
    "state": "model.state.",
    "plain": "model.plain.",
    "persistence": "model.persistence.",
    "reason": "",
    "finding": "model.finding.",
    "level": "publish.level_of_note.",
    "kind": "model.event.",
    "confidence": "model.confidence.",
    "concept": "model.concept.",
    "grade": "model.grade.",
    "flag": "publish.comparable.flag.",
    "role": "publish.comparable.role.",
    "certainty": "publish.comparable.certainty.",
    "way": "publish.comparable.way.",
    "size_class": "publish.people_class.",
    "group": "publish.people_class.",
}


def published_cities(results: Results) -> gpd.GeoDataFrame:
    """Return the cities with their verdicts, and label and country or territory in Chinese and in English."""
    import pandas as pd

    frame = join_verdicts(results)
    for place, language in enumerate(("zh", "en")):
        if f"label_{language}" not in frame:
            frame.insert(place, f"label_{language}", labels(results.cities, language).reindex(frame.index))
    for away, language in enumerate(("zh", "en"), start=1):
        named = [country_name(code, language) if isinstance(code, str) else None for code in frame["country"]]
        column = pd.Series(named, index=frame.index, dtype=object)
        frame.insert(frame.columns.get_loc("country") + away, f"country_or_territory_{language}", column)
    return frame


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which verdicts, courses and reasons are said in both languages instead of coded.

    Examples
    --------
    >>> import pandas as pd
    >>> in_words(pd.DataFrame({"state": ["shrinking"], "p": [0.01]}))["state"].tolist()
    ['收缩 / shrinking']
    """
    said = {}
    for column, prefix in _CODES.items():
        if column not in frame:
            continue
        codes = [code for code in frame[column].dropna().unique() if has(f"{prefix}{code}")]
        words = {code: " / ".join(say(f"{prefix}{code}", each) for each in LANGUAGES) for code in codes}
        if words:
            said[column] = frame[column].map(words).fillna(frame[column])
    return frame.assign(**said)
