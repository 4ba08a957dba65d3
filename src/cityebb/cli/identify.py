"""``cityebb identify TABLE``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the command line reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from cityebb.cli._output import current_output
from cityebb.model.errors import CityebbError, gather
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from cityebb.model import Note

__all__ = ["identify"]


def identify(  # noqa: PLR0913 - one option each
    table: Annotated[Path | None, Parameter(help=say("cli.identify.table"))] = None,
    /,
    *,
    rule: Annotated[list[str] | None, Parameter(help=say("cli.identify.rule"), negative="")] = None,
    set_: Annotated[
        list[str] | None, Parameter(name="--set", help=say("cli.identify.set"), negative="")
    ] = None,
    list_: Annotated[bool, Parameter(name="--list", help=say("cli.identify.list"), negative="")] = False,
    indicator: Annotated[str | None, Parameter(help=say("cli.identify.indicator"))] = None,
    concept: Annotated[str | None, Parameter(help=say("cli.identify.concept"))] = None,
    start: Annotated[int | None, Parameter(help=say("cli.identify.start"))] = None,
    end: Annotated[int | None, Parameter(help=say("cli.identify.end"))] = None,
    city: Annotated[list[str] | None, Parameter(help=say("cli.identify.city"), negative="")] = None,
    grade: Annotated[str | None, Parameter(help=say("cli.read.grade"))] = None,
    zero: Annotated[Literal["value", "missing"], Parameter(help=say("cli.identify.zero"))] = "value",
    where: Annotated[list[str] | None, Parameter(help=say("cli.identify.where"), negative="")] = None,
    factor: Annotated[float | None, Parameter(help=say("cli.identify.factor"))] = None,
    sheet: Annotated[str | None, Parameter(help=say("cli.read.sheet"))] = None,
    encoding: Annotated[str | None, Parameter(help=say("cli.read.encoding"))] = None,
    out: Annotated[Path | None, Parameter(help=say("cli.identify.out"))] = None,
) -> int:
    """Judge a table of figures by rules of the literature."""
    from cityebb.cli import _by_rule as told

    asked = _asked(rule or [], set_ or [])
    output = current_output()
    if list_:
        output.give({"command": "identify", "rules": told.rules_record()})
        for line in told.rules_listed():
            output.say(line)
        return 0
    if table is None:
        raise CityebbError("cli.identify.no_table")
    from cityebb.identify import judge_counts

    counts, notes = _read(
        table,
        concept,
        grade=grade,
        zero=zero,
        where=_where(where or []),
        factor=factor,
        sheet=sheet,
        encoding=encoding,
    )
    found = judge_counts(counts, asked, indicator=indicator, concept=concept, start=start, end=end)
    cities = told.cities_named(found, city or [])
    record = {"command": "identify", "file": str(table), **told.record(found, table, notes)}
    written = [] if out is None else told.write(found, out, record)
    output.give({**record, "cities": told.cities_record(found, cities), "written": list(map(str, written))})
    for line in told.lines(found, table, cities):
        output.say(line)
    for line in told.beside(found, notes):
        output.tell(line)
    if written:
        output.say(say("cli.identify.written", path=", ".join(map(str, written))))
    else:
        output.tell(say("cli.identify.next", command=f'cityebb read "{table}" --study study.toml'))
    return 0


def _read(table: Path, concept: str | None, **told: object) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    from pydantic import ValidationError

    from cityebb.measure import mark_negative
    from cityebb.model import CONCEPTS, MEMBERS
    from cityebb.read import TableParameters
    from cityebb.read.places import why_not_file
    from cityebb.read.tables import read_table

    wrong = why_not_file(table)
    if wrong is not None:
        raise wrong
    try:
        parameters = TableParameters(table=table.name, **told)  # type: ignore[arg-type]
    except ValidationError as error:
        named = str(error.errors()[0]["loc"][0])
        raise CityebbError(
            "cli.value_wrong", command="identify", name=f"--{named}", found=str(told[named])
        ) from error
    read = read_table(table, parameters)
    counts = mark_negative(read.counts, read.negative, MEMBERS.empty())
    notes = read.notes
    if concept in CONCEPTS and not (counts["concept"] == concept).any():
        # Where headings do not say whom they count, the command line does.
        unsaid = (counts["concept"] == "unknown") & (counts["indicator"] == "people")
        counts = counts.assign(concept=counts["concept"].mask(unsaid, concept))
        notes = tuple(note for note in notes if note.key != "read.table_concept")
    return counts, notes


def _asked(rules: Sequence[str], settings: Sequence[str]) -> list[dict[str, object]] | None:
    """Return the rules as a study would ask for them; ``None`` for all that can answer.

    A parameter that is set for a rule asks for that rule too.
    """
    asked: dict[str, dict[str, object]] = {}
    with gather() as fault:
        for name in (part.strip() for each in rules for part in each.split(",") if part.strip()):
            if name in asked:
                fault(CityebbError("identify.rules.twice", name=name))
            asked[name] = {"rule": name}
        for setting in settings:
            head, sign, value = setting.partition("=")
            name, dot, parameter = head.strip().partition(".")
            if not (sign and dot and name and parameter and value.strip()):
                fault(CityebbError("cli.identify.set_wrong", found=setting))
                continue
            entry = asked.setdefault(name, {"rule": name})
            if parameter in entry:
                fault(CityebbError("cli.identify.set_twice", found=head.strip()))
            entry[parameter] = _value(value.strip())
    if not asked:
        return None
    from cityebb.identify.rules import variants_of

    variants_of(list(asked.values()))  # every fault, before anything is read
    return list(asked.values())


def _value(text: str) -> object:
    """Return a value as a study file would hold it; what is not one stays a text."""
    import tomllib

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _where(conditions: Sequence[str]) -> dict[str, str] | None:
    with gather() as fault:
        for each in conditions:
            if "=" not in each.strip("="):
                fault(CityebbError("cli.identify.where_wrong", found=each))
    parts = [each.partition("=") for each in conditions]
    return {name.strip(): value.strip() for name, _, value in parts} or None
