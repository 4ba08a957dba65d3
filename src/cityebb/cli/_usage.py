"""What was typed wrong, said in our words."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from cityebb.model.errors import CityebbError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cyclopts import CycloptsError

_COMMON = ("--lang", "--json", "--quiet", "--debug")


def explain(error: CycloptsError, arguments: list[str]) -> CityebbError:
    """Return the fault of a command line as a sentence of ours."""
    from cityebb.cli._app import COMMANDS

    kind = type(error).__name__
    command = next((word for word in arguments if word in COMMANDS), "")
    if kind == "UnknownCommandError" or (kind == "UnknownOptionError" and not command):
        typed = (error.unused_tokens or [_token(error)])[0]
        there = ("list", "get", "verify") if command == "data" else COMMANDS
        return _near("cli.unknown_command", typed, there, command="")
    if kind == "UnknownOptionError":
        names = [name for argument in getattr(error, "argument_collection", ()) for name in argument.names]
        known = [name for name in names if not name.startswith("--no-")]
        return _near("cli.unknown_option", _token(error), [*known, *_COMMON], command=command)
    if kind in ("CoercionError", "ValidationError"):
        return _wrong_value(error, command)
    if kind == "MissingArgumentError":
        return CityebbError("cli.argument_missing", command=command, name=_name(error))
    if kind == "UnusedCliTokensError":
        return CityebbError("cli.too_many", command=command, found=" ".join(error.unused_tokens or []))
    return CityebbError("cli.not_understood", found=" ".join(arguments))


def _wrong_value(error: CycloptsError, command: str) -> CityebbError:
    told = {"command": command, "name": _name(error), "found": _token(error)}
    choices = error.argument.get_choices() if error.argument is not None else None
    if choices:
        return CityebbError("cli.choice_wrong", **told, known=", ".join(choices))
    return CityebbError("cli.value_wrong", **told)


def _near(key: str, typed: str, known: Iterable[str], *, command: str) -> CityebbError:
    choices = list(known)
    near = get_close_matches(typed, choices, n=1)
    if near:
        return CityebbError(f"{key}_near", found=typed, near=near[0], command=command)
    return CityebbError(key, found=typed, known=", ".join(choices), command=command)


def _name(error: CycloptsError) -> str:
    argument: Any = error.argument
    if argument is None:
        return ""
    name = str(argument.name)
    return name.lstrip("-").upper() if argument.field_info.is_positional else name


def _token(error: CycloptsError) -> str:
    token = getattr(error, "token", None)
    if token is None and error.argument is not None and error.argument.tokens:
        token = error.argument.tokens[0]
    if token is None:
        return ""
    return (
        str(token.value or token.keyword)
        if type(error).__name__ != "UnknownOptionError"
        else str(token.keyword or token.value)
    )
