"""Codes that come to mean another unit, and units that change their name under one code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.harmonise.audit._items import items

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

# Kinds of units at the end of a name: a county that becomes a city or a district keeps the rest.
_KIND = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治[区州县旗]|地区|林区|矿区|新区|[省市州盟县縣区區旗町村镇鎮乡鄉郡府])$"
    r"|-(?:si|gun|gu|shi|machi|cho|mura|son|ku|city|county|district|town|municipality)$",
    re.IGNORECASE,
)
# Two characters that look alike, the second a wrong one for the first.
_LOOKALIKES = str.maketrans({"巿": "市"})
# Names that many units of one country bear.
_SHARED = frozenset({"市辖区", "市区", "城区", "郊区", "市中区"})
_LEAST = 2
# Where more names than this differ, the tables write names in two ways.
_TWO_WAYS = 0.5
_FEW = 10
_SHOWN = 5


def renamed(
    counts: pd.DataFrame, ledger: pd.DataFrame | None = None, units: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find codes that stand for another unit in a later year, and codes whose unit has another name.

    A code is *reused* if its name becomes another and the ledger ends the unit and makes a new one under its
    code, or joins to it a unit of the new name that had a code of its own; or if the new name was that of a
    neighbouring code before, or the old name is that of one after.

    Parameters
    ----------
    counts
        ``model.COUNTS``.
    ledger
        ``model.LEDGER`` of the period.
    units
        ``unit_id``, ``name``, ``first``, ``last``: the names that a list gives to codes.

    Returns
    -------
    DataFrame
        ``model.AUDIT``: ``code_reused``, a warning; ``name_changed``, a remark where an event or the list
        tells of it, else a warning. ``year`` is the later one, ``name`` the later name, ``related`` the
        other units concerned, ``evidence`` both names and the events. A name that is only shortened or
        spelt with a look-alike is none.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"unit_id": ["500110"] * 2, "year": [2010, 2020], "name": ["万盛区", "綦江区"],
    ...     "value": [1.0, 4.0]})
    >>> ledger = pd.DataFrame({"date": ["2011"], "kind": ["merge"], "from_unit": ["500222"],
    ...     "from_name": ["綦江县"], "to_unit": ["500110"], "to_name": ["綦江区"]})
    >>> found = renamed(counts, ledger).iloc[0]
    >>> found["finding"], found["related"], found["evidence"]
    ('code_reused', '綦江县 (500222)', '2010–2020: 万盛区 → 綦江区; 2011 merge')
    """
    import pandas as pd

    reused: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    untold: list[dict[str, Any]] = []
    for after, known, now in _successive(counts):
        old, new = known["name"].map(_written), now.map(_written)
        both = known.join(now.rename("now"), how="inner")
        same = [_same(old[unit], new[unit]) for unit in both.index]
        differ = both[~np.array(same, dtype=bool)]
        if len(both) >= _FEW and len(differ) > _TWO_WAYS * len(both):
            told.append(_two_ways(differ, len(both), after))
            continue
        neighbours = _neighbours(old, new)
        for unit, one, before, other in differ.itertuples():
            found = _Change(str(unit), str(one), str(other), ledger, units)
            code = neighbours.get(str(unit))
            beside = None if code is None else f"{now[code] if code in now else known['name'][code]} ({code})"
            kind = reused if found.reused or beside else told if found.told else untold
            kind.append(found.row(int(before), after, beside))
    parts = [
        items("code_reused", "warning", reused),
        items("name_changed", "warning", untold),
        items("name_changed", "info", told),
    ]
    full = [part for part in parts if len(part)]
    return pd.concat(full, ignore_index=True) if full else parts[0]


def _successive(counts: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame, pd.Series]]:
    """Yield each year but the first, the last ``name`` and ``year`` of each unit before it, and its names."""
    import pandas as pd

    rows = counts.loc[counts["name"].notna(), ["unit_id", "year", "name"]]
    rows = rows.assign(unit_id=rows["unit_id"].astype(str)).drop_duplicates(["unit_id", "year"])
    known = None
    for year in sorted(set(rows["year"].tolist())):
        now = rows[rows["year"] == year].set_index("unit_id")[["name", "year"]]
        if known is not None:
            yield year, known, now["name"]
        known = now if known is None else pd.concat([known[~known.index.isin(now.index)], now])


def _written(name: object) -> str:
    """Return a name as it is compared."""
    from cityebb.read.tables.cells import plain

    return plain(name).translate(_LOOKALIKES).replace(" ", "").casefold()


def _stem(name: str) -> str:
    cut = _KIND.sub("", name)
    return cut if len(cut) >= _LEAST else name


def _same(one: str, other: str) -> bool:
    """Whether two names are one, perhaps shortened."""
    short, long = sorted((one.replace("-", ""), other.replace("-", "")), key=len)
    return long == short or (len(short) >= _LEAST and long.startswith(short))


def _neighbours(old: pd.Series, new: pd.Series) -> dict[str, str]:
    """Return the codes whose new name was a neighbour's before, or whose old name is a neighbour's now."""

    def places(names: pd.Series) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for unit, name in names.items():
            if name not in _SHARED:
                found.setdefault((_around(str(unit)), name), []).append(str(unit))
        return found

    earlier, later = places(old), places(new)
    met: dict[str, str] = {}
    for code, one in old.items():
        unit, other = str(code), new.get(code)
        if other is None or _same(one, other):
            continue
        there = [*earlier.get((_around(unit), other), []), *later.get((_around(unit), one), [])]
        there = [code for code in dict.fromkeys(there) if code != unit]
        if len(there) == 1:
            met[unit] = there[0]
    return met


def _around(code: str) -> str:
    return code[:-2]


def _two_ways(differ: pd.DataFrame, compared: int, after: int) -> dict[str, Any]:
    """Return the item for tables that write all names differently, as in two languages."""
    examples = [f"{one} / {other} ({unit})" for unit, one, _, other in differ.head(_SHOWN).itertuples()]
    before = differ["year"].min()
    return {
        "year": str(after),
        "value": len(differ),
        "expected": 0.0,
        "difference": len(differ),
        "related": "; ".join(examples) + (" …" if len(differ) > _SHOWN else ""),
        "evidence": f"{before}–{after}: {len(differ)} / {compared}",
    }


class _Change:
    """One code with two names, and what a ledger and a list of units say of it."""

    def __init__(
        self, unit: str, old: str, new: str, ledger: pd.DataFrame | None, units: pd.DataFrame | None
    ) -> None:
        self.unit, self.old, self.new = unit, old, new
        self.events: list[tuple[str, str]] = []
        self.others: list[str] = []
        self.told = False
        self.reused = False
        if ledger is not None and len(ledger):
            self._ask(ledger)
        if units is not None and not self.told:
            known = {_written(name) for name in units.loc[units["unit_id"] == unit, "name"].dropna()}
            self.told = {_written(old), _written(new)} <= known

    def _ask(self, ledger: pd.DataFrame) -> None:
        ends = made = False
        stems = {_stem(_written(self.old)), _stem(_written(self.new))}
        for kind, date, before, before_name, after, after_name in self._rows(ledger):
            own, self_to_self = (before == self.unit, before == after == self.unit)
            if self_to_self:
                self.told = True
                self.events.append((date, kind))
                continue
            ends |= own and kind in ("abolition", "merge", "rename", "upgrade")
            made |= after == self.unit and kind in ("creation", "split", "rename", "upgrade")
            other, name = (after, after_name) if own else (before, before_name)
            came = not own and len(stems) > 1 and _stem(_written(name)) == _stem(_written(self.new))
            self.reused |= came
            if came or ends or made:
                self.events.append((date, kind))
                if isinstance(other, str):
                    self.others.append(f"{name or ''} ({other})".strip())
        self.reused |= ends and made

    def _rows(self, ledger: pd.DataFrame) -> Iterator[tuple[str, str, Any, Any, Any, Any]]:
        rows = ledger[(ledger["from_unit"] == self.unit) | (ledger["to_unit"] == self.unit)]
        columns = ["kind", "date", "from_unit", "from_name", "to_unit", "to_name"]
        for row in rows[columns].astype(object).where(rows[columns].notna(), None).itertuples(index=False):
            yield tuple(row)

    def row(self, before: int, after: int, beside: str | None) -> dict[str, Any]:
        """Return the item."""
        events = dict.fromkeys(f"{date} {kind}" for date, kind in self.events)
        others = [*self.others, *([beside] if beside else [])]
        return {
            "unit_id": self.unit,
            "name": self.new,
            "year": str(after),
            "related": ", ".join(dict.fromkeys(others)) or None,
            "evidence": "; ".join([f"{before}–{after}: {self.old} → {self.new}", *events]),
        }
