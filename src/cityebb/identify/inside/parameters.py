"""What a study may say of how its cities are looked into."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cityebb.identify.inside.rules import Centre, InsideRules

TOO_MANY_PARTS = 5_000_000
"""In more parts than this, local clusters are looked for only where a study asks: it would take minutes."""


class InsideParameters(BaseModel):
    """The ``[identify.NAME.inside]`` table of a study.

    Parameters
    ----------
    threshold
        A part shrinks if its change is at or below this share of its start, and grows at or above its
        opposite. Default: the comparison's.
    alpha
        Share of false calls tolerated among the parts of one city.
    least_parts
        Cities with fewer parts that have a value at both dates are undetermined.
    least_known
        So are cities in which such parts are less than this share of the area.
    centre
        ``"mean"``: the centre weighted by what was there at the start; ``"densest"``: that of the densest
        parts; ``"area"``: the middle of the area.
    bloom_km
        Of lights: cities narrower than this many kilometres are undetermined, for the light of their centre
        and edge runs together. Default: 7 for DMSP and what is made like it, 0 for all else; lights in
        digital numbers up to 63 on cells of a kilometre, of which nobody says what they are, are taken for
        DMSP's.
    permutations
        Of local clusters; 0: none are looked for. Default 999, and none in more than five million cells.

    Examples
    --------
    >>> InsideParameters(centre="densest").rules(-0.1, parts=100).permutations
    999
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float | None = Field(default=None, gt=-1, le=0)
    alpha: float = Field(default=InsideRules.alpha, gt=0, lt=0.5)
    least_parts: int = Field(default=InsideRules.least_parts, ge=2)
    least_known: float = Field(default=InsideRules.least_known, gt=0, le=1)
    centre: Centre = InsideRules.centre
    bloom_km: float | None = Field(default=None, ge=0)
    permutations: int | None = Field(default=None, ge=0, le=99_999)

    def rules(self, threshold: float, *, parts: int) -> InsideRules:
        """Return the rules for so many parts in all; ``threshold`` is the comparison's."""
        draws = self.permutations
        if draws is None:
            draws = InsideRules.permutations if parts <= TOO_MANY_PARTS else 0
        return InsideRules(
            threshold=threshold if self.threshold is None else self.threshold,
            alpha=self.alpha,
            least_parts=self.least_parts,
            least_known=self.least_known,
            centre=self.centre,
            bloom_km=self.bloom_km,
            permutations=draws,
        )


Belonging = Literal["code", "outline"]
"""How units are known to lie in a city: by their code, or by a point inside their outline."""
