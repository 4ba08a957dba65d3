"""Notes: what a stage did or noticed that a reader must know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from cityebb.words import current_language, has, say, say_unit

# Values that are words of ours, by the family in which the catalogue has them.
_SAID = {"indicator": "publish.indicator", "concept": "model.concept", "grade": "model.grade"}


@dataclass(frozen=True)
class Note:
    """One remark, kept as key and values so that it can be said in every language.

    Parameters
    ----------
    key
        The sentence in the catalogue; its first part is the room that made the note.
    values
        What the placeholders name; plain JSON values only. What goes by the name of ``unit``, ``indicator``,
        ``concept`` or ``grade`` is said in the reader's language.
    level
        ``"info"`` for what was done, ``"warning"`` for what limits what may be concluded.
    source
        The source of data that it is about, if one.
    """

    key: str
    values: dict[str, Any] = field(default_factory=dict)
    level: Literal["info", "warning"] = "info"
    source: str | None = None

    @property
    def room(self) -> str:
        """The room that made the note."""
        return self.key.partition(".")[0]

    def text(self, language: str | None = None) -> str:
        """Say it."""
        values = dict(self.values)
        if isinstance(values.get("unit"), str):
            values["unit"] = say_unit(values["unit"], language)
        for name, family in _SAID.items():
            key = f"{family}.{str(values.get(name)).removesuffix('_sum')}"
            if name in values and has(key, language or current_language()):
                values[name] = say(key, language)
        return say(self.key, language, **values)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"key": self.key, "values": self.values, "level": self.level, "source": self.source}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Note:
        """Make it again from plain values."""
        return cls(record["key"], record["values"], record["level"], record["source"])
