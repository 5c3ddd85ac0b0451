"""The figure of the simulations: what was found beside what should be, with its Monte Carlo error."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

FIGURE = Path(__file__).parent / "figure.png"
BAND = (0.94, 0.96)
ROW, WIDTH = 3.4, 170.0  # mm


def draw(rows: pd.DataFrame) -> None:
    """Draw coverage by method and setting: share of replications in which the interval holds the truth."""
    shown = rows[rows["nominal"].eq(0.95)].reset_index(drop=True)
    names = shown["method"].str.replace("_", " ") + ": " + shown["setting"]
    inch = 25.4
    plt.rcParams.update({"font.size": 7, "svg.hashsalt": "fazhi"})
    figure, axes = plt.subplots(figsize=(WIDTH / inch, (ROW * len(shown) + 18) / inch), layout="constrained")
    place = -shown.index
    naive = shown["method"].str.startswith("naive")
    axes.axvspan(*BAND, color="#dddddd", linewidth=0)
    axes.axvline(0.95, color="#555555", linewidth=0.6)
    for kind, colour, marker in ((~naive, "#0b559f", "o"), (naive, "#b2182b", "s")):
        axes.errorbar(shown.loc[kind, "value"], place[kind], xerr=2 * shown.loc[kind, "mc_error"], color=colour,
                      fmt=marker, markersize=2.5, elinewidth=0.7)  # fmt: skip
    axes.set_yticks(place, labels=names)
    axes.set_ylim(place.min() - 0.7, 0.7)
    axes.set_xlabel(
        "share of replications in which the interval holds the truth\n(bars: two Monte Carlo errors; red: naive)"
    )
    axes.tick_params(length=2)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(FIGURE, dpi=200, metadata={"Software": None})
    plt.close(figure)
