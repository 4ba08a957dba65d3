"""Parents and children of which one is not in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.harmonise.audit._items import alike, items, names_of
from cityebb.harmonise.audit.sums import PARTS, parents_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

# At least this share of all parents must have a row, and of these be the sum of their children.
_USUAL = 0.5
_SHOWN = 8
# Of China's codes: under these four provinces districts have no prefecture above them (GB/T 2260).
_MUNICIPALITIES = ("11", "12", "31", "50")
_DIRECT = "90"
_LEVELS = (2, 4)
# Codes that end in more zeros than this stand above those that end in as many.
_LOWEST = 2


def families(
    counts: pd.DataFrame,
    totals: pd.DataFrame | None = None,
    *,
    ledger: pd.DataFrame | None = None,
    within: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find parents that have no row while their children are listed, and parents with children that are not.

    Parameters
    ----------
    counts
        ``model.COUNTS`` of one indicator and concept.
    totals
        Rows of the same table that sum others: parents of which some are kept apart.
    ledger
        ``model.LEDGER`` of the period: a child that it makes or ends is not expected in every year.
    within
        ``model.AUDIT``, kind ``uncoded_within``: parents whose gap is known to be rows without a code.

    Returns
    -------
    DataFrame
        ``model.AUDIT``. ``parent_missing``: ``unit_id`` and ``name`` the parent's (from another year),
        ``expected`` the sum of its listed children, ``related`` they. ``children_missing``: the parent is
        listed with some of its children; ``value`` their sum, ``expected`` the parent's figure, ``related``
        the children that other years list and this one does not. ``parent_differs``: they sum to more than
        the parent.

    Notes
    -----
    What is a parent is learnt from the table: codes of one length that end in a number of zeros, most of
    which have a row and are the sum of those that begin alike. A parent that has no children in a year has
    been left undivided: that is no finding. Of China's codes, :func:`against_parents` tells of sums; here a
    child must be known from another year.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("31010", 2010, 60.0), ("31011", 2010, 40.0), ("31012", 2010, 20.0),
    ...     ("31011", 2015, 41.0), ("31012", 2015, 22.0)]
    >>> counts = pd.DataFrame(rows, columns=["unit_id", "year", "value"])
    >>> counts = counts.assign(name="n", indicator="people", concept="c")
    >>> found = families(counts).iloc[0]
    >>> found["finding"], found["unit_id"], found["year"], float(found["expected"]), found["related"]
    ('parent_missing', '31010', '2015', 63.0, 'n (31011), n (31012)')
    """
    import pandas as pd

    from cityebb.read.tables.codes import are_division_codes

    rows = counts
    if totals is not None and len(totals):
        rows = pd.concat([counts, alike(totals, counts)], ignore_index=True)
    rows = rows.assign(unit_id=rows["unit_id"].astype(str))
    rows = rows[rows["value"].notna()].drop_duplicates(["unit_id", "year"])
    values: dict[int, dict[str, float]] = {
        year: dict(zip(part["unit_id"], part["value"], strict=True))
        for year in sorted(set(rows["year"].tolist()))
        for part in [rows[rows["year"] == year]]
    }
    names = {str(unit): name for unit, name in names_of(rows).items()}
    chinese = are_division_codes(list(names))
    changed = set() if ledger is None else {*ledger["from_unit"].dropna(), *ledger["to_unit"].dropna()}
    filled = set() if within is None else set(zip(within["unit_id"], within["year"], strict=True))
    missing: list[dict[str, Any]] = []
    some: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    for zeros, length in sorted(_forms(values)):
        if chinese and zeros not in _LEVELS:
            continue
        found = {year: _families(known, length, zeros, chinese=chinese) for year, known in values.items()}
        for parent, year, gone in _lacking(found, values):
            there, known = found[year][parent], values[year]
            # Counties stand under provinces too: against_parents adds these up.
            summed = not (chinese and zeros > _LOWEST) and (parent, str(year)) not in filled
            if gone is None:
                missing.append(_missing(parent, year, there, known, names))
                continue
            unlisted = [child for child in gone if child not in changed]
            if summed and (unlisted or not chinese):
                row = _some(parent, year, unlisted, there, known, names)
                (some if unlisted or row["difference"] < 0 else more).append(row)
    parts = [
        items("parent_missing", "warning", missing),
        items("children_missing", "warning", some),
        items("parent_differs", "warning", more),
    ]
    full = [part for part in parts if len(part)]
    return pd.concat(full, ignore_index=True) if full else parts[0]


def _lacking(
    found: Mapping[int, Mapping[str, list[str]]], values: Mapping[int, Mapping[str, float]]
) -> Iterator[tuple[str, int, list[str] | None]]:
    """Yield parents without a row, and those that their children do not sum to, with who is not listed."""
    whole = [
        (year, parent)
        for year, there in found.items()
        for parent, parts in there.items()
        if parent in values[year] or len(parts) > 1
    ]
    listed = [(year, parent) for year, parent in whole if parent in values[year]]
    sums = {
        (year, parent): sum(values[year][child] for child in found[year][parent]) for year, parent in listed
    }
    apart = [
        (year, parent)
        for (year, parent), total in sums.items()
        if abs(total - values[year][parent]) > PARTS * values[year][parent]
    ]
    if len(listed) < _USUAL * len(whole) or len(apart) > (1 - _USUAL) * len(listed):
        return
    children: dict[str, set[str]] = {}
    for year, parent in whole:
        children.setdefault(parent, set()).update(found[year][parent])
    for year, parent in whole:
        if (year, parent) not in sums:
            yield parent, year, None
        elif (year, parent) in apart:
            yield parent, year, sorted(children[parent] - set(values[year]))


def _forms(values: Mapping[int, Mapping[str, float]]) -> set[tuple[int, int]]:
    """Return how many zeros at the end, and what length, tell codes that are sums of others.

    Where a parent ends in more zeros than its children differ in (31100 of 31101 and 31103), the others tell.
    """
    spans = set()
    for known in values.values():
        for code, parts in parents_of(known).items():
            zeros = len(code) - len(code.rstrip("0"))
            if all(len(part) == len(code) for part in parts):
                spans.add((_differ(code, parts), zeros, len(code)))
    sure = {(zeros, length) for least, zeros, length in spans if least == zeros}
    for least, zeros, length in sorted(spans):
        if least < zeros and not any((depth, length) in sure for depth in range(least, zeros + 1)):
            sure.add((zeros, length))
    return {form for form in sure if form[0]}


def _differ(code: str, parts: list[str]) -> int:
    """Return how many of the last digits differ among a code and its parts."""
    alike = (len(set(digits)) == 1 for digits in zip(code, *parts, strict=True))
    return len(code) - next((place for place, same in enumerate(alike) if not same), len(code))


def _families(known: Iterable[str], length: int, zeros: int, *, chinese: bool) -> dict[str, list[str]]:
    """Return the children by their parent: codes that differ in what is zero in the parent's."""
    found: dict[str, list[str]] = {}
    for code in sorted(known):
        if len(code) != length or not code[length - zeros :].strip("0") or (chinese and _direct(code)):
            continue
        found.setdefault(code[: length - zeros] + "0" * zeros, []).append(code)
    if zeros > _LOWEST:
        # Children of a province are prefectures, where there are any.
        found = {
            parent: [one for one in parts if one.endswith("00")] or parts for parent, parts in found.items()
        }
    return found


def _direct(code: str) -> bool:
    """Whether a division code of China stands under its province without a prefecture between."""
    return code[2:4] == _DIRECT or code[:2] in _MUNICIPALITIES


def _missing(
    parent: str, year: int, there: list[str], known: Mapping[str, float], names: Mapping[str, object]
) -> dict[str, Any]:
    return {
        "unit_id": parent,
        "name": names.get(parent),
        "year": str(year),
        "expected": float(sum(known[child] for child in there)),
        "related": _told(there, names),
    }


def _some(
    parent: str,
    year: int,
    gone: list[str],
    there: list[str],
    known: Mapping[str, float],
    names: Mapping[str, object],
) -> dict[str, Any]:
    total, value = float(sum(known[child] for child in there)), known[parent]
    return {
        "unit_id": parent,
        "name": names.get(parent),
        "year": str(year),
        "value": total,
        "expected": value,
        "difference": total - value,
        "related": _told(gone, names) or None,
        "evidence": None if gone else _told(there, names),
    }


def _told(codes: list[str], names: Mapping[str, object]) -> str:
    shown = [
        f"{name} ({code})" if isinstance(name := names.get(code), str) else code for code in codes[:_SHOWN]
    ]
    return ", ".join(shown) + (f" … ({len(codes)})" if len(codes) > _SHOWN else "")
