"""The commands whose other half is a person and mostly a spreadsheet: ``fazhi frame, correct, review, audit, code``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError

DONE, SET_ASIDE = 0, 1
SHOWN = 20


def add_commands(commands: Any) -> None:
    """Add these commands to those of ``fazhi``."""
    _add_frame(commands)
    correct = commands.add_parser(
        "correct",
        help="correct a fact: show a row, or add lines to the file of corrections",
        description="Without FIELD=VALUE the row is shown with its sentence and its fields. A number may be written as "
        "printed (17.5万); FIELD= empties a cell. What `tidy` would refuse is refused here, and nothing is written.",
    )
    correct.add_argument("id", metavar="ID", help="a mention_id, statement_id, doc_id; key columns joined by |")
    correct.add_argument("changes", nargs="*", metavar="FIELD=VALUE", help="what should stand there, e.g. value=136")
    correct.add_argument("--reason", default="", metavar="WHY", help="why it is corrected")
    correct.add_argument("--table", default="", metavar="T", help="where a figure and a statement have one id")
    correct.set_defaults(command=_correct)

    review = commands.add_parser("review", help="correct many figures in a spreadsheet: a sheet, and back")
    verbs = review.add_subparsers(required=True, metavar="sample|read")
    select = verbs.add_parser("sample", help="write the sheet of the figures to look at")
    select.add_argument("--indicator", nargs="+", default=[], metavar="ID", help="figures of these indicators")
    select.add_argument("--report", nargs="+", default=[], metavar="DOC_ID", help="figures of these reports")
    select.add_argument("--flag", nargs="+", default=[], metavar="F", help="conflict, masked or implausible ones")
    select.add_argument("-o", "--output", type=Path, metavar="SHEET", help="the workbook (data/review/NAME.xlsx)")
    select.set_defaults(command=_review_sample)
    reread = verbs.add_parser("read", help="read the filled sheet into the file of corrections")
    reread.add_argument("sheet", type=Path, metavar="SHEET", help="the workbook")
    reread.set_defaults(command=_review_read)
    for verb in (correct, reread):
        verb.add_argument("--who", default="", metavar="WHO", help="who corrects")
        verb.add_argument("--when", default="", metavar="DATE", help="the date, YYYY-MM-DD; the clock is not asked")
        verb.add_argument("--explain", action="store_true", help="say what would be added, and write nothing")

    audit = commands.add_parser("audit", help="how right your own corpus is read: a blind sheet, and back")
    verbs = audit.add_subparsers(required=True, metavar="sample|read")
    sample = verbs.add_parser("sample", help="draw figures at random and write the sheet (needs the texts)")
    sample.add_argument("--reports", type=int, default=30, metavar="N", help="reports to draw (30)")
    sample.add_argument("--figures", type=int, default=200, metavar="N", help="figures to draw in them (200)")
    sample.add_argument("-o", "--output", type=Path, metavar="SHEET", help="the workbook (data/audit/NAME.xlsx)")
    sample.set_defaults(command=_audit_sample)
    read = verbs.add_parser("read", help="read the filled sheet into precision and recall")
    read.add_argument("sheet", type=Path, metavar="SHEET", help="the workbook")
    read.add_argument("--auditor", required=True, metavar="WHO", help="who filled it in")
    read.set_defaults(command=_audit_read)

    code = commands.add_parser("code", help="coding of statements by people: sheets for two coders, and back")
    verbs = code.add_subparsers(required=True, metavar="sample|read|settle")
    draw = verbs.add_parser("sample", help="draw reports at random and write a sheet for each coder (needs the texts)")
    draw.add_argument("coders", nargs="+", metavar="CODER", help="two names")
    draw.add_argument("--reports", type=int, default=20, metavar="N", help="reports to draw (20)")
    draw.add_argument("--overlap", type=float, default=0.25, metavar="SHARE", help="share that both code (0.25)")
    draw.add_argument("--roles", nargs="+", default=["problem"], metavar="ROLE", help="problem, cause, remedy, plan")
    draw.set_defaults(command=_code_sample)
    back = verbs.add_parser("read", help="read a filled sheet into data/codes")
    back.add_argument("sheet", type=Path, metavar="SHEET", help="the workbook")
    back.add_argument("--coder", required=True, metavar="WHO", help="whose sheet it is")
    back.set_defaults(command=_code_read)
    settle = verbs.add_parser("settle", help="settle what two coders coded differently: a sheet, and back")
    settle.add_argument("coders", nargs=2, metavar="CODER", help="the two")
    settle.add_argument("--sheet", type=Path, metavar="SHEET", help="the filled sheet, to read it")
    settle.set_defaults(command=_code_settle)
    for verb in (correct, select, reread, sample, read, draw, back, settle):
        verb.add_argument("--data", default="real", metavar="NAME", help="a data set of study.toml (real)")
    for verb in (sample, draw):
        verb.add_argument("--seed", type=int, default=0, help="of the draw (0)")


def _correct(options: argparse.Namespace) -> int:
    from analysis.study.correcting import correct_fact, parse_changes, show_correctable

    changes = parse_changes(options.changes)
    if not changes:
        print(show_correctable(options.data, options.id))
        return DONE
    how = {"reason": options.reason, "table": options.table, "explain": options.explain, **_signed(options)}
    print(correct_fact(options.data, options.id, changes, **how))
    return DONE


def _signed(options: argparse.Namespace) -> dict[str, str]:
    return {"who": options.who, "when": options.when}


def _review_sample(options: argparse.Namespace) -> int:
    from analysis.study.correcting import sample_review

    which = {"indicators": options.indicator, "reports": options.report, "flags": options.flag}
    print(sample_review(options.data, sheet=options.output, **which))
    return DONE


def _review_read(options: argparse.Namespace) -> int:
    from analysis.study.correcting import finish_review

    print(finish_review(options.data, options.sheet, explain=options.explain, **_signed(options)))
    return DONE


def _add_frame(commands: Any) -> None:
    frame = commands.add_parser("frame", help="which reports should exist, and what came of the search for each")
    verbs = frame.add_subparsers(required=True, metavar="start|update|sheet|read")
    start = verbs.add_parser("start", help="list every unit and year, or add some; what is filled in stays")
    start.add_argument("years", nargs="+", metavar="YEAR", help="report years: 2023, or 2019-2024")
    start.add_argument("--province", nargs="+", default=[], metavar="NAME", help="all units of these provinces")
    start.add_argument("--prefecture", nargs="+", default=[], metavar="NAME", help="all units of these prefectures")
    start.add_argument("--adcode", nargs="+", default=[], metavar="CODE", help="units by a code they have or had")
    start.add_argument("--level", default="county", metavar="LEVEL", help="county or prefecture (county)")
    start.add_argument("--issuer", nargs="+", default=[""], metavar="TYPE",
                       help="government, department ... (the place's report, whoever issues it)")  # fmt: skip
    start.add_argument("--department", nargs="+", default=[], metavar="NAME", help="departments, e.g. 司法局")
    start.set_defaults(command=_frame_start)
    update = verbs.add_parser("update", help="mark as found what the corpus has, in rows nobody has filled in")
    update.set_defaults(command=_frame_update)
    sheet = verbs.add_parser("sheet", help="write it as a workbook to fill in")
    sheet.add_argument("-o", "--output", type=Path, metavar="SHEET", help="the workbook (beside the frame)")
    sheet.set_defaults(command=_frame_sheet)
    read = verbs.add_parser("read", help="read the filled workbook back")
    read.add_argument("sheet", type=Path, metavar="SHEET", help="the workbook")
    read.set_defaults(command=_frame_read)
    for verb in (start, update, sheet, read):
        verb.add_argument("--data", default="real", metavar="NAME", help="a data set of study.toml (real)")


def _years(given: list[str]) -> list[int]:
    """Return the years of 2023 and 2019-2024."""
    years: list[int] = []
    for text in given:
        first, _, last = text.partition("-")
        if not all(year.isdecimal() and len(year) == 4 for year in (first, last or first)):
            raise ParameterError(f"{text!r} is no year; write 2023, or 2019-2024.")
        years += range(int(first), int(last or first) + 1)
    return sorted(set(years))


def _frame_start(options: argparse.Namespace) -> int:
    from analysis.study.search import start_search

    places = {"provinces": options.province, "prefectures": options.prefecture, "adcodes": options.adcode,
              "level": options.level, "issuer_types": options.issuer, "departments": options.department}  # fmt: skip
    return _listed(start_search(options.data, _years(options.years), **places))


def _frame_update(options: argparse.Namespace) -> int:
    from analysis.study.search import update_search

    return _listed(update_search(options.data))


def _frame_sheet(options: argparse.Namespace) -> int:
    from analysis.study.search import write_search

    return _listed((write_search(options.data, options.output),))


def _frame_read(options: argparse.Namespace) -> int:
    from analysis.study.search import read_search

    return _listed(read_search(options.data, options.sheet))


def _listed(changes: tuple[str, ...]) -> int:
    """Print what was changed, and the sum of it last; of very many changes the first."""
    *said, last = changes
    print("\n".join([*said[:SHOWN], *([f"... and {len(said) - SHOWN} more"] * (len(said) > SHOWN)), last]))
    return DONE


def _audit_sample(options: argparse.Namespace) -> int:
    from analysis.study.people import sample_audit

    numbers = {"reports": options.reports, "figures": options.figures, "seed": options.seed}
    return _told(sample_audit(options.data, sheet=options.output, **numbers))


def _audit_read(options: argparse.Namespace) -> int:
    from analysis.stats.accuracy import describe_accuracy
    from analysis.study.people import finish_audit

    accuracy = finish_audit(options.data, options.sheet, options.auditor)
    columns = ["measure", "indicator", "n", "n_reports", "value", "low", "high"]
    print(accuracy[columns].to_string(index=False, float_format="{:.3f}".format, na_rep=""))
    said = describe_accuracy(accuracy)
    print(f"{said['zh']}\n{said['en']}")
    return DONE


def _code_sample(options: argparse.Namespace) -> int:
    from analysis.study.people import sample_coding

    how = {"overlap": options.overlap, "roles": options.roles, "seed": options.seed}
    return _told(sample_coding(options.data, options.coders, reports=options.reports, **how))


def _code_read(options: argparse.Namespace) -> int:
    from analysis.study.people import finish_coding

    print(finish_coding(options.data, options.sheet, options.coder))
    return DONE


def _code_settle(options: argparse.Namespace) -> int:
    from analysis.study.people import settle_coding

    print(settle_coding(options.data, options.coders, options.sheet))
    return DONE


def _told(written: Any) -> int:
    """Print what was written, and which reports could not be drawn."""
    print(written.said)
    for doc_id in written.without_text[:SHOWN]:
        print(f"  not drawn from: {doc_id}: its text is not at hand")
    if len(written.without_text) > SHOWN:
        print(f"  ... and {len(written.without_text) - SHOWN} more")
    return SET_ASIDE if written.without_text else DONE
