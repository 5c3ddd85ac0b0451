"""Every word of the evidence is there in both languages, and none is left over."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from analysis import evidence
from analysis.contract import spec
from analysis.evidence.words import both, period

FOLDER = Path(evidence.__file__).parent
LABELS = tomllib.loads((FOLDER / "labels.toml").read_text(encoding="utf-8"))


def test_both_languages_say_something() -> None:
    assert all(set(pair) == {"zh", "en"} and all(pair.values()) for kind in LABELS.values() for pair in kind.values())


def test_no_wording_is_left_over() -> None:
    files = [*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.j2"), *FOLDER.glob("templates/page/*.js")]
    used = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert not [key for key in LABELS["words"] if f'"{key}"' not in used and not re.search(rf"\bW\.{key}\b", used)]


def test_the_script_says_nothing_that_has_no_words() -> None:
    script = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("templates/page/*.js"))
    named = {*re.findall(r"\bW\.(\w+)", script), *re.findall(r'column\("(\w+)"', script)}
    assert len(named) > 30
    assert not named - set(LABELS["words"])


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("matches", "reason", "reason"),
        ("checks", "check", "check"),
        ("checks", "verdict", "verdict"),
        ("mentions", "status", "status"),
        ("mentions", "form", "form"),
        ("mentions", "per", "per"),
        ("mentions", "direction", "direction"),
        ("mentions", "organ", "organ"),
        ("mentions", "role", "role"),
        ("mentions", "period_basis", "period_basis"),
        ("matches", "stage", "stage"),
        ("observations", "flags", "flag"),
        ("observations", "exactness", "exactness"),
        ("documents", "genre", "genre"),
        ("documents", "coverage", "coverage"),
        ("statements", "role", "role"),
    ],
)
def test_every_value_of_a_table_has_words(table: str, column: str, kind: str) -> None:
    (allowed,) = [one.allowed for one in spec(table).columns if one.name == column]
    assert not [value for value in allowed if both(kind, value) == (value, value)]


def test_an_attribute_and_a_period_have_words() -> None:
    assert both("category", "attr:uneven").en == "uneven"
    assert str(period("year:2023")) == "2023"
    assert str(period("")) == ""
