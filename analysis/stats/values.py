"""Figures made ready to stand side by side: one row a document, indicator, period, organ, component and base."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from difflib import get_close_matches

import pandas as pd

from analysis.errors import ParameterError
from analysis.stats.frame import phrase
from analysis.stats.selection import DOCUMENT_COLUMNS, check_choice, require_columns
from analysis.tidy.units import has_flag

APPROX = ("last_digit", "strict")
NOT_AT_RISK = ("not_read", "masked", "not_applicable")
VALUE_KEY = ["doc_id", "indicator", "period", "organ", "component", "base"]
OBSERVATION_COLUMNS = [
    *VALUE_KEY, "variant", "value", "low", "high", "low_conv", "high_conv", "low_open", "high_open", "unit", "stage",
    "form", "exactness", "period_basis", "flags", "report_year",
]  # fmt: skip


def choose_indicators(indicators: Sequence[str] | str, codebook: pd.DataFrame) -> pd.DataFrame:
    """Return the codebook rows of some indicators, in the order asked for.

    Raises
    ------
    ParameterError
        An id the codebook does not have, or none at all.
    """
    ids = [indicators] if isinstance(indicators, str) else list(dict.fromkeys(indicators))
    known = codebook.set_index("id", drop=False)
    unknown = [name for name in ids if name not in known.index]
    if unknown or not ids:
        near = ", ".join(dict.fromkeys(found for name in unknown for found in get_close_matches(name, known.index, 3)))
        raise ParameterError(
            f"indicators names {', '.join(map(repr, unknown)) or 'nothing'}; the codebook (tidy/indicators.csv) has no "
            f"such id{f'. Near it: {near}' if near else ''}. `fazhi codebook test ID` shows what an id takes."
        )
    return known.loc[ids].reset_index(drop=True)


def choose_tier(tier: str, codebook: pd.DataFrame) -> pd.DataFrame:
    """Return the codebook rows of the active indicators of a tier, or of all tiers."""
    active = codebook[codebook["status"].ne("retired")] if "status" in codebook else codebook
    return (active if tier == "all" else active[active["tier"] == tier]).reset_index(drop=True)


def involve_indicators(ids: Sequence[str], codebook: pd.DataFrame) -> list[str]:
    """Return the indicators that estimates of some look at: these, the counts their rates are of, changes of them."""
    own = codebook[codebook["id"].isin(list(ids))]
    counts = (own["numerator"] + "|" + own["denominators"]).map(lambda names: re.split(r"[|+]", names)).explode()
    changes = codebook.loc[codebook["form"].eq("change") & codebook["numerator"].isin(list(ids)), "id"]
    return list(dict.fromkeys([*ids, *counts[counts != ""], *changes]))


def collapse_variants(observations: pd.DataFrame) -> pd.DataFrame:
    """Make one row of figures that contradict each other: their least and greatest end, no value, never the first.

    Parameters
    ----------
    observations : DataFrame
        The tidy table `observations`.

    Returns
    -------
    DataFrame
        One row a doc_id, indicator, period, organ, component, base; n_variants; exactness ``conflict`` where the
        document prints several figures.
    """
    require_columns(observations, OBSERVATION_COLUMNS, "observations")
    frame = observations.sort_values([*VALUE_KEY, "variant"], kind="stable", ignore_index=True)
    groups = frame.groupby(VALUE_KEY, sort=False, dropna=False)
    frame["n_variants"] = groups["value"].transform("size")
    several = frame["n_variants"] > 1
    for column, end in (("low", "min"), ("low_conv", "min"), ("high", "max"), ("high_conv", "max")):
        ends = groups[column].transform(end).mask(frame[column].isna().groupby(_key(frame)).transform("any"))
        frame[column] = frame[column].where(~several, ends)
    frame["value"] = frame["value"].mask(several)
    frame["exactness"] = frame["exactness"].mask(several, "conflict")
    return frame.drop_duplicates(VALUE_KEY, ignore_index=True)


def _key(frame: pd.DataFrame) -> list[pd.Series]:
    return [frame[column] for column in VALUE_KEY]


def build_values(
    observations: pd.DataFrame,
    coverage: pd.DataFrame,
    documents: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    approx: str = "last_digit",
    assumed_periods: bool = True,
    unstated_organ: bool = True,
) -> pd.DataFrame:
    """Lay the figures of some indicators side by side and say of each why it is not summarised, if it is not.

    Parameters
    ----------
    observations, coverage : DataFrame
        Tidy tables.
    documents : DataFrame
        As `describe_documents` returns them, with a column use (kept or shown) and reason.
    indicators : DataFrame
        Codebook rows, in the order wanted.
    approx : {"last_digit", "strict"}
        Which bounds stand in low and high: up to the next unit of the last printed digit, or what is logically safe.
    assumed_periods, unstated_organ : bool
        Whether figures whose period is assumed, or whose organ is not stated, may be summarised.

    Returns
    -------
    DataFrame
        The columns of a comparison up to left_out; ordered by indicator, period, adcode, doc_id, never by value.
    """
    check_choice("approx", approx, APPROX)
    order = {name: place for place, name in enumerate(indicators["id"])}
    used = observations[observations["indicator"].isin(order) & observations["doc_id"].isin(documents["doc_id"])]
    values = pd.concat([collapse_variants(used), _masked_rows(used, coverage, documents, indicators)])
    about = indicators[["id", "label_zh", "label_en", "domain"]].rename(columns={"id": "indicator"})
    columns = [column for column in DOCUMENT_COLUMNS if column not in {"doc_id", "report_year"}]
    own = documents[["doc_id", "use", "reason", *columns]]
    keep = [*OBSERVATION_COLUMNS, "n_variants"]
    values = values[keep].merge(about, on="indicator", how="left").merge(own, on="doc_id", how="left")
    values["low_strict"], values["high_strict"] = values["low"], values["high"]
    if approx == "last_digit":
        values["low"] = values["low_conv"].fillna(values["low"])
        values["high"] = values["high_conv"].fillna(values["high"])
    values["year"] = period_year(values["period"])
    values["hollow"] = values["use"] == "shown"
    values["left_out"] = _left_out(values, assumed_periods, unstated_organ)
    values["in_summary"] = values["left_out"] == ""
    values["interval_kind"] = _measured(values)
    texts = {reason: phrase(f"reason_{reason}") for reason in sorted(set(values["left_out"]) - {""})} | {"": ("", "")}
    values["left_out_zh"] = values["left_out"].map(lambda reason: texts[reason][0])
    values["left_out_en"] = values["left_out"].map(lambda reason: texts[reason][1])
    values["status"] = values["exactness"]
    keys = values.assign(_order=values["indicator"].map(order)).sort_values(
        ["_order", "period", "adcode", "doc_id", "organ", "component", "base"], kind="stable"
    )
    return keys.drop(columns=["_order", "use", "reason", "variant"]).reset_index(drop=True)


def _masked_rows(
    observations: pd.DataFrame, coverage: pd.DataFrame, documents: pd.DataFrame, indicators: pd.DataFrame
) -> pd.DataFrame:
    """Return a row without value for every indicator that a document prints behind a mask."""
    require_columns(coverage, ["doc_id", "item", "status"], "coverage")
    masked = coverage[(coverage["status"] == "masked") & coverage["item"].isin(indicators["id"])]
    rows = masked[["doc_id", "item"]].rename(columns={"item": "indicator"})
    rows = rows.merge(documents[["doc_id", "report_year"]], on="doc_id")
    seen = observations[["doc_id", "indicator"]].drop_duplicates()
    rows = rows.merge(seen, on=["doc_id", "indicator"], how="left", indicator="_seen")
    rows = rows[rows["_seen"] == "left_only"].drop(columns="_seen")
    about = indicators[["id", "unit", "stage", "form"]].rename(columns={"id": "indicator"})
    rows = rows.merge(about, on="indicator")
    rows["period"] = "year:" + rows["report_year"].astype("str")
    text = {"organ": "", "component": "", "base": "", "period_basis": "assumed", "flags": "", "exactness": "masked"}
    rows = rows.assign(**text, low_open=False, high_open=False, variant=1, n_variants=1)
    return rows.reindex(columns=[*OBSERVATION_COLUMNS, "n_variants"]).astype(
        dict.fromkeys(("value", "low", "high", "low_conv", "high_conv"), "float64")
    )


def period_year(period: pd.Series) -> pd.Series:
    """Return the year a period label ends in (Int64); missing where it is open.

    Examples
    --------
    >>> period_year(pd.Series(["year:2024", "span:2022-2024", "since:2021"])).tolist()
    [2024, 2024, <NA>]
    """
    found = period.astype("str").str.extract(r"^(?:year|asof|plan|span|ytd)(?::\d{4}(?=-\d{4}$))?[:-](\d{4})")[0]
    return pd.to_numeric(found).astype("Int64")


def _left_out(values: pd.DataFrame, assumed_periods: bool, unstated_organ: bool) -> pd.Series:
    own_year = values["period"].str.match(r"^(?:year|asof):\d{4}$") & (values["year"] == values["report_year"])
    partial = has_flag(values["flags"], "partial_year") | values["period"].str.startswith("ytd")
    reasons = [
        (values["hollow"], values["reason"]),
        (values["value"].isna() & values["low"].isna() & values["high"].isna(), "no_figure"),
        (partial, "partial_year"),
        (~own_year.fillna(False).astype("bool"), "other_period"),
        (has_flag(values["flags"], "suspect_lost_digit"), "suspect"),
    ]
    if not assumed_periods:
        reasons.append((values["period_basis"] == "assumed", "assumed_period"))
    if not unstated_organ:
        reasons.append((values["organ"] == "", "unstated_organ"))
    left_out = pd.Series("", index=values.index, dtype="object")
    for holds, reason in reasons:
        left_out = left_out.mask((left_out == "") & holds, reason)
    return left_out.astype("str")


def _measured(values: pd.DataFrame) -> pd.Series:
    exact = values["low"].eq(values["high"]) | (values["low"].isna() & values["high"].isna())
    return pd.Series("none", index=values.index).where(exact, "measurement")


def printed_unit(value: float) -> float:
    """Return the last unit a figure is printed to.

    Examples
    --------
    >>> printed_unit(99.3), printed_unit(100.0)
    (0.1, 1.0)
    """
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return float(10.0 ** min(int(exponent), 0))


def at_ceiling(values: pd.DataFrame) -> pd.Series:
    """Return which percentages lie within one printed unit of 100."""
    rate = values["form"].isin(["rate", "share"]) & values["unit"].eq("%") & values["value"].notna()
    room = 100 - values["value"].where(rate)
    return room.le(values["value"].where(rate).map(printed_unit, na_action="ignore") + 1e-9) & rate


def find_at_risk(coverage: pd.DataFrame, documents: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Return one row a kept document and item that the document could have printed.

    Not at risk are items outside the issuer's mandate, in a part not read, or behind a mask. Of the documents the
    columns that name them are kept, as far as they are there.
    """
    rows = coverage[coverage["item"].isin(list(items)) & ~coverage["status"].isin(NOT_AT_RISK)]
    about = documents[[name for name in DOCUMENT_COLUMNS if name in documents]]
    return rows[["doc_id", "item", "status"]].merge(about, on="doc_id")
