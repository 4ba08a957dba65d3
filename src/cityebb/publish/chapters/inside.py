"""Inside the city: every city beside its parts, and where those lie that shrink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.chapters.cities import leading
from cityebb.publish.figures.inside import draw_inside
from cityebb.publish.parts import JUDGED, counts_of_parts

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd
    from matplotlib.figure import Figure

    from cityebb.model import InsideFound
    from cityebb.publish.view import View

_MAPS, _ROWS = 6, 20
_NAMES_TOLD = 5
_CALLED = (State.SHRINKING, State.STABLE, State.GROWING)


def inside(view: View, options: Options) -> Chapter | None:
    """Return what became of the parts of cities; nothing where nobody looked."""
    found = view.results.inside
    if found is None:
        return None
    rows = found.together if found.kind == "units" else found.cities
    if rows.empty:
        return Chapter("inside", {"empty": view.t("empty.inside")})
    chosen = leading(view, options)
    content = {
        "lead": _lead(view, found),
        "said": [*_of_units(view, found), *_halves(view, found), *_how(view, found)],
        "both": _both(view, found, chosen),
        "patterns": _patterns(view, found.cities, "pattern"),
        "counties": _patterns(view, found.counties, "county_pattern"),
        "crossed": _crossed(view, found.cities),
        "states": [view.word("state", state.value) for state in _CALLED],
        "maps": _maps(view, found, chosen),
    }
    return Chapter("inside", content)


def _lead(view: View, found: InsideFound) -> str:
    told = {"start": n.span(found.asked["start"]), "end": n.span(found.asked["end"])}
    if found.kind == "units":
        together = found.together
        return view.t(
            "inside.lead",
            cities=n.count(int((together["parts"] > 0).sum())),
            parts=n.count(together["parts"].sum()),
            of=found.asked["of"],
            **told,
        )
    counts = counts_of_parts(found)
    told |= {name: n.count(counts[name]) for name in ("cities", "parts", "judged")}
    return view.t("inside.lead", **told)


def _of_units(view: View, found: InsideFound) -> list[str]:
    """Say how often a city and its parts part ways, and where sums and figures do not agree."""
    if found.kind != "units":
        return []
    table = found.together[found.together["known_parts"] > 0]
    counts = {name: n.count(count) for name, count in counts_of_parts(found).items()}
    lines = [view.t("inside.part_ways", **counts)]
    apart = table[table["differs"]]
    if len(apart):
        widest = apart[["differs_before", "differs_after"]].abs().max(axis=1).sort_values(ascending=False)
        names = view.cities["label"].reindex(apart.loc[widest.index[:_NAMES_TOLD], "city_id"])
        lines.append(view.t("inside.differs", count=n.count(len(apart)), names=_joined(view, names)))
    asked = found.asked
    if asked.get("outside") or asked.get("across"):
        told = {way: n.count(asked.get(way, 0)) for way in ("outside", "across")}
        lines.append(view.t("inside.not_within", **told))
    if found.cities.empty:
        lines.append(view.t("inside.no_outlines"))
    return lines


def _joined(view: View, names: pd.Series) -> str:
    return view.t("inside.between_names").join(str(name) for name in names.dropna())


def _halves(view: View, found: InsideFound) -> list[str]:
    """Say how often the inner half of a city goes another way than the city."""
    counts = counts_of_parts(found)
    told = {name: n.count(count) for name, count in counts.items()}
    return [view.t("inside.halves", **told)] if counts["judged"] else []


def _how(view: View, found: InsideFound) -> list[str]:
    """Say by what a part is called, where it matters."""
    asked, line = found.asked, n.line(abs(found.asked["threshold"]))
    if found.kind == "units":
        return [view.t("inside.by_verdict", of=asked["of"], threshold=line)]
    key = "inside.by_noise" if asked["noise"] else "inside.by_threshold"
    return [view.t(key, threshold=line, alpha=n.percent(asked["alpha"]))]


def _both(view: View, found: InsideFound, chosen: list[str]) -> list[dict[str, Any]]:
    """Return the chosen cities with their own figures and those of their parts beside them."""
    if found.kind != "units":
        return []
    table = found.together.set_index("city_id")
    table = table[table["known_parts"] > 0]
    rows = table.to_dict("index")
    return [_row(view, city, rows[city]) for city in chosen if city in rows][:_ROWS]


def _row(view: View, city: str, row: dict[Hashable, Any]) -> dict[str, Any]:
    state = State(str(row["state"]))
    return {
        "label": view.cities.loc[city, "label"],
        "state": state.value,
        "word": state.word(view.language),
        "change": n.change(row["change"]),
        "parts_change": n.change(row["parts_change"]),
        "differs": bool(row["differs"]),
        "known": view.t("inside.known_parts", known=n.count(row["known_parts"]), parts=n.count(row["parts"])),
        **{
            each: n.count(row[f"{each}_parts"]) for each in ("shrinking", "stable", "growing", "undetermined")
        },
        "before_share": n.percent(row["shrinking_before_share"]),
        "area_share": n.percent(row["shrinking_area_share"]),
        "density": _pair(row, "land_density"),
        "lived": _pair(row, "lived_density"),
    }


def _pair(row: dict[Hashable, Any], name: str) -> str:
    before, after = row[f"{name}_before"], row[f"{name}_after"]
    return n.MISSING if before != before else f"{n.value(before)} → {n.value(after)}"  # noqa: PLR0124 - NaN


def _patterns(view: View, table: pd.DataFrame, column: str) -> list[dict[str, str]]:
    """Return how many cities have each pattern, and why the others have none."""
    if table.empty:
        return []
    known = table["reason"] == JUDGED
    rows = [
        {
            "word": view.word(f"identify.inside.{column}", name),
            "count": n.count(count),
            "share": n.percent(count / len(table)),
        }
        for name, count in table.loc[known, column].value_counts().items()
    ]
    rows += [
        {
            "word": view.t("inside.undetermined", reason=view.reason(reason)),
            "count": n.count(count),
            "share": n.percent(count / len(table)),
        }
        for reason, count in table.loc[~known, "reason"].value_counts().items()
    ]
    return rows


def _crossed(view: View, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how many cities have each state of the inner half with each of the outer."""
    if table.empty or not (table["reason"] == JUDGED).any():
        return []
    counts = table.groupby(["core_state", "edge_state"]).size()
    return [
        {
            "word": view.word("state", core.value),
            "counts": [n.count(int(counts.get((core.value, edge.value), 0))) for edge in _CALLED],
        }
        for core in _CALLED
    ]


def _maps(view: View, found: InsideFound, chosen: list[str]) -> list[dict[str, Any]]:
    """Return the pictures of the first chosen cities whose inside is known."""
    table = found.cities[found.cities["reason"] == JUDGED].set_index("city_id")
    shown = [city for city in chosen if city in table.index][:_MAPS]
    return [_map(view, found, table, city, place) for place, city in enumerate(shown)]


def _map(view: View, found: InsideFound, table: pd.DataFrame, city: str, place: int) -> dict[str, Any]:
    mine = (found.parts["city_id"] == city).to_numpy()
    row: Any = table.loc[city]

    outlines = None
    if len(found.outlines):
        import shapely

        outlines = shapely.from_wkb(found.outlines.loc[mine, "wkb"].to_numpy(dtype=object))

    def draw(_: View) -> Figure:
        return draw_inside(row, found.parts[mine], found.found[mine], view.language, outlines=outlines)

    label = str(view.cities.loc[city, "label"])
    caption = view.t(
        "inside.caption",
        parts=n.count(row["parts"]),
        holes=n.count(row["holes"]),
        hole_share=n.percent(row["hole_area_share"]),
        low=n.percent(row["cluster_low_area_share"]),
        high=n.percent(row["cluster_high_area_share"]),
    )
    return {
        "label": label,
        "picture": picture(
            view, f"inside{place}", draw, title=view.t("inside.alt", name=label), caption=caption
        ),
    }
