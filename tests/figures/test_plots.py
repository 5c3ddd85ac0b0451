"""Every plot, at both sizes, in both languages: nothing clipped, nothing covered, and signs that mean what they say."""

from __future__ import annotations

import functools
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PatchCollection
from matplotlib.text import Text

from analysis.errors import ParameterError
from analysis.figures import plots
from analysis.figures.labels import label, word
from analysis.figures.style import BLUE, Drawing
from analysis.stats.frame import Counts, Result, needed, refuse
from tests.figures import tables
from tests.figures.layout import drawn_texts, find_faults

YEAR, TWO, TEN = (2024,), (2023, 2024), tuple(range(2015, 2025))
LEAST = 7.0  # points at print size, below which journals take no letters
CASES = {
    "disclosure of 5": (plots.plot_disclosure_matrix, lambda: tables.disclosure(tables.five_reports(), 40)),
    "disclosure of 5, all indicators": (
        plots.plot_disclosure_matrix, lambda: tables.disclosure(tables.five_reports(), 90)),
    "disclosure of 40": (plots.plot_disclosure_matrix, lambda: tables.disclosure(tables.panel_reports(40, YEAR), 46)),
    "disclosure of 60": (plots.plot_disclosure_matrix, lambda: tables.disclosure(tables.panel_reports(60, YEAR), 40)),
    "disclosure of 60 over 8 years": (
        plots.plot_disclosure_matrix, lambda: tables.disclosure(tables.panel_reports(), 40)),
    "disclosure of one unit over 8 years": (
        plots.plot_disclosure_matrix, lambda: tables.disclosure(tables.panel_reports(1), 46)),
    "disclosure of 500": (plots.plot_disclosure_matrix, lambda: tables.disclosure(tables.panel_reports(500, TWO), 9)),
    "disclosure of 1200 over 10 years": (
        plots.plot_disclosure_matrix, lambda: tables.disclosure(tables.panel_reports(1200, TEN), 46)),
    "contents of 5": (plots.plot_contents, lambda: tables.contents(tables.five_reports())),
    "contents of 60 over 8 years": (plots.plot_contents, lambda: tables.contents(tables.panel_reports())),
    "contents of 500": (plots.plot_contents, lambda: tables.contents(tables.panel_reports(500, YEAR))),
    "values of 5": (plots.plot_values, lambda: tables.values(tables.five_reports(), 12)),
    "values of one indicator": (plots.plot_values, lambda: tables.values(tables.five_reports(), 1)),
    "values of 60 over 8 years": (plots.plot_values, lambda: tables.values(tables.panel_reports(), 3)),
    "values of 50": (plots.plot_values, lambda: tables.values(tables.panel_reports(50, YEAR), 3)),
    "values of 500": (plots.plot_values, lambda: tables.values(tables.panel_reports(500, TWO), 3)),
    "comparison of 2850": (plots.plot_comparison, lambda: tables.summary().assign(n=1904, n_at_risk=2850)),
    "comparison": (plots.plot_comparison, tables.summary),
    "comparison of one year": (plots.plot_comparison, tables.one_year),
    "comparison of one year and group": (plots.plot_comparison, lambda: tables.one_year(1)),
    "trend of 4 units": (functools.partial(plots.plot_trend, breaks=tables.breaks()), lambda: tables.points(4)),
    "trend of 60 units": (functools.partial(plots.plot_trend, breaks=tables.breaks()), lambda: tables.points(60)),
    "trend of 50 units": (functools.partial(plots.plot_trend, breaks=tables.breaks()), lambda: tables.points(50)),
    "trend of 500 units": (functools.partial(plots.plot_trend, breaks=tables.breaks()), lambda: tables.points(500)),
    "year effects of 2850": (
        functools.partial(plots.plot_trend, breaks=tables.breaks()),
        lambda: tables.effects().assign(n=1727, year=lambda rows: rows["year"] - (rows["year"] == tables.YEARS[0])),
    ),
    "year effects": (functools.partial(plots.plot_trend, breaks=tables.breaks()), tables.effects),
    "marks of 5": (plots.plot_problem_marks, lambda: tables.marks(tables.five_reports())),
    "marks of 30": (plots.plot_problem_marks, lambda: tables.marks(tables.panel_reports(30, YEAR))),
    "marks of 500": (plots.plot_problem_marks, lambda: tables.marks(tables.panel_reports(500, YEAR))),
    "marks of 60 over 8 years": (plots.plot_problem_marks, lambda: tables.marks(tables.panel_reports())),
    "frequency in 4": (plots.plot_frequency, lambda: tables.frequency(4)),
    "frequency in 60": (plots.plot_frequency, lambda: tables.frequency(60, "sampling")),
    "frequency by year": (plots.plot_frequency, lambda: tables.frequency(60, "none", tables.YEARS)),
    "frequency by year in 2850": (plots.plot_frequency, lambda: tables.frequency(2850, "none", tables.YEARS)),
    "frequency by province": (plots.plot_frequency, tables.by_province),
    "frequency of 60 due": (plots.plot_frequency, lambda: tables.frequency(50, "nonresponse_bounds").assign(n_due=60)),
    "response by year": (plots.plot_response, tables.response),
    "response by province": (
        plots.plot_response, lambda: tables.response("province", ["虚构省甲", "虚构省乙", "虚构省丙"], 2850)),
    "silence and absence": (plots.plot_response, lambda: tables.silence(90)),
    "silence without a frame": (plots.plot_response, tables.silence),
    "disclosure of 60 over 8 years of 60 due": (
        functools.partial(plots.plot_disclosure_matrix, due=tables.response()),
        lambda: tables.disclosure(tables.panel_reports(), 40)),
    "lateness": (plots.plot_lateness, tables.lateness),
    "lateness without a frame": (plots.plot_lateness, lambda: tables.lateness(False)),
    "rate audit": (plots.plot_rate_audit, tables.checks),
    "rate audit of many": (plots.plot_rate_audit, lambda: tables.checks(120)),
    "wording": (plots.plot_wording, tables.wording),
    "agreement": (plots.plot_agreement, lambda: tables.agreement(1)),
    "agreement of two pairs": (plots.plot_agreement, lambda: tables.agreement(2)),
    "agreement of six pairs": (plots.plot_agreement, lambda: tables.agreement(6)),
    "shared wording of 10 pairs": (plots.plot_shared_wording, lambda: tables.passages(10)),
    "shared wording of 60 pairs": (plots.plot_shared_wording, lambda: tables.passages(60)),
    "extraction accuracy": (plots.plot_extraction_accuracy, tables.accuracy),
}  # fmt: skip


def texts(drawing: Drawing) -> list[str]:
    return [text for text, _ in drawn_texts(drawing)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_clipped_or_covered(case, lang):
    plot, table = CASES[case]
    drawing = plot(table(), lang)
    assert find_faults(drawing) == []
    assert min(text.get_fontsize() for text in drawing.findobj(Text) if text.get_text().strip()) >= LEAST
    assert drawing.missing_glyphs == ""
    assert drawing.caption
    width, height = drawing.size_mm
    assert width <= 174.5
    assert height < 297  # a sheet of A4


def test_the_check_of_the_layout_finds_what_is_wrong():
    drawing = plots.plot_wording(tables.wording(), "en")
    drawing.write(10, 5, "first")
    drawing.write(10.5, 5.5, "second")
    drawing.write(170, 20, "beyond the edge")
    assert find_faults(drawing)[:1] == ["'beyond the edge' leaves the page"]
    assert "'first' covers 'second'" in find_faults(drawing)


@pytest.mark.parametrize("plot", [getattr(plots, name) for name in plots.__all__], ids=plots.__all__)
def test_input_that_cannot_be_drawn_is_named(plot):
    with pytest.raises(ParameterError, match=r"needs"):
        plot(pd.DataFrame({"other": [1]}))
    with pytest.raises(ParameterError, match="lang is 'fr'"):
        plot(pd.DataFrame(), "fr")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_table_is_a_figure_that_says_so(lang):
    drawing = plots.plot_wording(tables.wording().head(0), lang)
    assert texts(drawing) == [word("no_rows", lang)]
    assert find_faults(drawing) == []


def test_a_matrix_shows_the_value_and_how_it_is_known():
    table = tables.disclosure(tables.five_reports(), 40)
    found = texts(plots.plot_disclosure_matrix(table, "en"))
    exact = table[(table["status"] == "exact") & (table["unit"] != "%")].iloc[0]
    assert f"{exact['value']:,.10g}" in found
    assert any(text.startswith("\u2248") for text in found)
    assert any(text.startswith("\u2265") for text in found)
    assert {"masked", "not reported", "not applicable"} <= set(found)


def test_masked_cells_are_hatched_and_not_reported_ones_are_white():
    drawing = plots.plot_disclosure_matrix(tables.disclosure(tables.five_reports(), 40), "en")
    cells = [cell for axes in drawing.axes for cell in axes.collections if isinstance(cell, PatchCollection)]
    assert "//////" in [cell.get_hatch() for cell in cells]


def test_a_status_that_is_unknown_is_an_error():
    table = tables.disclosure(tables.five_reports(), 2).assign(status="guessed")
    with pytest.raises(ParameterError, match="guessed"):
        plots.plot_disclosure_matrix(table)


def test_many_reports_are_counted_by_year_and_only_those_at_risk():
    table = tables.disclosure(tables.panel_reports(), 3)
    found = texts(plots.plot_disclosure_matrix(table, "en"))
    first = table[(table["indicator"] == table["indicator"].iloc[0]) & (table["report_year"] == 2017)]
    at_risk = ~first["status"].isin(["masked", "not_read", "not_applicable"])
    disclosed = at_risk & (first["status"] != "not_reported")
    assert f"{disclosed.sum()}/{at_risk.sum()}" in found
    assert at_risk.sum() < 60


def test_values_keep_the_order_of_the_table():
    table = tables.values(tables.five_reports(), 1)
    found = [text for text in texts(plots.plot_values(table, "en")) if "20" in text and "\n" in text]
    places = [next(i for i, text in enumerate(found) if text.startswith(name)) for name in ("Qingchuan", "Shihe")]
    assert places == sorted(places)


def one_value(**change):
    row = {"doc_id": "a", "indicator": "x", "unit": "", "value": 450.0, "low": 450.0, "high": 450.0,
           "report_year": 2024, "exactness": "exact", "status": "exact", "label_zh": "x", "label_en": "x"}  # fmt: skip
    other = {**row, "doc_id": "b", "value": 900.0, "low": 900.0, "high": 900.0}
    return plots.plot_values(pd.DataFrame([{**row, **change}, other]), "en").axes[0]


def spans(axes):
    """Return the ends of the thick bars."""
    return [tuple(line.get_xdata()) for line in axes.lines if line.get_linewidth() > 3]


def test_an_exact_value_is_a_point_without_a_bar():
    axes = one_value()
    assert spans(axes) == []
    assert [list(line.get_xdata()) for line in axes.lines if line.get_marker() == "o"] == [[450.0], [900.0]]


def test_a_conflict_is_a_bar_from_the_least_to_the_most_and_no_point():
    axes = one_value(value=np.nan, low=400.0, high=700.0, exactness="conflict", status="conflict")
    assert spans(axes) == [(400.0, 700.0)]
    assert [list(line.get_xdata()) for line in axes.lines if line.get_marker() == "o"] == [[900.0]]


def test_a_rounded_value_is_a_bar_that_can_be_seen():
    axes = one_value(low=449.9, high=450.1, exactness="rounded", status="rounded")
    ((begin, end),) = spans(axes)
    assert begin < 449.9
    assert end > 450.1
    assert abs((begin + end) / 2 - 450) < 1


def test_a_bound_without_end_is_an_arrow_in_its_direction():
    axes = one_value(high=np.nan, exactness="bounded", status="bounded")
    assert [line.get_marker() for line in axes.lines if line.get_marker() in ("<", ">")] == [">"]
    axes = one_value(low=np.nan, exactness="bounded", status="bounded")
    assert [line.get_marker() for line in axes.lines if line.get_marker() in ("<", ">")] == ["<"]


def test_what_is_not_disclosed_is_named_and_not_drawn_as_zero():
    axes = one_value(value=np.nan, low=np.nan, high=np.nan, exactness="masked", status="masked")
    assert "masked" in [text.get_text() for text in axes.texts]
    assert [list(line.get_xdata()) for line in axes.lines if line.get_marker() == "o"] == [[900.0]]


def test_an_opening_is_hollow():
    axes = one_value(hollow=True)
    faces = [line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "o"]
    assert faces == ["white", BLUE]


def test_a_process_interval_is_a_thin_line():
    axes = one_value(process_low=400.0, process_high=500.0)
    thin = [line for line in axes.lines if line.get_linewidth() < 1 and list(line.get_xdata()) == [400.0, 500.0]]
    assert len(thin) == 1


def test_captions_name_the_kind_of_interval():
    drawing = plots.plot_values(tables.values(tables.five_reports(), 3), "en")
    assert label("interval_sentence", "measurement", "en") in drawing.caption
    drawing = plots.plot_trend(tables.effects(), "en")
    assert label("interval_sentence", "process", "en") in drawing.caption
    assert "Assumes: Clustered by unit." in drawing.caption


def test_numbers_below_close_years_stand_apart():
    early = tables.effects().assign(year=lambda rows: rows["year"] - 2).query("year < 2017")
    drawing = plots.plot_trend(pd.concat([early, tables.effects()]).assign(n=1727), "en")
    drawing.draw_without_rendering()
    for axes in drawing.axes:
        shown = [label for label in axes.get_xticklabels() if "1727" in label.get_text()]
        edges = [label.get_window_extent().get_points()[:, 0] / drawing.dpi * 25.4 for label in shown]
        assert len(shown) < 2 or min(right[0] - left[1] for left, right in pairwise(edges)) > 0.8


def test_a_comparison_without_numbers_says_so():
    table = tables.summary().assign(median=np.nan)
    assert texts(plots.plot_comparison(table, "en")) == [word("no_rows", "en")]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("plot", [plots.plot_comparison, plots.plot_trend, plots.plot_agreement])
def test_where_nothing_is_estimated_the_figure_says_what_was_needed(plot, lang):
    table = {plots.plot_comparison: tables.summary().assign(median=np.nan), plots.plot_trend: tables.effects().head(0),
             plots.plot_agreement: tables.agreement(2).assign(value=np.nan)}[plot]  # fmt: skip
    refusal = refuse("series", "series_years", 1, Counts(5, 50, 0), labels=("法律援助", "legal aid"))
    drawing = plot(Result(table, (refusal, refusal)), lang)
    said = "".join(text.replace("\n", "") for text in texts(drawing)).replace(" ", "")
    assert said == 2 * refusal.text(lang).replace(" ", "")
    assert find_faults(drawing) == []
    assert refusal.text(lang) in drawing.caption


def test_a_comparison_prints_n_of_n_at_risk_below_each_year():
    found = texts(plots.plot_comparison(tables.summary(), "en"))
    assert "2017\n30/60" in found
    assert "2024\n51/60" in found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_holds_the_groups_of_one_year(lang):
    drawing = plots.plot_comparison(tables.one_year(), lang)
    assert drawing.size_mm[1] <= 235
    assert len(drawing.axes) - 1 == tables.one_year()["indicator"].nunique()  # and the legend
    assert [text for text in texts(drawing) if "30/60" in text]


def test_marks_count_only_reports_that_are_counted():
    table = tables.marks(tables.five_reports())
    found = texts(plots.plot_problem_marks(table, "en"))
    row = table[(table["category"] == table["category"].iloc[0]) & table["counted"]]
    assert f"{row['named'].sum()} of 4" in found
    assert "5" not in {text.rpartition(" of ")[2] for text in found if " of " in text and text[0].isdigit()}


def test_an_interval_is_drawn_only_where_there_is_one():
    def bars(kind):
        axes = plots.plot_frequency(tables.frequency(60, kind), "en").axes[0]
        return [line for line in axes.lines if len(line.get_xdata()) == 2]

    assert bars("none") == []
    assert len(bars("sampling")) == len(tables.frequency(60))


def test_few_reports_are_counted_and_many_are_shared():
    assert plots.plot_frequency(tables.frequency(4), "en").axes[0].get_xlabel() == word("reports_axis", "en")
    assert plots.plot_frequency(tables.frequency(60), "en").axes[0].get_xlabel() == word("share_axis", "en")


def test_what_cannot_be_estimated_is_said_in_words():
    found = texts(plots.plot_agreement(tables.agreement(1), "en"))
    alphas = tables.agreement(1).query("coefficient == 'alpha'")
    rare = int(alphas["value"].isna().sum())
    assert found.count(word("not_estimable", "en", n=needed("positives"))) == 1
    assert word("rare_categories", "en", n=rare) in found
    assert not set(alphas.loc[alphas["value"].isna(), "label_en"]) & set(found)


def test_a_legend_of_agreement_has_only_what_is_drawn():
    table = tables.agreement(1)
    table.loc[table["coefficient"] == "alpha", "value"] = np.nan
    found = texts(plots.plot_agreement(table, "en"))
    assert label("coefficient", "alpha_masi", "en") in found
    assert label("coefficient", "alpha", "en") not in found


def test_a_cell_of_few_reports_has_no_colour():
    many, few = (plots.plot_frequency(tables.frequency(n, "none", (2023, 2024)), "en") for n in (20, 19))
    assert word("few_reports", "en", n=20) not in texts(many)
    assert word("few_reports", "en", n=20) in texts(few)
    assert np.ma.getmaskarray(few.axes[0].collections[0].get_array()).all()
    assert not np.ma.getmaskarray(many.axes[0].collections[0].get_array()).any()


def test_an_assumed_year_is_marked_and_explained():
    assumed = one_value(period="year:2024", period_basis="assumed").figure
    found = texts(assumed)
    assert "\u2020" in found
    assert word("period_assumed", "en") in found
    assert any(text.endswith("2024\u2020") for text in found)
    assert word("period_assumed", "en") not in texts(one_value().figure)


def test_an_impossible_rate_shows_the_base_it_implies():
    assert any("124" in text for text in texts(plots.plot_rate_audit(tables.checks(), "en")))


def test_a_plot_takes_a_result():
    class Result:
        table = tables.wording()

    assert texts(plots.plot_wording(Result(), "en")) == texts(plots.plot_wording(tables.wording(), "en"))


def test_silence_is_told_from_absence_and_a_bar_is_all_that_is_due():
    axes = plots.plot_response(tables.silence(90), "en").axes[0]
    ends = {round(bar.get_y(), 3): bar.get_x() + bar.get_width() for bar in axes.patches}
    assert all(end == pytest.approx(100) for end in ends.values())
    found = texts(plots.plot_response(tables.silence(90), "en"))
    told = ("printed", "silent", "hidden", "part", "gone", "not_found", "under_way", "not_searched")
    assert {word(f"response_{name}", "en") for name in told} <= set(found)
    bare = texts(plots.plot_response(tables.silence(), "en"))
    assert word("response_gone", "en") not in bare
    assert word("reports_axis", "en") in bare
    with pytest.raises(ParameterError, match="by is 'county'"):
        plots.plot_response(tables.response(), by="county")


def test_bounds_over_all_that_is_due_are_drawn_apart_from_those_of_unknown_dates():
    styles = [line.get_linestyle() for line in plots.plot_lateness(tables.lateness(), "en").axes[0].lines]
    assert "--" in styles and "-" in styles
    assert word("bounds_due", "en") not in texts(plots.plot_lateness(tables.lateness(False), "en"))
    refused = Result(tables.lateness().assign(share=float("nan")), (refuse("lateness", "share_reports", 1, Counts()),))
    assert "published by 1 April" in " ".join(texts(plots.plot_lateness(refused, "en")))


def test_a_heat_map_begins_with_the_reports_read_of_those_due():
    table = tables.disclosure(tables.panel_reports(), 4)
    found = texts(plots.plot_disclosure_matrix(table, "en", due=tables.response()))
    assert word("reports_read", "en") in found
    assert "46/60" in found
    assert word("reports_read", "en") not in texts(plots.plot_disclosure_matrix(table, "en"))
