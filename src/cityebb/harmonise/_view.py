"""One source as the search for breaks sees it: values, which cells a year covers, and city-like regions."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids import label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cityebb.grids import Cells, Stack

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

# A year that holds nothing in a whole block of this many cells a side did not cover it. About 30 km at
# 1 km: larger than nearly every single town, smaller than any country whose census is missing.
BLOCK_CELLS = 32
# Fewer cells that are lit in other years can go dark together; more in one block do not.
BLOCK_LEAST = 16
# Texture is measured on at most about this many cells: its standard error is then below half a per cent.
SAMPLE_CELLS = 250_000
# The sample takes whole tiles, so that neighbours in a city stay together.
TILE_CELLS = 8
# Values of as many years are kept in memory as fit here, at least a triple of years and the next.
_CACHE_BYTES = 512 << 20
_CACHED_YEARS = 4
_HASH = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))  # odd constants of Fibonacci hashing


@dataclass
class View:
    """A source over some of its years.

    Parameters
    ----------
    cells
        Candidate cells.
    source
        Its name.
    years
        Those to look at, rising.
    """

    cells: Cells
    source: str
    years: tuple[int, ...]
    _kept: OrderedDict[int, Floats] = field(default_factory=OrderedDict, repr=False)
    likeness: dict[tuple[int, int], float] = field(default_factory=dict, repr=False)

    def over(self, years: Iterable[int]) -> View:
        """Return the same view over some of its years; what is known already is shared."""
        other = View(self.cells, self.source, tuple(years), self._kept, self.likeness)
        for name in ("areas_km2", "covered", "lit_by_year", "regions", "sampled", "ranked", "_blocks"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    @property
    def stack(self) -> Stack:
        """The source itself."""
        return self.cells.stacks[self.source]

    @cached_property
    def floor(self) -> float:
        """The lowest floor named for the source, in its mean unit; 0 if none: then lit is what is above 0."""
        floors = (floor.at_least for floor in self.cells.floors if floor.source == self.source)
        return min(floors, default=0.0)

    @cached_property
    def areas_km2(self) -> Floats:
        """Area of each cell."""
        return self.cells.areas_km2()

    def values(self, year: int) -> Floats:
        """Return the cells' values in the mean unit: 0 where dark, NaN where the year does not cover them."""
        if year not in self._kept:
            values = self.cells.values(self.source, year)
            if self.stack.kind == "count":
                values = values / self.areas_km2
            absent = self._absent(values)
            values[np.isnan(values)] = 0.0
            values[absent] = np.nan
            self._kept[year] = values
            if len(self._kept) > max(_CACHED_YEARS, _CACHE_BYTES // max(1, values.nbytes)):
                self._kept.popitem(last=False)
        return self._kept[year]

    def lit(self, year: int) -> Bools:
        """Return which cells reach the floor."""
        values = self.values(year)
        return values >= self.floor if self.floor > 0 else values > 0

    @cached_property
    def covered(self) -> dict[int, Bools]:
        """By year, which cells it covers."""
        return {year: ~np.isnan(self.values(year)) for year in self.years}

    @cached_property
    def lit_by_year(self) -> dict[int, Bools]:
        """By year, which cells reach the floor; one byte a cell and year."""
        return {year: self.lit(year) for year in self.years}

    @cached_property
    def regions(self) -> NDArray[np.int32]:
        """City-like regions: cells that touch and reach the floor in any year; 0 is none."""
        keep = np.zeros(len(self.cells), bool)
        for year in self.years:
            keep |= self.lit_by_year[year]
        return label(self.cells, keep, connectivity=8)

    @cached_property
    def sampled(self) -> Bools:
        """Cells on which texture is measured: all, or whole tiles drawn by a hash of their place."""
        share = SAMPLE_CELLS / max(1, len(self.cells))
        if share >= 1:
            return np.ones(len(self.cells), bool)
        rows = (self.cells.rows // TILE_CELLS).astype(np.uint64)
        columns = (self.cells.columns // TILE_CELLS).astype(np.uint64)
        mixed = (rows * _HASH[0]) ^ (columns * _HASH[1])
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _HASH[0]
        drawn: Bools = (mixed >> np.uint64(40)) < np.uint64(share * 2**24)
        return drawn

    @cached_property
    def ranked(self) -> Bools:
        """Sampled cells that all years cover, on which years are compared if they are most of the sample."""
        common = self.sampled.copy()
        for covered in self.covered.values():
            common &= covered
        return common

    @cached_property
    def says_dark(self) -> bool:
        """Whether the source can say that a cell is dark, other than by saying nothing."""
        census = self.cells.census
        own = census[census["source"] == self.source]
        return bool((own["valid"] > own["positive"]).any())

    @cached_property
    def _blocks(self) -> tuple[NDArray[np.int64], Bools]:
        """Number of each cell's block, and which blocks hold enough cells to judge."""
        across = self.cells.grid.shape[1] // BLOCK_CELLS + 1
        blocks = self.cells.rows.astype(np.int64) // BLOCK_CELLS * across + self.cells.columns // BLOCK_CELLS
        return blocks, np.bincount(blocks) >= BLOCK_LEAST

    def _absent(self, values: Floats) -> Bools:
        missing: Bools = np.isnan(values)
        by_block = self.stack.zero == "missing_where_region_is_all_zero"
        if self.says_dark and not by_block:
            return missing
        blocks, judged = self._blocks
        holds = np.zeros(judged.size, bool)
        holds[blocks[values > 0]] = True
        empty: Bools = (judged & ~holds)[blocks]
        return (empty | missing) if by_block and self.says_dark else empty
