"""What was found inside the cities of one comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from cityebb.model.inside_tables import COUNTIES, INSIDE, PARTS, PARTS_FOUND, TOGETHER

if TYPE_CHECKING:
    import pandas as pd


def _no_outlines() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: pd.Series(dtype=object) for name in ("city_id", "part_id", "wkb")})


INSIDE_TABLES = ("cities", "parts", "found", "together", "counties", "outlines")
"""The tables of :class:`InsideFound`, as they are kept."""


@dataclass(frozen=True)
class InsideFound:
    """The parts of the cities of a comparison, and what they say of each.

    Parameters
    ----------
    kind
        What the parts are: ``"cells"`` of a grid, or counted ``"units"``.
    cities
        ``INSIDE``; of units only those of which all parts have an outline.
    parts, found
        ``PARTS`` and ``PARTS_FOUND``, row by row the same parts.
    together
        Of units: ``TOGETHER``, every city's own figure beside the sum of its parts; else empty.
    counties
        Of units: ``COUNTIES``, how shrinking units lie; else empty.
    outlines
        Of units: ``city_id``, ``part_id`` and ``wkb``, their outlines in kilometres on the map of ``parts``,
        row by row the same; else empty.
    asked
        What was asked, as plain values: ``threshold``, ``alpha``, ``least_parts``, ``least_known``,
        ``centre``, ``permutations``, ``start`` and ``end`` (years), ``noise`` (whether parts have one),
        ``product``; of units ``of`` (the comparison of the parts), ``by``, and how many parts lie in no city
        (``outside``) or in several (``across``).
    """

    kind: Literal["cells", "units"]
    cities: pd.DataFrame = field(default_factory=INSIDE.empty)
    parts: pd.DataFrame = field(default_factory=PARTS.empty)
    found: pd.DataFrame = field(default_factory=PARTS_FOUND.empty)
    together: pd.DataFrame = field(default_factory=TOGETHER.empty)
    counties: pd.DataFrame = field(default_factory=COUNTIES.empty)
    outlines: pd.DataFrame = field(default_factory=_no_outlines)
    asked: dict[str, Any] = field(default_factory=dict)
