"""The page's figure: each stage against the bare scan before and after, and cost against length and number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.style import BLUE, GREY, INK, NORMAL, ORANGE, Drawing, styled

_COLOURS: Final = {"before": GREY, "after": BLUE}
_STAGES: Final = "time over bare scan, generated reports"
#: What issue and README ask of a stage.
_TARGETS: Final = {"quantities": 2, "whole extraction": 5}


def plot(results: pd.DataFrame) -> Drawing:
    """Return the figure of the results: ``version``, ``measure``, ``setting``, ``value``."""
    figure = Drawing(174, 92)
    with styled():
        _plot_stages(figure.add_box(27, 6, 70, 66), results[results["measure"] == _STAGES])
        _plot_growth(figure.add_box(114, 6, 54, 66), results[results["version"] == "after"])
        for axes in figure.axes:
            axes.tick_params(labelsize=NORMAL)
            axes.xaxis.label.set_size(NORMAL)
    return figure


def _plot_stages(axes: Axes, results: pd.DataFrame) -> None:
    stages = list(dict.fromkeys(results["setting"]))[1:]  # the first is the bare scan itself
    results = results[results["setting"].isin(stages)]
    for version, colour in _COLOURS.items():
        own = results[results["version"] == version].set_index("setting")["value"]
        axes.scatter(own, [stages.index(stage) for stage in own.index], s=18, color=colour, label=version, zorder=3)
        if version == "after":
            _write_values(axes, own, stages)
    for stage, target in _TARGETS.items():
        axes.plot([target, target], [stages.index(stage) - 0.4, stages.index(stage) + 0.4], color=ORANGE, lw=1.5)
    axes.plot([], [], color=ORANGE, lw=1.5, label="asked for")
    axes.axvline(1, color=INK, lw=0.6)
    _scale(axes, (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50))
    axes.set_yticks(range(len(stages)), stages)
    axes.invert_yaxis()
    axes.set_xlabel("time over one bare scan of the same bytes")
    axes.set_title("a. Stages of reading a report", fontsize=NORMAL)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=3, fontsize=NORMAL)


def _write_values(axes: Axes, values: pd.Series, stages: Sequence[str]) -> None:
    for stage, value in values.items():
        place = (value, stages.index(str(stage)))
        axes.annotate(f"{value:.2g}", place, (0, -10), textcoords="offset points", ha="center", fontsize=NORMAL,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip


def _scale(axes: Axes, ticks: Sequence[float]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(ticks, [f"{tick:,g}" for tick in ticks])
    axes.set_xticks([], minor=True)


def _plot_growth(axes: Axes, results: pd.DataFrame) -> None:
    for measure, noun, colour in (
        ("time per character over shortest", "time a character, by characters", ORANGE),
        ("time per report over smallest corpus", "time a report, by reports", BLUE),
        ("peak memory over smallest corpus", "peak memory, by reports", GREY),
    ):
        own = results[results["measure"] == measure]
        sizes = [int(str(setting).split(" ")[0]) for setting in own["setting"]]
        axes.plot(sizes, own["value"], marker="o", color=colour, label=noun)
    _scale(axes, (100, 1_000, 10_000, 100_000))
    axes.set_ylim(0, 1.3)
    axes.set_xlabel("characters of a report, or reports of a corpus")
    axes.set_title("b. Cost over that of the smallest", fontsize=NORMAL)
    axes.legend(loc="lower left", fontsize=NORMAL)


def write_figure(results: Path, target: Path) -> None:
    """Draw the results and write them as PNG."""
    target.write_bytes(plot(pd.read_csv(results)).render("png", dpi=200))
