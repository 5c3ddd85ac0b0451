"""Tables of both sizes to draw: five reports, and sixty units over eight years; all of them invented, all by rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis import codebook

NAN = float("nan")
YEARS = tuple(range(2017, 2025))
STATUSES = (
    "exact", "rounded", "approximate", "bounded", "vague", "components_only", "conflict", "masked", "not_reported",
    "not_read", "not_applicable",
)  # fmt: skip
EXACTNESS = ("exact", "rounded", "approximate", "bounded", "conflict", "vague", "masked", "not_reported")
FIVE = (
    ("青川县", "Qingchuan", "government", 2024, "full"),
    ("岭南城乡一体化示范区", "Lingnan Integrated Demonstration Zone", "management_committee", 2024, "full"),
    ("石河侗族自治县", "Shihe Dong Autonomous County", "party_committee", 2024, "full"),
    ("平林县", "Pinglin", "department", 2023, "full"),
    ("安泉区", "Anquan District", "government", 2021, "opening"),
)


def five_reports() -> pd.DataFrame:
    """Return five reports of five kinds, one of them an opening."""
    rows = [
        {"doc_id": f"r{number}", "unit_id": f"99000{number}", "adcode": f"99000{number}", "county": zh, "county_en": en,
         "issuer_type": issuer, "report_year": year, "coverage": coverage, "province": "虚构省"}
        for number, (zh, en, issuer, year, coverage) in enumerate(FIVE)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def panel_reports(units: int = 60, years: Sequence[int] = YEARS) -> pd.DataFrame:
    """Return one report a unit and year."""
    rows = [
        {"doc_id": f"u{unit}_{year}", "unit_id": f"99{unit:04d}", "adcode": f"99{unit:04d}", "county": f"虚构{unit}县",
         "county_en": f"Invented County {unit}", "issuer_type": "government", "report_year": year, "coverage": "full",
         "province": "虚构省"}
        for year in years for unit in range(units)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def indicators(count: int, form: str = "") -> list[dict[str, str]]:
    """Return some active indicators of the codebook, of one form if asked for."""
    rows = [row for row in codebook.read_rows("tidy/indicators") if form in ("", row["form"])]
    return rows[:count]


def figure(kind: str, number: int, percent: bool) -> dict[str, Any]:
    """Return value and bounds of one figure of a kind."""
    exact = 40.0 + number % 60 if percent else float(7 * number % 900 + 12)
    known: dict[str, tuple[float, float, float]] = {
        "exact": (exact, exact, exact),
        "rounded": (exact, exact - 0.5, exact + 0.5),
        "approximate": (exact, NAN, NAN),
        "bounded": (exact, exact, 100.0 if percent else (NAN if number % 2 else exact + 100)),
        "conflict": (NAN, exact, exact + 7),
    }
    value, low, high = known.get(kind, (NAN, NAN, NAN))
    return {"value": value, "low": low, "high": high, "status": kind, "exactness": kind}


def disclosure(reports: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return what each report discloses, every status at least once."""
    rows = []
    for place, row in enumerate(indicators(count)):
        about = {"indicator": row["id"], "domain": row["domain"], "form": row["form"], "unit": row["unit"]}
        about |= {"label_zh": row["label_zh"], "label_en": row["label_en"]}
        for number, report in enumerate(reports.to_dict("records")):
            kind = STATUSES[(3 * place + 7 * number) % len(STATUSES)]
            rows.append({**report, **about, **figure(kind, 31 * place + number, row["unit"] == "%")})
    return pd.DataFrame(rows)


def contents(reports: pd.DataFrame) -> pd.DataFrame:
    """Return which mandated contents each report has."""
    states = ("present", "present", "partial", "absent", "not_applicable")
    rows = []
    for place, row in enumerate(codebook.read_rows("tidy/mandated")):
        about = {"item": row["item"], "label_zh": row["question_zh"], "label_en": row["question_en"]}
        about["required"] = row["required"]
        rows += [{**report, **about, "status": states[(place + 2 * number) % 5]}
                 for number, report in enumerate(reports.to_dict("records"))]  # fmt: skip
    return pd.DataFrame(rows)


def values(reports: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return values side by side as a comparison gives them."""
    rows = []
    for place, row in enumerate([*indicators(count - 1, "flow"), *indicators(1, "rate")]):
        about = {name: row[name] for name in ("form", "unit", "stage", "label_zh", "label_en")} | {"base": ""}
        for number, report in enumerate(reports.to_dict("records")):
            year, kind = report["report_year"], EXACTNESS[(place + number) % len(EXACTNESS)]
            rows.append(
                {**report, **about, "indicator": row["id"], "year": year, "component": "",
                 **figure(kind, 31 * place + 11 * number, row["unit"] == "%"), "low_open": kind == "bounded",
                 "organ": ("", "county_government", "all_organs")[number % 3], "period_basis": "assumed",
                 "period": f"year:{year}" if number % 4 else f"ytd:{year}-11-20", "process_low": NAN,
                 "process_high": NAN, "hollow": report["coverage"] != "full",
                 "in_summary": report["coverage"] == "full",
                 "interval_kind": "measurement" if kind in ("bounded", "rounded", "conflict") else "none",
                 "assumes_zh": "", "assumes_en": ""}
            )  # fmt: skip
    return pd.DataFrame(rows)


def summary(count: int = 2) -> pd.DataFrame:
    """Return a comparison's summary of sixty units by year: counts with open bounds, one rate with closed ones."""
    rows = []
    for row in [*indicators(count - 1, "flow"), *indicators(1, "rate")]:
        percent = row["unit"] == "%"
        for number, year in enumerate(YEARS):
            middle, n = 70.0 + number, 30 + 3 * number
            spread = {"q10": middle - 20, "q25": middle - 8, "median": middle, "q75": middle + 9, "q90": middle + 18}
            rows.append(
                {"indicator": row["id"], "label_zh": row["label_zh"], "label_en": row["label_en"], "unit": row["unit"],
                 "stage": row["stage"], "organ": "", "base": "", "component": "", "issuer_type": "government",
                 "genre": "annual_report", "level": "county", "year": year, "n": n, "n_at_risk": 60, **spread,
                 "mean": middle + 1, "worst_low": n / 60 * middle, "worst_high": 97.0 if percent else NAN,
                 "monotone_low": n / 60 * middle if percent else NAN, "monotone_high": middle if percent else NAN,
                 "interval_kind": "nonresponse_bounds", "assumes_zh": "", "assumes_en": ""}
            )  # fmt: skip
    return pd.DataFrame(rows)


def one_year(groups: int = 5) -> pd.DataFrame:
    """Return a comparison's summary of one year: of every indicator many groups, by organ, base and issuer."""
    rows = summary(4).query("year == @YEARS[0]")
    organs, bases = ("", "all_organs", "county_government"), ("", "reconsideration_cases_accepted")
    kinds = [(organ, base, issuer) for organ in organs for base in bases
             for issuer in ("government", "party_and_government")][:groups]  # fmt: skip
    made = [rows.assign(organ=organ, base=base, issuer_type=issuer) for organ, base, issuer in kinds]
    return pd.concat(made, ignore_index=True).sort_values("indicator", kind="stable", ignore_index=True)


def effects() -> pd.DataFrame:
    """Return year effects of a panel with intervals of an assumed process."""
    rows = []
    for row in indicators(3, "flow"):
        for number, year in enumerate(YEARS):
            ratio = 1 + 0.08 * number
            width = 0.1 if number else 0.0
            rows.append(
                {"indicator": row["id"], "label_zh": row["label_zh"], "label_en": row["label_en"], "stage": "",
                 "year": year, "ratio": ratio, "low": ratio - width, "high": ratio + width, "n": 50 - number,
                 "interval_kind": "process", "assumes_zh": "按单位聚类。", "assumes_en": "Clustered by unit."}
            )  # fmt: skip
    return pd.DataFrame(rows)


def passages(pairs: int) -> pd.DataFrame:
    """Return passages that pairs of reports share, in two roles, some of them formula."""
    rows = [
        {"role": ("problem", "plan")[pair % 2], "doc_a": f"r{pair}", "doc_b": f"s{pair}", "n_chars": 13 + 7 * number,
         "formula": "true" if number == 2 else "unknown", "place_a": FIVE[pair % 5][0], "place_b": FIVE[1][0],
         "relation": ("horizontal", "vertical", "own_years")[pair % 3]}
        for pair in range(pairs) for number in range(1 + pair % 4)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def breaks() -> pd.DataFrame:
    """Return changes of definition of the first indicators: at the turn of a year, within one, two close together."""
    ids = [row["id"] for row in indicators(2, "flow")]
    dates = ((ids[0], "2024-01-01"), (ids[0], "2021-06"), (ids[0], "2021-09-01"), (ids[1], "2020"))
    rows = [{"indicator": name, "date": when, "province": "", "what_zh": "口径变化的说明", "what_en": "what changed"}
            for name, when in dates]  # fmt: skip
    return pd.DataFrame(rows)


def points(units: int) -> pd.DataFrame:
    """Return values of units by year, with years missing."""
    table = values(panel_reports(units), 3)
    return table[(np.arange(len(table)) % 7) != 3].reset_index(drop=True)


def marks(reports: pd.DataFrame) -> pd.DataFrame:
    """Return which report names which category; a department's report is not counted."""
    rows = []
    for place, row in enumerate(codebook.read_rows("tidy/categories")):
        for number, report in enumerate(reports.to_dict("records")):
            times = (place * 5 + number * 3) % 4
            rows.append({**report, "category": row["id"], "label_zh": row["label_zh"], "label_en": row["label_en"],
                         "named": times > 0, "n_statements": times,
                         "counted": report["issuer_type"] != "department"})  # fmt: skip
    return pd.DataFrame(rows)


def frequency(n: int, kind: str = "none", years: Sequence[int] = ()) -> pd.DataFrame:
    """Return how many of n reports name each category."""
    rows = []
    for place, row in enumerate(codebook.read_rows("tidy/categories")):
        for year in years or (0,):
            x = (place * 7 + year) % (n + 1)
            inferred = kind != "none"
            rows.append(
                {"category": row["id"], "label_zh": row["label_zh"], "label_en": row["label_en"], "n": x,
                 "n_at_risk": n, "share": x / n if n >= 20 else NAN, "low": max(x / n - 0.1, 0) if inferred else NAN,
                 "high": min(x / n + 0.1, 1) if inferred else NAN, "interval_kind": kind, "assumes_zh": "",
                 "assumes_en": "", **({"report_year": year} if years else {})}
            )  # fmt: skip
    return pd.DataFrame(rows)


def by_province() -> pd.DataFrame:
    """Return how many reports name each category in each of many provinces."""
    keys = [row["key"] for row in codebook.read_rows("labels") if row["key"].startswith("province:")]
    parts = [frequency(20 + place).assign(province=key.partition(":")[2]) for place, key in enumerate(keys)]
    return pd.concat(parts, ignore_index=True)


def response(by: str = "report_year", keys: Sequence[Any] = YEARS, size: int = 60) -> pd.DataFrame:
    """Return what became of the reports due, of every state some."""
    rows = []
    for place, key in enumerate(keys):
        lost = {"n_part": 3 + place % 3, "n_gone": 2, "n_not_found": place % 4, "n_under_way": 1, "n_not_searched": 5}
        read = size - sum(lost.values())
        rows.append({by: key, "n_due": size, "n_read": read, **lost, "n": read + lost["n_part"]})
    return pd.DataFrame(rows)


def silence(n_due: int = 0) -> pd.DataFrame:
    """Return how many of sixty reports print each category, and what became of the rest of those due."""
    table = frequency(50).assign(n_reports=60, n_masked=4, n_not_read=3, n_not_applicable=3)
    lost = {"n_part": 4, "n_gone": 3, "n_not_found": 10, "n_under_way": 1, "n_not_searched": n_due - 75}
    return table.assign(n_due=n_due, **lost) if n_due else table


def lateness(due: bool = True) -> pd.DataFrame:
    """Return how many reports were published in time."""
    known = pd.DataFrame({"report_year": YEARS, "n": range(30, 38), "n_known": range(48, 56), "n_unknown": 3})
    known = known.assign(n_reports=known["n_known"] + 3, share=known["n"] / known["n_known"])
    known = known.assign(low=known["n"] / known["n_reports"], high=(known["n"] + 3) / known["n_reports"])
    more = {"n_due": 60, "due_low": known["n"] / 60, "due_high": (known["n"] + 60 - known["n_known"]) / 60}
    return known.assign(**more) if due else known


def checks(count: int = 6) -> pd.DataFrame:
    """Return printed percentages against what their counts give."""
    rates = indicators(3, "rate")
    kinds = (
        ("confirmed", 8.5, 8.51),
        ("impossible", 60.5, 53.2),
        ("uninformative", 100.0, NAN),
        ("implausible", -12.0, 9.0),
    )
    rows = []
    reports = five_reports().to_dict("records")
    for number in range(count):
        verdict, stated, expected = kinds[number % 4]
        rows.append({**reports[number % 5], "indicator": rates[number % 3]["id"], "check": "rate", "stated": stated,
                     "expected": expected, "implied_base": 124.0, "base": rates[0]["denominators"].split("|")[0],
                     "k": 12, "verdict": verdict, "fits": "truncated" if number % 2 else ""})  # fmt: skip
    return pd.DataFrame(rows)


def wording() -> pd.DataFrame:
    """Return how figures are worded, in full reports and openings."""
    counts = {"full": {"exact": 93, "rounded": 5, "bounded": 14, "masked": 2}, "opening": {"exact": 325, "bounded": 40}}
    return pd.DataFrame([{"group": group, "exactness": kind, "n": n, "n_total": sum(kinds.values())}
                         for group, kinds in counts.items() for kind, n in kinds.items()])  # fmt: skip


def agreement(pairs: int) -> pd.DataFrame:
    """Return agreement by category; every third category is too rare to tell."""
    rows = []
    for pair in range(pairs):
        about = {"number": pair, "coder_a": "coder_a", "coder_b": f"coder_{pair}", "comparison_zh": "不同模型",
                 "comparison_en": "different models", "interval_kind": "sampling"}  # fmt: skip
        rows.append({**about, "category": "", "label_zh": "", "label_en": "", "coefficient": "alpha_masi",
                     "value": 0.71, "low": 0.6, "high": 0.8, "n": 180})  # fmt: skip
        for place, row in enumerate(codebook.read_rows("tidy/categories")):
            rare = place % 3 == 0
            named = {"category": row["id"], "label_zh": row["label_zh"], "label_en": row["label_en"]}
            value = NAN if rare else 0.4 + 0.025 * place
            rows.append({**about, **named, "coefficient": "alpha", "value": value, "low": value - 0.1,
                         "high": value + 0.05, "n": 4 if rare else 20})  # fmt: skip
            rows.append({**about, **named, "coefficient": "positive_agreement", "value": NAN if rare else 0.9,
                         "low": NAN, "high": NAN, "n": 4 if rare else 20})  # fmt: skip
    return pd.DataFrame(rows)


def accuracy() -> pd.DataFrame:
    """Return metrics of an extraction, all reports together and each alone."""
    rows = []
    for number, metric in enumerate(("quantities_f1", "values_right", "headings_f1", "indicator_recall")):
        rows.append({"metric": metric, "doc_id": "", "value": 0.95 - number / 50, "n": 143, "low": 0.8, "high": 1.0})
        rows += [{"metric": metric, "doc_id": doc, "value": 0.9 + 0.02 * place, "n": 48, "low": NAN, "high": NAN}
                 for place, doc in enumerate("abc")]  # fmt: skip
    return pd.DataFrame(rows)
