"""Years: lines join what is one series of one unit, and stop where a definition changed."""

from __future__ import annotations

import pandas as pd

from analysis.figures import plots
from analysis.figures.labels import word
from analysis.figures.style import BLUE, RED, Drawing
from tests.figures import tables
from tests.figures.layout import drawn_texts


def texts(drawing: Drawing) -> list[str]:
    return [text for text, _ in drawn_texts(drawing)]


def lines(drawing: Drawing, colour: str):
    return [line for axes in drawing.axes for line in axes.lines if line.get_color() == colour]


def series(years, **more):
    rows = [{"unit_id": "u", "county": "u", "indicator": "x", "label_zh": "x", "label_en": "x", "year": year,
             "value": float(year - 2000), "low": float(year - 2000), "high": float(year - 2000), "exactness": "exact",
             "province": "p", **more} for year in years]  # fmt: skip
    return pd.DataFrame(rows)


def joined(drawing):
    """Return the years that each line of values joins."""
    return [list(line.get_xdata()) for line in drawing.axes[0].lines if line.get_marker() in ("", "None") and
            line.get_color() == BLUE]  # fmt: skip


def test_a_missing_year_is_a_gap():
    drawing = plots.plot_trend(series([2017, 2018, 2019, 2021, 2022]), "en")
    assert joined(drawing) == [[2017, 2018, 2019], [2021, 2022]]


def test_few_years_are_points_without_a_line():
    assert joined(plots.plot_trend(series([2017, 2018, 2019, 2020]), "en")) == []
    assert joined(plots.plot_trend(series([2017, 2018, 2019, 2020]), "en", least_years=3)) == [[2017, 2018, 2019, 2020]]


def test_no_line_crosses_a_change_of_definition():
    change = pd.DataFrame([{"indicator": "x", "date": "2020-01-01", "province": "", "what_zh": "z", "what_en": "law"}])
    drawing = plots.plot_trend(series(range(2017, 2024)), "en", breaks=change)
    assert joined(drawing) == [[2017, 2018, 2019], [2020, 2021, 2022, 2023]]
    assert [line.get_xdata()[0] for line in lines(drawing, RED)][:1] == [2019.5]
    assert word("definition", "en") in texts(drawing)
    assert "2020-01-01: law." in drawing.caption


def test_a_change_of_definition_elsewhere_is_not_drawn():
    change = pd.DataFrame([{"indicator": "x", "date": "2020", "province": "q", "what_zh": "z", "what_en": "law"}])
    drawing = plots.plot_trend(series(range(2017, 2024)), "en", breaks=change)
    assert joined(drawing) == [list(range(2017, 2024))]


def test_openings_are_not_joined():
    assert joined(plots.plot_trend(series(range(2017, 2024), in_summary=False, hollow=True), "en")) == []


def test_lines_join_the_points_of_their_unit():
    for units in (2, 9):
        table = pd.concat([series(range(2017, 2022), unit_id=f"u{unit}") for unit in range(units)])
        drawn = plots.plot_trend(table, "en").axes[0].lines
        points = {line.get_xdata()[0] for line in drawn if line.get_marker() not in ("None", "")}
        ends = {x for line in drawn if len(line.get_xdata()) == 5 for x in line.get_xdata()}
        assert len(points) == 5 * units
        assert ends == points


def test_year_effects_of_rates_are_in_percentage_points_around_zero():
    effects = tables.effects()
    rates = effects.assign(points=20 * (effects["ratio"] - 1), ratio=float("nan"), low=-5.0, high=20.0)
    drawing = plots.plot_trend(rates, "en")
    assert word("year_effect_points", "en") in texts(drawing)
    assert "percentage points" in drawing.caption
    assert drawing.axes[0].lines[0].get_ydata()[0] == 0
    both = plots.plot_trend(pd.concat([effects, rates.assign(indicator="rate")]), "en")
    assert "of rates percentage points" in both.caption


def test_a_key_shows_a_line_only_where_values_are_joined():
    few, many = (plots.plot_trend(series(range(2017, last)), "en") for last in (2019, 2023))
    assert [line.get_linestyle() for line in few.axes[-1].lines] == ["None"]
    assert [line.get_linestyle() for line in many.axes[-1].lines] == ["-"]
