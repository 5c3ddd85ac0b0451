"""One report and all that was found in it, as rows of the extracted tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

from analysis import bounds
from analysis.codebook import digest
from analysis.errors import InputError
from analysis.text.chrome import Span, find_chrome
from analysis.text.codes import Code, Content, find_codes, find_contents
from analysis.text.divisions import PLACE_FIELDS, complete_place
from analysis.text.mentions import find_mentions
from analysis.text.metadata import Evidence, find_metadata
from analysis.text.parts import Section
from analysis.text.reading import Text, tame
from analysis.text.sections import find_sections
from analysis.text.statements import Statement, find_statements
from analysis.text.wounds import find_wounds

Row = dict[str, Any]
Rows = dict[str, list[Row]]

#: Columns of `mentions` that hold words of the report; the surface is a figure, whatever sign it begins with.
_WORDS: Final = ("qualifier", "measure", "action")
#: Who says so in ``codes.coder`` and ``contents.coder``.
CODER: Final = "rules"


@dataclass(frozen=True)
class Report:
    """One report with all that was found in it, and the evidence for its metadata.

    Attributes
    ----------
    doc_id : str
        Id of the document.
    view : Text
        The decoded text.
    document : dict
        The row of `documents`.
    evidence : tuple of Evidence
        Why each field has its value.
    sections, mentions, statements, codes, contents
        As the functions of `analysis.text` return them.
    """

    doc_id: str
    view: Text
    document: Row
    evidence: tuple[Evidence, ...]
    sections: tuple[Section, ...]
    mentions: tuple[Row, ...]
    statements: tuple[Statement, ...]
    codes: tuple[Code, ...]
    contents: tuple[Content, ...]

    @cached_property
    def rows(self) -> Rows:
        """Return the rows of every table of this report."""
        doc = {"doc_id": self.doc_id}
        at = f"{self.doc_id}@{{}}".format
        extractor = _extractor()
        return {
            "documents": [self.document],
            "sections": [doc | section._asdict() for section in self.sections],
            "mentions": [
                {
                    "mention_id": at(mention["start"]),
                    **doc,
                    **mention,
                    **{name: tame(mention[name]) for name in _WORDS},
                    "extractor": extractor,
                }
                for mention in self.mentions
            ],
            "statements": [
                {"statement_id": at(statement.start), "parent_id": _parent(at, statement)}
                | doc
                | {name: getattr(statement, name) for name in ("start", "end", "role", "heading")}
                for statement in self.statements
            ],
            "codes": [
                {
                    "statement_id": at(code.start),
                    "category": code.category,
                    "coder": CODER,
                    "primary": code.primary,
                    "coder_type": "rules",
                    "round": "independent",
                }
                for code in self.codes
            ],
            "contents": [doc | content._asdict() | {"coder": CODER} for content in self.contents],
        }


@cache
def _extractor() -> str:
    """Name who read the text: this package, with the rules it read by."""
    return f"fazhi {digest('text')[:12]}"


def _parent(at: Any, statement: Statement) -> str:
    return "" if statement.parent_start is None else at(statement.parent_start)


def read_view(view: Text, doc_id: str, manifest: Mapping[str, str] | None = None, source: str = "") -> Report:
    """Find all that a decoded text says.

    Parameters
    ----------
    view : Text
        The decoded text.
    doc_id : str
        Id of the document.
    manifest : mapping, optional
        Columns of `documents` that a person gave for this report; they win over what is found, empty ones do not.
    source : str
        Name of the file or address of the page.

    Raises
    ------
    InputError
        The text holds nothing but blanks, or more characters than a report may.
    """
    if not view.folded.strip():
        raise InputError(f"{source or doc_id} is empty. Give the text of a report.")
    if len(view) > bounds.REPORT:
        raise InputError(f"{source or doc_id} has {len(view):,} characters; a report may have {bounds.REPORT:,}.")
    chrome: tuple[Span, ...] = find_chrome(view)
    sections = find_sections(view, chrome)
    metadata = find_metadata(view, sections, chrome)
    given = {name: value for name, value in (manifest or {}).items() if value}
    fields = _given_first(metadata.fields, given)
    document = {
        "doc_id": doc_id,
        **{name: tame(value) if isinstance(value, str) else value for name, value in fields.items()},
        "source": given.get("source") or source or doc_id,
        "sha256": view.sha256,
        "source_sha256": view.source_sha256,
        "wounds": "|".join(find_wounds(view, fields["coverage"])),
    }
    evidence = (
        *(item for item in metadata.evidence if fields.get(item.field) == metadata.fields.get(item.field)),
        *(Evidence(name, value, 0, 0, "manifest.csv") for name, value in sorted(given.items()) if name in fields),
    )
    statements = find_statements(view, sections)
    return Report(
        doc_id,
        view,
        document,
        evidence,
        sections,
        tuple(find_mentions(view, sections, fields)),
        statements,
        find_codes(view, statements),
        find_contents(view, sections),
    )


def _given_first(found: Mapping[str, Any], given: Mapping[str, str]) -> Row:
    """Return the fields with those a person gave in front; a given place is completed from the list of divisions.

    Where the list has no such place, e.g. by a code it does not know, what the text says of the place stays.
    """
    fields = dict(found) | {name: value for name, value in given.items() if name in found}
    if fields["report_year"] is not None:
        fields["report_year"] = int(fields["report_year"])
    if {"county", "adcode", "prefecture", "province"} & set(given):
        place = {name: given.get(name, "") for name in PLACE_FIELDS}
        place = complete_place(place, fields["report_year"])
        fields |= place if place["county"] or place["province"] else {k: value for k, value in place.items() if value}
    return fields
