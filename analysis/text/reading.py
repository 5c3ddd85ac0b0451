"""Decoded texts: bytes to characters, and a folded view of the same length on which patterns match."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis import bounds
from analysis.errors import InputError
from analysis.text.advertising import blank, find_advertising
from analysis.text.folding import fold

#: What stands for characters that cannot be read: runs of asterisks or of their like, and what no decoding could tell.
#: It begins with one character, which is found at once.
MASK: Final = re.compile(
    r"[*＊\ufffd×✕□■▇█XxＸｘ](?:(?<=[*＊])[*＊]+|(?<=\ufffd)\ufffd*|(?<=[×✕])[×✕]+|(?<=[□■▇█])[□■▇█]+"
    r"|(?<=[XxＸｘ])(?<![A-Za-zＡ-ｚ].)[XxＸｘ]+(?![A-Za-zＡ-ｚ]))"
)
_LINE: Final = re.compile(r"[^ \n](?:[^\n]*[^ \n])?")
_HAN: Final = re.compile(r"[㐀-鿿]")
_HALF: Final = re.compile(r"[\ud800-\udfff]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
#: Signs with which a formula of a spreadsheet begins.
_FORMULA: Final = frozenset("=+-@")
#: Shares by which a wrong decoding is told from a right one; a right one is far above, a wrong one far below.
_GB_COMMON: Final = 0.8
_UTF16_HAN: Final = 0.3
#: Encodings that hold the one a page declares and what its authors wrote beyond it.
_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "utf8": "utf-8"}


@dataclass(frozen=True)
class Text:
    """A decoded text with its folded view.

    Every fold replaces one character by one character, so that a span found on ``folded`` is the same span of
    ``text``: there is no offset map that could be wrong. Blanks are therefore kept; a pattern allows for them.

    Attributes
    ----------
    text : str
        The text as decoded, byte order mark removed and CRLF turned to LF, nothing else. All offsets point into it.
    folded : str
        The same with full-width signs and digits as ASCII, traditional characters simplified, every blank as a space,
        every line end as LF; markup and advertising are blank, and so are line ends where a text was wrapped at a
        fixed width.
    masks : tuple of (int, int)
        Runs of two or more asterisks, crosses or boxes, and of characters that were damaged (U+FFFD).
    sha256, source_sha256 : str
        Of ``text`` in UTF-8, and of the bytes it was read from ("" if there were none).
    furniture : tuple of (int, int)
        Spans that the file itself tells to be no part of the report: running heads, menus, what a page hides.
    places : tuple of (int, str)
        Where each part of the text stood in the file, by the offset it begins at: ``page:3``, ``paragraph:12``.
    wounds : tuple of str
        What is wrong with the text before it is looked at: what the reader of the file knows, and advertising.
    reader : str
        Who made the text of the file, with a version; "" where the file is a text itself.
    """

    text: str
    folded: str
    masks: tuple[tuple[int, int], ...]
    sha256: str
    source_sha256: str = ""
    furniture: tuple[tuple[int, int], ...] = ()
    places: tuple[tuple[int, str], ...] = ()
    wounds: tuple[str, ...] = ()
    reader: str = ""

    def __len__(self) -> int:
        return len(self.text)

    def masked(self, start: int, end: int) -> bool:
        """Say whether a mask overlaps or touches ``[start, end)``."""
        return any(first <= end and start <= last for first, last in self.masks)


def make_text(
    text: str,
    source_sha256: str = "",
    furniture: tuple[tuple[int, int], ...] = (),
    places: tuple[tuple[int, str], ...] = (),
    wounds: tuple[str, ...] = (),
    reader: str = "",
) -> Text:
    """Return a text with its folded view, masks and hash.

    Examples
    --------
    >>> view = make_text("受理１２件，办结**件")
    >>> view.folded, view.masks
    ('受理12件,办结**件', ((8, 10),))
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if _HALF.search(text):
        text = _HALF.sub("\ufffd", text)
    masks = tuple(match.span() for match in MASK.finditer(text))
    folded = fold(text)
    if found := find_advertising(folded):
        folded, wounds = blank(folded, found), (*wounds, "advertising")
    sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Text(text, folded, masks, sha256, source_sha256, furniture, places, wounds, reader)


def tame(words: str) -> str:
    """Return words that go into a table so that no spreadsheet takes them for a formula: a first sign made full-width.

    Examples
    --------
    >>> tame("=1+1"), tame("受理12件")
    ('＝1+1', '受理12件')
    """
    return chr(ord(words[0]) + 0xFEE0) + words[1:] if words[:1] in _FORMULA else words


def cut(view: Text, start: int, end: int) -> Text:
    r"""Return a part of a text as a text of its own.

    Examples
    --------
    >>> part = cut(make_text("菜单\n一县\n菜单\n二县", furniture=((0, 2), (6, 8))), 6, 11)
    >>> part.text, part.furniture
    ('菜单\n二县', ((0, 2),))
    """
    inside = [(max(one, start) - start, min(other, end) - start) for one, other in view.furniture]
    before = [place for at, place in view.places if at <= start][-1:]
    after = [(at - start, place) for at, place in view.places if start < at < end]
    return make_text(
        view.text[start:end],
        view.source_sha256,
        tuple(span for span in inside if span[0] < span[1]),
        (*((0, place) for place in before), *after),
        tuple(wound for wound in view.wounds if wound != "advertising"),
        view.reader,
    )


def lines(view: Text, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
    r"""Return the spans of the lines between two positions, without outer blanks; blank lines are left out.

    Examples
    --------
    >>> lines(make_text("  一、总体情况\n\n　正文"))
    ((2, 8), (11, 13))
    """
    return tuple(match.span() for match in _LINE.finditer(view.folded, start, len(view) if end is None else end))


def read_bytes(path: Path, limit: int = bounds.FILE) -> bytes:
    """Return the bytes of a file that can be a report, or a table of them.

    Raises
    ------
    InputError
        The file is missing, may not be read, is empty or is larger than `limit` bytes.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise InputError(
                f"{path.name} has {size / 2**20:.0f} MB; it may have {limit // 2**20} MB. "
                "Is it an archive or a database? Put one report in one file."
            )
        data = path.read_bytes()
    except PermissionError:
        raise InputError(f"{path.name} may not be read by this user. Change its permissions.") from None
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}.") from None
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise InputError(f"{path.name} is empty.")
    return data


def read_text(path: Path) -> Text:
    """Read one report from a text file in UTF-8, UTF-16 or GB18030 (GBK, GB 2312).

    Parameters
    ----------
    path : Path
        The file. A byte order mark is not needed.

    Raises
    ------
    InputError
        The file is missing, unreadable, empty, too large, not a text, or in another encoding.
    """
    data = read_bytes(path)
    return make_text(decode(data, path.name), hashlib.sha256(data).hexdigest())


def decode(data: bytes, name: str, declared: str = "") -> str:
    """Return the characters of a text in UTF-8, UTF-16 or GB18030 (GBK, GB 2312), or in the encoding it declares.

    Where few characters are damaged, as where a download broke off inside one, each of them is U+FFFD and the rest is
    as it was.

    Parameters
    ----------
    data : bytes
        The text.
    name : str
        What to call it in a message.
    declared : str
        The encoding that it says it has; it counts if the text decodes by it.

    Raises
    ------
    InputError
        It is none of these.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            found = _attempt(data, encoding) or _mend(data, encoding)
            if found is None:
                raise InputError(f"{name} begins as {encoding} but is not: half-written or damaged. Save it again.")
            return found
    if declared and (found := _attempt(data, _WIDER.get(declared, declared))) is not None:
        return found
    if b"\x00" in data:
        for encoding in ("utf-16-le", "utf-16-be"):
            found = _attempt(data, encoding)
            if found is not None and len(_HAN.findall(found)) >= _UTF16_HAN * len(found):
                return found
        if data.count(b"\x00") > bounds.DAMAGED * len(data):
            raise InputError(f"{name} is not a text but a binary file under the name of a text. Export it as text.")
    found = _attempt(data, "utf-8")
    if found is not None:
        return found
    found = _attempt(data, "gb18030")
    if found is not None and _is_chinese(found):
        return found
    for encoding in ("utf-8", "gb18030"):
        found = _mend(data, encoding)
        if found is not None and _is_chinese(found):
            return found
    raise InputError(
        f"{name} is neither UTF-8, UTF-16 nor GB18030: damaged, cut in the middle of a character, or another "
        "encoding such as Big5. Open it in an editor and save it as UTF-8."
    )


def _attempt(data: bytes, encoding: str) -> str | None:
    """Return the decoded text, or None where it does not decode or holds control characters."""
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return None if _CONTROL.search(text) else text


def _mend(data: bytes, encoding: str) -> str | None:
    """Return the text with U+FFFD for what is no character, None where that is more than a few."""
    text = _CONTROL.sub("\ufffd", data.decode(encoding, errors="replace"))
    damaged = text.count("\ufffd") - (text[-1:] == "\ufffd")
    return None if damaged > bounds.DAMAGED * len(text) else text


def _is_chinese(text: str) -> bool:
    """Say whether most Han characters are common ones (GB 2312, level 1), as after a wrong decoding they are not."""
    han = _HAN.findall(text)
    common = sum(1 for character in han if b"\xb0" <= character.encode("gb18030")[:1] <= b"\xd7")
    return bool(han) and common >= _GB_COMMON * len(han)
