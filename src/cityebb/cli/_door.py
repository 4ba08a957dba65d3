"""The door: language, streams and exit codes for every command."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityebb.cli._output import Output, can_show_chinese, make_safe, speaking_through
from cityebb.model.errors import CityebbError
from cityebb.words import LANGUAGES, choose_language, say, using

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, OUR_FAULT, THEIR_FAULT, INTERRUPTED = 0, 1, 2, 130

_DEBUG = "CITYEBB_DEBUG"


@dataclass
class _Common:
    """What every command takes, wherever it stands on the line."""

    lang: str | None = None
    json: bool = False
    quiet: bool = False
    debug: bool = False


def at_the_door(arguments: list[str]) -> int:
    """Run one command: choose the language, say what goes wrong, return the exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed before we began
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - kept open until the end
    common, rest, problem = _take_common(arguments)
    language = common.lang
    if language is None and not can_show_chinese(sys.stdout):
        language = "en"  # better another language than a row of question marks
    with using(choose_language(language)), make_safe():
        output = Output(json=common.json, quiet=common.quiet)
        with speaking_through(output):
            if problem is not None:
                return output.fail(problem, THEIR_FAULT)
            return _guarded(rest, output, debug=common.debug or os.environ.get(_DEBUG, "") not in ("", "0"))


def _guarded(arguments: list[str], output: Output, *, debug: bool) -> int:
    try:
        return _dispatch(arguments)
    except CityebbError as error:
        if debug:
            _trace()
        return output.fail(error, THEIR_FAULT)
    except KeyboardInterrupt:
        return output.fail(CityebbError("cli.interrupted"), INTERRUPTED)
    except BrokenPipeError:  # whoever read our output has enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - kept open until the end
        return DONE
    except Exception as error:  # noqa: BLE001 - the last door: a person must get a sentence
        if debug:
            _trace()
        return output.fail(*_in_our_words(error))


def _in_our_words(error: Exception) -> tuple[CityebbError, int]:
    if getattr(error, "errno", None) == errno.ENOSPC:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - it may be what is full
        return CityebbError("cli.disk_full"), THEIR_FAULT
    if isinstance(error, MemoryError):
        return CityebbError("cli.memory_full"), THEIR_FAULT
    kind = type(error).__name__
    return CityebbError("cli.our_fault", kind=kind, text=str(error) or kind), OUR_FAULT


def _dispatch(arguments: list[str]) -> int:
    from cyclopts import CycloptsError

    from cityebb.cli._app import build_app
    from cityebb.cli._usage import explain

    app = build_app()
    for place, word in enumerate(arguments):
        if word == "" or (word.startswith("--") and word.endswith("=")):
            before = arguments[place - 1] if place and not word else word.rstrip("=")
            raise CityebbError("cli.value_empty", name=before if before.startswith("--") else "–")
    try:
        result = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        raise explain(error, arguments) from error
    return result if isinstance(result, int) else DONE


def _take_common(arguments: Sequence[str]) -> tuple[_Common, list[str], CityebbError | None]:
    """Take out what every command knows; leave the rest in its order."""
    common, rest, problem = _Common(), [], None
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        name, sign, value = word.partition("=")
        if word == "--":
            rest += [word, *waiting]
            break
        if name == "--lang":
            if not sign:
                value = waiting.pop(0) if waiting and not waiting[0].startswith("-") else ""
            if value not in LANGUAGES:
                problem = CityebbError("cli.language_wrong", found=value, known=", ".join(LANGUAGES))
            common.lang = value
        elif word in ("--json", "--quiet", "--debug"):
            setattr(common, word[2:], True)
        else:
            rest.append(word)
    return common, rest, problem


def _trace() -> None:
    import traceback

    traceback.print_exc(file=sys.stderr)
    sys.stderr.write(f"{say('cli.trace_above')}\n")
