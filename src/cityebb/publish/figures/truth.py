"""Measured change against the true one, for a simulated country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import COLOURS, GRID, RIM, SOFT, dots, new_figure, spaced

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from cityebb.publish.view import View

_SIZE = 5.2


def draw_truth(view: View, pairs: pd.DataFrame) -> Figure:
    """Draw measured against true change, coloured by verdict; on the diagonal both are equal.

    Parameters
    ----------
    view
        For the words.
    pairs
        Columns ``true`` and ``change`` (shares) and ``state`` (the verdict).

    Returns
    -------
    matplotlib.figure.Figure
        A square of a little over five inches.
    """
    figure = new_figure(_SIZE, _SIZE)
    axes = figure.add_axes((0.15, 0.12, 0.83, 0.83))
    good = pairs[pairs["change"].notna() & pairs["true"].notna()]
    x, y = (np.log1p(np.maximum(good[name].to_numpy(float), -0.99)) for name in ("true", "change"))
    reach = float(max(np.quantile(np.abs(np.concatenate([x, y])), 0.995), 0.25)) if len(good) else 0.5
    axes.set_xlim(-reach * 1.05, reach * 1.05)
    axes.set_ylim(-reach * 1.05, reach * 1.05)
    axes.plot([-9, 9], [-9, 9], color=SOFT, linewidth=0.8, zorder=2)
    for level, state in enumerate((State.UNDETERMINED, State.STABLE, State.GROWING, State.SHRINKING)):
        chosen = (good["state"] == state.value).to_numpy()
        edge = RIM if state is State.UNDETERMINED else "white"
        dots(
            axes,
            np.clip(x[chosen], -reach, reach),
            np.clip(y[chosen], -reach, reach),
            4.4,
            COLOURS[state],
            order=3 + level,
            edge=edge,
        )
    ticks = spaced(reach)
    words = [n.line(share, signed=True) for share in ticks]
    axes.set_xticks(np.log1p(ticks), words)
    axes.set_yticks(np.log1p(ticks), words)
    axes.grid(visible=True, color=GRID, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.set_xlabel(view.t("truth.true_change"))
    axes.set_ylabel(view.t("truth.measured_change"))
    return figure
