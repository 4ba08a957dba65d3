"""Write a study for what was found: a file that runs, with a comment at every choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.grids.align import same_array
from cityebb.model import CityebbError, Faults
from cityebb.read.commented import comment, files_text, one_line, quoted
from cityebb.read.files import has_wildcards
from cityebb.read.lights.names import VIEWS, parse_light_name
from cityebb.read.parameters import FILE_UNIT, KINDS
from cityebb.read.places import shown
from cityebb.read.suggest_units import suggest_units
from cityebb.words import say, say_unit, using

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cityebb.read.inspect import Findings, Series

_DEFINITIONS = {"light": "lit", "people": "inhabited", "built_up": "built"}
_COMPARED = 2


def suggest_study(findings: Findings, language: str) -> str:
    """Return the text of a study file for what was found, commented in ``language``.

    Raises
    ------
    CityebbError, Faults
        If there is no series and no table of at least two years, with the reasons of the files that were
        not understood.
    """
    with using(language):
        units = suggest_units(findings.units)
        used, idle = _usable(findings.series, alone=not units.identify)
        if not used and not units.identify:
            raise _nothing(findings)
        lines = [
            "cityebb_study = 1",
            comment("read.comment_head"),
            f"title = {quoted(say('read.comment_title', folder=shown(findings.folder.resolve().name)))}",
        ]
        for series in used:
            views = _views(series, idle)
            lines += ["", *_read(series), *(f"views = {files_text(one.files)}" for one in views)]
            idle = [one for one in idle if one not in views]
        lines += units.read
        onto = _harmonise(used) if used else []
        if onto or units.harmonise:
            lines += ["", "[harmonise]", *onto, *units.harmonise]
        if used:
            lines += ["", *_delineate(used, _main(used))]
        lines += units.delineate
        for series in used:
            lines += ["", *_identify(series, _main(used))]
        lines += units.identify
        lines += ["", "[publish]", 'languages = ["zh", "en"]']
        if idle:
            lines += ["", comment("read.comment_idle")]
            lines += [f"#   {one_line(files_text(series.files))}" for series in idle]
        if units.idle:
            lines += ["", comment("read.suggest.idle")]
            lines += [f"#   {one_line(told)}" for told in units.idle]
        if findings.unread:
            lines += ["", comment("read.comment_unread")]
            lines += [f"#   {one_line(str(unread.reason))}" for unread in findings.unread]
    return "\n".join(lines) + "\n"


def _nothing(findings: Findings) -> CityebbError | Faults:
    """Return the fault that nothing can be compared, with the reasons of what was not understood."""
    nothing = CityebbError("read.nothing_found", path=str(findings.folder))
    one_year = [
        CityebbError("read.suggest.one_year_of", file=files_text(table.files))
        for table in findings.units.tables
    ]
    reasons = [*one_year, *(file.reason for file in findings.unread)]
    return Faults([nothing, *reasons]) if reasons else nothing


def _usable(series: Sequence[Series], *, alone: bool) -> tuple[list[Series], list[Series]]:
    """Part what can be compared from what cannot; bands without years only where there is nothing else."""
    used = [one for one in series if len(one.years) >= _COMPARED and _name_of(one, "is_light") is not False]
    if alone and not used:
        used = [one for one in series if not one.years and one.bands >= _COMPARED]
    return used, [one for one in series if one not in used]


def _name_of(series: Series, what: str) -> object:
    """Return what the published names of night lights tell of the files; ``None`` for other names."""
    files = series.files if isinstance(series.files, str) else next(iter(series.files.values()), "")
    try:
        return getattr(parse_light_name(files.replace("{year}", "2013")), what)
    except CityebbError:
        return None


def _views(series: Series, idle: Sequence[Series]) -> list[Series]:
    """Return the counts of observations that were published with the light."""
    band = _name_of(series, "band")
    if (
        not isinstance(band, str)
        or not isinstance(series.files, str)
        or _name_of(series, "product") == "dmsp"
    ):
        return []
    beside = [series.files.replace(f".{band}.", f".{views}.") for views in VIEWS]
    return [one for one in idle if one.files in beside and one.years == series.years][:1]


def _main(series: Sequence[Series]) -> Series:
    """Return the series that draws the cities: light before people before built-up land."""
    order = list(KINDS)
    return min(series, key=lambda one: order.index(one.guess.indicator))


def _read(series: Series) -> list[str]:
    guess = series.guess
    years = f"{series.years[0]}–{series.years[-1]}" if series.years else "–"
    lines = [
        comment(
            "read.comment_found",
            years=years,
            count=len(series.years) or series.bands,
            rows=series.grid.shape[0],
            columns=series.grid.shape[1],
            crs=series.grid.name,
            type=series.dtype,
            low=series.low,
            high=series.high,
        ),
        f"[read.{series.name}]",
        f"files = {_files(series)}",
    ]
    if not series.years:
        # Left for the person to fill in: a guessed year would be believed.
        lines += [comment("read.comment_years", count=series.bands), "# years = []"]
    lines += [
        comment(f"read.comment_guessed_{guess.guessed_from}"),
        f'indicator = "{guess.indicator}"',
        *([f'kind = "{guess.kind}"'] if guess.kind != KINDS[guess.indicator] else []),
    ]
    if guess.unit == FILE_UNIT:
        lines += [comment("read.comment_unit"), '# unit = "nW/cm²/sr"']
    else:
        lines.append(f"unit = {quoted(guess.unit)}")
    if guess.product:
        lines += [comment("read.comment_product"), f'# product = "{guess.product}"']
    if guess.indicator == "people":
        lines += [comment("read.comment_zero_people"), 'zero = "missing_where_region_is_all_zero"']
    elif series.nodata == 0:
        lines += [comment("read.comment_zero_nodata"), 'zero = "value"']
    else:
        lines += [comment("read.comment_zero"), 'zero = "value"']
    if series.low < 0:
        lines += [comment("read.comment_negative", low=series.low), 'negative = "zero"']
    return lines


def _files(series: Series) -> str:
    """Return the files as a study has them; a name with signs of a pattern stands in a list."""
    told = files_text(series.files)
    listed = isinstance(series.files, str) and not series.years and has_wildcards(series.files)
    return f"[{told}]" if listed else told


def _harmonise(series: Sequence[Series]) -> list[str]:
    apart = same_array([one.grid for one in series]).misfits or any(one.mixed for one in series)
    if not apart:
        return []
    main = _main(series)
    return [comment("read.comment_onto", source=main.name), f'onto = "{main.name}"']


def _delineate(series: Sequence[Series], main: Series) -> list[str]:
    floor = f"{main.guess.floor:g}"
    lines = [
        f"[delineate.{_DEFINITIONS[main.guess.indicator]}]",
        comment("read.comment_floor", unit=say_unit(_floor_unit(main))),
        f"where = {{ {main.name} = {floor} }}",
    ]
    others = [one for one in series if one.guess.indicator != main.guess.indicator]
    if others:
        both = ", ".join(f"{one.name} = {one.guess.floor:g}" for one in (main, others[0]))
        lines += [f"# where = {{ {both} }}", '# join = "or"']
    return [
        *lines,
        comment("read.comment_epoch"),
        'epoch = "union"',
        "connectivity = 8",
        "min_area_km2 = 5.0",
    ]


def _identify(series: Series, main: Series) -> list[str]:
    lines = [
        f"[identify.{series.name}]",
        f'cities = "{_DEFINITIONS[main.guess.indicator]}"',
        f'source = "{series.name}"',
        comment("read.comment_period"),
    ]
    if series.years:
        lines += [f"# start = {series.years[0]}", f"# end = {series.years[-1]}"]
    return lines


def _floor_unit(series: Series) -> str:
    """Return the unit of a floor: per km² for counts, a share for shares."""
    kind, unit = series.guess.kind, series.guess.unit
    return {"count": f"{unit}/km²", "share": "share", "density": unit}[kind]
