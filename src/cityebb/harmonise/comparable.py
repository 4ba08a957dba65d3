"""The years of a source that may be compared with each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from cityebb.model import CityebbError

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.model import Note

_PAIR = 2  # a comparison has two ends


@dataclass(frozen=True)
class Comparable:
    """What :func:`cityebb.harmonise.find_breaks` found in one source.

    Parameters
    ----------
    source
        Its name.
    years
        Usable years, rising.
    strangers
        Years that do not belong, with the name of the evidence (``harmonise.evidence.<name>`` says it);
        those that the study insists on are in ``years`` too.
    joints
        Years after which the series is another one: ``2012`` means between 2012 and the next year there is.
    shared_steps
        Lasting common changes of level that are no joints: the year before the step, and the step as a
        share. Absolute change across one mixes it with the cities' own.
    frame
        ``model.BREAKS``.
    notes
        The same in sentences.
    present
        All years that the source has.
    """

    source: str
    years: tuple[int, ...]
    strangers: dict[int, str]
    joints: tuple[int, ...]
    frame: pd.DataFrame
    notes: tuple[Note, ...] = ()
    shared_steps: dict[int, float] = field(default_factory=dict)
    present: tuple[int, ...] = ()

    @property
    def eras(self) -> tuple[tuple[int, ...], ...]:
        """Usable years between joints, in order; none is empty."""
        bounds = [float("-inf"), *self.joints, float("inf")]
        eras = (tuple(year for year in self.years if low < year <= high) for low, high in pairwise(bounds))
        return tuple(era for era in eras if era)

    def segment(self, start: int, end: int) -> tuple[int, ...]:
        """Return the usable years from ``start`` to ``end``, both included.

        Raises
        ------
        CityebbError
            ``harmonise.year_unusable`` if ``start`` or ``end`` was left out or is not there;
            ``harmonise.start_after_end`` if they are the wrong way round;
            ``harmonise.crosses_joint`` if a joint lies between them.
        """
        for year in (start, end):
            if year not in self.years:
                key = "harmonise.year_unusable" if year in self.present else "harmonise.year_not_there"
                raise CityebbError(key, source=self.source, year=year, years=_tell(self.years))
        if start > end:
            raise CityebbError("harmonise.start_after_end", source=self.source, start=start, end=end)
        crossed = [joint for joint in self.joints if start <= joint < end]
        if crossed:
            possible = [f"{era[0]}–{era[-1]}" for era in self.eras if len(era) >= _PAIR]
            raise CityebbError(
                "harmonise.crosses_joint",
                source=self.source,
                start=start,
                end=end,
                joints=", ".join(f"{joint}/{self._after(joint)}" for joint in crossed),
                before=_tell(self.same_era(start)),
                after=_tell(self.same_era(end)),
                possible=", ".join(possible) or "–",
            )
        return tuple(year for year in self.years if start <= year <= end)

    def notes_on(self, start: int, end: int) -> tuple[Note, ...]:
        """Return the notes that concern a comparison of ``start`` and ``end``.

        What is said of an era's course (``first`` and ``last``) does not if the comparison lies outside.
        """
        found = []
        for note in self.notes:
            told = dict(note.values)
            if "first" not in told or max(start, told["first"]) < min(end, told["last"]):
                found.append(note)
        return tuple(found)

    def default(self) -> tuple[int, int]:
        """Return the first and last usable year of the latest stretch without a joint and ≥ 2 years.

        Years of another texture (see ``frame``) are no ends of it where two others are left.

        Raises
        ------
        CityebbError
            If there is no such stretch.
        """
        odd = set(self.frame.loc[self.frame["kind"] == "texture", "year"])
        for era in reversed(self.eras):
            if len(era) >= _PAIR:
                good = [year for year in era if year not in odd]
                ends = good if len(good) >= _PAIR else era
                return ends[0], ends[-1]
        raise CityebbError("harmonise.no_comparison", source=self.source, years=_tell(self.years) or "–")

    def same_era(self, year: int) -> tuple[int, ...]:
        """Return all usable years on the same side of all joints as ``year``."""
        side = sum(joint < year for joint in self.joints)
        return tuple(other for other in self.years if sum(joint < other for joint in self.joints) == side)

    def _after(self, joint: int) -> int:
        """Return the year on the far side of a joint."""
        return min((year for year in self.present or self.years if year > joint), default=joint + 1)


def _tell(years: tuple[int, ...]) -> str:
    """Write years in short: ``2013–2016, 2018``."""
    stretches: list[list[int]] = []
    for year in years:
        if stretches and year == stretches[-1][-1] + 1:
            stretches[-1].append(year)
        else:
            stretches.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in stretches)
