"""Compile inner loops once for all runs where a place to keep them can be written, else anew in each run."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

    F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function with numba, without the interpreter's lock.

    Notes
    -----
    Machine code is kept beside the source, else in the user's cache. Where neither can be written (a package
    that belongs to another user, no home), it is compiled again in every process: slower by seconds, equal
    to the bit.
    """
    try:
        kept: F = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba finds no folder to keep it in
        fresh: F = numba.njit(nogil=True)(function)
        return fresh
    return kept
