"""Say a unit in a reader's language; signs such as ``km²`` are the same in all."""

from __future__ import annotations

import re

from cityebb.words._catalogue import has, say

_SIGNS = re.compile(r"([/·])")


def say_unit(unit: str, language: str | None = None) -> str:
    """Return ``unit`` with the words in it said in ``language`` (default: the one in force).

    Parameters
    ----------
    unit
        As the tables hold it: signs and plain English words, joined by ``/`` and ``·``.
    language
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> say_unit("people/km²", "zh"), say_unit("people/km²", "en"), say_unit("nW/cm²/sr", "zh")
    ('人/km²', 'people/km²', 'nW/cm²/sr')
    """
    parts = []
    for part in _SIGNS.split(unit):
        key = f"model.unit.{part}"
        parts.append(say(key, language) if has(key, language) else part)
    return "".join(parts)
