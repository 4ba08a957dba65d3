"""Find the years that do not belong and the joints across which nothing may be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cityebb.harmonise._remarks import coverage, creep, odd_texture
from cityebb.harmonise._steps import least_years, texture_joints
from cityebb.harmonise._texture import correlation
from cityebb.harmonise._together import shared_steps, strangers
from cityebb.harmonise._view import View
from cityebb.harmonise.comparable import Comparable
from cityebb.harmonise.parameters import HarmoniseParameters
from cityebb.model import BREAKS, CityebbError, Note, gather

if TYPE_CHECKING:
    from cityebb.grids import Cells


def find_breaks(cells: Cells, source: str, parameters: HarmoniseParameters | None = None) -> Comparable:
    """Find which years of a source belong together.

    Strangers are years in which a quarter or more of the lit cells are missing against the years around
    them, or to which all cities jump and from which they come back. Joints are places where the texture of
    the series changes for good (exact repeats end, cells scatter less, years confirm each other better), or
    where nearly all cities step by a quarter or more in one year and stay. Declared joints always count.
    What only limits what may be said (common steps below a quarter, dim light creeping up, coverage, a year
    of another texture) is noted.

    Parameters
    ----------
    cells
        Candidate cells of :func:`cityebb.grids.scan`.
    source
        Which source.
    parameters
        What the study insists on.

    Returns
    -------
    Comparable
        Usable years, joints, evidence as ``model.BREAKS`` and as notes.

    Raises
    ------
    CityebbError, Faults
        ``harmonise.year_empty`` for a year without any positive value that the study does not drop.

    Notes
    -----
    Invariant to a constant factor on all values, to the order of cells, and to the direction of time (a
    joint mirrors). Cost: each year is read from memory a few times and ranked once a pair on at most about
    250,000 cells.

    Examples
    --------
    >>> import numpy as np
    >>> from cityebb.grids import ArrayLayer, Criterion, Grid, Stack, scan
    >>> grid = Grid("EPSG:4326", (0.01, 0, 10, 0, -0.01, 50), (2, 3))
    >>> layers = tuple(
    ...     ArrayLayer(year, grid, "uint8", str(year), values=np.full((2, 3), 9, np.uint8))
    ...     for year in (2012, 2013, 2016)
    ... )
    >>> stack = Stack("lights", "light", "density", "DN", layers, joints=(2012,))
    >>> found = find_breaks(scan({"lights": stack}, [Criterion("lights", 2)]), "lights")
    >>> found.years, found.joints, found.default()
    ((2012, 2013, 2016), (2012,), (2013, 2016))
    """
    parameters = parameters or HarmoniseParameters()
    stack = cells.stacks[source]
    years = tuple(year for year in stack.years if year not in parameters.drop_years)
    _refuse_empty(cells, source, years)
    ledger = _Ledger(source)
    for year in stack.years:
        if year in parameters.drop_years:
            ledger.add("dropped", year, "study", None, kept=False, note="year_dropped", level="info")
    whole = View(cells, source, years)
    strange = strangers(whole, odd_texture(whole))
    for stranger in strange:
        kept = stranger.year in parameters.keep_years
        ledger.add(
            "stranger",
            stranger.year,
            stranger.evidence,
            stranger.size,
            kept=kept,
            note=f"stranger_{stranger.evidence}",
            share=abs(stranger.size),
            size=stranger.size,
            floor=whole.floor,
            unit=stack.mean_unit,
            any=_positive_against_neighbours(whole, stranger.year),
        )
        ledger.tell("stranger_kept" if kept else "stranger_left_out", year=stranger.year)
    names = {stranger.year: stranger.evidence for stranger in strange}
    settled = whole.over(year for year in years if year not in names)
    steps = shared_steps(settled)
    joints = _collect_joints(whole, settled, steps, parameters, ledger)
    gentle = {
        year: float(np.expm1(step))
        for year, (step, is_joint) in steps.items()
        if not is_joint and _place_of(year, whole, settled, set(joints)) not in joints
    }
    for year, size in gentle.items():
        values = {"size": size, "after": _after(settled.years, year)}
        ledger.add("shared_step", year, "shared_step", size, kept=True, note="shared_step", **values)
    _remark(whole, settled, joints, ledger)
    _say_what_was_looked_for(settled, ledger)
    return Comparable(
        source,
        tuple(year for year in years if year not in names or year in parameters.keep_years),
        names,
        joints,
        ledger.frame(),
        tuple(ledger.notes),
        gentle,
        stack.years,
    )


@dataclass
class _Ledger:
    """Rows and notes as they come."""

    source: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def add(
        self,
        kind: str,
        year: int,
        evidence: str,
        size: float | None,
        /,
        *,
        kept: bool,
        note: str | None = None,
        level: Any = "warning",  # noqa: ANN401 - Note's own literal
        **values: object,
    ) -> None:
        """Add a row, and a note if one is named."""
        self.rows.append(
            {
                "source": self.source,
                "kind": kind,
                "year": year,
                "evidence": evidence,
                "size": np.nan if size is None else float(size),
                "kept": kept,
            }
        )
        if note:
            self.tell(note, level, year=year, **values)

    def tell(self, note: str, level: Any = "warning", /, **values: object) -> None:  # noqa: ANN401 - as above
        """Add a note."""
        self.notes.append(Note(f"harmonise.{note}", {"source": self.source, **values}, level, self.source))

    def frame(self) -> pd.DataFrame:
        """Return the rows as ``model.BREAKS``, by kind and year."""
        if not self.rows:
            return BREAKS.empty()
        frame = pd.DataFrame(self.rows, columns=[column.name for column in BREAKS.columns])
        return BREAKS.check(frame.sort_values(["kind", "year"], ignore_index=True))


def _refuse_empty(cells: Cells, source: str, years: tuple[int, ...]) -> None:
    census = cells.census
    own = census[census["source"] == source].set_index("year")
    with gather() as fault:
        for year in years:
            if year not in own.index or not own.loc[year, "positive"]:
                fault(CityebbError("harmonise.year_empty", source=source, year=year))


def _collect_joints(
    whole: View,
    settled: View,
    steps: dict[int, tuple[float, bool]],
    parameters: HarmoniseParameters,
    ledger: _Ledger,
) -> tuple[int, ...]:
    """Return the joints that count: the declared ones and the found ones that the study does not cross."""
    present = whole.stack.years
    evidence: dict[int, list[tuple[str, float | None]]] = {}
    declared = {
        max(year for year in present if year <= joint)
        for joint in whole.stack.joints
        if present[0] <= joint < present[-1]
    }
    for year in sorted(declared):
        evidence[year] = [("declared", None)]
        ledger.tell("joint_declared", year=year, after=_after(present, year))
    for joint in texture_joints(settled):
        year = _place_of(joint.year, whole, settled, declared or set(steps))
        evidence.setdefault(year, []).append((joint.evidence, joint.size))
        values = {"was": joint.before, "now": joint.after}
        if joint.evidence == "unreliability":  # a logarithm inside, a share for the reader
            values = {name: -float(np.expm1(-value)) for name, value in values.items()}
        ledger.tell(f"joint_{joint.evidence}", year=year, after=_after(present, year), **values)
    for step_year, (step, is_joint) in steps.items():
        if is_joint:
            year = _place_of(step_year, whole, settled, set())
            evidence.setdefault(year, []).append(("shared_step", float(np.exp(step))))
            size = float(np.expm1(step))
            ledger.tell("joint_shared_step", year=year, after=_after(present, year), size=size)
    crossed = [year for year in evidence if year in parameters.cross_joints and year not in declared]
    for year in sorted(evidence):
        names = "+".join(name for name, _ in evidence[year])
        sizes = [size for _, size in evidence[year] if size is not None]
        ledger.add("joint", year, names, sizes[0] if sizes else None, kept=year in crossed)
        if year in crossed:
            ledger.tell("joint_crossed", year=year, after=_after(present, year))
    return tuple(year for year in sorted(evidence) if year not in crossed)


def _place_of(joint: int, whole: View, settled: View, declared: set[int]) -> int:
    """Return the year after which a found joint lies among all years.

    Texture leaves the place open by a year: one declared so near is the same. Strangers between the two
    sides fall to the side that they are more like.
    """
    years = settled.years
    after = _after(years, joint)
    place = years.index(joint)
    reach = years[max(0, place - 1)], _after(years, after) - 1
    near = [year for year in declared if reach[0] <= year <= reach[1]]
    if near:
        return min(near, key=lambda year: abs(year - joint))
    for stranger in (year for year in whole.years if joint < year < after):
        if correlation(whole, stranger, joint) >= correlation(whole, stranger, after):
            joint = stranger
    return joint


def _remark(whole: View, settled: View, joints: tuple[int, ...], ledger: _Ledger) -> None:
    """Note what limits what may be said without making years incomparable."""
    for year, share in coverage(whole).items():
        ledger.add("coverage", year, "not_covered", share, kept=True, note="coverage", share=share)
    bounds = [float("-inf"), *joints, float("inf")]
    for low, high in pairwise(bounds):
        era = settled.over(year for year in settled.years if low < year <= high)
        for year, share in odd_texture(era).items():
            ledger.add("texture", year, "odd_texture", share, kept=True, note="odd_texture", share=share)
        found = creep(era)
        if found:
            values = {"floor": found.floor, "unit": era.stack.mean_unit, "size": found.dim, "lit": found.lit}
            values |= {"first": era.years[0], "last": era.years[-1]}
            ledger.add("creep", found.year, "dim_light", found.dim, kept=True, note="creep", **values)


def _say_what_was_looked_for(settled: View, ledger: _Ledger) -> None:
    years = settled.years
    told = ", ".join(map(str, years))
    if 1 < len(years) < least_years():
        ledger.tell("too_few_years", "info", count=len(years), needed=least_years())
    elif len(years) > 1 and not any(row["kind"] in ("stranger", "joint") for row in ledger.rows):
        ledger.tell("nothing_found", "info", years=told)


def _after(years: tuple[int, ...], year: int) -> int:
    return min((other for other in years if other > year), default=year + 1)


def _positive_against_neighbours(view: View, year: int) -> float:
    """Return how many more cells of the whole grid are positive than in the years beside, as a share."""
    census = view.cells.census
    own = census[census["source"] == view.source].set_index("year")["positive"]
    place = view.years.index(year)
    beside = [float(own[view.years[at]]) for at in (place - 1, place + 1) if 0 <= at < len(view.years)]
    return float(own[year]) / float(np.mean(beside)) - 1
