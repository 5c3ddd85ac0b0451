import pytest

from analysis.errors import TableError
from analysis.tidy import build_tidy
from tests.tidy.facts import tables

STATEMENT = {"statement_id": "a@1", "doc_id": "a", "start": 1, "end": 9, "role": "problem", "heading": True}


def code(category, coder, kind, done="independent", statement="a@1"):
    return {"statement_id": statement, "category": category, "coder": coder, "coder_type": kind, "round": done,
            "primary": True}  # fmt: skip


def build(statements, codes):
    return build_tidy(tables([], statements=statements, codes=codes))


def test_a_persons_coding_comes_before_a_machines():
    tidy = build([STATEMENT], [code("digital", "rules", "rules"), code("awareness", "first", "human")])
    assert tidy["problems"][["category", "coder"]].values.tolist() == [["awareness", "first"]]


def test_an_adjudicated_coding_comes_first():
    codes = [code("digital", "both", "human", "adjudicated"), code("awareness", "first", "human")]
    assert build([STATEMENT], codes)["problems"]["category"].tolist() == ["digital"]


def test_attributes_are_no_categories():
    codes = [
        code("digital", "rules", "rules"),
        code("attr:uneven", "rules", "rules"),
        code("attr:hedged", "rules", "rules"),
    ]
    problems = build([STATEMENT], codes)["problems"]
    assert problems[["category", "attributes"]].values.tolist() == [["digital", "hedged|uneven"]]


def test_codes_the_codebook_does_not_know_are_all_listed():
    with pytest.raises(TableError, match="no category 'digitl'") as caught:
        build([STATEMENT], [code("digitl", "rules", "rules"), code("attr:even", "rules", "rules")])
    assert len(caught.value.violations) == 2


def test_a_statement_nobody_coded_is_kept_without_category():
    plan = STATEMENT | {"statement_id": "a@20", "start": 20, "role": "plan"}
    tidy = build([STATEMENT, plan], [])
    assert tidy["problems"]["category"].tolist() == [""]
    assert tidy["plans"]["statement_id"].tolist() == ["a@20"]
