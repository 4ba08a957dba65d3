"""One declaration per table serves the check at the door, the documentation and every writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cityebb.model.errors import CityebbError, gather
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

Kind = Literal["text", "integer", "number", "flag", "geometry"]


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, unit, closed range and whether it may be empty.

    The meaning is looked up in the catalogue under ``model.column.<name>``.
    """

    name: str
    kind: Kind
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    null: bool = False

    def meaning(self, language: str | None = None) -> str:
        """Say what the column holds."""
        return say(f"model.column.{self.name}", language)


@dataclass(frozen=True)
class Table:
    """A table: its name, its columns in order, and the columns that together name a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    index: str | None = None

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            message = f"table {self.name!r} names a column twice"
            raise ValueError(message)

    @property
    def names(self) -> list[str]:
        """Column names in order, the index left out."""
        return [column.name for column in self.columns if column.name != self.index]

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return ``frame`` as it is, or raise every fault found in it.

        Raises
        ------
        CityebbError, Faults
            For a missing column, a wrong kind, a value out of range, an empty value where none may be,
            or two rows with the same key.
        """
        with gather() as fault:
            whole = frame.reset_index() if self.index else frame
            for column in self.columns:
                if column.name not in whole:
                    fault(CityebbError("model.column_missing", table=self.name, column=column.name))
                    continue
                self._check_column(column, whole[column.name], fault)
            if all(name in whole for name in self.key):
                twice = whole.duplicated(list(self.key))
                if twice.any():
                    row = whole.loc[twice, list(self.key)].iloc[0]
                    fault(
                        CityebbError(
                            "model.rows_twice",
                            table=self.name,
                            count=int(twice.sum()),
                            example=", ".join(f"{name} = {row[name]}" for name in self.key),
                        )
                    )
        return frame

    def empty(self) -> pd.DataFrame:
        """Return the table without rows."""
        import pandas as pd

        kinds = {
            "text": "object",
            "integer": "int64",
            "number": "float64",
            "flag": "bool",
            "geometry": "object",
        }
        frame = pd.DataFrame({column.name: pd.Series(dtype=kinds[column.kind]) for column in self.columns})
        return frame.set_index(self.index) if self.index else frame

    def _check_column(self, column: Column, values: pd.Series, fault: Callable[[CityebbError], None]) -> None:
        where = {"table": self.name, "column": column.name}
        if not column.null and values.isna().any():
            fault(CityebbError("model.value_missing", **where, count=int(values.isna().sum())))
        present = values.dropna()
        if present.empty:
            return
        if not _is_kind(column.kind, present):
            fault(CityebbError("model.kind_wrong", **where, kind=column.kind, example=repr(present.iloc[0])))
            return
        low = float("-inf") if column.low is None else column.low
        high = float("inf") if column.high is None else column.high
        if column.kind in ("integer", "number"):
            outside = ~present.between(low, high)
            if outside.any():
                example = present[outside].iloc[0]
                fault(CityebbError("model.range_wrong", **where, low=low, high=high, example=example))


def _is_kind(kind: Kind, values: pd.Series) -> bool:
    import pandas as pd

    if kind == "integer":
        return pd.api.types.is_integer_dtype(values)
    if kind == "number":
        return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if kind == "flag":
        return pd.api.types.is_bool_dtype(values) or set(values.map(type)) == {bool}
    if kind == "text":
        # A column of strings holds nothing else; one of objects must be looked at.
        return isinstance(values.dtype, pd.StringDtype) or all(
            isinstance(value, str) for value in pd.unique(values)
        )
    return str(values.dtype) == "geometry" or all(hasattr(value, "geom_type") for value in values)
