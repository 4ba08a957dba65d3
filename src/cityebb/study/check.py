"""Look at a study before it runs: every fault at once, or what it will do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError, gather
from cityebb.study.asked_rules import check_answers, tell_short
from cityebb.study.layout import files_to_come, in_the_way
from cityebb.study.opening import check_comparisons, open_sources
from cityebb.study.schema import Study, parse_study
from cityebb.words import say, say_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from cityebb.study.opening import Opened

_MEGA, _GIGA = 1e6, 1e9


@dataclass(frozen=True)
class Plan:
    """What a study will do.

    Parameters
    ----------
    study, opened
        The study and its sources.
    out
        Where its results will lie.
    """

    study: Study
    opened: Opened
    out: Path

    def record(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "study": str(self.study.path),
            "title": self.study.title,
            "out": str(self.out),
            "sources": {
                name: {
                    "years": list(stack.years),
                    "indicator": stack.indicator,
                    "unit": stack.unit,
                    "zero": stack.zero,
                    "joints": list(stack.joints),
                    "grid": stack.grid.name,
                    "shape": list(stack.grid.shape),
                }
                for name, stack in self.opened.sources.items()
            },
            "delineate": {
                name: table.model_dump(mode="json") for name, table in self.study.delineate.items()
            },
            "identify": {name: table.model_dump(mode="json") for name, table in self.study.identify.items()},
            "files": len(self.opened.files),
            "bytes": sum(path.stat().st_size for path in self.opened.files),
            "notes": [{**note.to_json(), "text": note.text()} for note in self.opened.notes],
        }

    def lines(self) -> list[str]:
        """Say it, one line a thing."""
        stacks = self.opened.stacks
        lines = [say("study.plan.sources")]
        for name, stack in self.opened.sources.items():
            rows, columns = stack.grid.shape
            lines.append(
                "  "
                + say(
                    "study.plan.source",
                    name=name,
                    indicator=say(f"study.indicator.{stack.indicator}"),
                    unit=say_unit(stack.unit),
                    years=tell_years(stack.years),
                    columns=columns,
                    rows=rows,
                    crs=stack.grid.name,
                )
            )
        lines += self._units()
        lines.append(say("study.plan.definitions"))
        for name, definition in self.study.delineate.items():
            floors = [
                f"{source} ≥ {floor:g} {say_unit(stacks[source].mean_unit)}"
                for source, floor in definition.where.items()
            ]
            lines.append(
                "  "
                + say(
                    "study.plan.definition",
                    name=name,
                    where=say(f"study.plan.{definition.join}").join(floors),
                    epoch=say(f"study.epoch.{definition.epoch}"),
                    connectivity=definition.connectivity,
                    area=definition.min_area_km2,
                )
            )
        lines += [
            "  " + say("study.plan.units_definition", name=name, table=table.units)
            for name, table in self.study.units.items()
        ]
        lines.append(say("study.plan.comparisons"))
        for name, rule in self.study.identify.items():
            start = say("study.plan.first_usable") if rule.start is None else str(rule.start)
            end = say("study.plan.last_usable") if rule.end is None else str(rule.end)
            lines.append(
                "  "
                + say(
                    "study.plan.comparison",
                    name=name,
                    cities=rule.cities,
                    source=rule.source,
                    start=start,
                    end=end,
                )
            )
        size = _size(sum(path.stat().st_size for path in self.opened.files))
        lines.append(say("study.plan.files", count=len(self.opened.files), size=size))
        lines.append(say("study.plan.out", path=str(self.out)))
        if self.opened.notes:
            lines.append(say("study.plan.notes"))
            lines += dict.fromkeys(f"  · {note.text()}" for note in self.opened.notes)
        return lines

    def _units(self) -> list[str]:
        """Say what was read of administrative units: tables, ledgers and boundary layers."""
        told = []
        for name, table in self.opened.tables.items():
            years = tell_years(tuple(sorted(table.counts["year"].unique().tolist())))
            count = table.counts["unit_id"].nunique()
            told.append(say("study.plan.table", name=name, units=count, years=years))
        for name, ledger in self.opened.ledgers.items():
            events, weights = ledger.ledger["event_id"].nunique(), len(ledger.crosswalk)
            told.append(say("study.plan.ledger", name=name, events=events, weights=weights))
        for name, layer in self.opened.outlines.items():
            told.append(say("study.plan.layer", name=name, units=len(layer.units)))
        return [f"  {one}" for one in told]


def check_study(path: Path | str, *, out: Path | None = None) -> Plan:
    """Return what a study will do.

    Reads the study file and the headers of the files it names; writes nothing.

    Parameters
    ----------
    path
        The study file.
    out
        Folder of the results; ``None``: the study's own choice.

    Raises
    ------
    CityebbError, Faults
        Everything that can be known before a run, all of it at once.
    """
    opened = None
    with gather() as fault:
        study = parse_study(Path(path), fault)
        if study is not None:
            check_folder(out or study.results, fault)
            blocked = in_the_way(out or study.results, files_to_come(study))
            if blocked is not None:
                fault(blocked)
            if study.read or study.tables:
                opened = open_sources(study, fault)
            if opened is not None:
                check_comparisons(study, opened.stacks, fault)
                check_answers(study, opened, fault)
    if study is None or opened is None:  # unreachable: each has its fault
        raise CityebbError("study.empty", path=str(path))
    told = replace(opened, notes=(*opened.notes, *tell_short(study, opened)))
    return Plan(study, told, out or study.results)


def check_folder(out: Path, fault: Callable[[CityebbError], None]) -> None:
    """Hand a fault to ``fault`` if the results could not be written there; writes nothing."""
    import os

    from cityebb.study.cache import not_writable

    try:
        os.stat(out)  # noqa: PTH116 - Path.exists keeps some reasons to itself
    except (FileNotFoundError, NotADirectoryError):
        pass  # what stands where it is to be made is looked at below
    except (OSError, ValueError) as error:  # a name too long, links in a circle, no permission
        fault(not_writable(out, error))
        return
    place = Path(os.path.abspath(out))  # noqa: PTH100 - without following links
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not place.is_dir():
        fault(
            CityebbError("study.not_writable", path=str(out), reason=say("study.no_folder", path=str(place)))
        )
    elif not os.access(place, os.W_OK | os.X_OK):
        fault(
            CityebbError(
                "study.not_writable", path=str(out), reason=say("study.no_permission", path=str(place))
            )
        )


def tell_years(years: tuple[int, ...]) -> str:
    """Tell years in short.

    Examples
    --------
    >>> tell_years((2012, 2013, 2014, 2016))
    '2012–2014, 2016'
    """
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(f"{span[0]}–{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)


def _size(count: float) -> str:
    """Say how large files are in all."""
    return f"{count / _GIGA:.2f} GB" if count >= _GIGA else f"{count / _MEGA:.1f} MB"
