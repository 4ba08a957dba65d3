"""The years at which light and another figure are set beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Years = int | Sequence[int]


@dataclass(frozen=True)
class Period:
    """Start and end of a comparison, of light and of the other figure.

    Parameters
    ----------
    start, end
        Years of light; of several the geometric mean.
    other_start, other_end
        Those of the other figure, where it has no such years.

    Examples
    --------
    >>> period = Period([2013, 2014, 2015], 2020, other_start=2010)
    >>> period.spans
    ((2013, 2014, 2015), (2020,), (2010,), (2020,))
    >>> period.told["start"], period.differ
    ('2013–2015', True)
    """

    start: Years
    end: Years
    other_start: Years | None = None
    other_end: Years | None = None

    @property
    def spans(self) -> tuple[tuple[int, ...], ...]:
        """The years of light at the start and the end, then those of the other figure."""
        first, last = _years(self.start), _years(self.end)
        return (
            first,
            last,
            first if self.other_start is None else _years(self.other_start),
            last if self.other_end is None else _years(self.other_end),
        )

    @property
    def differ(self) -> bool:
        """Whether the two figures do not have the same years."""
        spans = self.spans
        return spans[:2] != spans[2:]

    @property
    def told(self) -> dict[str, str]:
        """The years as the tables tell them: one, or the first and the last of several."""
        names = ("start", "end", "other_start", "other_end")
        return {name: say_years(years) for name, years in zip(names, self.spans, strict=True)}


def say_years(years: Sequence[int]) -> str:
    """Say years as the verdicts do: one, or the first and the last."""
    if not years:
        return "–"
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _years(told: Years) -> tuple[int, ...]:
    try:
        return tuple(sorted({int(year) for year in told}))  # type: ignore[union-attr]
    except TypeError:
        return (int(told),)  # type: ignore[arg-type]
