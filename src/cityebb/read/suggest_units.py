"""Write the part of a study that is about tables of units: what was guessed stands in a comment beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cityebb.read.commented import comment, files_text, one_line, quoted
from cityebb.read.tables.naming import codes_of
from cityebb.words import current_language, has, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from cityebb.read.inspect_units import FoundLayer, FoundLedger, FoundTable, FoundUnits

_INDICATORS = ("people", "jobs", "gdp", "households", "built_up_area", "light")
_CONCEPTS = (
    *("resident", "unknown", "urban_area", "urban_resident", "registered", "household"),
    *("urban_area_temporary", "non_agricultural", "rural_resident", "agricultural"),
)
_COMPARED = 2
_MOSTLY = 0.5
_REASONS = 4


@dataclass(frozen=True)
class Told:
    """One series of a table: which figure, what it counts, and where there are figures."""

    indicator: str
    concept: str
    years: tuple[int, ...]
    units: int

    def words(self) -> str:
        """Say it."""
        years = _spans(self.years)
        what = f"{_word('model.concept', self.concept)} {_word('publish.indicator', self.indicator)}"
        if current_language() == "zh":
            what = what.replace(" ", "")
        return say("read.suggest.series", what=what, years=years, units=self.units)

    def keys(self) -> str:
        """Return how a study asks for it."""
        return f'indicator = "{self.indicator}", concept = "{self.concept}"'


@dataclass(frozen=True)
class Choice:
    """What a study does with one table.

    Parameters
    ----------
    table
        The table.
    chosen, others
        The series that is compared, and those that could be.
    concept
        What figures without a stated concept are taken for.
    units
        The units of the table; codes where names were matched.
    codes
        Name of the layer or ledger that tells the codes.
    layer, placed
        The layer with their outlines, and how many have one.
    """

    table: FoundTable
    chosen: Told
    others: tuple[Told, ...]
    concept: str | None
    units: frozenset[str] = frozenset()
    codes: str | None = None
    coded: int = 0
    layer: FoundLayer | None = None
    placed: int = 0

    @property
    def cities(self) -> str:
        """The name of its definition of cities."""
        return self.table.name.replace("counts", "units", 1)


@dataclass(frozen=True)
class UnitLines:
    """Lines of a study, by section; ``idle``: what was understood and is not used, with the reason."""

    read: list[str] = field(default_factory=list)
    harmonise: list[str] = field(default_factory=list)
    delineate: list[str] = field(default_factory=list)
    identify: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)


def suggest_units(found: FoundUnits) -> UnitLines:
    """Return the lines of a study for the tables, ledgers and layers of a folder; none without two years."""
    lines = UnitLines()
    choices = []
    for table in found.tables:
        choice = _choice(table, found)
        if choice is None:
            lines.idle.append(f"{files_text(table.files)}: {say('read.suggest.one_year')}")
        else:
            choices.append(choice)
    ledger, known = _ledger(choices, found)
    needed = {choice.codes for choice in choices} | {choice.layer.name for choice in choices if choice.layer}
    for choice in choices:
        lines.read.extend(["", *_table(choice)])
        lines.delineate.extend(["", *_cities(choice)])
        lines.identify.extend(["", *_comparison(choice)])
    for one in found.ledgers:
        if choices and (one is ledger or one.name in needed):
            lines.read.extend(["", *_changes(one, known if one is ledger else 0)])
        else:
            lines.idle.append(f"{quoted(one.file)}: {say('read.suggest.ledger_idle')}")
    for layer in found.layers:
        if layer.name in needed:
            lines.read.extend(["", *_outlines(layer, choices)])
        else:
            lines.idle.append(f"{quoted(layer.file)}: {say('read.suggest.layer_idle')}")
    if ledger is not None:
        targets = _targets(ledger)
        told = (
            comment("read.suggest.weights", target=targets[0]) if targets else comment("read.suggest.ledger")
        )
        lines.harmonise.extend([told, f'ledger = "{ledger.name}"'])
    return lines


def _choice(table: FoundTable, found: FoundUnits) -> Choice | None:
    """Choose what is compared: people before all else, residents before others; none without two years."""
    counts = table.read.counts
    told = _series(counts)
    usable = [one for one in told if len(one.years) >= _COMPARED and one.indicator in _INDICATORS]
    concept = None
    if not any(one.indicator == "people" for one in usable):
        concept, joined = _joined(counts, told)
        usable = joined + usable
    if not usable:
        return None
    chosen, *others = sorted(usable, key=_rank)
    return _placed(Choice(table, chosen, tuple(others), concept), found)


def _rank(told: Told) -> tuple[int, int, int]:
    places = [
        known.index(word) if word in known else len(known)
        for known, word in ((_INDICATORS, told.indicator), (_CONCEPTS, told.concept))
    ]
    return places[0], places[1], -len(told.years)


def _series(counts: pd.DataFrame) -> list[Told]:
    there = counts[counts["value"].notna()]
    return [
        Told(
            str(indicator),
            str(concept),
            tuple(sorted(rows["year"].unique().tolist())),
            rows["unit_id"].nunique(),
        )
        for (indicator, concept), rows in there.groupby(["indicator", "concept"])
    ]


def _joined(counts: pd.DataFrame, told: list[Told]) -> tuple[str | None, list[Told]]:
    """Where people have no concept in one year and one in another, take them for the same: it is said."""
    people = {one.concept for one in told if one.indicator == "people"}
    named = sorted(people - {"unknown"}, key=_CONCEPTS.index)
    if "unknown" not in people or not named:
        return None, []
    both = counts[(counts["indicator"] == "people") & counts["concept"].isin(("unknown", named[0]))]
    joined = [one for one in _series(both.assign(concept=named[0])) if len(one.years) >= _COMPARED]
    return (named[0], joined) if joined else (None, [])


def _placed(choice: Choice, found: FoundUnits) -> Choice:
    """Find the codes of a table with names only, and the layer that holds most of its units."""
    counts = choice.table.read.counts
    units = counts["unit_id"].drop_duplicates()
    same = counts["unit_id"].str.rsplit("/", n=1).str[-1] == counts["name"].fillna("")
    codes, coded, told = None, 0, units
    if len(counts) and same.mean() > _MOSTLY:
        lists = [(one.name, one.read.units.reset_index()) for one in found.layers]
        lists += [(one.name, one.read.units) for one in found.ledgers]
        matched = [(name, codes_of(units, known)[0].dropna()) for name, known in lists if len(known)]
        best = max(matched, key=lambda pair: len(pair[1]), default=("", units.iloc[:0]))
        if len(best[1]) >= _MOSTLY * len(units):
            codes, coded = best[0], len(best[1])
            told = best[1].reindex(units.to_numpy()).fillna(dict(zip(units, units, strict=True)))
    here = frozenset(told.astype(str))
    hits = [(len(here & set(layer.read.units.index)), layer) for layer in found.layers]
    placed, layer = max(hits, key=lambda pair: pair[0], default=(0, None))
    return replace(
        choice, units=here, codes=codes, coded=coded, layer=layer if placed else None, placed=placed
    )


def _ledger(choices: list[Choice], found: FoundUnits) -> tuple[FoundLedger | None, int]:
    """Return the ledger that knows most units of the tables, and how many; none where it knows none."""
    units = frozenset().union(*(choice.units for choice in choices))
    years = {str(year) for choice in choices for year in choice.chosen.years}
    known = [(len(units & _units_of(one)), one) for one in found.ledgers if _reaches(one, years)]
    # Events name only the units that changed; weights, if they are of these units, name nearly all.
    least = _MOSTLY * len(units)
    known = [(count, one) for count, one in known if not len(one.read.crosswalk) or count >= least]
    count, best = max(known, key=lambda pair: pair[0], default=(0, None))
    return (best, count) if count else (None, 0)


def _targets(ledger: FoundLedger) -> list[str]:
    """Return the dates to which official weights lead; none for a ledger of events."""
    weights = ledger.read.crosswalk
    people = weights[weights["share_of"] == "people"]
    return sorted(set((people if len(people) else weights)["to_vintage"].astype(str)))


def _reaches(ledger: FoundLedger, years: set[str]) -> bool:
    """Whether a ledger is of events, or its weights lead two years of the tables to one date."""
    targets = _targets(ledger)
    there = {*ledger.read.crosswalk["from_vintage"].astype(str), *targets}
    return not targets or (len(targets) == 1 and len(years & there) >= _COMPARED)


def _units_of(ledger: FoundLedger) -> set[str]:
    read = ledger.read
    columns = (read.ledger["from_unit"], read.ledger["to_unit"], read.crosswalk["from_unit"])
    return set().union(*(column.dropna() for column in (*columns, read.crosswalk["to_unit"])))


def _table(choice: Choice) -> list[str]:
    read, name = choice.table.read, choice.table.name
    told = _listed((one.words() for one in _series(read.counts)), say("read.suggest.then"))
    lines = [comment("read.suggest.table", series=told)]
    reasons = read.unused.groupby("reason", sort=False).size().sort_values(ascending=False)
    if len(reasons):
        left = [f"{say(str(reason))} × {count}" for reason, count in reasons.head(_REASONS).items()]
        lines.append(comment("read.suggest.unused", reasons=_listed(left, say("read.suggest.then"))))
    lines += [f"[read.{name}]", f"table = {files_text(choice.table.files)}"]
    if choice.codes:
        values = {"coded": choice.coded, "units": read.counts["unit_id"].nunique(), "source": choice.codes}
        lines += [comment("read.suggest.codes", **values), f'codes = "{choice.codes}"']
    if choice.concept:
        concept = _word("model.concept", choice.concept)
        lines += [comment("read.suggest.concept_joined", concept=concept), f'concept = "{choice.concept}"']
    elif choice.chosen.concept == "unknown":
        lines += [comment("read.suggest.concept_unknown"), '# concept = "registered"']
    here = read.counts[read.counts["indicator"] == choice.chosen.indicator]
    grades = here.groupby("grade")["year"].unique()
    words = _listed(
        (
            say(
                "read.suggest.graded",
                years=_spans(years),
                grade=_word("model.grade", str(grade)),
            )
            for grade, years in grades.items()
        ),
        say("read.suggest.then"),
    )
    lines += [comment("read.suggest.grade", grades=words), '# grade = "census"']
    return lines


def _changes(ledger: FoundLedger, known: int) -> list[str]:
    read = ledger.read
    told = {"form": read.form, "events": read.ledger["event_id"].nunique(), "weights": len(read.crosswalk)}
    return [
        comment("read.suggest.changes", **told, known=known),
        f"[read.{ledger.name}]",
        f"ledger = {quoted(ledger.file)}",
    ]


def _outlines(layer: FoundLayer, choices: list[Choice]) -> list[str]:
    key = "read.suggest.vintage_named" if layer.vintage else "read.suggest.vintage_guessed"
    last = max(year for choice in choices for year in choice.chosen.years)
    vintage = layer.vintage or last
    return [
        comment("read.suggest.layer", count=len(layer.read.units)),
        f"[read.{layer.name}]",
        f"units = {quoted(layer.file)}",
        comment(key, year=vintage),
        f'vintage = "{vintage}"',
    ]


def _cities(choice: Choice) -> list[str]:
    lines = [f"[delineate.{choice.cities}]", f'units = "{choice.table.name}"']
    if choice.layer is None:
        return [comment("read.suggest.no_outlines"), *lines]
    told = comment("read.suggest.outlines", placed=choice.placed, units=len(choice.units))
    return [*lines, told, f'outlines = "{choice.layer.name}"']


def _comparison(choice: Choice) -> list[str]:
    chosen = choice.chosen
    lines = [
        f"[identify.{choice.table.name}]",
        f'cities = "{choice.cities}"',
        f'source = "{choice.table.name}"',
        comment("read.suggest.chosen", series=chosen.words()),
        f'indicator = "{chosen.indicator}"',
    ]
    several = {one.concept for one in _series(choice.table.read.counts) if one.indicator == chosen.indicator}
    if len(several) > 1:
        lines.append(f'concept = "{chosen.concept}"')
    if choice.others:
        lines.append(comment("read.suggest.others"))
        lines += [f"#   {one.keys()}: {one_line(one.words())}" for one in choice.others]
    first = _first_year(choice)
    if first > chosen.years[0]:
        lines += [comment("read.suggest.start", first=chosen.years[0]), f"start = {first}"]
    else:
        lines += [comment("read.comment_period"), f"# start = {first}"]
    return [*lines, f"# end = {chosen.years[-1]}"]


def _first_year(choice: Choice) -> int:
    """Return the first year in which at least half as many units have people as in the fullest year."""
    counts = choice.table.read.counts
    concepts = {choice.chosen.concept, "unknown"} if choice.concept else {choice.chosen.concept}
    rows = counts[(counts["indicator"] == choice.chosen.indicator) & counts["concept"].isin(concepts)]
    units = rows[rows["value"] > 0].groupby("year")["unit_id"].nunique()
    full = units[units >= _MOSTLY * units.max()] if len(units) else units
    return int(full.index[0]) if len(full) >= _COMPARED else choice.chosen.years[0]


def _spans(years: Iterable[int]) -> str:
    """Tell years, those that follow each other in short."""
    told: list[list[int]] = []
    for year in sorted(map(int, years)):
        if told and year == told[-1][-1] + 1:
            told[-1].append(year)
        else:
            told.append([year])
    return _listed(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in told)


def _listed(texts: Iterable[str], mark: str | None = None) -> str:
    return (mark or say("read.suggest.and")).join(texts)


def _word(family: str, name: str) -> str:
    key = f"{family}.{name}"
    return say(key) if has(key, current_language()) else name
