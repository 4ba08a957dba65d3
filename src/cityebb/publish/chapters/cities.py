"""A section for each leading city, and for those that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import Persistence, PlainState, State
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.chapters.density import tell_density
from cityebb.publish.chapters.rankings import interval
from cityebb.publish.figures.outline import draw_outline
from cityebb.publish.figures.series import draw_series
from cityebb.publish.ranking import from_nothing
from cityebb.publish.sentence import grades
from cityebb.words import say_unit

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View


def cities(view: View, options: Options) -> Chapter:
    """Return a section for each chosen city."""
    chosen = leading(view, options)
    if not chosen:
        return Chapter("cities", {"empty": view.t("empty.cities")})
    sections = [_section(view, city, place) for place, city in enumerate(chosen)]
    lead = view.t(view.of_kind("city.lead"), confidence=view.confidence)
    return Chapter("cities", {"cities": sections, "lead": lead})


def leading(view: View, options: Options) -> list[str]:
    """Return the ids of the cities to be shown: the named ones, then the largest that shrink and that grow.

    Where fewer shrink than grow, or the other way round, the others fill up; where none does either, the
    largest cities stand for them.
    """
    frame = view.cities
    found = [city for name in options.named for city in _called(view, name)]
    shrinking, growing = (
        list(frame.index[frame["state"] == s.value]) for s in (State.SHRINKING, State.GROWING)
    )
    half = (options.leading + 1) // 2
    down = shrinking[: max(half, options.leading - len(growing))]
    up = growing[: options.leading - len(down)]
    rest = list(frame.index[: options.leading]) if not (down or up) else []
    return list(dict.fromkeys([*found, *down, *up, *rest]))


def _called(view: View, name: str) -> list[str]:
    frame = view.cities
    if name in frame.index:
        return [name]
    same = (frame["label"] == name) | (frame["name_zh"] == name) | (frame["name_en"] == name)
    return list(frame.index[same][:1])


def _section(view: View, city: str, place: int) -> dict[str, Any]:
    row = view.cities.loc[city]
    state = State(str(row["state"]))
    label = str(row["label"])
    series = picture(view, f"series{place}", draw_series, city, title=view.t("series.alt", name=label))
    outline = None
    if view.cities.geometry.notna()[city] and len(view.results.footprints):
        told = view.t("outline.alt", name=label)
        outline = picture(view, f"outline{place}", draw_outline, city, title=told)
    return {
        "id": city,
        "anchor": f"city-{place + 1}",
        "label": label,
        "other": _other_name(view, row, label),
        "state": state.value,
        "word": state.word(view.language),
        "claim": _claim(view, row, state),
        "facts": _facts(view, row),
        "faint": _faint(view, city),
        "reason": view.reason(row["reason"]) if state is State.UNDETERMINED else "",
        "series": series,
        "outline": outline,
        "context": _context(view, city, row, state),
    }


def _other_name(view: View, row: pd.Series, label: str) -> str:
    name = row["name_en" if view.language == "zh" else "name_zh"]
    return name if isinstance(name, str) and name not in label else ""


def _claim(view: View, row: pd.Series, state: State) -> str:
    if not row["change"] == row["change"]:  # noqa: SIM201 - NaN
        return view.t("city.no_change")
    return view.t(
        f"city.claim.{state.value}",
        indicator=view.word("indicator", view.indicator),
        moved=moved(view, row["change"]),
        interval=interval(view, row["low"], row["high"]),
        confidence=view.confidence,
        start=row["start"],
        end=row["end"],
        threshold=n.line(view.threshold),
    )


def moved(view: View, change: float) -> str:
    """Say a change as a verb: by so many per cent, or to so many times the start."""
    if change > n.FACTOR_ABOVE:
        return view.t("city.moved.factor", times=n.value(1 + change))
    return view.t("city.moved.percent", change=n.percent(change, signed=True))


def _faint(view: View, city: str) -> str:
    """Say that the start was next to nothing, where it was."""
    rows = view.cities.loc[[city]]
    if not bool(from_nothing(view, rows).iloc[0]):
        return ""
    unit = say_unit((view.results.definition.get("units") or {}).get(view.source, ""), view.language)
    mean = float((rows["before"] / rows["area_km2"]).iloc[0])
    return view.t("city.faint", mean=f"{n.value(mean)} {unit}".strip())


def _facts(view: View, row: pd.Series) -> list[tuple[str, str]]:
    """Return what is known of a city as pairs of heading and value; what is missing is said to be missing."""
    lasting = str(row["persistence"])
    fate = Persistence(lasting).word(view.language) if lasting in set(Persistence) else n.MISSING
    years = _years(row["years_below"])
    below = view.t("city.persistence_value", word=fate, years=n.span(years)) if years else fate
    plain = PlainState(row["plain"]).word(view.language) if row["plain"] in set(PlainState) else n.MISSING
    area = view.t("city.area_value", area=n.value(row["area_km2"]), cells=n.count(row["cells"]))
    placed = row["lon"] == row["lon"]
    noise = n.MISSING if row["noise"] != row["noise"] else f"±{n.percent(row['noise'])}"
    noise_from = view.word("noise", row["noise_from"])
    to = view.country(row.get("relative_to"))
    density = tell_density(view, str(row.name))
    facts = [
        ("below_zero", n.chance(row["below_zero"])),
        ("below_threshold", n.chance(row["below_threshold"])),
        ("q", n.probability(row["q"])),
        *_specifications(view, str(row.name)),
        ("plain", view.t("city.plain_value", word=plain, change=n.change(row["plain_change"]))),
        ("relative_region" if to else "relative", n.change(row["relative_change"])),
        *([("density", density)] if density else []),
        *([("persistence", below)] if view.has_course or not view.is_units else []),
        (
            "noise",
            view.t("city.noise_value", noise=noise, origin=noise_from)
            if isinstance(row["noise_from"], str)
            else noise,
        ),
        *([("counted", _counted(view, row))] if view.is_units else [("area", area)]),
        *([("position", n.degrees(row["lon"], row["lat"]))] if placed else []),
    ]
    return [
        (view.t(view.of_kind(f"city.fact.{name}"), threshold=n.line(view.threshold), region=to), text)
        for name, text in facts
    ]


def _specifications(view: View, city: str) -> list[tuple[str, str]]:
    """Say in how many specifications a city shrinks, and which choice that depends on most."""
    table = view.results.robustness
    rows = table[table["city_id"] == city]
    if rows.empty:
        return []
    row = rows.iloc[0]
    by = row["flipped_by"]
    said = view.t(
        "city.specifications_value",
        shrinking=n.count(row["shrinking"]),
        count=n.count(row["specifications"]),
        share=n.percent(row["share_shrinking"]),
        by=view.t("city.specifications_by", choice=view.word("choice", by)) if by else "",
    )
    return [("specifications", said)]


def _counted(view: View, row: pd.Series) -> str:
    """Say the figures of start and end with what they count and where they come from."""
    source = view.results.sources.get(view.source, {})
    return view.t(
        "city.counted_value",
        before=n.count(row["before"]),
        after=n.count(row["after"]),
        concept=view.word("concept", source.get("concept", "unknown")),
        indicator=view.word("indicator", view.indicator),
        grade=grades(view, source.get("grade", "unknown")),
    )


def _years(text: object) -> list[int]:
    words = str(text).replace(",", " ").replace(";", " ").replace("、", " ").split()
    return [int(word) for word in words if word.isdigit()]


def _context(view: View, city: str, row: pd.Series, state: State) -> list[dict[str, Any]]:
    table = view.results.context
    if table is None or table.empty:
        return []
    own = _moves(state, row)
    found = []
    for other in table[table["city_id"] == city].to_dict("records"):
        change = float(other["change"])
        moves = "rises" if change > 0 else "falls" if change < 0 else "unclear"
        kind = "unclear" if "unclear" in (own, moves) else "agree" if own == moves else "disagree"
        unit = other["unit_zh"] if view.language == "zh" else other["unit_en"]
        values = {
            "unit": unit if isinstance(unit, str) and unit else other["unit_zh"],
            "level": view.word("level", other["level"]),
            "measure": view.t(
                "context.measure",
                concept=view.word("concept", other["concept"]),
                indicator=view.word("indicator", other["indicator"]),
            ),
            "start": other["start"],
            "end": other["end"],
            "before": n.count(other["before"]),
            "after": n.count(other["after"]),
            "change": n.change(change),
        }
        said = view.t(
            f"context.{kind}",
            own=view.word("indicator", view.indicator),
            own_moves=view.t(f"moves.{own}"),
            moves=view.t(f"moves.{moves}"),
            **values,
        )
        found.append({**values, "kind": kind, "said": said, "citation": other[f"citation_{view.language}"]})
    return found


def _moves(state: State, row: pd.Series) -> str:
    if state is State.SHRINKING or row["high"] < 0:
        return "falls"
    if state is State.GROWING or row["low"] > 0:
        return "rises"
    return "unclear"
