"""The recipe of a simulated country as a TOML file: read with every fault at once, and written whole."""

from __future__ import annotations

import json
import types
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from cityebb.model import CityebbError, gather
from cityebb.simulate import Course, Recipe
from cityebb.study._sections import similar, validate
from cityebb.study._toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic import BaseModel

    Fault = Callable[[CityebbError], None]

_OF_STUDIES, _OF_RECIPES = "study.", "study.recipe."


def load_recipe(path: Path) -> Recipe:
    r"""Return the recipe that a file tells.

    Its keys are the fields of :class:`cityebb.simulate.Recipe`; what it does not say keeps its default.
    ``[joint]``, ``[lamps]``, ``[clouds]`` and ``[transfers]`` are tables, each course is one ``[[courses]]``;
    ``city_noise`` is a table by size class, or ``false`` for none; ``step = false`` keeps floating-point
    numbers, ``lost_year = false`` loses no year.

    Parameters
    ----------
    path
        A TOML file in UTF-8.

    Raises
    ------
    CityebbError, Faults
        Every fault of the file at once.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "small.toml"
    >>> _ = path.write_text("seed = 7\ncities = 20\n[lamps]\nyear = 2016\n", "utf-8")
    >>> load_recipe(path).lamps
    Lamps(year=2016, share=0.1, gain=0.8)
    """
    try:
        told = read_toml(path)
    except CityebbError as error:
        key = error.key.replace(_OF_STUDIES, _OF_RECIPES, 1)
        raise CityebbError(key, **error.values) from error
    recipe = None
    with gather() as fault:
        recipe = _understood(told, path.name, fault)
    if recipe is None:  # unreachable: what is not understood has its fault
        raise CityebbError("study.recipe.not_text", path=str(path))
    return recipe


def recipe_text(recipe: Recipe) -> str:
    """Return a recipe as TOML, every field said; :func:`load_recipe` gives the same recipe back.

    Examples
    --------
    >>> print(recipe_text(Recipe()).splitlines()[0])
    seed = 1
    """
    plain, tables = [], []
    for field in fields(recipe):
        value = getattr(recipe, field.name)
        if field.name == "courses":
            tables += ["\n[[courses]]\n" + _lines(course) for course in value]
        elif field.name == "city_noise" and value is not None:
            told = "\n".join(f'"{name}" = {_shown(spread)}' for name, spread in value)
            tables.append(f"\n[city_noise]\n{told}\n")
        elif is_dataclass(value):
            tables.append(f"\n[{field.name}]\n" + _lines(value))
        elif value is not None or field.default is not None:
            plain.append(f"{field.name} = {_shown(value)}")
    return "\n".join(plain) + "\n" + "".join(tables)


def _understood(told: dict[str, Any], name: str, fault: Fault) -> Recipe | None:
    """Return the recipe, or ``None`` after handing every fault to ``fault``."""
    kinds = {field: _table_of(hint) for field, hint in get_type_hints(Recipe).items()}
    sound = True

    def checked(section: str, table: object, kind: type[Any]) -> Any:  # noqa: ANN401 - an instance of kind
        nonlocal sound
        if not isinstance(table, dict):
            fault(CityebbError("study.not_a_plain_table", section=section))
            sound = False
            return None
        model = validate(section, table, _model(kind), fault)
        sound = sound and model is not None
        return None if model is None else kind(**{key: getattr(model, key) for key in table})

    for key in told.keys() - kinds.keys():
        near, known = similar(key, kinds), ", ".join(kinds)
        again = "study.unknown_key_near" if near else "study.unknown_key"
        fault(CityebbError(again, section=name, key=key, near=near, known=known))
    told = {key: value for key, value in told.items() if key in kinds}
    values = {key: value for key, value in told.items() if kinds[key] is None or value is False}
    # TOML has no word for "none"; where a field may be none, false says so.
    off = {key for key, value in values.items() if value is False and _may_be_none(key)}
    noise = values.get("city_noise")
    if isinstance(noise, dict):
        values["city_noise"] = list(noise.items())
    model = validate(
        name, {key: value for key, value in values.items() if key not in off}, _model(Recipe), fault
    )
    tables: dict[str, Any] = {
        key: checked(key, value, kind)
        for key, value in told.items()
        if (kind := kinds[key]) is not None and kind is not Course and key not in off
    }
    if "courses" in told:
        several = told["courses"] if isinstance(told["courses"], list) else [None]
        tables["courses"] = tuple(checked("courses", course, Course) for course in several)
    if model is None or not sound:
        return None
    plain: dict[str, Any] = {key: getattr(model, key) for key in values if key not in off}
    nothing: dict[str, Any] = dict.fromkeys(off)
    try:
        return Recipe(**plain, **tables, **nothing)
    except CityebbError as error:
        fault(error)
        return None


def _model(kind: type[Any]) -> type[BaseModel]:
    """Return the model that checks one table: the simple fields of a dataclass."""
    from pydantic import ConfigDict, create_model

    hints = get_type_hints(kind)
    found: dict[str, Any] = {
        field.name: (hints[field.name], ... if field.default is MISSING else field.default)
        for field in fields(kind)
        if _table_of(hints[field.name]) is None
    }
    return create_model(
        kind.__name__, __config__=ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False), **found
    )


def _table_of(hint: object) -> type[Any] | None:
    """Return the dataclass that a field holds, alone, in a tuple or where it is not none."""
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    if get_origin(hint) in (Union, types.UnionType, tuple):
        return next(filter(None, map(_table_of, get_args(hint))), None)
    return None


def _may_be_none(key: str) -> bool:
    return type(None) in get_args(get_type_hints(Recipe).get(key))


def _lines(table: Any) -> str:  # noqa: ANN401 - any dataclass of a recipe
    told = {field.name: getattr(table, field.name) for field in fields(table)}
    return "".join(f"{name} = {_shown(value)}\n" for name, value in told.items() if value is not None)


def _shown(value: object) -> str:
    if value is None or value is False:
        return "false"
    if value is True:
        return "true"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # its escapes are TOML's too
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return repr(value)
