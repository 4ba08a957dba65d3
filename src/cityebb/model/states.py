"""The states a city can be in, and whether they last."""

from __future__ import annotations

from enum import StrEnum

from cityebb.words import say


class State(StrEnum):
    """The verdict on one city over one comparison."""

    GROWING = "growing"
    STABLE = "stable"
    SHRINKING = "shrinking"
    UNDETERMINED = "undetermined"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"model.state.{self.value}", language)


class PlainState(StrEnum):
    """What the plain rule of the literature says, blind to noise."""

    DOWN = "down"
    UP = "up"
    BETWEEN = "between"
    NO_BASELINE = "no_baseline"
    NO_DATA = "no_data"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"model.plain.{self.value}", language)


class Persistence(StrEnum):
    """Whether a city that fell below the line stayed there."""

    NEVER = "never"
    PERSISTENT = "persistent"
    CAME_BACK = "came_back"
    LATE = "late"
    RELAPSED = "relapsed"
    UNKNOWN = "unknown"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"model.persistence.{self.value}", language)
