"""What is said to be lacking: the words that say so, and the clauses of a sentence that each name a lack."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

from analysis.codebook import read_toml

Span = tuple[int, int]

FINAL: Final = "。;!?,:、【】 \n"
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_QUOTED: Final = re.compile(r"[“《(][^”》)\n]{0,200}[”》)]")
_NEXT: Final = re.compile(r",([^,。;:\n]+)")
#: So much of a clause and of what stands before it is read for words that bind the two.
_NEAR: Final = 160


class Lack(NamedTuple):
    """Where words say that something is lacking, and whether what is lacking stands behind them (缺乏, 未形成)."""

    start: int
    end: int
    takes_object: bool


@cache
def words() -> dict[str, Any]:
    """Return the words and limits of codebook/text/statements.toml."""
    return read_toml("text/statements")


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return one of its patterns, compiled."""
    return re.compile(words()[name])


def find_lacks(text: str) -> list[Lack]:
    """Return the words that say that something is lacking, in their order; what only follows from it is left out.

    Examples
    --------
    >>> find_lacks("人员不足,缺乏统筹")
    [Lack(start=2, end=4, takes_object=False), Lack(start=5, end=7, takes_object=True)]
    """
    reach = next((comma.start() for comma in _NEXT.finditer(text) if _follows(comma[1])), len(text))
    found = [*pattern("lack").finditer(text, 0, reach), *pattern("need").finditer(text, 0, reach)]
    spans = sorted(match.span() for match in found)
    return [Lack(*span, bool(pattern("takes_object").match(text, span[0]))) for span in spans]


def names_lack(text: str) -> bool:
    """Say whether words name a lack or a need anywhere."""
    return bool(pattern("lack").search(text) or pattern("need").search(text))


def only_general(text: str) -> bool:
    """Say whether a sentence says that there are shortcomings and does not say in what.

    Examples
    --------
    >>> only_general("回顾一年的工作,还存在不少短板"), only_general("执法队伍还存在不少短板")
    (True, False)
    """
    if not pattern("shortcomings").search(text):
        return False
    clauses = [clause for clause in text.strip(FINAL).split(",") if not _conceded(clause)]
    told = [clause for clause in clauses if pattern("shortcomings").search(clause)]
    lacking = [clause for clause in clauses if names_lack(clause) and not pattern("leads").search(clause)]
    most = int(words()["most_general"])
    return bool(told) and not any(
        pattern("works").search(clause) or len(HAN.findall(pattern("general").sub("", clause))) > most
        for clause in (*told, *lacking)
    )


def results_end(text: str, start: int, end: int) -> int:
    """Return where the clauses end that say what follows from the words before a place."""
    while match := _NEXT.match(text, start, end):
        if not _follows(match[1]):
            break
        start = match.end()
    return start


def cut_clauses(sentence: str) -> list[Span]:
    """Return the spans of the clauses of a sentence that name a lack of their own.

    A clause that only leads to another, follows from one, proves one or names neither a lack nor a way of acting stays
    with it; one that says what is done about a problem is none.

    Examples
    --------
    >>> text = "随着案件增多,执法力量不足,难以应对,宣传不够"
    >>> [text[start:end] for start, end in cut_clauses(text)]
    ['随着案件增多,执法力量不足,难以应对,', '宣传不够']
    """
    text = _QUOTED.sub(lambda match: "“" * len(match[0]), sentence.rstrip(FINAL))
    text = pattern("frame").sub(lambda match: match[0].replace(",", "、"), text)
    turn = pattern("contradicts").match(text)
    cuts = [0, *(match.end() for match in re.finditer(",", text)), len(text)]
    ahead = turn.end() if turn else 0
    pieces = [(first, last, text[max(first, ahead) : last].strip(FINAL)) for first, last in pairwise(cuts)]
    pieces = [piece for piece in pieces if piece[2]]
    units: list[list[int]] = []
    pending: int | None = None
    for index, (first, last, clause) in enumerate(pieces):
        following = pieces[index + 1][2] if index + 1 < len(pieces) else ""
        before = text[max(units[-1][0], units[-1][1] - _NEAR) : units[-1][1]].strip(FINAL) if units else ""
        if units and pending is None and _joins(clause, before, not following):
            units[-1][1] = last
        elif following and (_leads(clause, following) or _done(clause, pieces[index + 1 :])):
            pending = first if pending is None else pending
        elif pattern("answers").search(clause) and not pattern("lack").search(clause):
            pending = None
        elif units and pending is None and not (_lacks(clause) or pattern("conduct").search(clause)):
            units[-1][1] = last
        else:
            units.append([first if pending is None else pending, last])
            pending = None
    return [(first, last) for first, last in units]


def _joins(clause: str, before: str, ends: bool) -> bool:
    """Say whether a clause stays with the one before: it is bound to it, follows from it, proves it, or ends it."""
    last = before.rpartition(",")[2]
    if pattern("beside").search(clause) and _lacks(last) and _lacks(clause):
        return False
    if pattern("strain").search(clause) and not _lacks(last):
        return True
    if _follows(clause) or pattern("evidence").search(clause) or pattern("contradicts").search(clause):
        return True
    if pattern("bound").search(f"{before},{clause[:_NEAR]}"):
        return True
    if pattern("proof").search(clause) and (pattern("scarce").search(before) or _share_words(before, clause)):
        return True
    if _proves(clause, before):
        return True
    return ends and _result(clause, before)


def _proves(clause: str, before: str) -> bool:
    """Say whether a clause gives a figure of the kind of the lack before it: an age, a number, a time."""
    return any(re.search(lack, before) and re.search(figure, clause) for lack, figure in words()["proofs"])


def _done(clause: str, later: Sequence[tuple[int, int, str]]) -> bool:
    """Say whether a clause tells what was done, and a later one contradicts it."""
    done = pattern("done").search(clause) and not _lacks(clause)
    return bool(done) and any(pattern("contradicts").match(words) for _, _, words in later)


def _leads(clause: str, following: str) -> bool:
    """Say whether a clause only leads to the next one: it is short, says when or where, counts, or concedes."""
    if _conceded(clause):
        return True
    many, few = words()["contrast"]
    if re.search(many, clause) and re.search(few, following):
        return True
    if _lacks(clause):
        return _short(clause, "short_lack")
    if _short(clause, "short") or any(pattern(name).search(clause) for name in ("leads", "circumstance", "modifier")):
        return True
    if any(pattern(name).search(following) for name in ("contradicts", "quality")):
        return True
    if pattern("defines").search(clause) and names_lack(following):
        return True
    if pattern("set_up").search(clause) or pattern("bare_lack").search(following):
        return True
    return _counts(clause) and (names_lack(following) or _counts(following))


def _counts(clause: str) -> bool:
    """Say whether a clause only counts, and its figure tells no lack itself."""
    return bool(pattern("counts").search(clause)) and not pattern("tells").search(clause)


@lru_cache(maxsize=1024)
def _follows(clause: str) -> bool:
    """Say whether a clause only says what follows from the one before."""
    return any(pattern(name).search(clause) for name in ("follows", "burdens", "turns_of_speech"))


def _share_words(before: str, clause: str) -> bool:
    """Say whether two clauses have two Han characters in a row in common, beside words that any may hold."""
    rare = pattern("common").sub(",", clause)
    return any(pair in before for pair in map("".join, pairwise(rare)) if len(HAN.findall(pair)) == len(pair))


def _conceded(clause: str) -> bool:
    return bool(pattern("concedes").search(clause))


def _result(clause: str, before: str) -> bool:
    """Say whether a short last clause is the result of the one before: it has no lack of its own, or no subject."""
    return _short(clause, "short") and not _lacks(before) if _lacks(clause) else _short(clause, "short_last")


def _short(clause: str, limit: str) -> bool:
    return len(clause) < int(words()[limit])


def _lacks(clause: str) -> bool:
    if pattern("need").search(clause):
        return True
    only_when = pattern("leads").search(clause) and pattern("circumstance").search(clause)
    return bool(pattern("lack").search(clause)) and not (only_when or pattern("modifier").search(clause))
