"""Copies: one report that came from two places is read once, and never taken for another unit's or year's."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from analysis.errors import InputError
from analysis.extract.inputs import Input
from analysis.text.chrome import find_chrome, lines_without
from analysis.text.reading import Text

#: What makes a report that of another: a copy has none of these otherwise.
_IDENTITY: Final = (
    "province",
    "prefecture",
    "county",
    "adcode",
    "parent_adcode",
    "issuer_type",
    "issuer",
    "report_year",
)
_BLANK: Final = re.compile(r"\s+")


def digest_body(view: Text) -> str:
    """Return the SHA-256 of what a report says: its folded text without page chrome and blanks; "" if nothing is left.

    Two sites print one report with other breadcrumbs, dates of publication, widths of digits and line ends; what the
    report says is the same.
    """
    said = (view.folded[start:end] for start, end in lines_without(view, find_chrome(view)))
    body = _BLANK.sub("", "".join(said))
    return hashlib.sha256(body.encode()).hexdigest() if body else ""


def without_copies(inputs: Sequence[Input], read_document: Callable[[Input], Mapping[str, str]]) -> list[Input]:
    """Keep the first of several inputs with one report; the others become duplicates of it.

    Equal bodies are one report unless something else is known of the two: another place, issuer or year, be it given
    by a person or printed by the page. Those are kept both, and the reason says so.

    Parameters
    ----------
    inputs : sequence of Input
        As they were read.
    read_document : callable
        Returns the row of `documents` of an input.

    Raises
    ------
    InputError
        Two different reports would have one id.
    """
    first: dict[str, list[Input]] = {}
    ids: dict[str, Input] = {}
    settled = []
    for item in inputs:
        if item.status == "read":
            alike = first.setdefault(item.body or item.sha256, [])
            own = read_document(item) if alike else {}
            original = next((other for other in alike if not _differences(own, read_document(other))), None)
            if original is not None:
                same = "same text as" if original.sha256 == item.sha256 else "same report, in another page, as"
                item = replace(item, status="duplicate", doc_id=original.doc_id, reason=f"{same} {original.path}")
            else:
                if alike:
                    other = alike[0]
                    named = ", ".join(_differences(own, read_document(other)))
                    item = replace(item, reason=f"same wording as {other.path}, but another {named}: kept as a report")
                if item.doc_id in ids:
                    raise InputError(
                        f"{ids[item.doc_id].path} and {item.path} would both be document {item.doc_id}. Rename one of "
                        "the files, or give each a doc_id in manifest.csv or in the table."
                    )
                alike.append(item)
                ids[item.doc_id] = item
        settled.append(item)
    return settled


def _differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return [name for name in _IDENTITY if one[name] and other[name] and one[name] != other[name]]
