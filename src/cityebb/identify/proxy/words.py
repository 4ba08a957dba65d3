"""The words for how far light stands for something else, and what limits them."""

from __future__ import annotations

from enum import StrEnum

from cityebb.words import say

LEAST_CITIES = 20
"""With fewer cities nothing is called checked: the interval of a correlation spans 0.7 or more about zero."""
HOLDS_FROM = 0.5
"""From this share on it "holds": of differences told out of sample, and of calls that are right."""


class Holds(StrEnum):
    """How far light was found to stand for another figure."""

    HOLDS = "holds"
    WEAK = "weak"
    NOT_SHOWN = "not_shown"
    NOT_CHECKED = "not_checked"
    NO_VERDICT = "no_verdict"

    def word(self, language: str | None = None) -> str:
        """Say it.

        Examples
        --------
        >>> Holds.NOT_SHOWN.word("en")
        'not shown'
        """
        return say(f"identify.proxy.word.{self.value}", language)


class Caution(StrEnum):
    """What a reader must know of a pair of figures before its reliability is believed."""

    REGISTERED = "registered"
    UNKNOWN_CONCEPT = "unknown_concept"
    CARRIED_FORWARD = "carried_forward"
    PERIODS_DIFFER = "periods_differ"
    CURRENT_PRICES = "current_prices"

    def word(self, language: str | None = None) -> str:
        """Say it in a sentence.

        Examples
        --------
        >>> Caution.PERIODS_DIFFER.word("en")
        'The two figures do not cover the same years.'
        """
        return say(f"identify.proxy.caution.{self.value}", language)


JOINED = "+"
"""Between several cautions of one row."""
# Neither tells who lives in a place, so no verdict on residents can be found to hold by them.
_NOT_RESIDENT = (Caution.REGISTERED, Caution.UNKNOWN_CONCEPT)


def capped(word: Holds, caution: str) -> Holds:
    """Return the word, which is never "holds" where the other figure may not count residents.

    Examples
    --------
    >>> capped(Holds.HOLDS, "registered+periods_differ").value, capped(Holds.HOLDS, "periods_differ").value
    ('weak', 'holds')
    """
    limited = {str(name) for name in _NOT_RESIDENT} & set(caution.split(JOINED))
    return Holds.WEAK if limited and word is Holds.HOLDS else word
