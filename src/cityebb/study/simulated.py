"""A simulated country as a folder of files: data as an office would publish them, and the truth beside."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError, gather
from cityebb.study.cache import write_json, writing
from cityebb.study.check import check_folder
from cityebb.study.embedded import SIMULATED_STUDY
from cityebb.study.recipes import recipe_text
from cityebb.words import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from cityebb.simulate import Country, Recipe, Units

    Progress = Callable[[str, int, int], None]

_MARK, _STAGED = "simulated.json", ".simulated.partial"
_VERSION = 1

UNITS_STUDY = """cityebb_study = 1

[title]
zh = "{zh}"
en = "{en}"

[read.people]
table = "people.csv"
concept = "resident"
grade = "census"
citation = "cityebb.simulate, seed {seed}"
{read}
[delineate.units]
units = "people"
outlines = "outlines_{last}"
{harmonise}
[identify.people]
cities = "units"
source = "people"
start = {first}
end = {last}
"""


@dataclass(frozen=True)
class WrittenCountry:
    """A simulated country on the disk.

    Parameters
    ----------
    folder
        Where it lies.
    files
        By their names in the folder.
    recipe, towns, units, events
        What it was made from; how many towns and units it has, and changes of boundaries.
    """

    folder: Path
    files: tuple[str, ...]
    recipe: Recipe
    towns: int
    units: int
    events: int

    @property
    def studies(self) -> tuple[Path, Path]:
        """The study of the lights and that of the units."""
        return self.folder / "study.toml", self.folder / "units.toml"


def write_country(recipe: Recipe, folder: Path, *, progress: Progress | None = None) -> WrittenCountry:
    """Make the country of a recipe and write it into a folder.

    ``grids/light_YEAR.tif``, ``people.csv``, ``ledger.csv`` and ``outlines_YEAR.gpkg`` (one a census),
    ``lamps.csv``; the truth in ``truth_towns.csv`` and ``truth_units.csv``; ``recipe.toml``, with which the
    same can be made again; ``study.toml`` and ``units.toml``, which can be run as they are; a README in each
    language.

    Parameters
    ----------
    recipe
        What to make.
    folder
        Made if it is not there. One that this function has filled before is filled anew: its own files are
        replaced, or taken away where the new country has none of that name; others, such as results, stay.
    progress
        Told ``(stage, done, in all)``.

    Raises
    ------
    CityebbError
        If the folder holds anything that this function has not written, or cannot be written; if the grid has
        no room for the towns.
    """
    from cityebb.simulate import divide, simulate

    tell = progress or (lambda _stage, _done, _total: None)
    with gather() as fault:
        check_folder(folder, fault)
    before = _earlier(folder)
    made = not folder.exists()
    tell("simulate", 0, 1)
    country = simulate(recipe, progress=progress)
    units = divide(country)
    tell("simulate", 1, 1)
    staged = folder / _STAGED
    with writing(folder):
        try:
            shutil.rmtree(staged, ignore_errors=True)
            staged.mkdir(parents=True)
            tell("write", 0, 1)
            _write_all(country, units, staged)
            files = sorted(
                path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file()
            )
            _put_in_place(staged, folder, files, before)
            tell("write", 1, 1)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
            if made:
                with suppress(OSError):  # what is in it stays
                    folder.rmdir()
    events = len(units.ledger)
    return WrittenCountry(folder, tuple(files), recipe, len(country.towns), len(units.truth), events)


def _earlier(folder: Path) -> list[str]:
    """Return what this program wrote into a folder before; refuse one with anything else alone in it."""
    if not folder.exists() or not {path.name for path in folder.iterdir()} - {_STAGED}:
        return []
    try:
        told = json.loads((folder / _MARK).read_text("utf-8"))
        files = told["files"] if told["cityebb_simulated"] == _VERSION else None
    except (OSError, ValueError, KeyError, TypeError):
        files = None
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
        raise CityebbError("study.simulated.not_ours", path=str(folder))
    inside = folder.resolve()
    return [name for name in files if (folder / name).resolve().is_relative_to(inside)]


def _put_in_place(staged: Path, folder: Path, files: list[str], before: list[str]) -> None:
    # The mark first, naming old and new: a folder left halfway can still be filled again.
    write_json(folder / _MARK, {"cityebb_simulated": _VERSION, "files": sorted({*files, *before})})
    for name in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (staged / name).replace(target)
    for name in set(before) - set(files):
        (folder / name).unlink(missing_ok=True)
    write_json(folder / _MARK, {"cityebb_simulated": _VERSION, "files": files})


def _write_all(country: Country, units: Units, folder: Path) -> None:
    recipe = country.recipe
    country.write_geotiffs(folder / "grids")
    people = units.counts[["unit_id", "name", "year", "value"]].astype({"value": "int64"})
    _csv(people.set_axis(["code", "name", "year", "population"], axis=1), folder / "people.csv")
    if len(units.ledger):
        _csv(units.ledger, folder / "ledger.csv")
    for year in units.territory:
        units.outlines(year).to_file(folder / f"outlines_{year}.gpkg", driver="GPKG")
    lamps = declared_lamps(country)
    if len(lamps):
        _csv(lamps, folder / "lamps.csv")
    _csv(_truth_of_towns(country), folder / "truth_towns.csv")
    _csv(_truth_of_units(units), folder / "truth_units.csv")
    _text(recipe_text(recipe), folder / "recipe.toml")
    _text(lights_study(recipe, declared=len(lamps) > 0), folder / "study.toml")
    _text(units_study(units), folder / "units.toml")
    for language in LANGUAGES:
        name = "README.md" if language == "en" else f"README.{language}.md"
        _text(_readme(country, units, language), folder / name)


def declared_lamps(country: Country) -> pd.DataFrame:
    """Return what is declared of lamps, as a study reads it: ``lon``, ``lat``, ``name``, ``year``, ``note``.

    Every town whose lamps were replaced, at its brightest cell.
    """
    towns = country.towns[country.towns["lamps"]]
    year = country.recipe.lamps.year if country.recipe.lamps else 0
    name = towns["name_zh"] + " " + towns["name_en"]
    found = towns[["lon", "lat"]].assign(name=name, year=year, note="cityebb.simulate")
    return found.reset_index(drop=True)


def lights_study(recipe: Recipe, *, declared: bool) -> str:
    """Return the study of a simulated country's lights."""
    joints = "" if not (recipe.joint and recipe.joint.declared) else f"joints = [{recipe.joint.year}]\n"
    step = "" if recipe.step is None else f"step = {recipe.step!r}\n"
    text = SIMULATED_STUDY.format(
        first=recipe.years[0],
        last=recipe.years[-1],
        unit=json.dumps(recipe.unit, ensure_ascii=False)[1:-1],
        step=step + joints,
        seed=recipe.seed,
        floor=recipe.floor,
        languages=", ".join(f'"{language}"' for language in LANGUAGES),
    )
    if recipe.joint:  # start and end would lie on either side: the study finds the longest stretch
        text = text.replace(f"start = {recipe.years[0]}\nend = {recipe.years[-1]}\n", "")
    return text if not declared else text.replace('unit = "', 'lamps = "lamps.csv"\nunit = "', 1)


def units_study(units: Units) -> str:
    """Return the study of a simulated country's units."""
    recipe = units.country.recipe
    first, last = recipe.counted[0], recipe.counted[-1]
    read = "".join(
        f'\n[read.outlines_{year}]\nunits = "outlines_{year}.gpkg"\nvintage = "{year}"\nunit_id = "unit_id"\n'
        for year in units.territory
        if year == last
    )
    harmonise = ""
    if len(units.ledger):
        read += '\n[read.changes]\nledger = "ledger.csv"\n'
        harmonise = '\n[harmonise]\nledger = "changes"\n'
    titles = {
        language: say("study.simulated.units_title", language, first=first, last=last)
        for language in LANGUAGES
    }
    return UNITS_STUDY.format(
        **titles, read=read, harmonise=harmonise, first=first, last=last, seed=recipe.seed
    )


def _truth_of_towns(country: Country) -> pd.DataFrame:
    """Return the towns with what is true of them; their level in every year, 1 in the first."""
    import pandas as pd

    recipe = country.recipe
    truth = country.truth(recipe.years[0], recipe.years[-1]).reset_index(names="town")
    year = recipe.lamps.year if recipe.lamps else 0
    truth["lamps"] = truth["lamps"].map({True: str(year), False: ""})
    levels = pd.DataFrame(country.level, columns=[f"level_{year}" for year in recipe.years])
    return pd.concat([truth.rename(columns={"lamps": "lamps_year"}), levels], axis=1)


def _truth_of_units(units: Units) -> pd.DataFrame:
    found = units.truth.reset_index()
    whole = ["reported_start", "reported_end", "start", "end"]
    return found.astype(dict.fromkeys(whole, "Int64"))


def _readme(country: Country, units: Units, language: str) -> str:
    recipe = country.recipe
    told: dict[str, Any] = {
        "towns": len(country.towns),
        "first": recipe.years[0],
        "last": recipe.years[-1],
        "seed": recipe.seed,
        "units": len(units.truth),
        "events": len(units.ledger),
        "lamps": int(country.towns["lamps"].sum()),
        "years": ", ".join(map(str, recipe.counted)),
        "unit": recipe.unit,
    }
    parts = ["title", "what", "files", "traps", "next"]
    return "\n\n".join(say(f"study.simulated.readme_{part}", language, **told) for part in parts) + "\n"


def _csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _text(text: str, path: Path) -> None:
    path.write_text(text, "utf-8")
