"""Who acts: the body a clause names as its subject, carried through the sentence, looked up once for a whole text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows
from analysis.text.clauses import particles, split_words, trim_words, verb_pattern
from analysis.text.patterns import longest
from analysis.text.surroundings import CLAUSE_ENDS, SENTENCE_ENDS

#: A mark, or a bracket so short that it belongs to a name: 乡镇(街道).
_MARK: Final = re.compile(rf"\([^()\d{CLAUSE_ENDS}]{{1,3}}\)|[{CLAUSE_ENDS}()]")
_FULL_STOPS: Final = frozenset(SENTENCE_ENDS.replace(";", ""))
_LABEL: Final = re.compile(r" *(?:[一二三四五六七八九十][是要]|[①-⑳]|\(?\d{1,2}[).、])")
_SUBJECT: Final = re.compile(r"[^,:。;!?\n()\d]{0,40}")
_LIST: Final = "、"
#: How many bodies one list may name.
_MOST: Final = 12
_DEPARTMENTS: Final = "departments"
#: Organs of which several together are all organs.
_EXECUTIVE: Final = frozenset(("county_government", "departments", "townships", "all_organs"))
#: Organs of which several together are bureaus.
_BUREAUS: Final = frozenset((_DEPARTMENTS, "vertical_agency", "reporting_body"))
#: Organs whose doings nobody else's are: their figures may follow in the next sentence.
_JUSTICE: Final = frozenset(("court", "procuratorate"))
#: Organs of a county, which the city above it has too.
_RANKED: Final = frozenset(("county_government", _DEPARTMENTS, "party_bodies"))
_OWN: Final = "own"
_ACTING: Final = ("shadow", "nobody", "body", "own", "meeting")
_DEPARTMENT: Final = "department"
_REPORTING: Final = "reporting_body"


@dataclass(frozen=True, slots=True)
class _Bearer:
    """Who acts at a place.

    Attributes
    ----------
    named : bool
        A body is named; ``organ`` is empty where it is none of the organs, or several of different kinds.
    territory : bool
        The sentence speaks of the whole county, whoever acts.
    meets : bool
        The body is a meeting, which acts no longer where the talk is of no meeting.
    """

    organ: str = ""
    named: bool = False
    territory: bool = False
    meets: bool = False


_NOBODY: Final = _Bearer()


class Bearers:
    """The acting bodies of one text, asked by place."""

    def __init__(self, text: str, ends: Iterable[int], metadata: Mapping[str, object]) -> None:
        """Look up all bodies of a folded text; ``ends`` says where its figures end, as a list may name one for each."""
        issuer_type, issuer, county = (str(metadata.get(key) or "") for key in ("issuer_type", "issuer", "county"))
        self._text: Final = text
        self._department: Final = issuer_type == _DEPARTMENT
        self._issuer: Final = issuer
        self._county: Final = bool(_plain_pattern("county").search(county))
        events = sorted(self._scan(ends), key=lambda event: event[0])
        self._places: Final = [place for place, _ in events]
        self._found: Final = [bearer for _, bearer in events]

    def organ(self, place: int, clause: str, heading: str, *, ranked: bool = False) -> str:
        """Return the organ whose figure stands at a place, or empty.

        Parameters
        ----------
        place : int
            Where the figure begins.
        clause : str
            Its words: some things only one organ does.
        heading : str
            The innermost heading above it.
        ranked : bool
            A rank in the whole county is no figure of the whole county.
        """
        bearer = self._found[bisect_right(self._places, place) - 1] if self._places else _NOBODY
        if not bearer.named:
            for kind, words in (("clause", clause), ("heading", heading)):
                found = next((organ for pattern, organ in _marks(kind) if pattern.search(words)), "")
                if found:
                    return found
        if bearer.named:
            return "" if bearer.organ == _REPORTING and not self._department else bearer.organ
        return _REPORTING if self._department and (ranked or not bearer.territory) else ""

    def _scan(self, ends: Iterable[int]) -> Iterator[tuple[int, _Bearer]]:
        """Read the clauses in order and yield who acts from where on."""
        starts = [(0, "\n"), *self._marks()]
        starts += [(end + 1, _LIST) for end in ends if self._text[end : end + 1] == _LIST]
        starts.sort()
        bearer = outside = _NOBODY
        labelled = False
        for index, (place, mark) in enumerate(starts):
            end = starts[index + 1][0] if index + 1 < len(starts) else len(self._text)
            if mark in _FULL_STOPS:
                bearer = outside = self._opening(bearer, place) if mark in SENTENCE_ENDS[:1] else _NOBODY
            elif mark == ";" and _LABEL.match(self._text, place):
                bearer = outside = _NOBODY
            elif mark == "(":
                outside, labelled = bearer, not self._text[max(0, place - 2) : place - 1].strip(f" {SENTENCE_ENDS}")
            elif mark == ")":
                bearer = outside
            if bearer.meets and mark in CLAUSE_ENDS and not _plain_pattern("sitting").search(self._text, place, end):
                bearer = _NOBODY
            later = bearer
            opens = mark != ")" or labelled
            for start, found, lasting in self._clause(bearer, place, end, opens=opens):
                later = found if lasting and mark != _LIST else later
                yield start, found
            bearer = later

    def _marks(self) -> Iterator[tuple[int, str]]:
        """Yield where each mark ends, and the mark; a short bracket is none unless it opens its sentence."""
        for match in _MARK.finditer(self._text):
            if len(match[0]) == 1:
                yield match.end(), match[0]
            elif not self._text[max(0, match.start() - 1) : match.start()].strip(f" {SENTENCE_ENDS}"):
                yield match.start() + 1, match[0][0]
                yield match.end(), match[0][-1]

    def _clause(self, bearer: _Bearer, place: int, end: int, *, opens: bool) -> Iterator[tuple[int, _Bearer, bool]]:
        """Yield who acts in one clause, and whether beyond it: who opens it, what is held or made, the whole county."""
        start, found, lasting = (self._acting(place) if opens else None) or (place, bearer, True)
        if not found.named:
            found = replace(found, territory=bearer.territory)
        yield start, found, lasting
        if found.named and found is not bearer:
            return
        for match in _within_pattern().finditer(self._text, place, end):
            kind = match.lastgroup or ""
            if kind in ("territory", "general"):
                whole = kind == "territory" and not trim_words(self._text[place : match.start()])
                found = _Bearer(territory=True) if whole else replace(found, territory=True)
                yield match.start(), found, True
            else:
                row = _row(match)
                found = self._bearer({self._organ(match)}, row["kind"])
                yield match.start(), found, row["kind"] != "made"

    def _opening(self, last: _Bearer, place: int) -> _Bearer:
        """Return who acts where a sentence begins: who did before, if it goes on with parts, or with justice done."""
        if self._text.startswith(particles("part")[0], place):
            return last
        match = _SUBJECT.match(self._text, place)
        words = trim_words(match[0]) if match else ""
        if not words or last.meets:
            return last if last.organ in _JUSTICE and not words else _NOBODY
        subject, _, verb, _ = split_words(words)
        follows = words.startswith(verb) and verb in _handling() if verb else False
        return last if (last.organ in _JUSTICE and not subject) or (last.organ and follows) else _NOBODY

    def _acting(self, place: int) -> tuple[int, _Bearer, bool] | None:
        """Return the body that opens a clause, alone or with others, from where on, and whether beyond the clause."""
        match = _subject_pattern().match(self._text, place)
        if match is None or (row := _row(match))["kind"] == "shadow":
            return None
        where = match["place"] or ""
        if where and (verb_pattern().search(where) or where.startswith(particles("towards"))):
            return None
        pivot = bool(match["pivot"])
        start = match.start(match.lastgroup or 0) if pivot else place
        if row["kind"] == "nobody":
            return start, _NOBODY, not pivot
        organs = {self._organ(match)}
        for _ in range(_MOST):
            following = _joined_pattern().match(self._text, match.end())
            if following is None:
                break
            match = following
            organs.add(self._organ(match))
        return start, self._bearer(organs, row["kind"]), not pivot

    @staticmethod
    def _bearer(organs: set[str], kind: str) -> _Bearer:
        if len(organs) > 1 and organs <= _BUREAUS:
            organs = {_DEPARTMENTS}
        elif len(organs) > 1:
            organs = {"all_organs"} if organs <= _EXECUTIVE else {""}
        return _Bearer(organs.pop(), named=True, meets=kind == "meeting")

    def _organ(self, match: re.Match[str]) -> str:
        row = _row(match)
        name = match[match.lastgroup or 0]
        if row["organ"] in _RANKED and self._county and _plain_pattern("higher").match(name):
            return ""
        if self._department and row["organ"] == _DEPARTMENTS and name in self._issuer:
            return _REPORTING
        return _REPORTING if row["kind"] == _OWN and self._department else row["organ"]


def _row(match: re.Match[str]) -> Row:
    """Return the row of the body a pattern found."""
    return _rows()[int((match.lastgroup or "")[1:])]


@cache
def _rows() -> tuple[Row, ...]:
    return tuple(read_rows("text/bearers"))


@cache
def _patterns(*kinds: str) -> str:
    """Return the patterns of some kinds as alternatives in the order of the file, each a group named by its row."""
    bureaus = next(row["pattern"] for row in _rows() if row["kind"] == "bureau")
    bureaus = longest(bureaus.split("|"))
    found = ((index, row["pattern"]) for index, row in enumerate(_rows()) if row["kind"] in kinds)
    return "|".join(f"(?P<b{index}>{pattern.replace('{bureau}', bureaus)})" for index, pattern in found)


@cache
def _plain(*kinds: str) -> str:
    return "|".join(row["pattern"] for row in _rows() if row["kind"] in kinds)


@cache
def _subject_pattern() -> re.Pattern[str]:
    """Return the pattern of what may stand before a body at the head of a clause, and of the body."""
    through = {row["pattern"] for row in _rows() if row["kind"] == "through"}
    words = longest(set(particles("opening")) - through)
    before = f"(?:{words}|{_plain('before')})"
    place, bodies = _plain("place"), _patterns(*_ACTING)
    end = f"(?!{_plain('unless')})"
    return re.compile(
        f"{before}{{0,6}}?(?P<pivot>{_plain('pivot')})?{before}{{0,2}}?(?P<place>{place})??(?:{bodies}){end}"
    )


@cache
def _joined_pattern() -> re.Pattern[str]:
    """Return the pattern of a link and the body behind it."""
    return re.compile(f"(?:{_plain('link')})(?:{_patterns(*_ACTING)})")


@cache
def _within_pattern() -> re.Pattern[str]:
    """Return the pattern of what tells who acts from within a clause."""
    held, made = (
        f"(?:{_plain(verb)})(?:{_patterns(kind)})" for verb, kind in (("held", "meeting"), ("making", "made"))
    )
    return re.compile(f"{held}|{made}|(?P<territory>{_plain('territory')})|(?P<general>{_plain('general')})")


@cache
def _plain_pattern(kind: str) -> re.Pattern[str]:
    return re.compile(_plain(kind))


@cache
def _handling() -> frozenset[str]:
    """Return the verbs that take up what the sentence before has begun: 收到申请86件。受理71件."""
    return frozenset(particles("handling"))


@cache
def _marks(kind: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"]), row["organ"]) for row in _rows() if row["kind"] == kind)
