"""Sum and density: which falls are a lost edge, and which only follow a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View

_HALF = 0.5


def density(view: View, options: Options) -> Chapter | None:
    """Return where the light of shrinking cities went; nothing where light is not compared on cells."""
    table = view.results.density
    if table.empty:
        return None
    frame = view.cities.join(table.set_index("city_id")[_OF_DENSITY])
    shrinking = frame[frame["state"] == State.SHRINKING.value]
    behind = shrinking["relative_change"] <= -view.threshold
    counts = {
        "edge": int((shrinking["edge_share"] > _HALF).sum()),
        "dimmer": int((shrinking["edge_share"] <= _HALF).sum()),
        "denser": int((shrinking["density_change"] >= 0).sum()),
        "behind": int(behind.sum()),
        "with_region": int((~behind & shrinking["relative_change"].notna()).sum()),
    }
    return Chapter(
        "density",
        {
            "lead": view.t("density.lead", floor=n.plain(float(table["floor"].iloc[0]))),
            "shrinking": view.t("density.shrinking", count=n.count(len(shrinking))),
            "counts": [
                (view.t(f"density.{name}", threshold=n.line(view.threshold)), n.count(count))
                for name, count in counts.items()
            ],
            "rows": [_row(view, row) for row in shrinking.head(options.leading).to_dict("records")],
        },
    )


_OF_DENSITY = ["lit_change", "density_change", "kept_change", "edge_share"]


def _row(view: View, row: dict[Any, Any]) -> dict[str, str]:
    found = {name: n.change(row[name]) for name in ("change", "relative_change", *_OF_DENSITY[:3])}
    edge = row["edge_share"]
    return {
        "label": str(row["label"]),
        "to": region(view, row.get("relative_to")),
        "edge_share": n.MISSING if edge != edge else n.percent(edge),  # noqa: PLR0124 - NaN
        **found,
    }


def region(view: View, to: object) -> str:
    """Say what a relative change is relative to."""
    told = view.country(to) if isinstance(to, str) else ""
    return told or view.t(view.of_kind("density.all"))


def tell_density(view: View, city: str) -> str:
    """Say of one city how much of it is lit, and how brightly; nothing where that is not known."""
    table: pd.DataFrame = view.results.density
    rows = table[table["city_id"] == city]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    told = {name: n.change(row[name]) for name in _OF_DENSITY[:3]}
    said = view.t("density.city", **told)
    if row["edge_share"] > _HALF:
        said += view.t("density.city_edge", share=n.percent(row["edge_share"]))
    return said
