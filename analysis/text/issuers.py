"""Who issues a report and to whom: organs named in the title, the signature, the address and the text itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from analysis.codebook import read_rows, read_toml
from analysis.text.chrome import Span
from analysis.text.dates import find_dates
from analysis.text.reading import Text

_SEAL: Final = re.compile(r"\s*\([^()]{1,3}\)$")
#: A blank, or the end of a line, between two characters that are not ASCII.
_SPACED: Final = re.compile(r"(?<=[^\x00-\x7f])[ \n](?=[^\x00-\x7f])")
_ADDRESS_CHARS: Final = 60
_ADDRESS_LINES: Final = 3
_OPENING_CHARS: Final = 600


class Organs(NamedTuple):
    """Organs as printed with a blank between them, their type, and the span they stand in."""

    names: str
    issuer_type: str
    start: int
    end: int


@cache
def _endings() -> tuple[tuple[str, str], ...]:
    rows = read_rows("text/organs")
    return tuple(sorted(((r["ending"], r["issuer_type"]) for r in rows), key=lambda row: (-len(row[0]), row[0])))


def _names() -> dict[str, str]:
    return read_toml("text/metadata")["names"]


def organ_type(name: str) -> str:
    """Return the issuer type of one organ by the longest ending that fits, "" if none does.

    Examples
    --------
    >>> organ_type("中共云岭县委员会"), organ_type("云岭县教育局"), organ_type("石门镇人民政府")
    ('party_committee', 'department', 'township')
    """
    return next((kind for ending, kind in _endings() if name.endswith(ending)), "")


def joint_type(types: Sequence[str]) -> str:
    """Return the type of an issuer made of several organs.

    Examples
    --------
    >>> joint_type(["party_committee", "government"]), joint_type(["management_committee", "management_committee"])
    ('party_and_government', 'management_committee')
    """
    kinds = set(types)
    for kind in ("township", "management_committee", "department"):
        if kind in kinds:
            return kind
    if kinds >= {"party_committee", "government"}:
        return "party_and_government"
    return types[0] if types else ""


def _split(text: str) -> list[str]:
    """Split what may be several organs, also where nothing stands between them (…委员会…人民政府)."""
    parts = [part for part in re.split(r"[ 、,]+", text) if part]
    split = []
    for part in parts:
        joint = re.match(_names()["joint"], part)
        split += [joint[1], part[joint.end() :]] if joint else [part]
    return split


def read_organs(view: Text, start: int, end: int) -> Organs | None:
    """Return the organs a line names, or None if it names anything else."""
    text = _SEAL.sub("", view.folded[start:end].strip())
    parts = _split(text)
    types = [organ_type(part) for part in parts]
    if not parts or not all(types) or ":" in text or re.search(_names()["no_organ"], text):
        return None
    at = view.folded.index(text, start)
    return Organs(" ".join(parts), joint_type(types), at, at + len(text))


def find_issuer(
    view: Text, title: Sequence[Span], closing: Sequence[Span], below: Sequence[Span]
) -> tuple[Organs, str] | None:
    """Return the issuer with the rule that found it: above the title, in it, in the signature, or below the title."""
    above = [found for span in title if (found := read_organs(view, *span))]
    if above:
        return _together(above), "line of the title"
    signed = []
    for start, end in closing:
        dates = find_dates(view.folded, start, end)
        if found := read_organs(view, start, dates[0].start if dates else end):
            signed.append(found)
    for start, end in title:
        turn = re.compile(_names()["issuer_ends"]).search(view.folded, start, end)
        if turn and (found := read_organs(view, start, turn.start())):
            fuller = [organs for organs in signed if organs.names.startswith(found.names)]
            return (fuller[-1], "signature") if fuller else (found, "title")
    if signed:
        return _together(signed), "signature"
    named = [found for span in below if (found := read_organs(view, *span))]
    return (_together(named), "line below the title") if named else None


def join_title(printed: Sequence[str]) -> str:
    """Return the lines of a title as one, without blanks that only space it; one between two organs is kept.

    Examples
    --------
    >>> join_title(["云 岭 县 2023 年", "工作报告"]), join_title(["中共云岭县委 云岭县人民政府关于依法行政的报告"])
    ('云岭县 2023 年工作报告', '中共云岭县委 云岭县人民政府关于依法行政的报告')
    """
    ends = re.compile(_names()["issuer_ends"])

    def close_up(blank: re.Match[str]) -> str:
        before, after = (
            re.split(r"\s", blank.string[: blank.start()])[-1],
            re.split(r"\s", blank.string[blank.end() :])[0],
        )
        both = blank[0] == " " and organ_type(before) and organ_type(ends.split(after)[0])
        return " " if both else ""

    return _SPACED.sub(close_up, "\n".join(printed)).replace("\n", " ")


def _together(organs: Sequence[Organs]) -> Organs:
    kinds = [organ_type(name) for found in organs for name in found.names.split(" ")]
    return Organs(" ".join(found.names for found in organs), joint_type(kinds), organs[0].start, organs[-1].end)


def find_addressee(view: Text, body: Sequence[Span]) -> Organs | None:
    """Return the organs addressed in the first line of the body (市委、市政府:), or None."""
    for start, end in body[:_ADDRESS_LINES]:
        text = view.folded[start : end - 1]
        if end - start <= _ADDRESS_CHARS and view.folded[end - 1] == ":" and all(map(organ_type, _split(text))):
            return Organs(view.text[start : end - 1].strip(), "", start, end - 1)
    return None


@cache
def _speaking() -> re.Pattern[str]:
    kinds = ("department", "township", "management_committee")
    ends = "|".join(re.escape(ending) for ending, kind in _endings() if kind in kinds)
    return re.compile(_names()["speaker"].replace("ENDS", ends))


def find_speaker(view: Text, spans: Sequence[Span]) -> Organs | None:
    """Return the department, township or zone that is the subject of a clause in what opens a report, or None.

    Parameters
    ----------
    view : Text
        The decoded report.
    spans : sequence of (int, int)
        The sentence that announces the report, and its first line.
    """
    for start, end in spans:
        if match := _speaking().search(view.folded, start, min(end, start + _OPENING_CHARS)):
            return Organs(match["name"], organ_type(match["name"]), *match.span("name"))
    return None


def find_record(view: Text, chrome: Sequence[Span], kind: str) -> Organs | None:
    """Return the organ that the record or the source line of the page names in full, if it is of that type.

    A justice bureau that publishes the report of its government is not the issuer.
    """
    pattern = re.compile(_names()["record"])
    for start, end in chrome:
        for match in pattern.finditer(view.folded, start, end):
            found = organ_type(match["name"])
            if found and kind in ("", found):
                return Organs(match["name"], found, *match.span("name"))
    return None


def is_full_name(organs: Organs) -> bool:
    """Say whether an organ's name says where it is (a justice bureau of some county is none)."""
    return organs.issuer_type == "township" or bool(re.match(_names()["full"], organs.names))


def own_type(view: Text, lead: Span, speaker: Organs | None, title: Span, title_kind: str) -> tuple[str, int, int]:
    """Return the issuer type a report without issuer shows by how it speaks of itself, with the span that does.

    The lead (现将我局…报告如下) counts before the rest, then who is the subject of the opening, then whose place the
    title names; who speaks of 我县 only is taken for the government.
    """
    words = read_toml("text/metadata")["self"]
    for kind in ("department", "township", "management_committee"):
        if match := re.compile(words[kind]).search(view.folded, *lead):
            return kind, *match.span()
    for kind in ("department", "government"):
        if match := re.search(words[f"lead_{kind}"], view.folded[slice(*lead)]):
            return kind, lead[0] + match.start(), lead[0] + match.end()
    if speaker:
        return speaker.issuer_type, speaker.start, speaker.end
    if title_kind:
        return title_kind, *title
    zone = re.search(words["zone_organs"], view.folded)
    if zone and not re.search(words["district_organs"], view.folded):
        return "management_committee", *zone.span()
    counts = {kind: list(re.finditer(words[kind], view.folded)) for kind in ("department", "township", "government")}
    kind = max(counts, key=lambda key: len(counts[key]))
    return (kind, *counts[kind][0].span()) if counts[kind] else ("", 0, 0)
