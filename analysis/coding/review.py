"""Figures to look at again, as a sheet with their sentences, and what a person corrects in it, read back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis.codebook import label, rows_by
from analysis.coding.sheets import (
    ANSWERS,
    Contexts,
    build_lists,
    build_notes,
    chosen,
    digest,
    labels,
    make_field,
)
from analysis.coding.workbook import Sheet, read_sheet, write_workbook
from analysis.contract import spec
from analysis.errors import InputError, ParameterError, TableError, Violation
from analysis.evidence.dossiers import format_figure
from analysis.tidy.correcting import Change, correctable, make_corrections
from analysis.tidy.corrections import format_cell

#: Why a figure may be looked at again.
FLAGS = ("conflict", "masked", "implausible")
SHOWN = ("mention_id", "report", "heading", "before", "figure", "after", "measured", "why", "now")
#: What a check calls a figure that should be looked at.
DOUBTED = ("implausible", "impossible")
VALUE = "value"
NAMED = 5


def select_figures(
    tables: Mapping[str, pd.DataFrame], *, indicators: Sequence[str] = (), reports: Sequence[str] = (),
    flags: Sequence[str] = (),
) -> dict[str, str]:  # fmt: skip
    """Select figures to look at again: of some indicators, of some reports, and flagged, as far as each is asked for.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted and tidy tables.
    indicators, reports : list of str
        Ids of the codebook, and doc_ids; none: of all.
    flags : list of {"conflict", "masked", "implausible"}
        Any of them: figures of one indicator that disagree, masked figures of an indicator, figures in a check that is
        implausible or impossible; none: whether flagged or not.

    Returns
    -------
    dict of str to str
        By mention_id as the figures stand in the reports, why each is chosen: its indicator and its flags.

    Raises
    ------
    ParameterError
        Nothing is asked for, or there is no such indicator, report or flag.
    InputError
        No figure is all that is asked for.
    """
    known = {"indicator": set(rows_by("tidy/indicators")), "report": set(tables["documents"]["doc_id"]),
             "flag": set(FLAGS)}  # fmt: skip
    for what, asked in (("indicator", indicators), ("report", reports), ("flag", flags)):
        if lost := sorted(set(asked) - known[what]):
            raise ParameterError(f"There is no {what} {', '.join(lost)}; {_allowed(known[what])}")
    if not (indicators or reports or flags):
        raise ParameterError("Say which figures to review: by --indicator, --report or --flag, or several of these.")
    flagged = find_flagged(tables)
    found: dict[str, str] = {}
    order = tables["mentions"].sort_values(["doc_id", "start"], kind="stable")[["mention_id"]]
    for row in order.merge(tables["matches"], on="mention_id").itertuples():
        own = [flag for flag in FLAGS if row.mention_id in flagged[flag]]
        right = (not indicators or row.indicator in indicators) and (not reports or row.doc_id in reports)
        if right and (not flags or set(flags) & set(own)):
            found[row.mention_id] = ", ".join([label(row.indicator) if row.indicator else "-", *own])
    if not found:
        raise InputError("No figure is all that is asked for. Ask for less, or look at data/tidy/observations.csv.")
    return found


def _allowed(known: Collection[str]) -> str:
    return f"there are {', '.join(sorted(known)[:NAMED])}{' ...' if len(known) > NAMED else ''}."


def find_flagged(tables: Mapping[str, pd.DataFrame]) -> dict[str, set[str]]:
    """Return the figures that conflict, are masked or fail a check, as mention_ids by flag."""
    observations, checks, mentions = tables["observations"], tables["checks"], tables["mentions"]
    conflict = observations["flags"].map(lambda flags: "conflict" in flags.split("|"))
    matched = set(tables["matches"].query("indicator != ''")["mention_id"])
    doubted = checks[checks["verdict"].isin(DOUBTED)]
    return {
        "conflict": _ids(observations.loc[conflict, "mention_ids"]),
        "masked": set(mentions.loc[mentions["masked"], "mention_id"]) & matched,
        "implausible": _ids(doubted["mention_id"]) | _ids(doubted["others"]),
    }


def _ids(cells: Iterable[str]) -> set[str]:
    return {name for cell in cells for name in cell.split("|") if name}


def write_review(
    path: Path, chosen_figures: Mapping[str, str], tables: Mapping[str, pd.DataFrame], texts: Mapping[str, str]
) -> None:
    """Write the sheet of the figures to review: each in its sentence where the text is at hand, with its value now.

    Parameters
    ----------
    path : Path
        The workbook to write.
    chosen_figures : mapping of str to str
        As `select_figures` returns them.
    tables, texts
        Extracted tables, and texts by doc_id as far as they are at hand.
    """
    contexts = Contexts(tables, texts)
    mentions = tables["mentions"].set_index("mention_id", drop=False)
    rows = []
    for name, why in chosen_figures.items():
        figure = mentions.loc[name]
        row = {"report": figure["doc_id"], "before": "", "after": "", "heading": "", "marked": figure["surface"]}
        if figure["doc_id"] in texts and not pd.isna(figure["start"]):
            row = contexts.of(figure["doc_id"], int(figure["start"]), int(figure["end"]))
        row |= {"mention_id": name, "why": why, "figure": f"【{row.pop('marked')}】", "now": format_figure(figure),
                "measured": " ".join(part for part in (figure["measure"], figure["action"]) if part)}  # fmt: skip
        rows.append(row | {"field": VALUE, "check": digest(row, SHOWN), "facts": _state(figure)})
    lists, ranges = build_lists({"field": correctable("mentions")})
    fields = [
        make_field("mention_id", 20),
        make_field("report", 16),
        make_field("heading", 22),
        make_field("before", 44),
        make_field("figure", 16, strong=True),
        make_field("after", 36),
        make_field("measured", 22),
        make_field("why", 26),
        make_field("now", 20),
        make_field("field", 14, fill_in=True, choices={"figure": ranges["field"]}),
        make_field("corrected", 16, fill_in=True),
        make_field("reason", 28, fill_in=True),
        make_field("check", 4, hidden=True),
        make_field("facts", 4, hidden=True),
    ]
    answers = Sheet(ANSWERS, fields, rows, ["figure"] * len(rows), frozen="B2")
    write_workbook(path, [answers, build_notes("review"), lists])


def _state(figure: pd.Series) -> str:
    """Return a hash of all that the tables hold of a figure, by which a sheet knows that they have changed since."""
    names = [name for name in spec("mentions").names if name != "extractor"]
    return digest({name: format_cell(figure[name]) for name in names}, names)


def read_review(
    path: Path, tables: Mapping[str, pd.DataFrame], former: pd.DataFrame, *, who: str, when: str
) -> pd.DataFrame:
    """Read the corrections of a review sheet.

    Parameters
    ----------
    path : Path
        The workbook.
    tables : mapping of str to DataFrame
        Extracted tables.
    former : DataFrame
        Table ``corrections`` as it stands.
    who, when : str
        Who filled in the sheet; the date, YYYY-MM-DD.

    Returns
    -------
    DataFrame
        Table ``corrections``: one row for every row of the sheet that was filled in, in their order.

    Raises
    ------
    InputError
        The workbook cannot be read, or nothing was filled in.
    TableError
        Rows cannot be used: an unknown or changed figure, half an answer, a formula, or what `tidy` would refuse. All
        are listed with their line, and nothing is read.
    """
    cells = read_sheet(path, ANSWERS, [*SHOWN, "field", "corrected", "reason", "check", "facts"])
    filled = [row for row in cells if row["corrected"] or row["reason"]]
    if not filled:
        raise InputError(
            f"Nothing is filled in under corrected in {path.name}; all {len(cells)} figures stay as they are."
        )
    mentions = tables["mentions"].set_index("mention_id", drop=False)
    lines = [int(row["line"]) for row in filled]
    wrong = [
        Violation(path.name, line, "mention_id", row["mention_id"], "row", f"{row['mention_id'] or '(no id)'}: {fault}")
        for line, row in zip(lines, filled, strict=True)
        for fault in [_fault(row, mentions)]
        if fault
    ]
    empty = chosen(labels()["choices"]["empty"])
    changes = [
        Change(row["mention_id"], chosen(row["field"]), "" if chosen(row["corrected"]) == empty else row["corrected"],
               row["reason"], "mentions")
        for row in filled
    ]  # fmt: skip
    made, misfits = make_corrections(tables, changes, former, who=who, when=when)
    told = {violation.row for violation in wrong}
    wrong += [
        one._replace(file=path.name, row=lines[one.row or 0]) for one in misfits if lines[one.row or 0] not in told
    ]
    if wrong:
        raise TableError(
            f"{len(wrong)} row(s) of {path.name} cannot be used.", sorted(wrong, key=lambda one: one.row or 0),
            "Nothing was read. Correct these rows in the sheet and read it again.",
        )  # fmt: skip
    return made


def _fault(row: Mapping[str, str], mentions: pd.DataFrame) -> str:
    """Say what is wrong with a row that was filled in, before its value is looked at."""
    if row["mention_id"] not in mentions.index:
        return "there is no such figure; put its mention_id back, or delete the row"
    if row["check"] != digest(row, SHOWN):
        return f"what stands in {', '.join(SHOWN)} is not what was written; put it back"
    if row["facts"] != _state(mentions.loc[row["mention_id"]]):
        return "the figure has been read otherwise since the sheet was written; write a new sheet"
    if not row["corrected"]:
        return "a reason is given and nothing under corrected; to empty the cell write empty there"
    if not row["reason"]:
        return "a correction needs its reason"
    if row["corrected"].startswith("="):
        return f"{row['corrected']!r} is a formula; write the value itself"
    return ""
