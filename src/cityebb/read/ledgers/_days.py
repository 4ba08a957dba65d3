"""The days on which Japan's municipalities changed, as the sentences of Kondo's converter tell them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_CODE = re.compile(r"[(\uff08、](\d{5})[)\uff09]")
# What changes stands before this, what it becomes after it; many a name holds が or の.
_BECOMES = re.compile(r"(?<=[)\uff09])(?:大字[^、が]*)?(?:が|の(?=[^、が]*への))")
_WARDS = 30
_CENSUS = (10, 1)
"""Month and day as of which the converter's columns stand."""


class Move(NamedTuple):
    """One unit that became another, or was changed under its own code.

    Parameters
    ----------
    day
        When.
    before, after
        Codes; ``after`` is ``None`` where the sentence names none.
    merger
        Whether units were put together.
    sentence
        What the file says.
    """

    day: date
    before: str
    after: str | None
    merger: bool
    sentence: str


def moves(texts: Iterable[str]) -> dict[str, tuple[Move, ...]]:
    """Return the moves that the notes of all rows tell, by the unit that moves.

    Examples
    --------
    >>> incorporated = "2001年4月1日、牛堀町(08422)が潮来町(08423)に編入"
    >>> told = moves([f"{incorporated}；潮来町(08423)が潮来市(08223)に市制施行"])
    >>> [(move.before, move.after) for each in told.values() for move in each]
    [('08422', '08423'), ('08423', '08223')]
    """
    found: dict[str, dict[Move, None]] = {}
    for text in dict.fromkeys(texts):
        for move in _moves(text):
            found.setdefault(move.before, {})[move] = None
    return {unit: tuple(each) for unit, each in found.items()}


def way(
    told: Mapping[str, tuple[Move, ...]], before: str, after: str, *, first: int, last: int
) -> tuple[Move, ...]:
    """Return the moves by which a unit became another between two censuses, be it by way of third ones.

    Parameters
    ----------
    told
        As :func:`moves` returns them.
    before, after
        Codes at the two censuses; equal for a unit that changed under its own code.
    first, last
        Years of the two censuses: of 1 October.

    Returns
    -------
    tuple of Move
        In order, each dated later than the one before it: moves that would have one date are told as one.
        Empty where the notes tell of none.

    Examples
    --------
    >>> told = moves(["1996年9月1日、石狩町(01302)が石狩市(01235)に市制施行"])
    >>> [move.day.isoformat() for move in way(told, "01302", "01235", first=1995, last=2000)]
    ['1996-09-01']
    """
    opened, closed = date(first, *_CENSUS), date(last, *_CENSUS)
    if before == after:
        own = [
            move
            for move in told.get(before, ())
            if opened < move.day <= closed and move.after in (before, None) and not move.merger
        ]
        return (max(own, key=lambda move: move.day),) if own else ()
    reached: dict[str, Move] = {}
    waiting = [(before, opened)]
    while waiting:
        unit, since = waiting.pop()
        for move in told.get(unit, ()):
            goal = after if move.after is None or _is_ward(move.after, after) else move.after
            known = reached[goal].day if goal in reached else date.max
            if goal not in (unit, before) and opened < move.day <= closed and since <= move.day < known:
                reached[goal] = move._replace(after=goal)
                waiting.append((goal, move.day))
    found: list[Move] = []
    unit = after
    while unit in reached and unit != before:
        move = reached[unit]
        if found and _moment(move.day, first) >= _moment(found[0].day, first):
            found[0] = found[0]._replace(before=move.before, merger=move.merger or found[0].merger)
        else:
            found.insert(0, move)
        unit = move.before
    return tuple(found)


def _moment(day: date, first: int) -> date:
    return date(first + 1, 12, 31) if day.year == first else day


def _is_ward(code: str, city: str) -> bool:
    """Whether a code is of a ward of a designated city: it follows the city's own."""
    return code[:3] == city[:3] and city[2] == "1" and city[4] == "0" and 0 < int(code) - int(city) < _WARDS


def dated(day: date | None, *, first: int, last: int) -> str:
    """Return a day as a ledger writes it, so that it lies between the epochs ``first`` and ``last``.

    An epoch of a bare year goes to the year's end, the converter's columns to 1 October. What happened after
    that in the year of a census is dated by the year to the next 1 October.

    Examples
    --------
    >>> dated(date(2004, 12, 1), first=2000, last=2005), dated(date(2005, 10, 11), first=2005, last=2010)
    ('2004-12-01', '2006')
    >>> dated(None, first=2005, last=2010)
    '2010'
    """
    if day is None:
        return str(last)
    return str(first + 1) if day.year == first else day.isoformat()


def _moves(text: str) -> Iterator[Move]:
    found = list(_DAY.finditer(text))
    for place, match in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        sentence = text[match.start() : end].strip("；、 ")
        try:
            day = date(*map(int, match.groups()))
        except ValueError:  # a day that is in no calendar tells nothing
            continue
        for clause in re.split("[；;\u3000]", text[match.end() : end]):
            becomes = _BECOMES.search(clause)
            if becomes is None:
                continue
            old, new = _CODE.findall(clause[: becomes.start()]), _CODE.findall(clause[becomes.end() :])
            merger = "合併" in clause or "編入" in clause
            each = len(old) == len(new) and not merger
            for order, unit in enumerate(old):
                goal = new[order] if each else new[-1] if new else None
                yield Move(day, unit, goal, merger, sentence)
