"""What an id stands for, as a terminal and a notebook show it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from analysis.evidence.page import environment, source
from analysis.evidence.spans import Quote
from analysis.evidence.words import Words, both


class Line(NamedTuple):
    """One thing that is known, under its name."""

    name: Words
    value: Words | str


@dataclass(frozen=True)
class Block:
    """All that is known of one row of a table; ``state`` colours the quote."""

    kind: str
    id: str
    lines: tuple[Line, ...]
    quote: Quote | None = None
    state: str = ""

    @property
    def title(self) -> Words:
        """What kind of thing it is."""
        return both("kind", self.kind)


@dataclass(frozen=True)
class Shown:
    """What `show` found: prints in a terminal, shows itself in Jupyter.

    Attributes
    ----------
    id : str
        The id asked for.
    blocks : tuple of Block
        What it stands for, and what that rests on.
    """

    id: str
    blocks: tuple[Block, ...]

    def __str__(self) -> str:
        return "\n\n".join("\n".join(_printed(block)) for block in self.blocks)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return environment().get_template("shown.html.j2").render(shown=self, style=source("marks.css"))


def _printed(block: Block) -> list[str]:
    width = max((_width(str(line.name)) for line in block.lines), default=0)
    lines = [f"{block.title} {block.id}"]
    if block.quote:
        lines.append(f"  {block.quote.before}⟦{block.quote.marked}⟧{block.quote.after}".replace("\n", " "))
    return lines + [f"  {line.name}{' ' * (width - _width(str(line.name)))}  {line.value}" for line in block.lines]


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
