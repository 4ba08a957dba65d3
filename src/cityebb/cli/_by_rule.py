"""What ``cityebb identify`` tells: counts with their definition, single cities, the rules themselves."""

from __future__ import annotations

import json
from math import isnan
from typing import TYPE_CHECKING, Any

from cityebb.cli._findings import aligned
from cityebb.cli._output import plain
from cityebb.model import CityebbError, State, may_show_shrinking
from cityebb.words import LANGUAGES, current_language, has, say, say_unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from cityebb.identify import Judged
    from cityebb.identify.rules import Variant
    from cityebb.model import Note

_STATES = (State.SHRINKING, State.GROWING, State.STABLE, State.UNDETERMINED)
_CITIES = 20
# Reasons that rest on zeros, and the share of them from which zeros look like gaps.
_ZEROS = ("no_baseline", "zero_end", "zero_within")
_MANY = 0.05


def rules_record() -> list[dict[str, Any]]:
    """Return every rule with its meaning, needs, parameters and reference, as plain values."""
    from cityebb.identify.rules import RULES, meaning_of, name_of, parameters_of, weakness_of

    return [
        {
            "rule": name,
            "name": {language: name_of(name, language) for language in LANGUAGES},
            "meaning": {language: meaning_of(name, language) for language in LANGUAGES},
            "weakness": {language: weakness_of(name, language) for language in LANGUAGES},
            "indicators": list(rule.needs.indicators),
            "optional": list(rule.needs.optional),
            "least_years": rule.needs.least_values,
            "yearly": rule.needs.yearly,
            "relative": rule.needs.relative,
            "parameters": parameters_of(rule),
            "reference": rule.reference,
        }
        for name, rule in RULES.items()
    ]


def rules_listed() -> list[str]:
    """Say every rule in both languages, the reader's own first."""
    from cityebb.identify.rules import RULES, meaning_of, name_of

    languages = sorted(LANGUAGES, key=lambda language: language != current_language())
    lines = []
    for name, rule in RULES.items():
        lines.append(f"{name}  {' / '.join(name_of(name, language) for language in languages)}")
        lines += [f"    {meaning_of(name, language)}" for language in languages]
        needed = ", ".join(_indicator(each) for each in rule.needs.indicators)
        lines.append("    " + say("cli.identify.needs", indicators=needed, years=rule.needs.least_values))
        lines.append("    " + say("cli.identify.parameters", parameters=_in_force(rule)))
        lines.append("    " + say("cli.identify.reference", reference=rule.reference))
    return lines


def record(found: Judged, table: Path, notes: Sequence[Note]) -> dict[str, Any]:
    """Return what was found as plain values: counts a rule, with all that defines them."""
    return {
        "source": table.stem,
        "indicator": found.indicator,
        "concept": found.concept,
        "grade": list(found.grades),
        "unit": found.unit,
        "boundaries": "as_published",
        "start": found.years[0],
        "end": found.years[-1],
        "years": list(found.years),
        "units": len(found.names),
        "rules": [_rule_record(found, variant) for variant in found.variants],
        "passed_over": list(found.passed_over),
        "notes": [{**note.to_json(), "text": note.text()} for note in notes],
    }


def cities_named(found: Judged, wanted: Sequence[str]) -> list[str]:
    """Return the ids of the cities that are asked for by name or id; part of either will do.

    Raises
    ------
    CityebbError
        If there is none such.
    """
    ids = found.names.index.astype(str)
    chosen: list[str] = []
    for word in wanted:
        for whole in (True, False):
            near = [
                city
                for city, name in zip(ids, found.names.astype(str), strict=True)
                if (word in {city, name} if whole else word.lower() in f"{city} {name}".lower())
            ]
            if near:
                break
        if not near:
            raise CityebbError("cli.identify.no_city", name=word)
        if len(near) > _CITIES:
            raise CityebbError("cli.identify.many_cities", name=word, count=len(near))
        chosen += near
    return list(dict.fromkeys(chosen))


def cities_record(found: Judged, cities: Sequence[str]) -> list[dict[str, Any]]:
    """Return what every rule says of some cities, as plain values."""
    rows = with_names(found)
    return [
        {**{str(key): value for key, value in row.items()}, "reason_text": say(row["reason"])}
        for row in rows[rows["city_id"].isin(list(cities))].to_dict("records")
    ]


def lines(found: Judged, table: Path, cities: Sequence[str]) -> list[str]:
    """Say the definition, the counts a rule, and what is said of single cities."""
    head = say(
        "cli.identify.head",
        source=table.name,
        figures=say(
            "cli.figures",
            concept=_word("model.concept", found.concept),
            indicator=_indicator(found.indicator),
        ).strip(),
        grade=", ".join(_word("model.grade", grade) for grade in found.grades),
        unit=say_unit(found.unit),
        start=found.years[0],
        end=found.years[-1],
        years=len(found.years),
        count=len(found.names),
    )
    told = [head, say("cli.identify.boundaries"), *_counts(found), *_explained(found)]
    for city in cities:
        told += _of_city(found, city)
    return told


def beside(found: Judged, notes: Sequence[Note]) -> list[str]:
    """Say what a reader must know besides."""
    told = []
    if found.passed_over:
        told.append(say("cli.identify.passed_over", rules=", ".join(found.passed_over)))
    if not all(may_show_shrinking(grade) for grade in found.grades):
        told.append(say("cli.identify.grade", grade=", ".join(found.grades)))
    zeros = found.by_rule["reason"].astype(str).str.rpartition(".")[2].isin(_ZEROS)
    if zeros.mean() > _MANY:
        told.append(say("cli.identify.zeros", share=zeros.mean()))
    return [*told, *(note.text() for note in notes if note.level == "warning")]


def write(found: Judged, folder: Path, told: dict[str, Any]) -> list[Path]:
    """Write the table and what defines it; each file appears whole or not at all."""
    from cityebb.publish._files import whole
    from cityebb.publish.tables import write_frame

    frame = with_names(found)
    paths = [write_frame(frame, folder / f"by_rule.{form}") for form in ("csv", "parquet")]
    path = folder / "by_rule.json"
    with whole(path) as stream:
        stream.write(json.dumps(plain(told), ensure_ascii=False, indent=2, allow_nan=False).encode())
    return [*paths, path]


def with_names(found: Judged) -> pd.DataFrame:
    """Return the table with the names of the cities beside their ids."""
    frame = found.by_rule.copy()
    frame.insert(1, "name", found.names.astype(str).reindex(frame["city_id"]).to_numpy())
    return frame


def _rule_record(found: Judged, variant: Variant) -> dict[str, Any]:
    from cityebb.identify.rules import meaning_of, parameters_of

    part = found.by_rule[found.by_rule["rule"] == variant.name]
    counts = {state.value: int((part["state"] == state.value).sum()) for state in _STATES}
    reasons = part.loc[part["state"] == "undetermined", "reason"].value_counts()
    return {
        "rule": variant.name,
        "base_rule": variant.rule.name,
        "name": _called(variant),
        "meaning": meaning_of(variant.rule.name),
        "parameters": parameters_of(variant.rule),
        "altered": dict(variant.parameters),
        "reference": variant.rule.reference,
        "counts": counts,
        "undetermined_share": counts["undetermined"] / max(len(part), 1),
        "undetermined_reasons": [
            {"key": str(key), "text": say(str(key)), "count": int(count)} for key, count in reasons.items()
        ],
    }


def _counts(found: Judged) -> list[str]:
    heads = (
        say("cli.identify.column_rule"),
        *(state.word() for state in _STATES),
        say("cli.identify.column_share"),
    )
    rows = []
    for variant in found.variants:
        told = _rule_record(found, variant)
        counts = [f"{told['counts'][state.value]:,}" for state in _STATES]
        rows.append((told["name"], *counts, f"{told['undetermined_share']:.1%}"))
    return aligned([heads, *rows], right=range(1, len(heads)))


def _explained(found: Judged) -> list[str]:
    """Say of every rule what it asks for, with the parameters in force, and why cities are undetermined."""
    told = [say("cli.identify.definitions")]
    for variant in found.variants:
        rule = _rule_record(found, variant)
        told.append("  " + say("cli.identify.rule_means", rule=rule["name"], meaning=rule["meaning"]))
        told.append("    " + say("cli.identify.parameters", parameters=_in_force(variant.rule)))
        told.append("    " + say("cli.identify.reference", reference=rule["reference"]))
        if rule["undetermined_reasons"]:
            reasons = [f"{each['text']} ({each['count']:,})" for each in rule["undetermined_reasons"][:3]]
            told.append("    " + say("cli.identify.why", reasons=say("publish.list_join").join(reasons)))
    return told


def _of_city(found: Judged, city: str) -> list[str]:
    part = found.by_rule[found.by_rule["city_id"].astype(str) == city]
    named = {variant.name: _called(variant) for variant in found.variants}
    rows = [
        (
            named[row["rule"]],
            State(row["state"]).word(),
            "" if isnan(row["change"]) else f"{row['change']:+.1%}".replace("-", "−"),
            f"{row['start']}–{row['end']}",
            _with_detail(say(row["reason"]), row["detail"]),
        )
        for row in part.to_dict("records")
    ]
    name = str(found.names[city])
    head = name if not name or name == city else f"{name} ({city})"
    return [head or city, *aligned(rows, right=(2,))]


def _with_detail(reason: str, detail: str) -> str:
    return f"{reason} ({_word('identify.rules.trajectory', detail)})" if detail else reason


def _called(variant: Variant) -> str:
    from cityebb.identify.rules import called

    return called(variant.name, variant.rule.name, variant.text)


def _in_force(rule: Any) -> str:  # noqa: ANN401 - a Rule, loaded late
    from cityebb.identify.rules import parameters_of
    from cityebb.identify.rules.allowed import written

    return ", ".join(f"{name} = {written(value)}" for name, value in parameters_of(rule).items())


def _indicator(name: str) -> str:
    return say("cli.identify.any") if name == "any" else _word("publish.indicator", name)


def _word(family: str, name: str) -> str:
    key = f"{family}.{name}"
    return say(key) if has(key, current_language()) else name
