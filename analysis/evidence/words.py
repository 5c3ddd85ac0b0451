"""The words of the evidence in both languages: labels.toml beside this module, then the codebook's own labels."""

from __future__ import annotations

import tomllib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from analysis import codebook


class Words(NamedTuple):
    """One thing to say, in Chinese and English; in HTML both are there and the page's language hides one."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if self.zh == self.en else f"{self.zh} {self.en}"

    def __html__(self) -> str:
        if self.zh == self.en:
            return escape(self.zh)
        return (
            f'<span class="zh" lang="zh-CN">{escape(self.zh)}</span><span class="en" lang="en">{escape(self.en)}</span>'
        )


@cache
def _own() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "labels.toml").read_text(encoding="utf-8"))


def words(key: str, **values: Any) -> Words:
    """Return one of the evidence's own wordings, with values put in."""
    pair = _own()["words"][key]
    return Words(pair["zh"].format(**values), pair["en"].format(**values)) if values else Words(pair["zh"], pair["en"])


def all_words() -> dict[str, Words]:
    """Return every wording of the evidence's own by its key, values not put in."""
    return {key: Words(pair["zh"], pair["en"]) for key, pair in _own()["words"].items()}


def both(kind: str, key: str) -> Words:
    """Return the labels of a value of a table; the value itself where there is none.

    Examples
    --------
    >>> both("state", "masked")
    Words(zh='被遮盖', en='masked')
    >>> str(both("indicator", "no_such"))
    'no_such'
    """
    pair = _own().get(kind, {}).get(key)
    if pair:
        return Words(pair["zh"], pair["en"])
    if kind == "component":
        rows = codebook.rows_by("tidy/components", "component")
        return Words(rows[key]["label_zh"], rows[key]["label_en"]) if key in rows else Words(key, key)
    if kind == "category" and key.startswith("attr:"):
        kind, key = "attribute", key.removeprefix("attr:")
    name = key if kind in {"indicator", "category"} else f"{kind}:{key}"
    labels = [codebook.label(name, lang) for lang in ("zh", "en")]
    return Words(*(key if label == name else label for label in labels))


def states() -> tuple[str, ...]:
    """Return what can become of a figure, in the order of the page's legend."""
    return tuple(_own()["state"])


def period(value: str) -> Words:
    """Return a period such as ``year:2024`` in words.

    Examples
    --------
    >>> str(period("span:2022-2024"))
    '跨年 2022-2024 span of years 2022-2024'
    """
    kind, _, what = value.partition(":")
    if not value or kind == "year":
        return Words(what, what)
    label = both("period", kind)
    return Words(f"{label.zh} {what}".strip(), f"{label.en} {what}".strip())
