"""What was made comparable: boundaries for administrative units, grids and years for grids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cityebb.model import EVENT_KINDS
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.boundaries import draw_boundaries, flagged
from cityebb.publish.sentence import boundaries

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.model import Comparability
    from cityebb.publish.view import View

_ROWS = 15
_ITEMS = 6
_EVIDENCE = 160
_KIND = re.compile(rf"(?<=\d) ({'|'.join(EVENT_KINDS)})(?=: |;|$)")


def comparable(view: View, options: Options) -> Chapter:  # noqa: ARG001 - every chapter is asked the same way
    """Return what was done to figures of several epochs, and what could not be mended."""
    done = view.results.comparability
    if done is None:
        return Chapter("comparable", _of_grids(view))
    return Chapter("comparable", _of_units(view, done))


def _of_grids(view: View) -> dict[str, Any]:
    """Return years left out and breaks of the series."""
    left_out = [
        {"year": str(year), "reason": view.evidence(reason)} for year, reason in sorted(view.left_out.items())
    ]
    breaks = [
        {
            "source": row["source"],
            "kind": view.word("break", row["kind"]),
            "year": row["year"],
            "evidence": view.evidence(row["evidence"]),
            "kept": view.t("yes" if row["kept"] else "no"),
        }
        for row in view.results.breaks.to_dict("records")
    ]
    told = [note for note in view.results.notes if note.room == "harmonise"]
    notes = list(dict.fromkeys(note.text(view.language) for note in told))
    return {"units": False, "left_out": left_out, "breaks": breaks, "notes": notes}


def _of_units(view: View, done: Comparability) -> dict[str, Any]:
    told = [note for note in view.results.notes if note.room == "harmonise"]
    table = done.decomposition
    rows = flagged(table)
    content: dict[str, Any] = {
        "units": True,
        "boundaries": view.t("comparable.boundaries", boundaries=boundaries(view)),
        "notes": list(dict.fromkeys(note.text(view.language) for note in told)),
        "summary": _summary(view, table),
        "unit": view.unit,
        "rows": [_unit(view, row) for row in rows.head(_ROWS).to_dict("records")],
        "audit": _audit(view, done.audit),
        "crosswalk": _crosswalk(view, done.crosswalk),
        "trial": _trial(view, done.trial),
        "guesses": [_guess(view, row) for row in _meant(done.guesses).to_dict("records")],
        "unused": _unused(view, done.unused),
        "figure": None,
    }
    if len(rows):
        content["figure"] = picture(
            view,
            "boundaries",
            draw_boundaries,
            title=view.t("comparable.figure.alt"),
            caption=view.t("comparable.figure.caption"),
        )
    return content


def _summary(view: View, table: pd.DataFrame) -> str:
    known = table.dropna(subset=["reported", "real"])
    if known.empty:
        return view.t("comparable.no_decomposition")
    moved = known[known["territorial"].abs() > 0]
    counts = table["flag"].value_counts()
    suspected = int(counts.get("suspected", 0))
    told = view.t(
        "comparable.summary",
        units=n.count(len(known)),
        moved=n.count(len(moved)),
        reported_down=n.count(int((known["reported"] < 0).sum())),
        real_down=n.count(int((known["real"] < 0).sum())),
        artificial=n.count(int(counts.get("artificial_shrinkage", 0))),
        masked=n.count(int(counts.get("masked_shrinkage", 0))),
        people=n.count(float(moved["territorial"].abs().sum())),
        unit=view.unit,
    )
    return told + view.t("comparable.suspected", count=n.count(suspected)) if suspected else told


def _unit(view: View, row: dict[Any, Any]) -> dict[str, str]:
    evidence = _events(view, row["evidence"]) if isinstance(row["evidence"], str) else ""
    return {
        "name": row["name"] if isinstance(row["name"], str) else row["unit_id"],
        "code": row["unit_id"],
        "before_reported": n.count(row["before_reported"]),
        "before_comparable": n.count(row["before_comparable"]),
        "after": n.count(row["after"]),
        "reported": n.change(row["reported_change"]),
        "real": n.change(row["real_change"]),
        "flag": view.t(f"comparable.flag.{row['flag']}"),
        "evidence": evidence[:_EVIDENCE] + ("…" if len(evidence) > _EVIDENCE else ""),
    }


def _events(view: View, text: str) -> str:
    """Say the kinds of events in words."""
    return _KIND.sub(lambda found: f" {view.word('model.event', found.group(1))}", text)


def _audit(view: View, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the findings by kind, warnings first, with their first items."""
    found = []
    order = table.assign(first=table["level"] != "warning").sort_values("first", kind="stable")
    for (kind, level), rows in order.groupby(["finding", "level"], sort=False):
        found.append(
            {
                "kind": view.word("model.finding", kind),
                "level": level,
                "count": n.count(len(rows)),
                "told": [_item(view, row) for row in rows.head(_ITEMS).to_dict("records")],
                "more": max(0, len(rows) - _ITEMS),
            }
        )
    return found


def _item(view: View, row: dict[Any, Any]) -> str:
    name = row["name"] if isinstance(row["name"], str) else ""
    unit = row["unit_id"] if isinstance(row["unit_id"], str) else ""
    parts = [f"{name} ({unit})" if name and unit else name or unit]
    if isinstance(row["year"], str):
        parts.append(row["year"])
    numbers = [
        view.t(f"comparable.{key}", value=n.count(row[key]))
        for key in ("value", "expected", "difference")
        if row[key] == row[key]
    ]
    parts += numbers
    parts += [_events(view, row[key]) for key in ("related", "evidence") if isinstance(row[key], str)]
    return view.t("comparable.separator").join(part for part in parts if part)[: _EVIDENCE * 2]


def _crosswalk(view: View, table: pd.DataFrame) -> str:
    """Say how many units were spread over how many, the smallest weight, and what has none."""
    if table.empty:
        return ""
    source = ["from_unit", "from_vintage"]
    known = table.dropna(subset=["share"])
    parts = known[known["share"] > 0].groupby(source, dropna=False).size()
    smallest = known.loc[known["share"] > 0, "share"].min()
    return view.t(
        "comparable.crosswalk",
        units=n.count(len(table.drop_duplicates(source))),
        targets=n.count(table["to_unit"].nunique()),
        split=n.count(int((parts > 1).sum())),
        smallest=f"{100 * smallest:.3g}%" if smallest == smallest else n.MISSING,  # noqa: PLR0124 - NaN
        unknown=n.count(len(table[table["share"].isna()].drop_duplicates(source))),
    )


def _trial(view: View, table: pd.DataFrame) -> dict[str, Any] | None:
    if table.empty:
        return None
    ways = list(dict.fromkeys(table["way"]))
    wide = table.pivot_table(index="unit_id", columns="way", values="spread_share")
    counted = table.drop_duplicates("unit_id").set_index("unit_id")["counted_share"]
    names = table.drop_duplicates("unit_id").set_index("unit_id")["name"]
    errors = {way: float((wide[way] - counted).abs().sum()) for way in ways}
    best = min(ways, key=lambda way: errors[way])
    area = errors.get("area", float("nan"))
    better = best != "area" and area > 0
    shown = counted.sort_values(ascending=False, kind="stable").index
    if len(shown) > _ROWS:
        off = (wide[ways[0]] - counted).abs().sort_values(ascending=False, kind="stable")
        shown = off.index[:_ROWS]
    return {
        "most": view.t("comparable.trial_most", units=n.count(len(counted)), rows=n.count(len(shown)))
        if len(shown) < len(counted)
        else "",
        "better": view.t(
            "comparable.better",
            way=_way(view, best),
            error=n.percent(errors[best]),
            area=n.percent(area),
            change=n.change(errors[best] / area - 1),
        )
        if better
        else "",
        "ways": [_way(view, way) for way in ways],
        "rows": [
            {
                "name": names[unit] if isinstance(names[unit], str) else unit,
                "shares": [n.percent(wide.loc[unit, way]) for way in ways],
                "counted": n.percent(counted[unit]),
            }
            for unit in shown
        ],
        "errors": [n.percent(errors[way]) for way in ways],
    }


def _way(view: View, code: str) -> str:
    """Say a way to spread people: its kind and, of a grid, which and of what year."""
    kind, *more = code.split(":")
    way = view.word("comparable.way", kind)
    if not more:
        return way
    if "above" in more:
        return view.t("comparable.way_above", way=way, source=more[0], year=more[1], above=more[-1])
    return view.t("comparable.way_of", way=way, source=more[0], year=more[1])


def _meant(guesses: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that were used."""
    return guesses[~guesses["role"].astype(str).str.startswith("not_used")].head(4 * _ROWS)


def _guess(view: View, row: dict[Any, Any]) -> dict[str, str]:
    concept = row["concept"]
    return {
        "column": str(row["column"]).replace("|", " / "),
        "role": view.t(f"comparable.role.{row['role']}"),
        "concept": view.word("concept", concept) if isinstance(concept, str) else "",
        "indicator": view.word("indicator", row["indicator"]) if isinstance(row["indicator"], str) else "",
        "year": row["year"] if isinstance(row["year"], str) else "",
        "unit": row["unit"] if isinstance(row["unit"], str) else "",
        "certainty": view.t(f"comparable.certainty.{row['certainty']}"),
    }


def _unused(view: View, table: pd.DataFrame) -> list[dict[str, str]]:
    counts = table["reason"].value_counts()
    return [
        {
            "reason": view.reason(reason),
            "count": n.count(int(count)),
            "example": next(
                (
                    str(text)
                    for text in table.loc[table["reason"] == reason, ["column", "text"]].to_numpy().ravel()
                    if isinstance(text, str) and text
                ),
                "",
            )[:80],
        }
        for reason, count in counts.items()
    ]
