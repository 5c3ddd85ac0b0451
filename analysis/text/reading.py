"""Decoded texts: bytes to characters, and a folded view of the same length on which patterns match."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.errors import InputError
from analysis.text.folding import fold

#: A report holds some ten thousand characters; what is larger than this is something else.
MAX_BYTES: Final = 50 * 1024 * 1024

MASK: Final = re.compile(r"[*＊]{2,}")
_LINE: Final = re.compile(r"[^ \n](?:[^\n]*[^ \n])?")
_HAN: Final = re.compile(r"[㐀-鿿]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
#: Shares by which a wrong decoding is told from a right one; a right one is far above, a wrong one far below.
_GB_COMMON: Final = 0.8
_UTF16_HAN: Final = 0.3


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
        every line end as LF; markup is blank, and so are line ends where a text was wrapped at a fixed width.
    masks : tuple of (int, int)
        Runs of two or more asterisks.
    sha256, source_sha256 : str
        Of ``text`` in UTF-8, and of the bytes it was read from ("" if there were none).
    """

    text: str
    folded: str
    masks: tuple[tuple[int, int], ...]
    sha256: str
    source_sha256: str = ""

    def __len__(self) -> int:
        return len(self.text)

    def masked(self, start: int, end: int) -> bool:
        """Say whether a mask overlaps or touches ``[start, end)``."""
        return any(first <= end and start <= last for first, last in self.masks)


def make_text(text: str, source_sha256: str = "") -> Text:
    """Return a text with its folded view, masks and hash.

    Examples
    --------
    >>> view = make_text("受理１２件，办结**件")
    >>> view.folded, view.masks
    ('受理12件,办结**件', ((8, 10),))
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    masks = tuple(match.span() for match in MASK.finditer(text))
    return Text(text, fold(text), masks, hashlib.sha256(text.encode("utf-8")).hexdigest(), source_sha256)


def lines(view: Text, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
    r"""Return the spans of the lines between two positions, without outer blanks; blank lines are left out.

    Examples
    --------
    >>> lines(make_text("  一、总体情况\n\n　正文"))
    ((2, 8), (11, 13))
    """
    return tuple(match.span() for match in _LINE.finditer(view.folded, start, len(view) if end is None else end))


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
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


def decode(data: bytes, name: str) -> str:
    """Return the characters of a text in UTF-8, UTF-16 or GB18030 (GBK, GB 2312).

    Raises
    ------
    InputError
        It is none of these; the message calls it `name`.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            found = _attempt(data, encoding)
            if found is None:
                raise InputError(f"{name} begins as {encoding} but is not: half-written or damaged. Save it again.")
            return found
    if b"\x00" in data:
        for encoding in ("utf-16-le", "utf-16-be"):
            found = _attempt(data, encoding)
            if found is not None and len(_HAN.findall(found)) >= _UTF16_HAN * len(found):
                return found
        raise InputError(f"{name} is not a text but a binary file under the name of a text. Export it as text.")
    found = _attempt(data, "utf-8")
    if found is not None:
        return found
    found = _attempt(data, "gb18030")
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
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _is_chinese(text: str) -> bool:
    """Say whether most Han characters are common ones (GB 2312, level 1), as after a wrong decoding they are not."""
    han = _HAN.findall(text)
    common = sum(1 for character in han if b"\xb0" <= character.encode("gb18030")[:1] <= b"\xd7")
    return bool(han) and common >= _GB_COMMON * len(han)
