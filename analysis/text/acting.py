"""Who acts at a place of a text: one body, several together, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

DEPARTMENTS: Final = "departments"
REPORTING: Final = "reporting_body"
#: Organs of which several together are all organs.
_EXECUTIVE: Final = frozenset(("county_government", DEPARTMENTS, "townships", "all_organs"))
#: Organs of which several together are bureaus.
_BUREAUS: Final = frozenset((DEPARTMENTS, "vertical_agency", REPORTING))


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who acts at a place.

    Attributes
    ----------
    named : bool
        A body is named; ``organ`` is empty where it is none of the organs, or several of different kinds.
    territory : bool
        The sentence speaks of the whole county, whoever acts.
    meets : bool
        The body is a meeting, which acts no longer where the talk is of no meeting.
    each : tuple of str
        The organs of the bodies in their order, where several act: figures may be dealt out to them.
    """

    organ: str = ""
    named: bool = False
    territory: bool = False
    meets: bool = False
    each: tuple[str, ...] = ()


NOBODY: Final = Bearer()


def join_organs(each: Sequence[str], kind: str) -> Bearer:
    """Return who acts where bodies of some organs do together; ``kind`` is that of the first in the codebook.

    Examples
    --------
    >>> join_organs(["departments", "townships"], "body").organ
    'all_organs'
    """
    organs = set(each)
    if len(organs) > 1 and organs <= _BUREAUS:
        organs = {DEPARTMENTS}
    elif len(organs) > 1:
        organs = {"all_organs"} if organs <= _EXECUTIVE else {""}
    return Bearer(organs.pop(), named=True, meets=kind == "meeting", each=tuple(each))
