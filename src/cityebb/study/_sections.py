"""Check one table of a study against its room's parameters, and say every fault in our words."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from cityebb.model import CityebbError
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Names that Windows keeps for devices: no folder can be called so there.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10))}


def similar(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant.

    Examples
    --------
    >>> similar("tresh", ["thresh", "where"])
    'thresh'
    """
    near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return near[0] if near else None


def named_tables(
    room: str, raw: object, models: Sequence[type[BaseModel]], fault: Callable[[CityebbError], None]
) -> dict[str, dict[str, Any]]:
    """Return the named tables of a section; a single unnamed one is called ``main``.

    Names become folders, so they hold letters, digits, ``_`` and ``-`` only.
    """
    if not isinstance(raw, dict):
        fault(CityebbError("study.not_a_table", section=room))
        return {}
    if not raw:
        return {}
    if is_unnamed(raw, models):
        return {"main": raw}
    seen: dict[str, str] = {}
    tables: dict[str, dict[str, Any]] = {}
    for name, table in raw.items():
        if not _NAME.fullmatch(name) or name.lower() in _DEVICES:
            fault(CityebbError("study.name_wrong", section=room, name=name))
        elif name.lower() in seen:
            fault(CityebbError("study.name_twice", section=room, name=name, other=seen[name.lower()]))
        elif not table:
            fault(CityebbError("study.table_empty", section=f"{room}.{name}"))
        else:
            tables[name] = table
        seen[name.lower()] = name
    return tables


def validate(
    section: str, table: dict[str, Any], model: type[BaseModel], fault: Callable[[CityebbError], None]
) -> BaseModel | None:
    """Return the room's parameters, or ``None`` after handing every fault to ``fault``."""
    told: set[tuple[object, ...]] = set()
    for key, value in table.items():
        field = model.model_fields.get(key)
        if field is not None and _is_loose(value, _kinds(field.annotation)):
            told.add((key,))
            fault(
                WrongType("study.wrong_type", section=section, key=key, found=_shown(value), annotation=field)
            )
    try:
        checked = model.model_validate(table)
    except CityebbError as error:
        fault(error)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            whole = item["type"] in ("extra_forbidden", "missing")
            place = item["loc"] if whole else item["loc"][:1]
            if place not in told:  # a union tells one fault once for each of its members
                told.add(place)
                fault(_translate(section, item, table, model))
    else:
        return None if told else checked
    return None


def with_lights(raw: dict[str, Any], fault: Callable[[CityebbError], None]) -> dict[str, Any]:
    """Check each table of ``[harmonise.lights]`` as the table that it is."""
    from cityebb.harmonise.lights import LightsParameters

    tables = raw.get("lights")
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        return raw
    done = {
        name: validate(f"harmonise.lights.{name}", table, LightsParameters, fault)
        for name, table in tables.items()
    }
    return raw | {"lights": {name: table for name, table in done.items() if table is not None}}


def with_inside(section: str, table: dict[str, Any], fault: Callable[[CityebbError], None]) -> dict[str, Any]:
    """Check ``[identify.NAME.inside]`` as the table that it is; with a fault it counts for nothing."""
    from cityebb.identify.inside import InsideParameters

    told = table.get("inside")
    if not isinstance(told, dict):
        return table
    checked = validate(f"{section}.inside", told, InsideParameters, fault)
    rest = {key: value for key, value in table.items() if key != "inside"}
    return rest if checked is None else rest | {"inside": checked}


def with_specifications(section: str, raw: object, fault: Callable[[CityebbError], None]) -> dict[str, Any]:
    """Check ``[identify.NAME.specifications]`` as the table that it is."""
    from cityebb.identify import SpecificationParameters

    return _with_table("specifications", SpecificationParameters, section, raw, fault)


def with_watch(section: str, raw: object, fault: Callable[[CityebbError], None]) -> dict[str, Any]:
    """Check ``[identify.NAME.watch]`` as the table that it is."""
    from cityebb.identify import WatchParameters

    return _with_table("watch", WatchParameters, section, raw, fault)


def _with_table(
    key: str, model: type[BaseModel], section: str, raw: object, fault: Callable[[CityebbError], None]
) -> dict[str, Any]:
    """Check a table below a section by itself; with a fault its defaults stand."""
    table: dict[str, Any] = raw if isinstance(raw, dict) else {}
    told = table.get(key)
    if not isinstance(told, dict):
        return table
    return table | {key: validate(f"{section}.{key}", told, model, fault) or model()}


def expected(annotation: object) -> str:  # noqa: PLR0911 - one a kind of annotation
    """Say in words what a parameter takes.

    Examples
    --------
    >>> from cityebb.words import using
    >>> with using("en"):
    ...     print(expected(float | None))
    a number
    """
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is None:
        simple: dict[object, str] = {bool: "flag", int: "whole", float: "number", str: "text"}
        return say(f"study.type.{simple.get(annotation, 'other')}")
    if origin is Literal:
        return say("study.type.one_of", choices=", ".join(map(_shown, parts)))
    if origin in (Union, types.UnionType):
        told = [expected(part) for part in parts if part is not type(None)]
        return say("study.type.or").join(dict.fromkeys(told))
    if hasattr(annotation, "__metadata__"):
        return expected(parts[0])
    if origin is tuple and Ellipsis not in parts:
        return say("study.type.list_of_count", count=len(parts), item=expected(parts[0]))
    if _takes_table(annotation):
        return say("study.type.table_of", item=expected(parts[1]))
    return say("study.type.list_of", item=expected(parts[0]))


def _is_loose(value: object, kinds: set[type]) -> bool:
    """Whether a flag or a text stands where a number is wanted: ``true`` is not 1, nor is ``"5"`` 5."""
    if isinstance(value, bool | str):
        return type(value) not in kinds
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_is_loose(part, kinds) for part in parts)


def _kinds(annotation: object) -> set[type]:
    """Return the simple types that a parameter holds; keys of tables are not counted."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is None:
        return {annotation} if isinstance(annotation, type) else set()
    if origin is Literal:
        return {type(part) for part in parts}
    if hasattr(annotation, "__metadata__"):
        return _kinds(parts[0])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        parts = parts[1:]
    return set().union(*map(_kinds, parts))


def _takes_table(annotation: object) -> bool:
    """Whether a parameter may be a table of its own."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        return any(map(_takes_table, get_args(annotation)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return isinstance(origin, type) and issubclass(origin, Mapping)


def is_unnamed(raw: dict[str, Any], models: Sequence[type[BaseModel]]) -> bool:
    """Whether a section is one table without a name rather than a table of tables."""
    if not all(isinstance(value, dict) for value in raw.values()):
        return True
    fields = {
        name
        for model in models
        for name, field in model.model_fields.items()
        if _takes_table(field.annotation)
    }
    return any(key in fields for key in raw)


def _translate(section: str, item: Any, table: dict[str, Any], model: type[BaseModel]) -> CityebbError:  # noqa: ANN401, PLR0911 - pydantic's ErrorDetails; one a kind
    kind, place, context = item["type"], item["loc"], item.get("ctx", {})
    key = str(place[0]) if place else ""
    if kind == "extra_forbidden":
        return _unknown(section, key, model)
    if kind == "missing" and len(place) == 1:
        return CityebbError("study.key_missing", section=section, key=key)
    cause = context.get("error")
    if isinstance(cause, CityebbError):
        return cause
    told = {"section": section, "key": key, "found": _shown(table.get(key))}
    bounds = {"greater_than": ">", "greater_than_equal": "≥", "less_than": "<", "less_than_equal": "≤"}
    if kind in bounds:
        bound = next(iter(context.values()))
        return CityebbError("study.out_of_range", **told, rule=f"{bounds[kind]} {bound:g}")
    if kind == "too_short" and len(place) == 1 and isinstance(table.get(key), list):
        return CityebbError("study.too_few", **told, least=context["min_length"])
    field = model.model_fields.get(key)
    if kind in ("value_error", "assertion_error") or field is None:
        return CityebbError("study.not_allowed", **told, reason=str(cause or item["msg"]))
    return WrongType("study.wrong_type", **told, annotation=field)


class WrongType(CityebbError):
    """A value of the wrong kind: what was expected is said in the language in force."""

    def __init__(self, key: str, /, **values: Any) -> None:
        self._field = values.pop("annotation")
        super().__init__(key, **values)

    def __str__(self) -> str:
        """Say it."""
        return say(self.key, **self.values, expected=expected(self._field.annotation))


def _unknown(section: str, key: str, model: type[BaseModel]) -> CityebbError:
    near = similar(key, model.model_fields)
    if near:
        return CityebbError("study.unknown_key_near", section=section, key=key, near=near)
    return CityebbError("study.unknown_key", section=section, key=key, known=", ".join(model.model_fields))


def _shown(value: object) -> str:
    """Show a value as a study file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {_shown(part)}' for name, part in value.items())} }}"
    return str(value)
