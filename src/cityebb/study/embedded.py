"""The studies that come with the program: real results of China, and a simulated country from its grids."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from cityebb.model import Note, Results
from cityebb.study.cache import Inputs, Store, locked, writing
from cityebb.study.china import china_results
from cityebb.study.run import Outcome
from cityebb.study.schema import PublishParameters
from cityebb.study.stages import Log

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from cityebb.simulate import Country, Recipe

    Progress = Callable[[str, int, int], None]

_NAMED = ("鹤岗", "伊春", "铜陵")
"""Cities that the report on China tells about whatever their rank: their lights and their census disagree."""

_BRIEF = {"formats": ("parquet", "csv")}

SIMULATED_STUDY = """cityebb_study = 1

[title]
zh = "模拟国，{first}–{last} 年"
en = "A simulated country, {first}–{last}"

[read.lights]
files = "grids/light_{{year}}.tif"
indicator = "light"
unit = "{unit}"
{step}concept = "light"
grade = "simulated"
citation = "cityebb.simulate, seed {seed}"

[delineate.lit]
where = {{ lights = {floor:g} }}

[identify.light]
cities = "lit"
source = "lights"
start = {first}
end = {last}

[publish]
languages = [{languages}]
"""


def run_china_demo(
    out: Path, *, languages: Sequence[str] = ("zh", "en"), progress: Progress | None = None
) -> Outcome:
    """Judge the cities of China on the embedded yearly light, and publish tables and reports.

    Outlines and yearly light were made by this program from the yearly lights 2012-2022 (Chen et al. 2021);
    the verdicts, their noise, their persistence and the counts are worked out here and now.

    Parameters
    ----------
    out
        Folder of the results; made if it is not there.
    languages
        Of the reports.
    progress
        Told ``(stage, done, in all)``.

    Returns
    -------
    Outcome
        The first comparison is 2013-2016, the second 2013-2022. A note tells which parts of the chain a
        user's own grids would add.

    Raises
    ------
    CityebbError
        If the folder cannot be written or another run holds it.
    """
    tell = progress or (lambda _stage, _done, _total: None)
    store, log = Store(out), Log()
    with locked(store):
        store.clean()
        begun = time.perf_counter()
        tell("identify", 0, 1)
        results = china_results()
        tell("identify", 1, 1)
        log.seconds["identify"] = round(time.perf_counter() - begun, 3)
        log.ran.append("identify")
        begun = time.perf_counter()
        parameters = PublishParameters.model_validate({"languages": tuple(languages), "named": _NAMED})
        _publish(results, store, parameters, tell)
        log.seconds["publish"] = round(time.perf_counter() - begun, 3)
        log.ran.append("publish")
    return Outcome(results, store.out, {name: out / f"report.{name}.html" for name in languages}, log)


def run_simulated_demo(
    out: Path,
    *,
    languages: Sequence[str] = ("zh", "en"),
    progress: Progress | None = None,
    recipe: Recipe | None = None,
) -> Outcome:
    """Simulate a country, run the whole chain on its grids, and set the truth beside the verdicts.

    Writes the yearly grids into ``out/grids`` and the study into ``out/study.toml``: both can be looked at,
    changed and run again with ``cityebb run``.

    Parameters
    ----------
    out
        Folder of grids, study and results; made if it is not there.
    languages
        Of the reports.
    progress
        Told ``(stage, done, in all)``.
    recipe
        Of the country; default :class:`cityebb.simulate.Recipe`.

    Returns
    -------
    Outcome
        ``main.truth`` holds each found town's true change and state.

    Raises
    ------
    CityebbError
        If the folder cannot be written or another run holds it.
    """
    from cityebb.simulate import Recipe, simulate
    from cityebb.study.layout import publish
    from cityebb.study.opening import load_and_open
    from cityebb.study.whole import Whole

    tell = progress or (lambda _stage, _done, _total: None)
    store, log = Store(out), Log()
    with locked(store), writing(out):
        store.clean()
        tell("simulate", 0, 1)
        country = simulate(recipe or Recipe())
        country.write_geotiffs(out / "grids")
        path = out / "study.toml"
        _write_whole(path, _simulated_study(country.recipe, languages))
        tell("simulate", 1, 1)
        study, opened = load_and_open(path)
        inputs = Inputs(store)
        whole = Whole(
            study,
            opened,
            store,
            log,
            lambda: inputs.records(opened.files),
            executor=None,
            progress=tell,
            force=False,
        )
        results = {name: _with_truth(found, country) for name, found in whole.run().items()}
        reports = publish(whole, results)
        store.prune(log.folders)
    return Outcome(results, store.out, reports, log, path)


def _simulated_study(recipe: Recipe, languages: Sequence[str]) -> str:
    return SIMULATED_STUDY.format(
        first=recipe.years[0],
        last=recipe.years[-1],
        unit=recipe.unit,
        step="" if recipe.step is None else f"step = {recipe.step:g}\n",
        seed=recipe.seed,
        floor=recipe.floor,
        languages=", ".join(f'"{language}"' for language in languages),
    )


def _with_truth(found: Results, country: Country) -> Results:
    """Name the towns and set beside each what is true of it."""
    from cityebb.simulate import match_truth

    truth = match_truth(
        found.cities,
        country,
        start=found.comparison["start"],
        end=found.comparison["end"],
        threshold=-found.comparison["threshold"],
    )
    cities = found.cities.copy()
    for name in ("name_zh", "name_en"):
        cities[name] = truth[name].reindex(cities.index).astype(object).where(truth[name].notna(), None)
    note = Note(
        "study.embedded.simulated",
        {"towns": len(country.towns), "found": int(truth["town"].nunique()), "seed": country.recipe.seed},
    )
    notes = [note]
    if country.recipe.lost_year is not None:
        left_out = ", ".join(str(year) for year in sorted(found.comparison["left_out"])) or "–"
        notes.append(Note("study.embedded.lost_year", {"lost": country.recipe.lost_year, "found": left_out}))
    return replace(found, cities=cities, truth=truth.reset_index(), notes=(*notes, *found.notes))


def _publish(
    results: dict[str, Results], store: Store, parameters: PublishParameters, progress: Progress
) -> None:
    """Write everything into a hidden folder, then put each file in its place in one step.

    Of the comparisons after the first, verdicts and reports are written, no workbook and no second copy of
    what they share with it.
    """
    from cityebb.study.layout import in_the_way, write_results

    (first, main), *others = results.items()
    staged = store.root / "publish.partial"
    with writing(store.out):
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        try:
            write_results({first: main}, staged, parameters, progress)
            for name, found in others:
                beside = staged / f"{name}.partial"
                beside.mkdir()
                write_results({name: found}, beside, parameters.model_copy(update=_BRIEF), progress)
                (beside / "identify" / name).replace(staged / "identify" / name)
                for report in sorted(beside.glob("report.*.html")):
                    report.replace(staged / report.name.replace("report.", f"report.{name}.", 1))
                shutil.rmtree(beside)
            files = sorted(path for path in staged.rglob("*") if path.is_file())
            blocked = in_the_way(store.out, [path.relative_to(staged).as_posix() for path in files])
            if blocked is not None:
                raise blocked
            for path in files:
                target = store.out / path.relative_to(staged)
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def _write_whole(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)
