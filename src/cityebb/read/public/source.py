"""What is known of a public source: who makes it, where it lies, what it costs to get, who looked."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cityebb.model import CityebbError
from cityebb.words import current_language

Kind = Literal["light", "people", "built", "centres", "boundaries", "map"]
LoginName = Literal["none", "eog", "earthdata", "terms"]
Format = Literal["gzip", "tiff", "hdf5", "zip", "geopackage", "geojson", "parquet", "osm-pbf"]
Listing = Literal["figshare", "dataverse", "laads", "geoboundaries"]

KINDS: tuple[Kind, ...] = ("light", "people", "built", "centres", "boundaries", "map")
"""What a source tells of."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Part):
    """A text in both languages.

    Examples
    --------
    >>> Text(zh="灯光", en="lights").said("en")
    'lights'
    """

    zh: str
    en: str

    def said(self, language: str | None = None) -> str:
        """Return it in ``language`` (default: the one in force)."""
        return self.zh if (language or current_language()) == "zh" else self.en


class Checked(_Part):
    """When and where an address was checked.

    Parameters
    ----------
    date
        Day of the check.
    where
        The page on which the address was found; where ``visited`` is ``False``, in a stored copy of it.
    visited
        Whether the address itself was asked and answered; ``False`` where it was only read of.
    years
        The years for which that page gives the address; empty: all.
    """

    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    where: str = Field(pattern=r"^https://")
    visited: bool
    years: tuple[int, ...] = ()


class Files(_Part):
    """Where the files lie.

    Parameters
    ----------
    address
        With ``{year}``, ``{country}``, ``{tile}``, ``{region}``, ``{variant}`` and the columns of ``rows`` to
        fill in; with ``listing`` the address of the list.
    listing
        Where the address of a file is not known before a list was asked: whose form the list has.
    match
        With ``listing``: what a name in it must look like, a regular expression with the same placeholders.
    name
        How the file is called here; default: the last part of the address.
    years
        The years there are; default: those of ``rows``.
    variants
        What ``{variant}`` may be; the first is taken where nobody says.
    rows
        One row a file, with a ``year`` and what else differs between files. A row with ``extra = true`` is
        taken only when its variant is named.
    md5
        Address of the published checksum, ``{address}`` being that of the file.
    mirrors
        Other beginnings (scheme and host) that serve the same paths.
    """

    address: str = Field(pattern=r"^https://")
    listing: Listing | None = None
    match: str | None = None
    name: str | None = None
    years: tuple[int, ...] = ()
    variants: tuple[str, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    md5: str | None = None
    mirrors: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Files:
        if (self.listing is None) != (self.match is None):
            message = "listing and match go together"
            raise ValueError(message)
        if self.rows and self.years:
            message = "years are those of the rows"
            raise ValueError(message)
        return self


class Source(_Part):
    """One public source.

    Parameters
    ----------
    id
        Short name, as typed.
    kind
        What it tells of.
    title
        In both languages.
    maker
        Who makes it.
    resolution, format
        Of its files.
    licence
        As its makers state it.
    citation
        How it is credited.
    doi
        Of the data or of the paper that describes them.
    homepage
        Where a person reads of it.
    login
        Which account it needs, if any.
    known_years
        The years there are, where its files are fetched by hand.
    size
        About how large a file is, where known.
    use
        What to know before a study uses it.
    study
        Lines of a study file that read it.
    files
        Where its files lie; ``None``: it is to be fetched by hand at the homepage.
    checked
        When and where its address was checked; ``None``: it was not.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    kind: Kind
    title: Text
    maker: str
    resolution: Text
    format: Format
    licence: str
    citation: str
    doi: str | None = None
    homepage: str = Field(pattern=r"^https://")
    login: LoginName = "none"
    size: Text | None = None
    known_years: tuple[int, ...] = ()
    use: Text
    study: str | None = None
    files: Files | None = None
    checked: Checked | None = None

    def years(self) -> tuple[int, ...]:
        """Return the years there are; empty where it has no years."""
        if self.files is None:
            return self.known_years
        if self.files.rows:
            return tuple(sorted({int(row["year"]) for row in self.files.rows if "year" in row}))
        return self.files.years

    def checked_for(self, year: int | None = None) -> Checked | None:
        """Return when and where the address was checked, for a year of which this is known."""
        known = () if self.checked is None else self.checked.years
        return None if year is not None and known and year not in known else self.checked


@cache
def _sources() -> dict[str, Source]:
    folder = resources.files("cityebb.read.public").joinpath("data")
    found = [
        Source.model_validate(tomllib.loads(path.read_text("utf-8")))
        for path in folder.iterdir()
        if path.name.endswith(".toml")
    ]
    found.sort(key=lambda source: (KINDS.index(source.kind), source.id))
    return {source.id: source for source in found}


def list_sources(*, kind: str | None = None, year: int | None = None) -> list[Source]:
    """Return the public sources we know.

    Parameters
    ----------
    kind
        Only what tells of light, people, built-up land, centres, boundaries or the map.
    year
        Only what there is for this year; what has no years is not there for any.

    Raises
    ------
    CityebbError
        If nothing is of that kind.

    Examples
    --------
    >>> [source.id for source in list_sources(kind="light", year=1995)]
    ['dmsp-stable-lights', 'li-harmonised-lights']
    """
    if kind is not None and kind not in KINDS:
        raise CityebbError("read.public_kind", found=kind, known=", ".join(KINDS))
    return [
        source
        for source in _sources().values()
        if (kind is None or source.kind == kind) and (year is None or year in source.years())
    ]


def find_source(name: str) -> Source:
    """Return one public source.

    Parameters
    ----------
    name
        Its short name.

    Raises
    ------
    CityebbError
        If there is none of that name; it tells the nearest.

    Examples
    --------
    >>> find_source("ghsl-people").licence
    'CC BY 4.0'
    """
    from difflib import get_close_matches

    sources = _sources()
    if name in sources:
        return sources[name]
    near = get_close_matches(re.sub(r"[\s_]+", "-", name.lower()), sources, n=3, cutoff=0.4)
    raise CityebbError("read.public_unknown", found=name, known=", ".join(near or sources))
