"""Files to nouns: yearly grids on disk become stacks, not yet read; tables and ledgers are read whole."""

from cityebb.read.inspect import Findings, Series, Unread, inspect
from cityebb.read.ledgers import ReadLedger, read_code_list, read_ledger
from cityebb.read.parameters import PRODUCTS, SourceParameters
from cityebb.read.rasters import RasterLayer
from cityebb.read.stack import open_stack
from cityebb.read.suggest import suggest_study
from cityebb.read.tables import ReadTable, TableParameters, join_tables, match_names, read_table
from cityebb.read.tables.naming import put_codes
from cityebb.read.unit_parameters import LedgerParameters, UnitsParameters
from cityebb.read.units import ReadUnits, read_units

__all__ = [
    "PRODUCTS",
    "Findings",
    "LedgerParameters",
    "RasterLayer",
    "ReadLedger",
    "ReadTable",
    "ReadUnits",
    "Series",
    "SourceParameters",
    "TableParameters",
    "UnitsParameters",
    "Unread",
    "inspect",
    "join_tables",
    "match_names",
    "open_stack",
    "put_codes",
    "read_code_list",
    "read_ledger",
    "read_table",
    "read_units",
    "suggest_study",
]
