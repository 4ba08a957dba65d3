"""The grade of a figure that is made of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def ranked(grades: pd.Series) -> tuple[pd.Series, dict[int, str]]:
    """Return each grade's rank, and what the ranks are called.

    The smallest rank of several is the grade of their sum: one that may not show shrinking before one that
    may, then by name.
    """
    from cityebb.model import may_show_shrinking

    names = sorted(set(grades), key=lambda grade: (may_show_shrinking(grade), grade))
    return grades.map({name: place for place, name in enumerate(names)}), dict(enumerate(names))
