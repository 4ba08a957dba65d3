"""The study file: what a study says, checked in one look and told in our own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from cityebb.model import CityebbError, gather
from cityebb.study._references import check_references, check_results, check_use
from cityebb.study._sections import (
    is_unnamed,
    named_tables,
    similar,
    validate,
    with_inside,
    with_lights,
    with_specifications,
    with_watch,
)
from cityebb.study._toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cityebb.delineate import AdministrativeParameters, DelineateParameters
    from cityebb.harmonise import HarmoniseParameters
    from cityebb.identify import EvidenceParameters, IdentifyParameters
    from cityebb.read import LedgerParameters, SourceParameters, TableParameters, UnitsParameters

T = TypeVar("T")

VERSION = 1
"""The version of the study file that this program reads."""

_TOP = ("cityebb_study", "title", "read", "harmonise", "delineate", "identify", "publish")


class PublishParameters(BaseModel):
    """What is written for people.

    Parameters
    ----------
    languages
        Of the reports, one file each.
    formats
        Of the tables.
    folder
        Of the results, relative to the study file; ``None``: ``<name of the study file>_results``.
    cities
        How many leading cities the report tells about one by one, half of them shrinking, half growing.
    named
        Cities that the report tells about besides, by name or id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    languages: tuple[Literal["zh", "en"], ...] = Field(("zh", "en"), min_length=1)
    formats: tuple[Literal["parquet", "gpkg", "csv", "xlsx"], ...] = ("parquet", "gpkg", "csv", "xlsx")
    folder: str | None = None
    cities: Annotated[int, Field(ge=0, le=500)] = 12
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Study:
    """One study, as its file says it.

    Parameters
    ----------
    path
        The study file.
    title
        By language.
    read, delineate, identify
        The named tables of the rooms, in the order of the file. ``read``: grids; ``delineate``: physical
        cities.
    tables, ledgers, outlines
        The tables of ``[read]`` that name figures of units, ledgers and boundary layers.
    units
        The tables of ``[delineate]`` that take administrative units for cities.
    together
        The tables of ``[identify]`` that bring several comparisons together.
    harmonise, publish
        The rooms that have one table.
    """

    path: Path
    title: dict[str, str]
    read: dict[str, SourceParameters]
    harmonise: HarmoniseParameters
    delineate: dict[str, DelineateParameters]
    identify: dict[str, IdentifyParameters]
    publish: PublishParameters
    tables: dict[str, TableParameters] = field(default_factory=dict)
    ledgers: dict[str, LedgerParameters] = field(default_factory=dict)
    outlines: dict[str, UnitsParameters] = field(default_factory=dict)
    units: dict[str, AdministrativeParameters] = field(default_factory=dict)
    together: dict[str, EvidenceParameters] = field(default_factory=dict)

    @property
    def of_grids(self) -> dict[str, IdentifyParameters]:
        """The comparisons of physical cities."""
        return {name: rule for name, rule in self.identify.items() if rule.cities not in self.units}

    @property
    def of_units(self) -> dict[str, IdentifyParameters]:
        """The comparisons of administrative units."""
        return {name: rule for name, rule in self.identify.items() if rule.cities in self.units}

    @property
    def folder(self) -> Path:
        """The folder to which the study's paths are relative."""
        return self.path.parent

    @property
    def results(self) -> Path:
        """The folder of the results, where none is asked for on the command line."""
        return self.folder / (self.publish.folder or f"{self.path.stem}_results")

    def parameters(self) -> dict[str, Any]:
        """Return everything the study says as plain JSON values, defaults filled in."""
        return {
            "cityebb_study": VERSION,
            "title": self.title,
            "read": _dump(self.read, self.tables, self.ledgers, self.outlines),
            "harmonise": self.harmonise.model_dump(mode="json"),
            "delineate": _dump(self.delineate, self.units),
            "identify": _dump(self.identify, self.together),
            "publish": self.publish.model_dump(mode="json"),
        }


def _dump(*named: Mapping[str, BaseModel]) -> dict[str, Any]:
    return {name: table.model_dump(mode="json") for tables in named for name, table in tables.items()}


def load_study(path: Path | str) -> Study:
    """Return the study that a file tells.

    Looks at the study file alone, not at the data it names; :func:`cityebb.study.check_study` does both.

    Parameters
    ----------
    path
        A TOML file in UTF-8.

    Raises
    ------
    CityebbError, Faults
        Every fault of the file at once.
    """
    with gather() as fault:
        study = parse_study(Path(path), fault)
    if study is None:  # unreachable: a study without faults is a study
        raise CityebbError("study.empty", path=str(path))
    return study


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a study file, for editors and for the documentation."""
    from cityebb.harmonise import HarmoniseParameters

    def named(*models: type[BaseModel]) -> dict[str, Any]:
        schemas = [model.model_json_schema() for model in models]
        return {
            "type": "object",
            "additionalProperties": schemas[0] if len(schemas) == 1 else {"anyOf": schemas},
        }

    text: dict[str, Any] = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cityebb study",
        "type": "object",
        "additionalProperties": False,
        "required": ["cityebb_study", "read", "delineate"],
        "properties": {
            "cityebb_study": {"const": VERSION},
            "title": {"anyOf": [text, {"type": "object", "additionalProperties": text}]},
            "read": named(*kinds_of("read").values()),
            "harmonise": HarmoniseParameters.model_json_schema(),
            "delineate": named(*kinds_of("delineate").values()),
            "identify": named(*kinds_of("identify").values()),
            "publish": PublishParameters.model_json_schema(),
        },
    }


def parse_study(path: Path, fault: Callable[[CityebbError], None]) -> Study | None:
    """Return the study as far as it can be understood; hand every fault to ``fault``.

    Returns
    -------
    Study or None
        ``None`` where the file cannot be read at all. Tables with a fault are left out.
    """
    try:
        data = read_toml(path)
        _check_version(data, path)
    except CityebbError as error:
        fault(error)
        if error.key != "study.version_missing":
            return None
        data = read_toml(path)
    for key in data:
        if key not in _TOP:
            fault(_unknown_top(key, path))
    study = _compose(data, path, fault)
    told, cities = _names(data.get("read"), "read"), _names(data.get("delineate"), "delineate")
    check_references(study, told, cities, fault)
    check_use(study, cities, fault)
    check_results(study, fault)
    return study


def kinds_of(room: str) -> dict[str, type[BaseModel]]:
    """Return what a named table of a room may be, by the key that tells; the one without a key comes last."""
    from cityebb.delineate import AdministrativeParameters, DelineateParameters
    from cityebb.identify import EvidenceParameters, IdentifyParameters
    from cityebb.read import LedgerParameters, SourceParameters, TableParameters, UnitsParameters

    if room == "read":
        return {
            "table": TableParameters,
            "ledger": LedgerParameters,
            "units": UnitsParameters,
            "": SourceParameters,
        }
    if room == "delineate":
        return {"units": AdministrativeParameters, "": DelineateParameters}
    return {"evidence": EvidenceParameters, "": IdentifyParameters}


def _kind(room: str, table: dict[str, Any]) -> type[BaseModel]:
    return next(model for key, model in kinds_of(room).items() if not key or key in table)


def _compose(data: dict[str, Any], path: Path, fault: Callable[[CityebbError], None]) -> Study:
    from cityebb.delineate import AdministrativeParameters, DelineateParameters
    from cityebb.harmonise import HarmoniseParameters
    from cityebb.identify import EvidenceParameters, IdentifyParameters
    from cityebb.read import LedgerParameters, SourceParameters, TableParameters, UnitsParameters

    def tables(room: str) -> dict[str, Any]:
        raw = named_tables(room, data.get(room, {}), list(kinds_of(room).values()), fault)
        if room == "identify":
            raw = {name: table if "evidence" in table else _fill(table, data) for name, table in raw.items()}
            for check in (with_inside, with_specifications, with_watch):
                raw = {name: check(_section(room, name, data), table, fault) for name, table in raw.items()}
        done = {
            name: validate(_section(room, name, data), table, _kind(room, table), fault)
            for name, table in raw.items()
        }
        return {name: table for name, table in done.items() if table is not None}

    def table(room: str, model: type[Any]) -> Any:  # noqa: ANN401 - the model's own type
        raw = data.get(room, {})
        if not isinstance(raw, dict):
            fault(CityebbError("study.not_a_plain_table", section=room))
            raw = {}
        raw = with_lights(raw, fault) if room == "harmonise" else raw
        return validate(room, raw, model, fault) or model()

    for room in ("read", "delineate"):
        if not data.get(room):
            fault(CityebbError("study.section_missing", section=room))
    read, delineate, identify = tables("read"), tables("delineate"), tables("identify")
    if not data.get("identify"):
        identify = _one_each(delineate, IdentifyParameters)
    return Study(
        path=path,
        title=_title(data.get("title", path.stem), fault),
        read=_only(read, SourceParameters),
        harmonise=table("harmonise", HarmoniseParameters),
        delineate=_only(delineate, DelineateParameters),
        identify=_only(identify, IdentifyParameters),
        publish=table("publish", PublishParameters),
        tables=_only(read, TableParameters),
        ledgers=_only(read, LedgerParameters),
        outlines=_only(read, UnitsParameters),
        units=_only(delineate, AdministrativeParameters),
        together=_only(identify, EvidenceParameters) or _by_default(identify),
    )


def _only(tables: dict[str, Any], model: type[T]) -> dict[str, T]:
    return {name: table for name, table in tables.items() if type(table) is model}


def _section(room: str, name: str, data: dict[str, Any]) -> str:
    return f"{room}.{name}" if name in data.get(room, {}) else room


def _one_each(delineate: dict[str, Any], model: type[Any]) -> dict[str, Any]:
    """Without an [identify] table every definition is judged by its first source, or by its own table."""
    return {
        name: model(
            cities=name, source=getattr(table, "units", None) or next(iter(getattr(table, "where", ())))
        )
        for name, table in delineate.items()
    }


def _by_default(identify: dict[str, Any]) -> dict[str, Any]:
    """Bring together what different sources say, where the study says nothing of it."""
    from cityebb.identify import EvidenceParameters

    sources: dict[tuple[object, ...], str] = {}
    # Comparisons of parts tell of parts, and of no city.
    of_parts = {getattr(rule, "parts", None) for rule in identify.values()}
    for name, rule in identify.items():
        if name in of_parts:
            continue
        sources.setdefault((rule.source, rule.indicator, rule.concept), name)
    chosen = tuple(sources.values())
    return {"evidence": EvidenceParameters(evidence=chosen)} if len(chosen) > 1 else {}


def _fill(table: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Name the cities and the source where there is only one to name."""
    filled = dict(table)
    if "cities" not in filled:
        names = _names(data.get("delineate"), "delineate")
        filled |= {"cities": names[0]} if len(names) == 1 else {}
    if "source" not in filled:
        names = _table_of(data.get("delineate"), filled.get("cities"))
        names = names or _names(data.get("read"), "read", measured=True)
        filled |= {"source": names[0]} if len(names) == 1 else {}
    return filled


def _table_of(delineate: object, cities: object) -> list[str]:
    """Return the table whose units are the cities, where they are units."""
    tables = delineate if isinstance(delineate, dict) else {}
    table = tables if isinstance(tables.get("units"), str) else tables.get(cities)
    units = table.get("units") if isinstance(table, dict) else None
    return [units] if isinstance(units, str) else []


def _names(raw: object, room: str, *, measured: bool = False) -> list[str]:
    """Return the names that a section gives, as far as its form tells; ``measured``: of sources of values."""
    if not isinstance(raw, dict) or not raw:
        return []
    if is_unnamed(raw, list(kinds_of(room).values())):
        return ["main"]
    chosen = [
        name
        for name, table in raw.items()
        if not measured or not isinstance(table, dict) or not ({"ledger", "units"} & set(table))
    ]
    return [str(name) for name in chosen]


def _check_version(data: dict[str, Any], path: Path) -> None:
    if "cityebb_study" not in data:
        raise CityebbError("study.version_missing", path=path.name, version=VERSION)
    version = data["cityebb_study"]
    if version != VERSION or isinstance(version, bool):
        raise CityebbError("study.version_unknown", path=path.name, found=repr(version), version=VERSION)


def _unknown_top(key: str, path: Path) -> CityebbError:
    near = similar(key, _TOP)
    if near:
        return CityebbError("study.unknown_top_near", path=path.name, key=key, near=near)
    return CityebbError("study.unknown_top", path=path.name, key=key, known=", ".join(_TOP))


def _title(raw: object, fault: Callable[[CityebbError], None]) -> dict[str, str]:
    if isinstance(raw, str):
        return {"zh": raw, "en": raw}
    if isinstance(raw, dict) and raw and all(isinstance(text, str) for text in raw.values()):
        any_text = next(iter(raw.values()))
        return {language: str(raw.get(language, any_text)) for language in ("zh", "en")}
    fault(CityebbError("study.title_wrong", found=repr(raw)))
    return {"zh": "", "en": ""}
