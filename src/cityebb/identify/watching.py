"""What a study may say of watching its cities year after year."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from cityebb.model import CityebbError

_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


class WatchParameters(BaseModel):
    """The watch-list of a comparison: its table ``[identify.NAME.watch]``.

    Parameters
    ----------
    years
        How many years back each year's list looks. The default is Wu Kang's three; where the figures lie
        further apart, the nearest earlier figure that is as old or older.
    policy
        Date of a policy, ``"2014-07"`` or ``"2014"``: the lists before and after it are set side by side. A
        year without a month counts as its beginning.
    top
        How many gainers and losers of each region are named.
    gainers_by
        Whether these are the ones with the largest ``"amount"`` gained or lost, or with the fastest change
        (``"rate"``), among which small cities come first.

    Examples
    --------
    >>> WatchParameters(policy="2014-07-30").policy_year
    2014.5
    >>> WatchParameters().policy_year is None
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    years: int = Field(default=3, ge=1, le=100)
    policy: str | int | None = None
    top: int = Field(default=5, ge=1, le=100)
    gainers_by: Literal["amount", "rate"] = "amount"

    @field_validator("policy")
    @classmethod
    def _dated(cls, told: str | int | None) -> str | int | None:
        if told is not None and not _DATE.fullmatch(str(told)):
            raise CityebbError("identify.watch.policy_date", found=told)
        return told

    @property
    def policy_year(self) -> float | None:
        """The date as a number: the year and, of it, the months that had passed."""
        found = _DATE.fullmatch(str(self.policy)) if self.policy is not None else None
        if found is None:
            return None
        return int(found[1]) + (int(found[2]) - 1) / 12 if found[2] else float(found[1])
