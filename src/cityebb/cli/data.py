"""``cityebb data list | get | verify``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Group, Parameter

from cityebb.cli._help import Help
from cityebb.cli._output import current_output
from cityebb.cli._progress import showing_progress
from cityebb.model.errors import CityebbError, gather
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from cityebb.read.public import Fetched, Source, Verified

COMMANDS = ("list", "get", "verify")
_YEARS = re.compile(r"(\d{4})(?:[-–](\d{4}))?")
_MOST_YEARS = 60


def __getattr__(name: str) -> App:
    """Return the command ``data``, made anew in the language in force."""
    if name == "data":
        return _build()
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def _build() -> App:
    options = Group(say("cli.help.options"), sort_key=2)
    app = App(
        name="data",
        help=say("cli.data.about"),
        usage="cityebb data list | get | verify",
        help_format="plaintext",
        help_formatter=Help(last=say("cli.help.options")),
        group_commands=Group(say("cli.help.commands"), sort_key=1),
        group_parameters=options,
        group_arguments=Group(say("cli.help.arguments"), sort_key=0),
        version_flags=[],
    )
    app["--help"].help = say("cli.help.help")
    app["--help"].group = options
    commands: tuple[Callable[..., int], ...] = (list_, get, verify)
    for place, (name, command) in enumerate(zip(COMMANDS, commands, strict=True)):
        about, usage = say(f"cli.data.{name}.about"), f"cityebb data {name} …"
        app.command(command, name=name, help=about, usage=usage, sort_key=place)
        app[name]["--help"].help = say("cli.help.help")
        app[name]["--help"].group = options
    return app


def list_(
    source: Annotated[str | None, Parameter(help=say("cli.data.one"))] = None,
    /,
    *,
    kind: Annotated[str | None, Parameter(help=say("cli.data.kind"))] = None,
    year: Annotated[int | None, Parameter(help=say("cli.data.of_year"))] = None,
) -> int:
    """List public sources."""
    from cityebb.read.public import find_source, list_sources

    found = list_sources(kind=kind, year=year) if source is None else [find_source(source)]
    output = current_output()
    output.give({"command": "data list", "sources": [_record(each) for each in found]})
    if source is not None:
        for line in _told(found[0]):
            output.say(line)
        return 0
    for each in found:
        output.say(say("cli.data.row", id=each.id, title=each.title.said()))
        output.say("    " + _row(each))
    output.say(say("cli.data.count", count=len(found)) if found else say("cli.data.none"))
    return 0


def get(  # noqa: PLR0913 - one option each
    source: Annotated[str, Parameter(help=say("cli.data.source"))],
    /,
    *,
    year: Annotated[str | None, Parameter(help=say("cli.data.year"))] = None,
    country: Annotated[str | None, Parameter(help=say("cli.data.country"))] = None,
    tile: Annotated[str | None, Parameter(help=say("cli.data.tile"))] = None,
    region: Annotated[str | None, Parameter(help=say("cli.data.region"))] = None,
    variant: Annotated[str | None, Parameter(help=say("cli.data.variant"))] = None,
    to: Annotated[Path | None, Parameter(help=say("cli.data.to"))] = None,
    mirror: Annotated[str | None, Parameter(help=say("cli.data.mirror"))] = None,
    offline: Annotated[bool, Parameter(help=say("cli.data.offline"), negative="")] = False,
) -> int:
    """Download files of a source."""
    from cityebb.read.public import Choice, find_source, get_files

    entry = find_source(source)
    years: list[int | None] = [None] if year is None else [*_years(year)]
    output = current_output()
    fetched: list[Fetched] = []
    with gather() as fault, showing_progress() as progress:
        for one in years:
            if not offline:
                _warn(entry, one)
            choice = Choice(year=one, country=country, tile=tile, region=region, variant=variant)
            try:
                fetched += get_files(
                    entry, choice, folder=to, mirror=mirror, offline=offline, progress=progress
                )
            except CityebbError as error:
                fault(error)
    output.give({"command": "data get", "source": entry.id, "files": [_fetched(each) for each in fetched]})
    for each in fetched:
        output.say(_got(each))
        for note in each.notes:
            output.tell(note.text())
    output.tell(say("cli.data.field.citation", value=entry.citation))
    return 0


def verify(
    *paths: Annotated[Path, Parameter(help=say("cli.data.paths"))],
) -> int:
    """Compare files with what was recorded when they came."""
    from cityebb.read.public import cache_folder, verify_files

    with showing_progress() as progress:
        found = verify_files(paths or (cache_folder(),), progress)
    found = [each for each in found if paths or Path(each.path) != cache_folder()]
    bad = [each for each in found if each.state != "good"]
    output = current_output()
    if not bad:
        output.give({"command": "data verify", "files": [vars(each) for each in found]})
    for each in found:
        if each.state == "good":
            output.say(_verified(each))
    with gather() as fault:
        for each in bad:
            state = say(f"cli.data.state.{each.state}")
            key = "cli.data.no_record" if each.state == "unknown" else "cli.data.not_as_recorded"
            fault(CityebbError(key, path=each.path, state=state))
    if found:
        output.say(say("cli.data.verified_count", count=len(found)))
    else:
        output.say(say("cli.data.verified_none", folder=", ".join(map(str, paths)) or str(cache_folder())))
    return 0


def _years(text: str) -> list[int]:
    years: list[int] = []
    for part in re.split(r"[,，\s]+", text.strip()):
        found = _YEARS.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if not 0 <= last - first < _MOST_YEARS:
            raise CityebbError("cli.data.year_wrong", found=text)
        years += range(first, last + 1)
    return sorted(set(years))


def _warn(source: Source, year: int | None) -> None:
    if source.files is None:
        return
    checked = source.checked_for(year)
    key = "cli.data.unchecked_warning" if checked is None else "cli.data.read_of_warning"
    if checked is None or not checked.visited:
        current_output().tell(say(key, source=source.id, homepage=source.homepage))


def _row(source: Source) -> str:
    from cityebb.read.public import tell_years

    return say(
        "cli.data.row_more",
        kind=say(f"cli.data.kind_of.{source.kind}"),
        years=tell_years(source.years()) if source.years() else say("cli.data.no_years"),
        licence=source.licence,
        login=say(f"cli.data.login.{source.login}"),
        checked=_checked_shortly(source),
    )


def _checked_shortly(source: Source) -> str:
    if source.checked is None:
        return say("cli.data.unchecked")
    key = "cli.data.visited_shortly" if source.checked.visited else "cli.data.read_of_shortly"
    return say(key, date=source.checked.date)


def _checked(source: Source) -> str:
    from cityebb.read.public import tell_years

    checked = source.checked
    if checked is None:
        return say("cli.data.unchecked")
    key = "cli.data.visited" if checked.visited else "cli.data.read_of"
    text = say(key, date=checked.date, where=checked.where)
    if checked.years:
        text = say("cli.data.only_years", text=text, years=tell_years(checked.years))
    return text


def _told(source: Source) -> list[str]:
    """Say all that is known of a source, one line a thing."""
    from cityebb.read.public import tell_years
    from cityebb.read.public.wanted import list_variants

    variants = [] if source.files is None else list_variants(source.files)
    facts = {
        "kind": say(f"cli.data.kind_of.{source.kind}"),
        "maker": source.maker,
        "years": tell_years(source.years()) if source.years() else say("cli.data.no_years"),
        "resolution": source.resolution.said(),
        "format": source.format,
        "size": source.size.said() if source.size else "",
        "variants": ", ".join(variants),
        "licence": source.licence,
        "citation": source.citation,
        "doi": source.doi or "",
        "homepage": source.homepage,
        "address": source.files.address if source.files else "",
        "login": say(f"cli.data.login.{source.login}"),
        "checked": _checked(source),
        "use": source.use.said(),
    }
    lines = [say("cli.data.row", id=source.id, title=source.title.said())]
    lines += ["  " + say(f"cli.data.field.{name}", value=value) for name, value in facts.items() if value]
    if source.study:
        lines.append("  " + say("cli.data.field.study"))
        lines += [f"    {line}" for line in source.study.strip().splitlines()]
    return lines


def _record(source: Source) -> dict[str, object]:
    record = source.model_dump(mode="json")
    return {**record, "years": list(source.years()), "checked_state": _state(source)}


def _state(source: Source) -> str:
    if source.checked is None:
        return "unchecked"
    return "visited" if source.checked.visited else "read of"


def _fetched(each: Fetched) -> dict[str, object]:
    return {
        "path": str(each.path),
        "how": each.how,
        **vars(each.record),
        "notes": [{**note.to_json(), "text": note.text()} for note in each.notes],
    }


def _got(each: Fetched) -> str:
    return say(
        "cli.data.got",
        path=each.path,
        megabytes=each.record.size / 1e6,
        how=say(f"cli.data.how.{each.how}"),
        against=say(f"cli.data.against.{each.record.against}"),
    )


def _verified(each: Verified) -> str:
    return say(
        "cli.data.verified",
        state=say(f"cli.data.state.{each.state}"),
        path=each.path,
        against=say(f"cli.data.against.{each.against}"),
    )
