"""Which files of a source are wanted, and by which addresses they are asked for."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from cityebb.model import CityebbError, gather

if TYPE_CHECKING:
    from cityebb.read.public.source import Files, Source

_FORMS = {
    "country": (re.compile(r"[A-Za-z]{3}"), "CHN"),
    "tile": (re.compile(r"h\d{2}v\d{2}"), "h27v04"),
    "region": (re.compile(r"[a-z][a-z0-9-]*(?:/[a-z0-9-]+)*"), "asia/china"),
}
_CHOSEN = ("year", "country", "tile", "region", "variant")
_SAFE_NAME = re.compile(r"[\w().+ -][\w().+ -]*")


@dataclass(frozen=True)
class Choice:
    """What is chosen of a source.

    Parameters
    ----------
    year, country, tile, region, variant
        What the source's address asks for: a year; ISO 3166-1 alpha-3, as ``"CHN"``; a tile of NASA's grid,
        as ``"h27v04"``; a path of an extract, as ``"asia/china"``; a layer, resolution or level.

    Examples
    --------
    >>> Choice(year=2020, country="CHN").told()
    {'year': 2020, 'country': 'CHN'}
    """

    year: int | None = None
    country: str | None = None
    tile: str | None = None
    region: str | None = None
    variant: str | None = None

    def told(self) -> dict[str, Any]:
        """Return what is said of it, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Wanted:
    """One file to be had.

    Parameters
    ----------
    source
        Short name of the source.
    choice
        What was chosen, by name.
    name
        How the file is called here; with a list still to be asked, a regular expression of that.
    addresses
        Where to ask, in this order.
    listing
        Form of the list that must be asked first, if one must.
    md5
        Address of the published checksum.
    published
        The published checksum, ``(algorithm, hexadecimal digits, where it was published)``.
    size
        In bytes, where published.
    """

    source: Source
    choice: dict[str, Any]
    name: str
    addresses: tuple[str, ...]
    listing: str | None = None
    md5: str | None = None
    published: tuple[str, str, str] | None = None
    size: int | None = field(default=None)


def list_wanted(source: Source, choice: Choice, *, mirror: str | None = None) -> list[Wanted]:
    """Return the files of a source that a choice asks for.

    Parameters
    ----------
    source
        From :func:`find_source`.
    choice
        What is wanted of it.
    mirror
        Beginning of an address that serves the same paths as the source's own; it is asked first.

    Returns
    -------
    list of Wanted
        One a file: a year of DMSP with two satellites has two.

    Raises
    ------
    CityebbError
        If the choice does not fit the source, or the source is to be fetched by hand.

    Examples
    --------
    >>> from cityebb.read.public import find_source
    >>> wanted = list_wanted(find_source("gadm"), Choice(country="chn"))
    >>> wanted[0].name
    'gadm41_CHN.gpkg'
    """
    files = source.files
    if files is None:
        raise CityebbError("read.public_by_hand", source=source.id, homepage=source.homepage)
    needed = _placeholders(files)
    _check(source, files, choice, needed)
    wanted = []
    for row in _rows(source, files, choice):
        values = _values(choice, row)
        address = _fill(files.address, values, quoted=True)
        name = _name(files, values, address)
        wanted.append(
            Wanted(
                source=source,
                choice={key: values[key] for key in _CHOSEN if key in values},
                name=name,
                addresses=_with_mirrors(address, mirror, files.mirrors),
                listing=files.listing,
                md5=None if files.md5 is None else _fill(files.md5, values | {"address": address}),
                published=_published(row, source),
            )
        )
    return wanted


def follow_mirror(address: str, mirror: str) -> str:
    """Return an address with its scheme and host replaced by a mirror's beginning.

    Examples
    --------
    >>> follow_mirror("https://a.org/x/y.tif", "https://b.org/a/")
    'https://b.org/a/x/y.tif'
    """
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    return f"{mirror.rstrip('/')}{parts.path}{query}"


def is_safe_name(name: str) -> bool:
    """Whether a name from a list may be the name of a file here.

    Examples
    --------
    >>> is_safe_name("LongNTL_2001.tif"), is_safe_name("../x"), is_safe_name(".netrc")
    (True, False, False)
    """
    return _SAFE_NAME.fullmatch(name) is not None and not name.startswith((".", " "))


def _with_mirrors(address: str, mirror: str | None, mirrors: tuple[str, ...]) -> tuple[str, ...]:
    first = () if mirror is None else (follow_mirror(address, mirror),)
    return (*first, address, *(follow_mirror(address, other) for other in mirrors))


def _published(row: dict[str, Any], source: Source) -> tuple[str, str, str] | None:
    for algorithm in ("sha256", "md5"):
        if algorithm in row:
            return algorithm, str(row[algorithm]).lower(), str(row.get("published_at", source.homepage))
    return None


def _name(files: Files, values: dict[str, Any], address: str) -> str:
    if files.match is not None:
        return _fill(files.match, {key: re.escape(str(value)) for key, value in values.items()})
    name = _fill(files.name, values) if files.name else unquote(urlsplit(address).path.rpartition("/")[2])
    return name.replace("/", "-")


def _values(choice: Choice, row: dict[str, Any]) -> dict[str, Any]:
    values = {**choice.told(), **row}
    if "country" in values:
        values |= {"country": values["country"].upper(), "country_lower": values["country"].lower()}
    return values


def _rows(source: Source, files: Files, choice: Choice) -> list[dict[str, Any]]:
    if not files.rows:
        variant = choice.variant or (files.variants[0] if files.variants else None)
        return [{} if variant is None else {"variant": variant}]
    rows = [row for row in files.rows if choice.year is None or row.get("year", choice.year) == choice.year]
    by_row = any("variant" in row for row in files.rows)
    if by_row and choice.variant is not None:
        rows = [row for row in rows if row["variant"] == choice.variant]
    elif by_row:
        rows = [row for row in rows if not row.get("extra", False)]
    elif files.variants:
        rows = [{**row, "variant": choice.variant or files.variants[0]} for row in rows]
    if not rows:
        known = sorted({row["variant"] for row in files.rows if row.get("year") == choice.year})
        raise CityebbError(
            "read.public_variant", source=source.id, found=choice.variant, known=", ".join(known)
        )
    return rows


def _check(source: Source, files: Files, choice: Choice, needed: set[str]) -> None:
    with gather() as fault:
        years = source.years()
        if years and choice.year is None:
            fault(CityebbError("read.public_needs", source=source.id, option="--year", example=years[-1]))
        if choice.year is not None and not years:
            fault(CityebbError("read.public_unneeded", source=source.id, option="--year"))
        elif choice.year is not None and choice.year not in years:
            known = tell_years(years)
            fault(CityebbError("read.public_year", source=source.id, found=choice.year, known=known))
        for name, (form, example) in _FORMS.items():
            given, told = getattr(choice, name), {"source": source.id, "option": f"--{name}"}
            if given is None and name in needed:
                fault(CityebbError("read.public_needs", **told, example=example))
            elif given is not None and name not in needed:
                fault(CityebbError("read.public_unneeded", **told))
            elif given is not None and not form.fullmatch(given):
                fault(CityebbError("read.public_form", option=f"--{name}", found=given, example=example))
        if choice.variant is not None and choice.variant not in list_variants(files):
            fault(_wrong_variant(source, files, choice.variant))


def list_variants(files: Files) -> list[str]:
    """Return what may be chosen as variant, the default first."""
    return list(files.variants) or sorted({row["variant"] for row in files.rows if "variant" in row})


def _wrong_variant(source: Source, files: Files, found: str) -> CityebbError:
    known = list_variants(files)
    if not known:
        return CityebbError("read.public_unneeded", source=source.id, option="--variant")
    return CityebbError("read.public_variant", source=source.id, found=found, known=", ".join(known))


def tell_years(years: tuple[int, ...]) -> str:
    """Say years shortly.

    Examples
    --------
    >>> tell_years((2000, 2001, 2002, 2005)), tell_years(())
    ('2000–2002, 2005', '–')
    """
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    told = ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in runs)
    return told or "–"


def _placeholders(files: Files) -> set[str]:
    text = f"{files.address}{files.match or ''}{files.name or ''}"
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {name.removesuffix("_lower") for name in names}


def _fill(pattern: str, values: dict[str, Any], *, quoted: bool = False) -> str:
    filled = {key: quote(str(value)) if quoted else str(value) for key, value in values.items()}
    return pattern.format(**filled)
