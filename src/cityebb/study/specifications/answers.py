"""What every specification answers: the state of each of the study's cities, and the counts of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.decide import CODES, SHRINKING, STABLE, UNDETERMINED
from cityebb.identify.many import PLAIN_DOWN, PLAIN_UP, Line, ManyVerdicts, judge_many
from cityebb.identify.robustness import NO_CITY
from cityebb.identify.series import Series, arranged
from cityebb.model import may_show_shrinking, size_class
from cityebb.study.calibrated import with_years
from cityebb.study.specifications.patches import answering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from cityebb.grids import Stack
    from cityebb.harmonise import Comparable
    from cityebb.identify import IdentifyParameters
    from cityebb.study.specifications.grid import Grid
    from cityebb.study.specifications.patches import Patches

    Codes = NDArray[np.int8]

AGREE = "agree"
"""The level of calibration at which a state stands where two tables say it."""
_FEWEST = 2
OF_DELINEATION = ("definition", "epoch", "floor", "connectivity")
COUNTED = ("cities", "plain_down", "plain_up", "shrinking", "growing", "stable", "undetermined")


@dataclass(frozen=True)
class Question:
    """What is asked in every specification.

    Parameters
    ----------
    rule
        The comparison.
    indicator
        Of the compared source.
    start
        First year.
    comparable
        Which years go together.
    stacks
        The compared source, or its calibrations, by name of the stack.
    calibrations
        By table the name of its stack; empty for a source that is compared as it is.
    lines
        Thresholds by the text that names them.
    """

    rule: IdentifyParameters
    indicator: str
    start: int
    comparable: Comparable
    stacks: Mapping[str, Stack]
    calibrations: Mapping[str, str]
    lines: Mapping[str, Line]

    @property
    def years(self) -> tuple[int, ...]:
        """Every year that can be compared with the start."""
        return self.comparable.same_era(self.start)


@dataclass
class Answers:
    """What the specifications of a grid answer, filled in one delineation after the other.

    Parameters
    ----------
    states
        Shape ``(specifications, cities of the study)``.
    counts
        By name, one a specification.
    thresholds, plain_thresholds
        Of the verdict and of the plain rule, one a specification.
    start, end
        The years that stand for start and end, as text.
    """

    states: Codes
    counts: dict[str, NDArray[np.int64]]
    thresholds: NDArray[np.float64]
    plain_thresholds: NDArray[np.float64]
    start: list[str]
    end: list[str]

    @classmethod
    def blank(cls, grid: Grid, cities: int) -> Answers:
        """Return answers in which there is no city."""
        size = len(grid)
        counts = {name: np.zeros(size, np.int64) for name in COUNTED}
        codes = np.full((size, cities), NO_CITY, np.int8)
        return cls(codes, counts, np.zeros(size), np.zeros(size), [""] * size, [""] * size)

    def count(self, at: int, state: Codes, plain: Codes) -> None:
        """Count the cities of one specification by state."""
        self.counts["cities"][at] = len(state)
        self.counts["plain_down"][at] = (plain == PLAIN_DOWN).sum()
        self.counts["plain_up"][at] = (plain == PLAIN_UP).sum()
        for code, name in enumerate(CODES):
            self.counts[name.value][at] = (state == code).sum()


def answer(
    grid: Grid,
    asked: Question,
    cities: int,
    patches_of: Callable[[tuple[int, ...]], Patches],
    *,
    progress: Callable[[int, int], None],
) -> Answers:
    """Answer a question in every specification of a grid.

    Parameters
    ----------
    grid
        The specifications.
    asked
        The question.
    cities
        How many cities the study has.
    patches_of
        Takes the places of the levels of :data:`OF_DELINEATION` and returns what that delineation finds.
    progress
        Told how many delineations are done, of how many.

    Notes
    -----
    A delineation is labelled and measured once for all least areas, ends and thresholds. Noise is pooled over
    the cities of one least area, as in the study, and so estimated once for each. Cost: about that of
    labelling and adding up, once a delineation.
    """
    found = Answers.blank(grid, cities)
    groups = grid.groups(OF_DELINEATION)
    areas = grid.levels["min_area"].levels
    for done, (key, members) in enumerate(groups):
        patches = patches_of(key)
        for at in np.unique(grid.choices["min_area"][members]).tolist():
            these = members[grid.choices["min_area"][members] == at]
            _answer_one(grid, asked, patches, float(areas[at]), these, found)
        progress(done + 1, len(groups))
    return found


def _answer_one(
    grid: Grid, asked: Question, patches: Patches, least: float, members: NDArray[np.intp], found: Answers
) -> None:
    """Fill in the specifications of one delineation with one least area."""
    keep = patches.area_km2 >= least
    place = np.cumsum(keep) - 1
    chosen = answering(patches, keep, found.states.shape[1])
    with_answer = chosen >= 0
    judged = _Judged(grid, asked, patches, keep, members)
    for calibration in np.unique(grid.choices["calibration"][members]).tolist():
        told = judged.by(grid.levels["calibration"].levels[calibration])
        for at in members[grid.choices["calibration"][members] == calibration].tolist():
            end, line = (int(grid.choices[name][at]) for name in ("end", "threshold"))
            to = judged.ends.index(end)
            state = under_lamps(told.state[to, line], patches, keep, told.start[to], told.end[to])
            plain = told.plain[to, line]
            found.states[at, with_answer] = state[place[chosen[with_answer]]]
            found.count(at, state, plain)
            found.thresholds[at] = told.threshold[to, line]
            found.plain_thresholds[at] = judged.lines[line].plain
            found.start[at], found.end[at] = told.start[to], told.end[to]


def under_lamps(state: Codes, patches: Patches, keep: NDArray[np.bool_], start: str, end: str) -> Codes:
    """Return the states but for those that declared lamps forbid.

    The rule is that of :func:`cityebb.identify.withhold_lamps`.

    Parameters
    ----------
    state
        One a city.
    patches, keep
        The delineation, and which of its patches are the cities.
    start, end
        The years that stand for start and end, as text.
    """
    if not patches.lamp_patch.size:
        return state
    touched = (patches.lamp_first <= int(end[-4:])) & (patches.lamp_last >= int(start[:4]))
    lit = np.zeros(keep.size, bool)
    lit[patches.lamp_patch[touched]] = True
    held = lit[keep] & ((state == SHRINKING) | (state == STABLE))
    return np.where(held, UNDETERMINED, state).astype(np.int8)


class _Judged:
    """The cities of one delineation, judged to every end and by every line, by each calibration once."""

    def __init__(
        self,
        grid: Grid,
        asked: Question,
        patches: Patches,
        keep: NDArray[np.bool_],
        members: NDArray[np.intp],
    ) -> None:
        self.asked, self.patches, self.keep = asked, patches, keep
        self.ends = np.unique(grid.choices["end"][members]).tolist()
        self.years = [int(grid.levels["end"].levels[end]) for end in self.ends]
        self.lines = [asked.lines[name] for name in grid.levels["threshold"].levels]
        self.classes = np.asarray(size_class(patches.area_km2[keep]), dtype=np.str_)
        self._known: dict[str, ManyVerdicts] = {}

    def by(self, calibration: str) -> ManyVerdicts:
        """Return the verdicts at one level of calibration."""
        if calibration != AGREE:
            return self._by_table(calibration)
        tables = {table: self._by_table(table) for table in self.asked.calibrations}
        first = next(iter(tables.values()))
        state, plain = np.zeros_like(first.state), np.zeros_like(first.plain)
        threshold, start, end = first.threshold.copy(), list(first.start), list(first.end)
        for at, year in enumerate(self.years):
            usable = with_years(self.asked.calibrations, self.asked.stacks, self.asked.start, year)
            if usable:
                told = [tables[table] for table in usable]
                state[at], plain[at] = agreeing(
                    np.array([each.state[at] for each in told]), np.array([each.plain[at] for each in told])
                )
                threshold[at], start[at], end[at] = told[0].threshold[at], told[0].start[at], told[0].end[at]
        return ManyVerdicts(state, plain, threshold, tuple(start), tuple(end))

    def _by_table(self, table: str) -> ManyVerdicts:
        if table not in self._known:
            self._known[table] = self._judge(self.asked.calibrations.get(table, self.asked.rule.source))
        return self._known[table]

    def _judge(self, name: str) -> ManyVerdicts:
        asked, stack = self.asked, self.asked.stacks[name]
        there = set(stack.years)
        usable = [at for at, year in enumerate(self.years) if {asked.start, year} <= there]
        shape = (len(self.years), len(self.lines), int(self.keep.sum()))
        whole = ManyVerdicts(
            np.full(shape, UNDETERMINED, np.int8),
            np.zeros(shape, np.int8),
            np.array([[line.threshold or 0.0 for line in self.lines]] * len(self.years)),
            (str(asked.start),) * len(self.years),
            tuple(map(str, self.years)),
        )
        if not usable or not shape[2]:
            return whole
        told = judge_many(
            series_of_patches(self.patches, self.keep, asked, name),
            self.classes,
            indicator=asked.indicator,
            comparisons=[
                [year for year in asked.comparable.segment(asked.start, self.years[at]) if year in there]
                for at in usable
            ],
            lines=self.lines,
            alpha=asked.rule.alpha,
            confidence=asked.rule.confidence,
        )
        start, end = list(whole.start), list(whole.end)
        for place, at in enumerate(usable):
            whole.state[at], whole.plain[at] = told.state[place], told.plain[place]
            whole.threshold[at], start[at], end[at] = (
                told.threshold[place],
                told.start[place],
                told.end[place],
            )
        return ManyVerdicts(whole.state, whole.plain, whole.threshold, tuple(start), tuple(end))


def series_of_patches(patches: Patches, keep: NDArray[np.bool_], asked: Question, name: str) -> Series:
    """Return the yearly values of the patches that are cities, by a source or one of its calibrations."""
    stack, source = asked.stacks[name], list(asked.stacks).index(name)
    columns = [at for at, year in enumerate(asked.years) if year in stack.years]
    values, sd, coverage = (
        table[source][keep][:, columns] for table in (patches.total, patches.sd, patches.coverage)
    )
    return arranged(
        tuple(asked.years[at] for at in columns),
        values,
        sd,
        coverage,
        min_coverage=asked.rule.min_coverage,
        concept=stack.concept,
        carried=np.full(values.shape, not may_show_shrinking(stack.grade)),
        grade=stack.grade,
    )


def agreeing(states: Codes, plains: Codes) -> tuple[Codes, Codes]:
    """Return the states that stand, and the plain states of the table that gives the figures.

    Parameters
    ----------
    states, plains
        By calibration first, in their order.

    Notes
    -----
    The rule is that of :func:`cityebb.harmonise.lights.agreement`: a state stands where two say it and no
    other is said by as many; the figures are of the first that says what stands, else of the first.

    Examples
    --------
    >>> state, _ = agreeing(np.array([[1, 1, 1], [1, 2, 0], [2, 2, 3]], np.int8), np.zeros((3, 3), np.int8))
    >>> state.tolist()
    [1, 2, 0]
    """
    votes = np.array([(states == code).sum(axis=0) for code in range(len(CODES)) if code != UNDETERMINED])
    most = votes.max(axis=0)
    stands = (most >= _FEWEST) & ((votes == most).sum(axis=0) == 1)
    state = np.where(stands, votes.argmax(axis=0) + 1, UNDETERMINED).astype(np.int8)
    carrier = np.where(stands, (states == state).argmax(axis=0), 0)
    plain: Codes = np.take_along_axis(plains, carrier[None], axis=0)[0]
    return state, plain
