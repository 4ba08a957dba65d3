"""What a count of people means, and how far its maker may be trusted."""

from __future__ import annotations

CONCEPTS = (
    "resident",
    "registered",
    "urban_resident",
    "rural_resident",
    "urban_area",
    "urban_area_temporary",
    "agricultural",
    "non_agricultural",
    "household",
    "workplace",
    "unknown",
)
"""What a figure of people counts, as Chinese statistics tell it apart; the catalogue says each in words."""

GRADES = (
    "census",
    "register",
    "sample_survey",
    "yearbook",
    "satellite",
    "phone",
    "gridded_census",
    "modelled",
    "unknown",
)
"""Where a figure comes from; ``yearbook`` is a figure carried forward between two counts."""

_CARRIED_FORWARD = frozenset({"yearbook", "modelled", "unknown"})


def may_show_shrinking(grade: str) -> bool:
    """Whether a series of this grade alone may be called shrinking.

    A yearbook carries the last census forward by registered births, deaths and moves, and is corrected at the
    next census: its falls and rises between two counts are partly the office's own. A modelled series
    interpolates and extrapolates. Where nobody says where a figure comes from, it may be either.

    Examples
    --------
    >>> may_show_shrinking("census"), may_show_shrinking("yearbook")
    (True, False)
    """
    return grade not in _CARRIED_FORWARD
