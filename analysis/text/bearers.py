"""Who acts: the body a clause names as its subject, carried through the sentence, looked up once for a whole text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from analysis.text.acting import DEPARTMENTS, NOBODY, REPORTING, Bearer, join_organs
from analysis.text.bodies import (
    counted_pattern,
    is_issuer,
    joined_pattern,
    led_pattern,
    marked,
    plain_pattern,
    row_of,
    subject_pattern,
    subject_quickly,
    within_pattern,
)
from analysis.text.clauses import split_words, trim_words
from analysis.text.periods import Part
from analysis.text.surroundings import CLAUSE_ENDS, FULL_STOPS, SENTENCE_ENDS
from analysis.text.vocabulary import particles, verb_pattern

#: A mark, or a bracket so short that it belongs to a name: 乡镇(街道).
_MARK: Final = re.compile(rf"\([^()\d{CLAUSE_ENDS}]{{1,3}}\)|[{CLAUSE_ENDS}()]")
#: A bracket that is a mark.
_BRACKET: Final = re.compile(rf"\((?:(?![^()\d{CLAUSE_ENDS}]{{1,3}}\))|(?<![^ {SENTENCE_ENDS}]\())")
#: Marks behind which nobody acts any longer.
_LAST: Final = FULL_STOPS.replace("。", "")
_FULL_STOP: Final = re.compile(f"[{FULL_STOPS}]")
_LABEL: Final = re.compile(r" *(?:[一二三四五六七八九十][是要]|[①-⑳]|\(?\d{1,2}[).、])")
#: A year and the words behind it.
_SUBJECT: Final = re.compile(r"(?:20\d\d年度?,?)?([^,:。;!?\n()\d]{0,40})")
_LIST: Final = "、"
#: How far back a clause begins at most.
_CLAUSE: Final = 40
#: How many bodies one list may name.
_MOST: Final = 12
#: Organs whose doings nobody else's are: their figures may follow in the next sentence.
_JUSTICE: Final = frozenset(("court", "procuratorate"))
#: Organs of a county, which the city above it has too.
_RANKED: Final = frozenset(("county_government", DEPARTMENTS, "party_bodies"))
_OWN: Final = "own"
_DEPARTMENT: Final = "department"


class _Sentence(NamedTuple):
    """Who acts from where on in a sentence, by place, and who does where it ends."""

    events: list[tuple[int, Bearer]]
    last: Bearer


#: Every sentence that may go on with anybody goes on with this one.
_COURT: Final = Bearer("court", named=True)


class Bearers:
    """The acting bodies of one text, asked by place; a sentence is read when it is first asked about."""

    def __init__(self, text: str, ends: Iterable[int], metadata: Mapping[str, object]) -> None:
        """Take a folded text; ``ends`` says in order where its figures end, as a list may name a body for each."""
        issuer_type, issuer, county = (str(metadata.get(key) or "") for key in ("issuer_type", "issuer", "county"))
        self._text: Final = text
        self._department: Final = issuer_type == _DEPARTMENT
        self._issuer: Final = issuer
        self._county: Final = bool(plain_pattern("county").search(county))
        self._place: Final = county
        self._listed: Final = [end + 1 for end in ends if text.startswith(_LIST, end)]
        self._starts: Final = [0, *(match.end() for match in _FULL_STOP.finditer(text)), len(text)]
        self._brackets: Final = [0, *(match.end() for match in _BRACKET.finditer(text))]
        self._read: Final[dict[int, _Sentence]] = {}

    def organ(
        self, place: int, clause: str, heading: str, *, end: int = 0, ranked: bool = False, part: Part = (0, 1)
    ) -> str:
        """Return the organ whose figure stands at a place, or empty.

        Parameters
        ----------
        place : int
            Where the figure begins.
        clause : str
            Its words: some things only one organ does.
        heading : str
            The innermost heading above it.
        end : int
            Where the figure ends: it may count the bodies that act.
        ranked : bool
            A rank in the whole county is no figure of the whole county.
        part : (int, int)
            Which figure it is of how many in a run: each of as many bodies has its own.
        """
        if end and (counted := self._counted(place, end)):
            return counted
        bearer = self._at(place)
        if self._department and not ranked and plain_pattern("territory").match(self._text, place - 2, place):
            return ""
        if not bearer.named and (found := marked("clause", clause) or marked("heading", heading)):
            return found
        if bearer.organ in _JUSTICE and plain_pattern("defendant").search(clause):
            bearer = NOBODY
        nth, count = part
        if count > 1 and len(bearer.each) == count:
            bearer = replace(bearer, organ=bearer.each[nth])
        if bearer.named:
            return "" if bearer.organ == REPORTING and not self._department else bearer.organ
        return REPORTING if self._department and (ranked or not bearer.territory) else ""

    def _counted(self, place: int, end: int) -> str:
        """Return the organ of bodies that are counted where they open a clause: 全县30个执法部门均建立台账."""
        match = counted_pattern().match(self._text, end)
        if match is None:
            return ""
        clause = self._text[max(0, place - _CLAUSE) : place]
        before = clause[max(clause.rfind(mark) for mark in CLAUSE_ENDS) + 1 :]
        return row_of(match)["organ"] if plain_pattern("opens").fullmatch(before) else ""

    def _at(self, place: int) -> Bearer:
        """Return who acts at a place."""
        for index in range(bisect_right(self._starts, place, hi=len(self._starts) - 1) - 1, -1, -1):
            events = self._sentence(index).events
            if found := bisect_right(events, place, key=itemgetter(0)):
                return events[found - 1][1]
        return NOBODY

    def _sentence(self, index: int) -> _Sentence:
        """Read a sentence, and those before it as far back as each may go on with the one before."""
        first = index
        while first not in self._read and self._opening(_COURT, self._starts[first]) is _COURT:
            first -= 1
        last = NOBODY
        for each in range(first, index + 1):
            if each not in self._read:
                self._read[each] = self._scan(each, last)
            last = self._read[each].last
        return self._read[index]

    def _scan(self, index: int, last: Bearer) -> _Sentence:
        """Read the clauses of a sentence in order: who acts from where on, and who does where it ends."""
        begin, stop = self._starts[index : index + 2]
        starts = [(begin, "\n"), *self._marks(begin, stop)]
        listed = self._listed[bisect_left(self._listed, begin) : bisect_left(self._listed, stop)]
        starts = sorted([*starts, *((place, _LIST) for place in listed)]) if listed else starts
        bearer = outside = self._opening(last, begin)
        labelled = self._labels(self._brackets[bisect_right(self._brackets, begin) - 1])
        events: list[tuple[int, Bearer]] = []
        serves = False
        for (place, mark), (end, _) in pairwise([*starts, (stop, "")]):
            if mark == ";" and _LABEL.match(self._text, place):
                bearer = outside = NOBODY
            elif mark == "(":
                outside, labelled = bearer, self._labels(place)
            elif mark == ")":
                bearer = outside
            if bearer.meets and mark in CLAUSE_ENDS and not plain_pattern("sitting").search(self._text, place, end):
                bearer = NOBODY
            if serves and plain_pattern("serving").match(self._text, place):
                bearer = Bearer(named=bearer.organ not in ("", REPORTING))
            serves = plain_pattern("engaging").search(self._text, place, end) is not None
            later = bearer
            opens = (mark != ")" or labelled) and not self._counts(mark, place)
            for start, found, lasting in self._clause(bearer, place, end, opens=opens):
                later = found if lasting and mark != _LIST else later
                events.append((start, found))
            bearer = later
        return _Sentence(sorted(events, key=itemgetter(0)), bearer)

    def _counts(self, mark: str, place: int) -> bool:
        """Say whether an item of a list, or of parts, counts the bodies it names: 抽查乡镇9个、部门18个."""
        if mark != _LIST and not self._text.startswith(particles("part")[0], place):
            return False
        match = subject_pattern().match(self._text, place)
        return match is not None and plain_pattern("number").match(self._text, match.end()) is not None

    def _labels(self, place: int) -> bool:
        """Say whether the bracket that ends at a place opens its sentence."""
        return place > 0 and not self._text[max(0, place - 2) : place - 1].strip(f" {SENTENCE_ENDS}")

    def _marks(self, begin: int, stop: int) -> Iterator[tuple[int, str]]:
        """Yield where each mark inside a sentence ends, and it; a short bracket is none unless it opens a sentence."""
        for match in _MARK.finditer(self._text, begin, stop):
            if len(match[0]) == 1:
                if match.end() < stop:
                    yield match.end(), match[0]
            elif self._labels(match.start() + 1):
                yield match.start() + 1, match[0][0]
                yield match.end(), match[0][-1]

    def _clause(self, bearer: Bearer, place: int, end: int, *, opens: bool) -> Iterator[tuple[int, Bearer, bool]]:
        """Yield who acts in one clause, and whether beyond it: who opens it, what is held or made, the whole county."""
        start, found, lasting = (self._acting(place) if opens else None) or (place, bearer, True)
        names = bool(self._place) and self._text.startswith(self._place, place)
        territory = bearer.territory or (names and not self._text.startswith(self._issuer or " ", place))
        if not found.named and found.territory != territory:
            found = replace(found, territory=territory)
        yield start, found, lasting
        if found.named and found is not bearer:
            return
        for match in within_pattern().finditer(self._text, place, end):
            kind = match.lastgroup or ""
            if kind in ("territory", "general"):
                opening = not trim_words(self._text[place : match.start()])
                found = Bearer(territory=True) if opening and kind == "territory" else replace(found, territory=True)
                if opening and kind == "general" and found.organ in _JUSTICE:
                    found = Bearer("all_organs", named=True)
                yield match.start(), found, True
            else:
                row = row_of(match)
                held = join_organs([self._organ(match)], row["kind"])
                found = found if found.named and not found.meets and found.organ == held.organ else held
                yield match.start(), found, row["kind"] != "made"

    def _opening(self, last: Bearer, place: int) -> Bearer:
        """Return who acts where a sentence begins: who did before, if it goes on with parts, or with justice done."""
        if self._text[place - 1 : place] in _LAST:
            return NOBODY
        if self._text.startswith(particles("part")[0], place):
            return last
        if not last.organ:
            return NOBODY
        match = _SUBJECT.match(self._text, place)
        words = trim_words(match[1]) if match else ""
        if not words or last.meets:
            return last if last.organ in _JUSTICE and not words else NOBODY
        subject, _, verb, _ = split_words(words)
        if last.organ in _JUSTICE:
            goes_on = last is _COURT or plain_pattern("justice").search(words)
            return last if goes_on and not subject else NOBODY
        begin = self._starts[bisect_left(self._starts, place) - 1]
        again = verb in particles("deliberating") and self._text.find(verb, begin, place) >= 0
        follows = verb and words.startswith(verb) and (again or verb in _handling())
        return last if follows and not self._gives(words.removeprefix(verb)) else NOBODY

    def _gives(self, words: str) -> bool:
        """Say whether words begin with another body, from which what they name comes: 收到县检察院检察建议."""
        match = subject_pattern().match(words) if subject_quickly().match(words) else None
        return match is not None and row_of(match)["kind"] == "body"

    def _acting(self, place: int) -> tuple[int, Bearer, bool] | None:
        """Return the body that opens a clause, alone or with others, from where on, and whether beyond the clause."""
        if self._place and self._text.startswith(self._place, place):
            place += len(self._place) - 1
        if subject_quickly().match(self._text, place) is None:
            led = led_pattern().match(self._text, place)
            return (place, join_organs([self._organ(led)], row_of(led)["kind"]), True) if led else None
        match = subject_pattern().match(self._text, place)
        if match is None or (row := row_of(match))["kind"] == "shadow":
            return None
        where = match["place"] or ""
        if where and (verb_pattern().search(where) or where.startswith(particles("towards"))):
            return None
        pivot = bool(match["pivot"])
        start = match.start(match.lastgroup or 0) if pivot else place
        if row["kind"] == "nobody":
            return start, NOBODY, not pivot
        sued = plain_pattern("respondent").search(self._text, place, match.start(match.lastgroup or 0))
        organs = [self._organ(match, where)]
        for _ in range(_MOST):
            following = joined_pattern().match(self._text, match.end())
            if following is None:
                break
            match = following
            organs.append(self._organ(match))
        if sued and len(set(organs)) > 1:
            return start, Bearer(named=True), not pivot
        return start, join_organs(organs, row["kind"]), not pivot

    def _organ(self, match: re.Match[str], where: str = "") -> str:
        """Return the organ of a body a pattern found behind the name of a place."""
        row = row_of(match)
        name = match[match.lastgroup or 0]
        higher = plain_pattern("higher")
        if row["organ"] in _RANKED and self._county and (higher.match(name) or higher.search(where[-1:])):
            return ""
        if self._department and row["organ"] == DEPARTMENTS and is_issuer(name, self._issuer):
            return REPORTING
        return REPORTING if row["kind"] == _OWN and self._department else row["organ"]


@cache
def _handling() -> frozenset[str]:
    """Return the verbs that take up what the sentence before has begun: 收到申请86件。受理71件."""
    return frozenset((*particles("handling"), *particles("carrying_out")))
