"""All sources of a study on one grid: taken as they lie, or put there if the study asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids.align import same_array
from cityebb.harmonise.regrid import Account, RegriddedLayer, plan_of, regrid
from cityebb.model import CityebbError, Note, gather

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cityebb.grids import Grid, Layer, Stack
    from cityebb.grids.align import Agreement
    from cityebb.grids.scan import Progress
    from cityebb.harmonise.parameters import HarmoniseParameters


def align_stacks(
    stacks: Mapping[str, Stack],
    parameters: HarmoniseParameters,
    *,
    account: bool = True,
    progress: Progress | None = None,
) -> tuple[dict[str, Stack], list[Note]]:
    """Bring all sources onto one grid.

    Without ``onto`` they must be the same array (see :func:`cityebb.grids.align.same_array`). With it, every
    layer that is not the same array as the named source is regridded (see
    :class:`cityebb.harmonise.regrid.RegriddedLayer`), when it is read.

    Parameters
    ----------
    stacks
        Sources by name.
    parameters
        The study's ``[harmonise]`` table; ``onto`` is looked at.
    account
        Whether to add up what each regridded year holds and what of it lies inside, for the note. Reads those
        layers once.
    progress
        Told ``("harmonise", layers done, layers in all)``.

    Returns
    -------
    dict, list
        The sources, all on one grid, and notes on what was done.

    Raises
    ------
    CityebbError, Faults
        If the grids differ and ``onto`` is not given, if it names no source, or if a source does not reach
        the grid at all.
    """
    if parameters.onto is not None and parameters.onto not in stacks:
        raise CityebbError("harmonise.onto_unknown", onto=parameters.onto, known=", ".join(stacks))
    if parameters.onto is None:
        return _as_they_lie(stacks)
    return _onto(stacks, parameters.onto, account=account, progress=progress)


def _as_they_lie(stacks: Mapping[str, Stack]) -> tuple[dict[str, Stack], list[Note]]:
    places = [(name, layer) for name, stack in stacks.items() for layer in stack.layers]
    agreement = same_array([layer.grid for _, layer in places])
    _refuse(places, agreement)
    grid = places[agreement.base][1].grid
    notes = []
    for name, stack in stacks.items():
        shifts = [
            float(np.abs(agreement.shifts[index]).max())
            for index in agreement.shifted
            if places[index][0] == name
        ]
        if shifts:
            other = places[agreement.base][0]
            notes.append(_shift_note(name, other, max(shifts), len(shifts), len(stack.layers)))
    return {name: _on(stack, grid) for name, stack in stacks.items()}, notes


def _onto(
    stacks: Mapping[str, Stack], onto: str, *, account: bool, progress: Progress | None
) -> tuple[dict[str, Stack], list[Note]]:
    own = [layer.grid for layer in stacks[onto].layers]
    target = own[same_array(own).base]
    notes: list[Note] = []
    aligned: dict[str, Stack] = {}
    odd: dict[str, set[int]] = {}
    with gather() as fault:
        for name, stack in stacks.items():
            fits = [same_array([target, layer.grid]) for layer in stack.layers]
            odd[name] = {index for index, pair in enumerate(fits) if pair.misfits}
            shifted = [pair.largest for pair in fits if pair.shifted]
            if shifted:
                notes.append(_shift_note(name, onto, max(shifted), len(shifted), len(stack.layers)))
            for grid in {stack.layers[index].grid for index in odd[name]}:
                if plan_of(grid, target).empty:
                    fault(CityebbError("harmonise.no_overlap", source=name, onto=onto))
            aligned[name] = regrid(stack, target, odd[name]) if odd[name] else _on(stack, target)
    work = sum(map(len, odd.values()))
    done = 0
    for name, which in odd.items():
        accounts: list[Account] = []
        for index in sorted(which) if account else ():
            layer = aligned[name].layers[index]
            if isinstance(layer, RegriddedLayer):
                accounts.append(layer.account())
            done += 1
            if progress:
                progress("harmonise", done, work)
        if which:
            notes.append(_regrid_note(name, onto, aligned[name], which, accounts))
    return aligned, notes


def _refuse(places: list[tuple[str, Layer]], agreement: Agreement) -> None:
    """Raise one fault a source and kind of difference, naming one file of either side and the cure."""
    base_name, base = places[agreement.base]
    told: set[tuple[str, str]] = set()
    with gather() as fault:
        for index, misfit in agreement.misfits.items():
            name, layer = places[index]
            if (name, misfit) in told:
                continue
            told.add((name, misfit))
            values: dict[str, Any] = {
                "source": name,
                "path": layer.label,
                "other": base_name,
                "other_path": base.label,
            }
            fault(
                CityebbError(
                    f"harmonise.differ_{misfit}", **values, **_difference(misfit, layer.grid, base.grid)
                )
            )


def _difference(misfit: str, grid: Grid, base: Grid) -> dict[str, Any]:
    if misfit == "crs":
        return {"is": grid.name, "other_is": base.name}
    if misfit == "shape":
        return {"is": "{} × {}".format(*grid.shape), "other_is": "{} × {}".format(*base.shape)}
    if misfit == "cell":
        return {"is": f"{grid.transform[0]:g}", "other_is": f"{base.transform[0]:g}"}
    corners = [f"{one.transform[2]:g}, {one.transform[5]:g}" for one in (grid, base)]
    return {"is": corners[0], "other_is": corners[1]}


def _on(stack: Stack, grid: Grid) -> Stack:
    """Return the stack with every layer on ``grid``, cell by cell."""
    if all(layer.grid == grid for layer in stack.layers):
        return stack
    return replace(stack, layers=tuple(replace(layer, grid=grid) for layer in stack.layers))


def _shift_note(name: str, other: str, shift: float, count: int, of: int) -> Note:
    return Note(
        "harmonise.shifted",
        {"source": name, "other": other, "shift": round(shift, 2), "count": count, "of": of},
        "info",
        name,
    )


def _regrid_note(name: str, onto: str, stack: Stack, which: set[int], accounts: list[Account]) -> Note:
    """Note how a source was put on another's grid, and what lies outside, year by year."""
    layer = next(layer for layer in stack.layers if isinstance(layer, RegriddedLayer))
    plan = plan_of(layer.origin.grid, layer.grid)
    values: dict[str, Any] = {
        "source": name,
        "onto": onto,
        "years": ", ".join(str(stack.layers[index].year) for index in sorted(which)),
        "outside": "; ".join(
            f"{item.year}: {item.outside:.6g} / {item.total:.6g} ({_part(item):.3%})" for item in accounts
        )
        or "–",
        "unit": stack.sum_unit,
    }
    method = "split" if stack.kind == "count" else "mean"
    parts = getattr(plan, "parts", None)
    if parts is not None:
        return Note(f"harmonise.regridded_{method}_parts", {**values, "parts": parts}, "warning", name)
    return Note(f"harmonise.regridded_{method}", values, "warning", name)


def _part(item: Account) -> float:
    """Return the part that lies outside."""
    return item.outside / item.total if item.total else 0.0
