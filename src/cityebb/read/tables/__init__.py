"""Tables as people have them: yearbook pages, census lists, spreadsheets with titles and footnotes."""

from cityebb.read.tables.codes import is_division_code, level_of, match_names, parent_of
from cityebb.read.tables.parameters import TableParameters
from cityebb.read.tables.reading import ReadTable, join_tables, read_table

__all__ = [
    "ReadTable",
    "TableParameters",
    "is_division_code",
    "join_tables",
    "level_of",
    "match_names",
    "parent_of",
    "read_table",
]
