"""Which language is spoken: the flag, else the locale, else Chinese."""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEFAULT = "zh"
SPOKEN = ("zh", "en")

_current: ContextVar[str | None] = ContextVar("language", default=None)


def choose_language(flag: str | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Return ``"zh"`` or ``"en"``: the flag, else what the locale names, else Chinese.

    ``C``, ``POSIX`` and an empty locale name no language.

    Examples
    --------
    >>> choose_language("en", {})
    'en'
    >>> choose_language(None, {"LANG": "de_DE.UTF-8"})
    'en'
    >>> choose_language(None, {"LANG": "C.UTF-8"})
    'zh'
    """
    if flag in SPOKEN:
        return flag
    variables = os.environ if environment is None else environment
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        named = variables.get(variable, "").split(".")[0].split("@")[0].lower()
        if named in ("", "c", "posix"):
            continue
        return "zh" if named.startswith("zh") else "en"
    return DEFAULT


def current_language() -> str:
    """Return the language in force here: the one set by :func:`using`, else the locale's."""
    return _current.get() or choose_language()


@contextmanager
def using(language: str) -> Iterator[str]:
    """Speak ``language`` inside a ``with`` block."""
    token = _current.set(choose_language(language))
    try:
        yield current_language()
    finally:
        _current.reset(token)
