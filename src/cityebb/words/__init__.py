"""Words: every sentence a person reads, in Chinese and English, from one catalogue."""

from cityebb.words._catalogue import LANGUAGES, has, keys, say
from cityebb.words._language import choose_language, current_language, using
from cityebb.words._units import say_unit

__all__ = ["LANGUAGES", "choose_language", "current_language", "has", "keys", "say", "say_unit", "using"]
