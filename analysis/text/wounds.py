"""What a text has suffered on its way: masks, damaged characters, lost marks, advertising, a missing end."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from analysis.codebook import read_rows, read_toml
from analysis.text.reading import Text, lines

_HAN: Final = re.compile(r"[\u3400-\u9fff]")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["wound"], re.compile(row["pattern"])) for row in read_rows("text/wounds"))


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(row['traditional'] for row in read_rows('text/traditional'))}]")


def find_wounds(view: Text, coverage: str = "full") -> tuple[str, ...]:
    """Return what a text has suffered, in the words of `documents.wounds`, sorted.

    What cannot be read costs a figure only where it touches it: a damaged character is a mask, see
    `analysis.text.reading.MASK`, and nothing is read from an advertisement, see `analysis.text.advertising`.

    Parameters
    ----------
    view : Text
        The decoded text.
    coverage : str
        As in table `documents`; a partial text is cut off.

    Examples
    --------
    >>> from analysis.text.reading import make_text
    >>> find_wounds(make_text("2021年,**县按照《纲要(20212025年)》受理\ufffd件。"))
    ('garbled', 'lost_marks', 'masked')
    """
    found = set(view.wounds)
    found |= {wound for wound, pattern in _patterns() if pattern.search(view.text)}
    if any(view.text[start] != "\ufffd" for start, _ in view.masks):
        found.add("masked")
    bounds = read_toml("text/metadata")["wounds"]
    traditional = len(_traditional().findall(view.text))
    if traditional and traditional > bounds["traditional"] * len(_HAN.findall(view.text)):
        found.add("traditional")
    if coverage == "partial":
        found.add("cut_off")
    if _is_links(view, bounds):
        found.add("links_only")
    return tuple(sorted(found))


def _is_links(view: Text, bounds: dict[str, float]) -> bool:
    """Say whether a text is a list of links: many lines, all short, hardly one that ends a sentence."""
    texts = [view.folded[start:end] for start, end in lines(view)]
    ended = sum(text.endswith(("。", ";")) for text in texts)
    short = sum(len(text) <= bounds["link_chars"] for text in texts)
    return len(texts) >= bounds["link_lines"] and short >= 0.95 * len(texts) and ended <= 0.02 * len(texts)
