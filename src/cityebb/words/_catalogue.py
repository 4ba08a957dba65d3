"""Look a sentence up by its key, ``room.name``, and fill in its values."""

from __future__ import annotations

import gettext
import string
from functools import cache
from pathlib import Path

from cityebb.words._language import SPOKEN, current_language

LANGUAGES = SPOKEN
_ROOT = Path(__file__).parent / "catalogue"


def say(key: str, language: str | None = None, /, **values: object) -> str:
    """Return the sentence ``key`` in ``language`` (default: the one in force) with ``values`` filled in.

    Parameters
    ----------
    key
        ``room.name``, as written in ``words/catalogue/<language>/LC_MESSAGES/<room>.po`` or, for a topic
        of the room, ``<room>.<topic>.po``.
    language
        ``"zh"`` or ``"en"``.
    **values
        What the sentence's ``{placeholders}`` name; format specifications such as ``{change:+.1%}`` work, and
        ``{count:city|cities}`` is the first word where the count is one, else the second.

    Raises
    ------
    KeyError
        If the catalogue has no such sentence: a slip of ours, never of the user's.

    Examples
    --------
    >>> say("model.state.shrinking", "en")
    'shrinking'
    >>> say("model.faults", "en", count=1), say("model.faults", "en", count=2)
    ('1 fault', '2 faults')
    """
    language = language or current_language()
    text = _entries(language, key.partition(".")[0]).get(key)
    if text is None:
        message = f"no sentence {key!r} in {language!r}"
        raise KeyError(message)
    return _FILLER.vformat(text, (), values) if values else text


def has(key: str, language: str | None = None) -> bool:
    """Whether the catalogue knows ``key``."""
    return key in _entries(language or current_language(), key.partition(".")[0])


def keys(language: str) -> dict[str, str]:
    """Return every key of ``language`` with its sentence, for tests and for the atlas."""
    entries: dict[str, str] = {}
    compiled = (_ROOT / language / "LC_MESSAGES").glob("*.mo")
    for room in sorted({path.name.partition(".")[0] for path in compiled}):
        entries |= _entries(language, room)
    return entries


class _Filler(string.Formatter):
    """Fills in values; a specification with a bar chooses between the word for one and that for many."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if str(value) == "1" else many
        return str(super().format_field(value, format_spec))


_FILLER = _Filler()


@cache
def _entries(language: str, room: str) -> dict[str, str]:
    # A room with much to say keeps it by topic: harmonise.po, harmonise.ledger.po, …
    entries: dict[str, str] = {}
    for compiled in sorted((_ROOT / language / "LC_MESSAGES").glob(f"{room}*.mo")):
        if compiled.name.partition(".")[0] != room:
            continue
        with compiled.open("rb") as stream:
            catalogue = gettext.GNUTranslations(stream)
        # The standard library keeps what it read in this one attribute and offers no way to list it.
        table: dict[object, str] = catalogue._catalog  # type: ignore[attr-defined]  # noqa: SLF001
        entries |= {key: text for key, text in table.items() if isinstance(key, str) and key}
    return entries
