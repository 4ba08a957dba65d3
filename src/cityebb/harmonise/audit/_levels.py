"""Division codes, as the room that reads tables knows them."""

from cityebb.read.tables.codes import are_division_codes, level_of, parent_of

__all__ = ["are_division_codes", "level_of", "parent_of"]
