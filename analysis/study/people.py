"""What people do by hand on a data set: sheets go out to data/audit and data/coding, answers come back as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.coding.adjudication import SETTLED, compare_codings, read_adjudication, write_adjudication
from analysis.coding.answers import find_assigned, read_coding, write_coding
from analysis.coding.assignment import draw_coding
from analysis.coding.audit import draw_audit, read_audit, write_audit
from analysis.errors import InputError
from analysis.evidence import find_texts
from analysis.files import shown, write_bytes
from analysis.parsing import parse_table
from analysis.stats.accuracy import count_changed, estimate_accuracy
from analysis.study import Study, open_study, refresh_tidy
from analysis.tables import format_table


@dataclass(frozen=True)
class Written:
    """What was written, in words, and the reports that could not be drawn because their text is not at hand."""

    said: str
    without_text: tuple[str, ...] = ()


def sample_audit(
    data: str, *, reports: int = 30, figures: int = 200, seed: int = 0, sheet: Path | None = None
) -> Written:
    """Draw an audit of a data set and write its blind sheet; the design stands in data/audit/DATA.csv.

    Raises
    ------
    InputError
        No text is at hand, or a former audit of this data set would be lost.
    ParameterError
        There is no such data set, or a number is too small.
    """
    study = open_study(data)
    place = study.data.audited
    _keep(place)
    texts = find_texts(study.documents, study.data.texts)
    sample = draw_audit(study.tables, texts, reports=reports, figures=figures, seed=seed)
    path = sheet or place.with_suffix(".xlsx")
    write_audit(path, sample, study.tables, texts)
    write_bytes(place, format_table(sample, "audit_sample"))
    counts = sample["stratum"].str.split(":").str[0].value_counts().sort_index()
    allocation = ", ".join(f"{kind} {count}" for kind, count in counts.items())
    said = (
        f"{len(sample)} numerals of {sample['n_drawn'].iloc[0]} reports ({allocation}; seed {seed}) stand in "
        f"{shown(path)}. It holds the reports' words: keep it to yourself. {shown(place)} holds what extraction says: "
        "whoever fills in the sheet must not see it. Then run "
        f"`fazhi audit read {shown(path)} --data {data} --auditor NAME`."
    )
    return Written(said, _without(study, texts))


def finish_audit(data: str, sheet: Path, auditor: str) -> pd.DataFrame:
    """Read a filled audit sheet and return the table ``audit_accuracy``, which from then on stands in the tidy folder.

    Raises
    ------
    InputError
        There is no sample of this data set, or the workbook cannot be read.
    TableError
        Rows of the sheet do not fit; all are listed and nothing is read.
    """
    if not auditor.strip():
        raise InputError("Who filled in the sheet? Name them with --auditor.")
    study = open_study(data)
    place = study.data.audited
    sample = _sample(place, "audit_sample", f"fazhi audit sample --data {data}")
    done = read_audit(sheet, sample, auditor)
    write_bytes(place, format_table(done, "audit_sample"))
    refresh_tidy(study.data)
    return estimate_accuracy(done, count_changed(done, study.tables))


def sample_coding(
    data: str, coders: Sequence[str], *, reports: int = 20, overlap: float = 0.25, roles: Sequence[str] = ("problem",),
    seed: int = 0,
) -> Written:  # fmt: skip
    """Draw the reports that people code and write one sheet a coder; the design stands in data/coding/DATA.csv.

    Raises
    ------
    InputError
        No text is at hand, or a former sample of this data set would be lost.
    ParameterError
        There is no such data set, or a coder, number or share is not allowed.
    """
    study = open_study(data)
    place = study.data.coded
    _keep(place)
    texts = find_texts(study.documents, study.data.texts)
    at_hand = study.documents[study.documents["doc_id"].isin(texts)]
    if at_hand.empty:
        raise InputError(
            f"None of the {len(study.documents)} reports has its text at hand, and a coding sheet shows sentences. Put "
            "the texts into data/raw/ or data/text/, or name their folder as `texts` in study.toml."
        )
    sample = draw_coding(at_hand, study.statements, coders, reports=reports, overlap=overlap, roles=roles, seed=seed)
    said = []
    for coder in coders:
        path = place.with_name(f"{data}_{coder}.xlsx")
        number = write_coding(path, sample, coder, study.tables, texts, seed)
        said.append(f"{number} statements for {coder}: {shown(path)}")
    write_bytes(place, format_table(sample, "coding_sample"))
    both = int(sample["coders"].str.contains("|", regex=False).sum())
    said.append(f"{len(sample)} reports were drawn, {both} of them for both coders (seed {seed}). The sheets hold the "
                "reports' words: keep them to yourself.")  # fmt: skip
    return Written("\n".join(said), _without(study, texts))


def finish_coding(data: str, sheet: Path, coder: str) -> str:
    """Read a filled coding sheet into data/codes as independent codes of a person.

    Raises
    ------
    InputError
        The data set has no folder of codings or no sample, the coder is unknown, or the workbook cannot be read.
    TableError
        Rows of the sheet do not fit; all are listed and nothing is read.
    """
    study = open_study(data)
    folder = _codes(study)
    sample = _sample(study.data.coded, "coding_sample", f"fazhi code sample CODER CODER --data {data}")
    codes = read_coding(sheet, find_assigned(sample, study.statements, coder), coder)
    path = folder / f"{data}_{coder}.csv"
    write_bytes(path, format_table(codes, "codes"))
    return f"{codes['statement_id'].nunique()} statements coded by {coder}: {len(codes)} codes in {shown(path)}"


def _sample(place: Path, name: str, command: str) -> pd.DataFrame:
    if not place.exists():
        raise InputError(f"There is no sample {shown(place)}, so nobody knows what was drawn. Draw one: `{command}`.")
    return parse_table(place.read_bytes(), name, shown(place))


def _keep(place: Path) -> None:
    if place.exists():
        raise InputError(
            f"{shown(place)} holds a sample already; a second draw would make its sheets unreadable. Read it, or move "
            "it away."
        )


def _without(study: Study, texts: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted(set(study.documents["doc_id"]) - set(texts)))


def settle_coding(data: str, coders: Sequence[str], sheet: Path | None = None) -> str:
    """Write the sheet of the statements on which two people differ, or, given the filled sheet, read it.

    Raises
    ------
    InputError
        The data set has no folder of codings, one of the two coded nothing, they share no statement, a text is not at
        hand, or the workbook cannot be read.
    TableError
        Rows of the sheet do not fit; all are listed and nothing is read.
    """
    study = open_study(data)
    folder = _codes(study)
    compared = compare_codings(study.codes, coders)
    if sheet is None:
        path = study.data.coded.with_name(f"{data}_{SETTLED}.xlsx")
        number = write_adjudication(path, compared, study.tables, find_texts(study.documents, study.data.texts))
        same = compared.agreed["statement_id"].nunique()
        return (
            f"{' and '.join(coders)} agree on {same} statements and differ on {number}: {shown(path)}. Settle these, "
            f"then run `fazhi code settle {' '.join(coders)} --data {data} --sheet {shown(path)}`."
        )
    codes = read_adjudication(sheet, compared, study.statements)
    path = folder / f"{data}_{SETTLED}.csv"
    write_bytes(path, format_table(codes, "codes"))
    return f"{codes['statement_id'].nunique()} statements settled: {len(codes)} codes in {shown(path)}"


def _codes(study: Study) -> Path:
    if study.data.codes is None:
        raise InputError(f'[data.{study.data.id}] in study.toml names no folder of codings. Add: codes = "data/codes"')
    return study.data.codes
