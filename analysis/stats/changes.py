"""Changes that reports state, beside what their own figures and the earlier report's make of them."""

from __future__ import annotations

import pandas as pd

from analysis.stats.values import collapse_variants, printed_unit

CHANGE_COLUMNS = ["doc_id", "unit_id", "place", "report_year", "coverage", "indicator", "label_zh", "label_en", "year",
                  "stated", "computed", "computed_same_report", "agrees"]  # fmt: skip
Figures = dict[tuple[str, str, int, str], float]


def compare_changes(
    observations: pd.DataFrame, documents: pd.DataFrame, chosen: pd.DataFrame, codebook: pd.DataFrame
) -> pd.DataFrame:
    """Set stated changes on the year before against computed ones.

    Parameters
    ----------
    observations : DataFrame
        The tidy table.
    documents : DataFrame
        Documents with unit_id and place, one a unit and year.
    chosen : DataFrame
        Codebook rows of the indicators whose change is looked for.
    codebook : DataFrame
        All indicators; those of form change name the indicator that changes as numerator.

    Returns
    -------
    DataFrame
        One row a stated change in percent: stated, computed (this year's figure against the figure of the unit's
        earlier report), computed_same_report (against the earlier year's figure in the same report), agrees (yes, no,
        or empty where nothing can be computed). A mismatch usually means a restated definition.
    """
    pairs = codebook[codebook["form"].eq("change") & codebook["numerator"].isin(chosen["id"])]
    pairs = pairs[["id", "numerator"]].rename(columns={"id": "change", "numerator": "level"})
    figures = collapse_variants(observations[observations["doc_id"].isin(documents["doc_id"])])
    figures = figures[figures["value"].notna() & figures["component"].eq("")]
    about = ["doc_id", "unit_id", "place", "report_year", "coverage"]
    figures = figures.drop(columns=["report_year", "coverage"], errors="ignore").merge(documents[about], on="doc_id")
    stated = figures[figures["unit"].eq("%")].merge(pairs, left_on="indicator", right_on="change")
    stated = stated[stated["period"].eq("year:" + stated["report_year"].astype("str"))]
    levels = figures[figures["indicator"].isin(pairs["level"]) & figures["exactness"].eq("exact")]
    own, same = _look_up(levels)
    labels = chosen.set_index("id")
    rows = []
    for row in stated.to_dict("records"):
        year, key = int(row["report_year"]), (row["level"], row["organ"])
        now = own.get((row["unit_id"], key[0], year, key[1]))
        before = (own.get((row["unit_id"], key[0], year - 1, key[1])), same.get((row["doc_id"], *key)))
        computed = [100 * (now / base - 1) if now is not None and base else None for base in before]
        rows.append({
            **{name: row[name] for name in about}, "indicator": row["level"], "year": year, "stated": row["value"],
            "label_zh": labels.at[row["level"], "label_zh"], "label_en": labels.at[row["level"], "label_en"],
            "computed": computed[0], "computed_same_report": computed[1], "agrees": _agrees(row["value"], computed),
        })  # fmt: skip
    table = pd.DataFrame(rows, columns=CHANGE_COLUMNS)
    numbers = ["stated", "computed", "computed_same_report"]
    table[numbers] = table[numbers].astype("float64")
    return table.sort_values(["indicator", "doc_id"], kind="stable", ignore_index=True)


def _look_up(levels: pd.DataFrame) -> tuple[Figures, dict[tuple[str, str, str], float]]:
    """Return the figures of each report's own year, by unit and year, and those of the year before, by report."""
    own: Figures = {}
    same: dict[tuple[str, str, str], float] = {}
    for row in levels.itertuples():
        year = int(str(row.report_year))
        if row.period == f"year:{year}":
            own[(str(row.unit_id), str(row.indicator), year, str(row.organ))] = float(str(row.value))
        elif row.period == f"year:{year - 1}":
            same[(str(row.doc_id), str(row.indicator), str(row.organ))] = float(str(row.value))
    return own, same


def _agrees(stated: float, computed: list[float | None]) -> str:
    """Return whether any computed change gives the stated one, rounded or cut off at the last printed digit."""
    known = [value for value in computed if value is not None]
    if not known:
        return ""
    return "yes" if any(abs(value - stated) < printed_unit(stated) for value in known) else "no"
