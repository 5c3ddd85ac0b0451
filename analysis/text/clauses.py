"""The words that belong to one figure: subject, verb and noun before it, the words behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from analysis.codebook import read_rows
from analysis.text.patterns import longest
from analysis.text.quantities import Quantity
from analysis.text.surroundings import CLAUSE_ENDS
from analysis.text.vocabulary import (
    ending,
    fixed,
    fixed_pattern,
    holds,
    last_of,
    particle_pattern,
    particles,
    regions,
    term_pattern,
    towards_whom,
    verb_pattern,
    verbs,
)

#: How far the words before and behind a figure are read.
_BEFORE: Final = 60
_BEHIND: Final = 32
_LABEL: Final = re.compile(r"^\(?[一二三四五六七八九十\d]{1,3}(?:\)|、|\.|是)\ *")
_YEAR: Final = re.compile(r"^(?=截|\d)(?:截[至止]?到?)?(?:(?:19|20)\d\d年度?)?(?:\d{1,2}月份?)?(?:\d{1,2}日|底|末)?")
_LAST_YEAR: Final = re.compile(r"(?:19|20)\d\d年度?$")
_BRACKET: Final = re.compile(r"\([^()]*\)$")
_CLOSED_BRACKET: Final = re.compile(r"\([^()]*\)")
_OPENING_BRACKET: Final = re.compile(r"^\([^()]*\)")
_LINK: Final = re.compile(r"[、和与及\ ]*")
_INNER: Final = re.compile(r"[^,:。;!?\n、()|*]*(?:\([^()\n]{1,12}\)[^,:。;!?\n、()|*]*)*")
_CLAUSE: Final = re.compile(r"[^,:。;!?\n()|*]*(?:\([^()\n]{1,12}\)[^,:。;!?\n()|*]*)*")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one figure.

    Attributes
    ----------
    raw : str
        From the clause or the figure before, as printed.
    subject, verb, noun : str
        The same without adverbs and particles, parted at the first verb; ``chain`` is the verb with its helpers.
    behind : str
        Up to the clause's end, or to the next figure where the words are not that one's.
    end : int
        Where the words of the next figure may begin.
    opens, linked, actor, shared : bool
        The figure opens a clause; only a link parts it from the figure before; it counts who acts in the clause
        (``12个组织80名队员``); the noun behind it belongs to the next figure too.
    """

    raw: str
    subject: str
    chain: str
    verb: str
    noun: str
    behind: str
    end: int
    opens: bool = False
    linked: bool = False
    actor: bool = False
    shared: bool = False

    @property
    def own(self) -> str:
        """What the figure itself names."""
        return self.noun + self.behind or self.subject


def find_words(text: str, quantity: Quantity, floor: int, ceiling: int, follows_actor: bool) -> Words:
    """Find the words of one figure.

    Parameters
    ----------
    text : str
        A folded text.
    quantity : Quantity
    floor, ceiling : int
        Where its words may begin, and where the next figure does.
    follows_actor : bool
        The figure before counts who acts in this clause.
    """
    raw, opens = _words_before(text, quantity.start, floor)
    behind, end = words_behind(text, quantity.end, ceiling)
    words = trim_words(raw)
    if opens and not words and not behind:
        raw = _words_before(text, quantity.start - len(raw) - 1, floor)[0]
        words = trim_words(raw)
    subject, chain, verb, noun = split_words(words)
    meets = end == ceiling and bool(behind)
    modified = meets and raw.endswith(particles("of")) and not noun
    if modified:
        described = split_words(behind)
        named = described[0] if described[2] else behind
        return Words(raw, subject, chain, verb, noun, named, quantity.end, opens=opens)
    if meets and behind.find(particles("among")[-1]) > 0 and not (subject or verb):
        among = min(place for word in particles("among") if (place := behind.find(word)) > 0)
        return Words(raw, subject, chain, verb, noun, behind[:among], quantity.end, opens=opens)
    acting = split_words(behind) if meets else ("", "", "", "")
    addressed = meets and bool(last_of(towards_whom(), raw))
    bodies = addressed and bool(acting[0]) and not behind.startswith(particles("level"))
    if meets and (verb or (subject and not bodies)):
        return Words(raw, subject, chain, verb, noun, "", quantity.end, opens=opens, shared=not noun)
    actor = bool(behind) and (meets or not opens)
    actor = actor and (_YEAR.sub("", raw).strip(" ,、") in regions() if opens else follows_actor and not raw)
    if addressed:
        end, actor = quantity.end, False
    elif acting[2]:
        behind, end, actor = acting[0], quantity.end, actor and bool(acting[0])
    linked = not opens and not behind and _LINK.fullmatch(raw) is not None
    return Words(raw, subject, chain, verb, noun, behind, end, opens=opens, linked=linked, actor=actor)


def add_words(words: Words, raw: str) -> Words:
    """Return the words of a figure with those before the bracket that parts them from it: 合同(含5份)共20份."""
    subject, chain, verb, noun = split_words(trim_words(raw))
    return replace(words, raw=raw, subject=subject, chain=chain, verb=verb, noun=noun)


def _words_before(text: str, start: int, floor: int) -> tuple[str, bool]:
    """Return the words between the last mark or figure and a place, and whether a clause begins there."""
    words = text[max(floor, start - _BEFORE) : max(start, floor)]
    cut = max(map(words.rfind, CLAUSE_ENDS))
    if "*" in words:
        cut = max([cut, *(match.end() - 1 for match in masked_figure().finditer(words))])
    opens = cut >= 0 or floor == 0
    words = words[cut + 1 :].replace("*", "")
    if "(" in words:
        closed = _CLOSED_BRACKET.sub(lambda match: " " * len(match[0]), words)
        if (bracket := closed.rfind("(")) >= 0:
            words, opens = words[bracket + 1 :], True
    return words.strip(" "), opens


def words_behind(text: str, end: int, ceiling: int) -> tuple[str, int]:
    """Return the words from a place to the next mark or figure, and where they end."""
    words = _CLAUSE.match(text, end, min(ceiling, end + _BEHIND))
    if words and words.end() == ceiling:
        words = _INNER.match(text, end, ceiling)
    stop = words.end() if words else end
    found = _OPENING_BRACKET.sub("", text[end:stop].strip(" ")).removeprefix(particles("of")[0])
    return ("", end) if _LINK.fullmatch(found) or found in particles("tail") else (found, stop)


@lru_cache(maxsize=4096)
def trim_words(words: str) -> str:
    """Take list labels, years and adverbs from the front, particles and brackets from the end; no verb or term."""
    words = _LABEL.sub("", words.strip(" 、|"))
    changed = True
    while changed and words and words not in particles("result"):
        shorter = _LAST_YEAR.sub("", _BRACKET.sub("", _YEAR.sub("", words))).strip(" 、|)")
        kept = shorter in particles("result") or fixed_pattern().match(shorter)
        front = None if kept else particle_pattern("opening").match(shorter)
        if front and not shorter.startswith(particles("rate"), front.end()):
            shorter = shorter[front.end() :]
        if not last_of(fixed(), shorter):
            shorter = shorter.removesuffix(ending(shorter, "closing"))
        changed, words = shorter != words, shorter
    return words


@lru_cache(maxsize=4096)
def split_words(words: str) -> tuple[str, str, str, str]:
    """Split words at their first verb into subject, verb with its helpers, verb, noun.

    Terms of the domain, words in quotation marks and nouns made of a verb (调解中心) are no verbs; a rate (化解率) is a
    noun whose verb it holds. A verb that can be a noun goes on the one before only where that is a helper (督促整改).
    Verbs joined by 、 or 和 share their noun; the first stands for all.

    Examples
    --------
    >>> split_words("组织开展普法活动")
    ('', '组织开展', '开展', '普法活动')
    """
    if words.endswith(particles("rate")):
        return words, "", "", ""
    if share := next((word for word in particles("share") if words != word and words.endswith(word)), ""):
        verb = verb_pattern().match(share)
        return words.removesuffix(share), share, verb[0] if verb else "", ""
    hidden = _hidden_pattern(holds(words, "suffix")).sub(lambda match: "\0" * len(match[0]), words)
    match = verb_pattern().search(hidden)
    term = verb_pattern().match(words) if match is None else None
    if term and term.end() < len(words) and term_pattern().fullmatch(term[0]):
        return "", term[0], term[0], words[term.end() :]
    if match is None:
        return words, "", "", ""
    start, end, last = match.start(), match.end(), match[0]
    while True:
        following = verb_pattern().match(hidden, end)
        joined = None if following else _joined_verb().match(hidden, end)
        if following and (following.end() == len(hidden) or _chains(last, following[0])):
            end, last = following.end(), following[0]
        elif joined and joined.end() < len(hidden):
            end = joined.end()
        else:
            break
    noun = words[end:].removeprefix(particles("perfect")[0]).removeprefix(particles("of")[0])
    return words[:start], words[start:end], last, noun


def _chains(verb: str, following: str) -> bool:
    """Say whether the verb behind another is its verb too: after a helper, or where it is no noun and no state."""
    return verb in verbs("helper") or following not in verbs("noun") | verbs("form", "stock")


@cache
def masked_figure() -> re.Pattern[str]:
    """Return the pattern of a run of asterisks where a number stood: a unit follows."""
    return re.compile(rf"\*+(?={longest(row['unit'] for row in read_rows('text/units'))})")


@cache
def _joined_verb() -> re.Pattern[str]:
    """Return the pattern of a link and the verb behind it."""
    return re.compile(rf"[、和与及]+(?:{verb_pattern().pattern})")


@cache
def _hidden_pattern(suffixed: bool) -> re.Pattern[str]:
    """Return what may hold a verb without being one: terms, quotations, where a suffix follows nouns made of a verb."""
    noun, suffix = longest(verbs("noun")), longest(particles("suffix"))
    nouns = f"|(?:{noun}){{1,3}}(?={suffix})" if suffixed else ""
    return re.compile(f"“[^“”]*”|{term_pattern().pattern}|{longest(particles('whole_word'))}{nouns}")
