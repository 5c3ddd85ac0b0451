"""One report for each unit and year: which document speaks for a place, and what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from analysis.errors import ParameterError
from analysis.stats.frame import Counts, Frame, phrase

REPORT_GENRES = ("annual_report", "party_report", "department_report", "inspection_reply")
PRECEDENCE = {"party_and_government": 0, "government": 1, "management_committee": 1, "party_committee": 2}
DEPARTMENTS = ("own", "relaying", "none")
COUNTY_TYPES = ("county", "district", "county_level_city", "autonomous_county", "banner", "functional_zone")
DOCUMENT_COLUMNS = [
    "doc_id", "unit_id", "place", "county", "prefecture", "province", "adcode", "level", "issuer_type", "genre",
    "report_year", "coverage",
]  # fmt: skip


def require_columns(frame: pd.DataFrame, columns: Sequence[str], table: str) -> None:
    """Raise a ParameterError that names the columns a table lacks."""
    missing = [column for column in columns if column not in frame]
    if missing:
        raise ParameterError(
            f"The table {table} has no column {', '.join(missing)}. Pass the table as `fazhi tidy` or `fazhi extract` "
            "writes it."
        )


def check_choice(name: str, value: object, allowed: Sequence[object]) -> None:
    """Raise a ParameterError if a parameter is not one of what is allowed."""
    if value not in allowed:
        raise ParameterError(f"{name} is {value!r}; it must be one of {', '.join(repr(item) for item in allowed)}.")


def describe_documents(documents: pd.DataFrame, observations: pd.DataFrame | None = None) -> pd.DataFrame:
    """Add to documents the unit they speak for, its level, a readable name, and whether a department relays.

    Parameters
    ----------
    documents : DataFrame
        The extracted table `documents`.
    observations : DataFrame, optional
        The tidy table `observations`; its adcode_now follows a place through changes of code, and its flag
        ``relayed`` tells a department's report that gives the county's own figures.

    Returns
    -------
    DataFrame
        documents with unit_id, level (county, prefecture, province, township or empty), place (a name, made unique
        by the higher place where two units share it) and relaying (bool), sorted by doc_id.
    """
    require_columns(documents, ["doc_id", "issuer_type", "genre", "coverage", "report_year"], "documents")
    frame = documents.copy()
    for column in ("adcode", "parent_adcode", "county", "prefecture", "province", "unit_type", "issuer", "title"):
        if column not in frame:
            frame[column] = ""
    codes, relaying = _from_observations(observations)
    frame["relaying"] = frame["doc_id"].isin(relaying)
    frame["level"] = [_level(row) for row in frame.itertuples()]
    frame["unit_id"] = [_unit(row, codes.get(row.doc_id, "") or row.adcode) for row in frame.itertuples()]
    frame["place"] = _places(frame)
    return frame.sort_values("doc_id", kind="stable", ignore_index=True)


def _from_observations(observations: pd.DataFrame | None) -> tuple[dict[str, str], set[str]]:
    if observations is None or observations.empty:
        return {}, set()
    require_columns(observations, ["doc_id", "flags"], "observations")
    relayed = observations.loc[has_flag(observations["flags"], "relayed"), "doc_id"]
    if "adcode_now" not in observations:
        return {}, set(relayed)
    known = observations.loc[observations["adcode_now"] != ""]
    return known.drop_duplicates("doc_id").set_index("doc_id")["adcode_now"].to_dict(), set(relayed)


def has_flag(flags: pd.Series, flag: str) -> pd.Series:
    """Return which cells of a |-list hold a flag."""
    return ("|" + flags.astype("str") + "|").str.contains(f"|{flag}|", regex=False)


def _level(row: object) -> str:
    issuer, kind, code = (getattr(row, name) for name in ("issuer_type", "unit_type", "adcode"))
    if issuer == "township":
        return "township"
    if kind:
        return "county" if kind in COUNTY_TYPES else "prefecture"
    if (code and not code.endswith("00")) or getattr(row, "county", ""):
        return "county"
    if (code and not code.endswith("0000")) or getattr(row, "prefecture", ""):
        return "prefecture"
    return "province" if getattr(row, "province", "") else ""


def _unit(row: object, code: str) -> str:
    names = [getattr(row, name) for name in ("province", "prefecture", "county")]
    parent = getattr(row, "parent_adcode", "")
    place = code or (f"{parent}:{names[2]}" if parent and names[2] else "/".join(names))
    if not place.strip("/"):
        return str(getattr(row, "doc_id", ""))
    issuer_type = getattr(row, "issuer_type", "")
    if issuer_type == "township" or (issuer_type == "department" and not getattr(row, "relaying", False)):
        return f"{place}/{getattr(row, 'issuer', '') or getattr(row, 'doc_id', '')}"
    return place


def _places(frame: pd.DataFrame) -> pd.Series:
    name = frame["county"].where(frame["county"] != "", frame["prefecture"])
    name = name.where(name != "", frame["province"]).where(lambda given: given != "", frame["issuer"])
    name = name.where(name != "", frame["doc_id"])
    higher = frame["prefecture"].where(frame["prefecture"] != "", frame["province"])
    place = frame["unit_id"].str.split("/").str[0]
    shared = place.groupby(name).transform("nunique") > 1
    return name.where(~shared | (higher == "") | (higher == name), higher + name)


class Selection(NamedTuple):
    """The reports that speak for their unit and year, those only shown as hollow marks, and a log of all documents."""

    kept: pd.DataFrame
    shown: pd.DataFrame
    log: pd.DataFrame


def select_reports(
    documents: pd.DataFrame,
    observations: pd.DataFrame | None = None,
    *,
    years: Sequence[int] | None = None,
    genres: Sequence[str] = REPORT_GENRES,
    departments: str = "own",
    townships: bool = True,
    levels: Sequence[str] = (),
) -> Selection:
    """Choose one report for each unit and year, by a rule stated beforehand.

    A joint report of party and government comes before the government's (a management committee counts as the
    government of its zone), the government's before the party's, the party's before that of a department which
    relays the county's figures. A department that does not relay, and a township, is a unit of its own. Only full
    reports are kept: an opening is evidence neither of silence nor of disclosure, and may only be shown; so may a
    document of another genre (a reconsideration report) where no report speaks. A plan reports nothing.

    Parameters
    ----------
    documents : DataFrame
        The extracted table `documents`.
    observations : DataFrame, optional
        The tidy table `observations`, for the flag ``relayed`` and for codes that changed.
    years : list of int, optional
        Report years; all by default.
    genres : sequence of str
        Genres that are a unit's report on a year.
    departments : {"own", "relaying", "none"}
        Which reports of departments count: all, as units of their own; only those that relay a county's figures; none.
    townships : bool
        Whether townships count.
    levels : sequence of str
        Levels that count (county, prefecture, province); all by default.

    Returns
    -------
    Selection
        kept and shown: documents with the columns of `describe_documents`. log: one row a document: doc_id, unit_id,
        report_year, use (kept, shown, set_aside), reason (id), kept_doc_id (what speaks instead), kept (bool),
        reason_zh, reason_en.

    Raises
    ------
    ParameterError
        An unknown option, or years of which there is no document.
    """
    check_choice("departments", departments, DEPARTMENTS)
    frame = describe_documents(documents, observations)
    check_years(frame, years)
    department = frame["issuer_type"].eq("department")
    unwanted = [
        (frame["genre"].eq("plan"), "genre"),
        (frame["report_year"].isna(), "no_year"),
        (~frame["report_year"].isin(list(years or frame["report_year"].dropna().unique())), "year"),
        (department & ((departments == "none") | (~frame["relaying"] & (departments == "relaying"))), "department"),
        (frame["issuer_type"].eq("township") & (not townships), "township"),
        (~frame["level"].isin(list(levels)) & bool(levels), "level"),
    ]
    reason = pd.Series("", index=frame.index)
    for holds, name in unwanted:
        reason = reason.mask((reason == "") & holds, name)
    frame["use"], frame["reason"], frame["kept_doc_id"] = _choose(frame, reason, genres)
    log = _with_reasons(frame[["doc_id", "unit_id", "report_year", "use", "reason", "kept_doc_id"]])
    kept, shown = (frame[frame["use"] == use].reset_index(drop=True) for use in ("kept", "shown"))
    return Selection(kept, shown, log)


def _choose(frame: pd.DataFrame, reason: pd.Series, genres: Sequence[str]) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return what each document is used for, why it is not kept, and which document speaks for its unit and year."""
    other = frame["genre"].ne("") & ~frame["genre"].isin(list(genres))
    why_hollow = frame["coverage"].where(frame["coverage"].isin(["opening", "partial"]), "")
    why_hollow = why_hollow.mask((why_hollow == "") & frame["genre"].eq(""), "no_genre").mask(other, "genre")
    rank = frame["issuer_type"].map(PRECEDENCE).fillna(len(PRECEDENCE))
    eligible = frame.assign(other=other, hollow=why_hollow != "", rank=rank)[reason == ""]
    ordered = eligible.sort_values(["unit_id", "report_year", "other", "hollow", "rank", "doc_id"], kind="stable")
    speaks = ordered.groupby(["unit_id", "report_year"], sort=False)["doc_id"].transform("first")
    speaks = speaks.reindex(frame.index).fillna("")
    reason = reason.mask((reason == "") & (speaks != frame["doc_id"]), "superseded")
    shown = (reason == "") & (why_hollow != "")
    use = pd.Series("kept", index=frame.index).mask(reason != "", "set_aside").mask(shown, "shown")
    return use, reason.mask(shown, why_hollow), speaks


def _with_reasons(log: pd.DataFrame) -> pd.DataFrame:
    texts = {reason: phrase(f"reason_{reason}") for reason in sorted(set(log["reason"]) - {""})} | {"": ("", "")}
    return log.assign(
        kept=log["use"].eq("kept"),
        reason_zh=log["reason"].map(lambda reason: texts[reason][0]),
        reason_en=log["reason"].map(lambda reason: texts[reason][1]),
    ).reset_index(drop=True)


def select_population(
    documents: pd.DataFrame, observations: pd.DataFrame | None, frame: Frame, years: Sequence[int] | None
) -> Selection:
    """Choose the reports of a declared population; all reports of any issuer where none is declared."""
    if not frame.declared:
        return select_reports(documents, observations, years=years)
    return select_reports(
        documents, observations, years=years, departments="relaying", townships=False, levels=(frame.level,)
    )


def check_years(documents: pd.DataFrame, years: Sequence[int] | None) -> None:
    """Raise a ParameterError if no document is of one of these years."""
    if years is None or documents.empty or documents["report_year"].isin(list(years)).any():
        return
    known = ", ".join(str(int(year)) for year in sorted(documents["report_year"].dropna().unique()))
    raise ParameterError(f"years is {list(years)}; the documents are of {known or 'no year'}.")


def count_documents(documents: pd.DataFrame, kept: pd.DataFrame) -> Counts:
    """Count full reports kept, openings, and other documents, as a refusal states them."""
    openings = int(documents["coverage"].eq("opening").sum())
    return Counts(full=len(kept), openings=openings, others=max(len(documents) - len(kept) - openings, 0))
