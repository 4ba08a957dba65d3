"""``cityebb simulate [RECIPE]``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from cityebb.cli._output import current_output
from cityebb.cli._progress import showing_progress
from cityebb.model.errors import CityebbError
from cityebb.words import say

__all__ = ["simulate"]


def simulate(
    recipe: Annotated[Path | None, Parameter(help=say("cli.simulate.recipe"))] = None,
    /,
    *,
    out: Annotated[Path, Parameter(help=say("cli.simulate.out"))] = Path("cityebb_country"),
    seed: Annotated[int | None, Parameter(help=say("cli.simulate.seed"))] = None,
    like: Annotated[Literal["small", "china"] | None, Parameter(help=say("cli.simulate.like"))] = None,
) -> int:
    """Make a country whose change is known, and write it as files."""
    from cityebb.simulate import Recipe, china_like, with_every_trap
    from cityebb.study import load_recipe, write_country

    if recipe is not None and like is not None:
        raise CityebbError("cli.simulate.one_recipe", recipe=str(recipe), like=like)
    if recipe is not None:
        chosen = load_recipe(recipe)
    else:
        chosen = with_every_trap(china_like() if like == "china" else Recipe())
    if seed is not None:
        chosen = replace(chosen, seed=seed)
    with showing_progress() as progress:
        written = write_country(chosen, out, progress=progress)
    output = current_output()
    lights, units = written.studies
    output.give(
        {
            "command": "simulate",
            "folder": str(out),
            "seed": chosen.seed,
            "towns": written.towns,
            "units": written.units,
            "events": written.events,
            "years": list(chosen.years),
            "files": list(written.files),
            "studies": [str(lights), str(units)],
        }
    )
    output.say(
        say(
            "cli.simulate.written",
            path=str(out),
            towns=written.towns,
            first=chosen.years[0],
            last=chosen.years[-1],
            units=written.units,
            events=written.events,
            seed=chosen.seed,
        )
    )
    output.say(
        say("cli.simulate.truth", towns=str(out / "truth_towns.csv"), units=str(out / "truth_units.csv"))
    )
    for study in (lights, units):
        output.say(say("cli.simulate.next", command=f'cityebb run "{study}"'))
    return 0
