"""Properties of numbers: every form comes back with its value and span, and reading takes time in proportion."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.text.numbers import parse_decimal, parse_number
from analysis.text.quantities import Quantity, find_quantities
from analysis.text.reading import make_text

FIGURES = "零一二三四五六七八九"
WIDE = {ord(plain): ord(plain) + 0xFEE0 for plain in "0123456789,.%()"}
MULTIPLIERS = {"万": 10**4, "亿": 10**8, "百万": 10**6, "千万": 10**7, "万亿": 10**12}
UNITS = {
    "件": "件",
    "人次": "人次",
    "家": "家",
    "场(次)": "场次",
    "条（项）": "条",
    "批(次)": "批次",
    "(件)": "件",
    "户次": "户次",
}
BEFORE = {"近": "high", "约": "none", "超": "low", "超过": "low", "逾": "low", "不少于": "low", "不到": "high", "": ""}
AFTER = {"以上": "low", "以下": "high", "左右": "none", "上下": "none", "": ""}
INSIDE = {"余": "low", "多": "low", "来": "none", "": ""}

WHOLE = st.integers(1, 10**9)
DECIMAL = st.decimals(Decimal("0.01"), 9999, places=2, allow_nan=False)


def chinese(number: int) -> str:
    """Return a whole number below 10^12 as it is read aloud."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            rest = number % size
            gap = "零" if rest and rest < size // 10 else ""
            return chinese(number // size) + name + (gap + chinese(rest) if rest else "")
    text, zero = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure = number // size % 10
        if figure:
            text += ("零" if zero and text else "") + FIGURES[figure] + name
            zero = False
        else:
            zero = True
    return text or "零"


def blanks(number: int) -> str:
    return f"{number:,}".replace(",", " ")


FORMS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "separators": "{:,}".format,
    "wide": lambda number: f"{number:,}".translate(WIDE),
    "blanks": blanks,
    "chinese": chinese,
    "ideographic blank": lambda number: f"{number}　",
}


def one(text: str) -> Quantity:
    """Return the one quantity of a text that is not part of a name, and check its span."""
    (quantity,) = [found for found in find_quantities(make_text(text)) if not found.named]
    assert text[quantity.start : quantity.end] == quantity.surface
    return quantity


def bounds(value: float, *sides: str) -> tuple[float | None, float | None]:
    """Return the bounds that approximators leave of a value."""
    named = {side for side in sides if side}
    if not named:
        return value, value
    if len(named) > 1 or named == {"none"}:
        return None, None
    return (value, None) if named == {"low"} else (None, value)


@given(st.integers(0, 10**12 - 1))
def test_numbers_as_they_are_read_aloud(number: int) -> None:
    assert parse_number(chinese(number)) == number
    assert parse_number(chinese(number).replace("二千", "两千").replace("二万", "两万")) == number


@given(WHOLE, st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(UNITS)))
def test_whole_numbers_in_every_form(number: int, form: str, unit: str) -> None:
    printed = FORMS[form](number)
    quantity = one(f"全年共办理{printed}{unit},同比持平。")
    assert (quantity.surface, quantity.value, quantity.unit) == (printed + unit, number, UNITS[unit])
    assert (quantity.low, quantity.high) == (number, number)
    assert parse_number(printed) == number


@given(DECIMAL, st.sampled_from(sorted(MULTIPLIERS)), st.booleans(), st.sampled_from(["", " "]))
def test_multiplied_decimals_in_every_form(number: Decimal, multiplier: str, wide: bool, gap: str) -> None:
    printed = str(number).translate(WIDE) if wide else str(number)
    value = float(number * MULTIPLIERS[multiplier])
    quantity = one(f"投入资金{printed}{gap}{multiplier}元。")
    assert (quantity.surface, quantity.value, quantity.unit) == (f"{printed}{gap}{multiplier}元", value, "元")
    assert parse_number(f"{printed}{gap}{multiplier}") == value


@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from(["万", "亿"]))
def test_mixed_parts_add_up(large: int, small: int, multiplier: str) -> None:
    printed = f"{large}{multiplier}{small}千"
    quantity = one(f"投入资金{printed}元。")
    assert quantity.value == parse_number(printed) == large * MULTIPLIERS[multiplier] + small * 1000


@given(
    st.integers(10, 10**6),
    st.sampled_from(sorted(BEFORE)),
    st.sampled_from(sorted(INSIDE)),
    st.sampled_from(["万", "亿", ""]),
    st.sampled_from(sorted(INSIDE)),
    st.sampled_from(sorted(AFTER)),
)
def test_approximators_in_every_place(
    number: int, before: str, inner: str, multiplier: str, more: str, after: str
) -> None:
    more = more if multiplier else ""
    value = number * MULTIPLIERS.get(multiplier, 1)
    printed = f"{before}{number}{inner}{multiplier}{more}"
    quantity = one(f"投入资金{printed}元{after}。")
    assert (quantity.surface, quantity.value) == (f"{printed}元{after}", value)
    sides = BEFORE[before], INSIDE[inner], INSIDE[more], AFTER[after]
    assert (quantity.low, quantity.high) == bounds(value, *sides)
    assert parse_number(f"{printed}{after}") == value


@given(
    st.sampled_from("十百千万亿"), st.sampled_from(["近", "上", "超", "不足", ""]), st.sampled_from(["余", "多", ""])
)
def test_multipliers_alone(multiplier: str, before: str, inner: str) -> None:
    value = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[multiplier]
    printed = before + multiplier + inner
    assert parse_number(printed) == value
    if before or inner:
        quantity = one(f"走访{printed}户。")
        assert (quantity.surface, quantity.value) == (f"{printed}户", value)


@given(st.decimals(0, 300, places=2, allow_nan=False), st.sampled_from(sorted(BEFORE)), st.sampled_from(sorted(AFTER)))
def test_percentages_in_every_form(number: Decimal, before: str, after: str) -> None:
    for printed in (f"{number}%", f"{number}％", f"{number} %", f"百分之{number}", f"百分之 {number}"):
        quantity = one(f"办结率{before}{printed}{after}。")
        low, high = bounds(float(number), BEFORE[before], AFTER[after])
        ceiling = 100.0 if low is not None and high is None and number <= 100 else high
        assert (quantity.surface, quantity.value, quantity.unit) == (f"{before}{printed}{after}", float(number), "%")
        assert (quantity.low, quantity.high) == (low, ceiling)
        assert parse_number(before + printed + after) == float(number)
    assert one(f"差错率{number}‰。").value == parse_number(f"{number}‰") == float(number / 10)


@given(st.integers(1, 9), st.integers(1, 9))
def test_tenths_and_spoken_percentages(whole: int, part: int) -> None:
    assert one(f"占比为{FIGURES[whole]}成。").value == parse_number(f"{FIGURES[whole]}成") == 10 * whole
    spoken = f"百分之{chinese(10 * whole + part)}点{FIGURES[part]}"
    assert one(f"占比为{spoken}。").value == parse_number(spoken) == pytest.approx(10 * whole + part + part / 10)
    tenths = f"{FIGURES[whole]}成{FIGURES[part]}"
    assert (one(f"占比为{tenths}。").surface, parse_number(tenths)) == (tenths, 10 * whole + part)
    assert parse_number(f"{FIGURES[whole]}成半") == 10 * whole + 5


@given(st.integers(1, 99), st.integers(2, 100))
def test_fractions_in_every_form(part: int, whole: int) -> None:
    if part >= whole:
        return
    for printed in (f"{part}/{whole}", f"{whole}分之{part}", f"{chinese(whole)}分之{chinese(part)}"):
        expected = float(part) if whole == 100 and "/" not in printed else float(parse_decimal(f"{part}/{whole}") or 0)
        quantity = one(f"约谈的企业占{printed}左右。")
        assert quantity.value == parse_number(printed) == expected
        assert (quantity.surface, quantity.low, quantity.high) == (f"{printed}左右", None, None)


@given(
    st.integers(2, 10**5),
    st.integers(1, 10**5),
    st.sampled_from(["至", "到", "-", "—", "~", "～", "－"]),
    st.sampled_from(["名", "件", "万元", "%", "个工作日"]),
    st.booleans(),
)
def test_ranges_in_every_form(low: int, more: int, sign: str, unit: str, twice: bool) -> None:
    printed = f"{low}{unit if twice else ''}{sign}{low + more}{unit}"
    factor = 10**4 if unit == "万元" else 1
    quantity = one(f"每案调整{printed}。")
    assert (quantity.surface, quantity.value, quantity.kind) == (printed, None, "range")
    assert (quantity.low, quantity.high) == (low * factor, (low + more) * factor)
    assert parse_number(f"{low}{sign}{low + more}") is None


@given(st.integers(1, 99), st.sampled_from(["{}", "第{}"]), st.sampled_from(["名", "位", "名次"]))
def test_ranks_in_figures_and_words(number: int, form: str, unit: str) -> None:
    for figure in (str(number), chinese(number)):
        found = find_quantities(make_text(f"考核位列全省第{figure}{unit}。"))
        assert [(rank.value, rank.kind, rank.unit) for rank in found] == [(number, "rank", "位")]


TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(
        "0123456789０１９,，. 　一二两三十百千万亿余多几半成数点分之/%‰第前近超约上至~"
        "-—()（）件次个月名年日时*＊“”《》、。\n+×N",
        max_size=120,
    ),
    st.lists(
        st.sampled_from(
            [
                "近",
                "上",
                "不少于",
                "百",
                "万",
                "余",
                "3",
                "1,2",
                "20",
                "%",
                "成",
                "分之",
                "个",
                "多",
                "月",
                "半",
                "件",
                "(次)",
            ]
            + [
                "第",
                "名",
                "至",
                "—",
                "*",
                "**",
                ".",
                " ",
                "点",
                "五",
                "数",
                "以上",
                "、",
                "分别为",
                "元",
                "2023年",
                "/",
                "前",
            ]
        ),
        max_size=40,
    ).map("".join),
)


@settings(max_examples=300)
@given(TEXTS)
@example("**.5%，9**.5%")
@example("3．．5万％（次）")
def test_any_text_is_read_with_true_spans(text: str) -> None:
    view = make_text(text)
    end = 0
    for quantity in find_quantities(view):
        assert end <= quantity.start < quantity.end
        assert view.text[quantity.start : quantity.end] == quantity.surface
        assert not quantity.masked or (quantity.value, quantity.low, quantity.high) == (None, None, None)
        assert quantity.low is None or quantity.high is None or quantity.low <= quantity.high
        end = quantity.end
    parse_number(text)


def seconds(text: str) -> float:
    view = make_text(text)
    begin = time.process_time()
    find_quantities(view)
    return time.process_time() - begin


@pytest.mark.parametrize(
    "pattern",
    [
        "1",
        "一",
        "*",
        "(",
        "“",
        ",",
        " ",
        "1,",
        "1 ",
        "1.",
        "1 .",
        "万5",
        "3万5千",
        "一5",
        "百分之",
        "一成",
        "半",
        "5余万",
        "1/2/",
    ]
    + ["1-", "至少", "第1", "分别为1、", "1(", "(1", "*1", "1**", "一,*( “1", "〇一〔《", "千米", "成千"],
)
def test_time_grows_with_the_length(pattern: str) -> None:
    """A pattern that takes time by the square of the length takes sixteen times as long; in proportion, four times."""
    length = 20_000
    longer, shorter = (pattern * length)[: 4 * length], (pattern * length)[:length]
    assert any(seconds(longer) < 6.5 * seconds(shorter) + 0.01 for _ in range(3))


def test_a_megabyte_of_anything_is_read() -> None:
    size = 1_000_000
    texts = ["1" * size, "*" * size, "(" * size, "一" * size, "," * size, " " * size, ("1" * 50_000 + "一*(, “") * 19]
    begin = time.process_time()
    for text in texts:
        assert len(find_quantities(make_text(text))) <= len(text) // 1000
    assert time.process_time() - begin < 30
