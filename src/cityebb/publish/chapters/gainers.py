"""Who gained what others lost: region by region, gainers beside losers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View

# Regions told one by one: those with the largest losses.
_TOLD = 4
_LISTED = 12
_LARGE = 10_000


def gainers(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return the balance of each region, and its gainers beside its losers."""
    balance, table = view.results.balance, view.results.gainers
    if balance.empty or table.empty:
        return None
    unit = view.unit
    told = [str(region) for region in balance["region"].head(_TOLD)]
    return Chapter(
        "gainers",
        {
            "lead": view.t(
                "gainers.lead", indicator=view.word("indicator", view.indicator), unit=unit or n.MISSING
            ),
            "rows": [_balance(view, row) for row in balance.head(_LISTED).to_dict("records")],
            "regions": [_region(view, region, table[table["region"] == region]) for region in told],
        },
    )


def region_name(view: View, region: str) -> str:
    """Say a region: a country by its name, another as the study calls it."""
    said = view.country(region) if len(region) == 2 else _district(view, region)  # noqa: PLR2004 - the code of a country
    if region == "unknown":
        return view.t("unknown" if len(view.results.balance) > 1 else "watch.all")
    return said or region


def _district(view: View, region: str) -> str:
    """Say a district in the reader's language; nothing for what is none."""
    frame = view.cities
    if view.language != "zh" or "district_en" not in frame:
        return ""
    said = frame.loc[frame["district_en"] == region, "district_zh"].dropna()
    return str(said.iloc[0]) if len(said) else ""


def _balance(view: View, row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "name": region_name(view, str(row["region"])),
        "cities": n.count(row["known"]),
        "gaining": n.count(row["gaining"]),
        "losing": n.count(row["losing"]),
        "gained": _amount(view, row["gained_sum"]),
        "lost": _amount(view, row["lost_sum"]),
        "net": _amount(view, row["net"]),
        "largest": n.percent(row["largest_part"]),
    }


def _region(view: View, region: str, table: pd.DataFrame) -> dict[str, Any]:
    sides = {side: part.to_dict("records") for side, part in table.groupby("side")}
    rows = max(len(part) for part in sides.values())
    return {
        "name": region_name(view, region),
        "rows": [
            {
                side: _city(view, sides[side][place]) if place < len(sides.get(side, [])) else None
                for side in ("gains", "loses")
            }
            for place in range(rows)
        ],
    }


def _city(view: View, row: dict[Any, Any]) -> dict[str, str]:
    city = str(row["city_id"])
    known = city in view.cities.index
    return {
        "name": str(view.cities.loc[city, "label"]) if known else city,
        "state": str(row["state"]),
        "word": view.word("state", row["state"]),
        "amount": _amount(view, row["amount"]),
        "change": n.change(row["change"]),
        "part": n.percent(row["part"]),
    }


def _amount(view: View, number: float) -> str:
    """Write what was gained or lost: shortly where it is large, to three digits where it is not."""
    if abs(number) < _LARGE:
        return n.value(number)
    return n.large(number, view.language).replace("-", n.MINUS)
