"""The automatic numbers of a Word file, which stand in no paragraph: written out, so that a heading has its label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS: Final = 9
_DIGITS: Final = "〇一二三四五六七八九"
_LEGAL: Final = "零壹贰叁肆伍陆柒捌玖"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"
#: Formats that count in Chinese words, digit by digit, and with one character a number, by their names in the standard.
_COUNTING: Final = frozenset(
    [
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "koreanCounting",
        "koreanDigital2",
    ]
)
_SEQUENCES: Final = {
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "ideographTraditional": _STEMS,
    "ideographZodiac": _BRANCHES,
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
}


@dataclass(frozen=True)
class _Level:
    """How one level of a list is numbered."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False
    restart: bool = True
    close: bool = False
    style: str = ""


@dataclass
class _List:
    """The levels of a list and how far each has been counted."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


def write_numbers(document: Any, numbering: Any | None, styles: Any | None) -> None:
    """Put the automatic number of every paragraph in front of it, in place, and take the paragraph out of its list.

    Parameters
    ----------
    document, numbering, styles : lxml element
        The parts of a .docx file (ECMA-376, part 1, section 17.9).
    """
    if numbering is None:
        return
    by_style = _by_style(styles)
    lists, numbers = _lists(numbering, by_style)
    begun: set[str] = set()
    for paragraph in document.iter(f"{W}p"):
        style = _value(paragraph, "pPr/pStyle")
        number, depth = _number_of(paragraph, by_style.get(style, ("", "")))
        if number not in numbers:
            continue
        key, starts, own = numbers[number]
        counted = lists[key]
        levels = counted.levels | own
        level = int(depth) if depth.isdecimal() else next((n for n, it in levels.items() if it.style == style), 0)
        level = min(level, _LEVELS - 1)
        if number not in begun:
            begun.add(number)
            counted.counts |= {place: start - 1 for place, start in starts.items()}
        label = _count(_List(levels, counted.counts), level)
        _put(paragraph, label)


def _count(numbered: _List, level: int) -> str:
    """Count one paragraph of a level and return its label."""
    levels, counts = numbered.levels, numbered.counts
    form = levels.get(level, _Level())
    counts[level] = counts.get(level, form.start - 1) + 1
    for deeper in [place for place in counts if place > level and levels.get(place, _Level()).restart]:
        del counts[deeper]
    if form.form in {"bullet", "none"}:
        return ""
    label = form.text
    for place in range(_LEVELS):
        if f"%{place + 1}" in label:
            other = levels.get(place, _Level())
            count = counts.setdefault(place, other.start)
            label = label.replace(f"%{place + 1}", write_number(count, "decimal" if form.legal else other.form))
    return label + ("" if form.close or not label or label[-1] > "\x7f" else " ")


def write_number(number: int, form: str) -> str:
    """Return a number in one of the formats of the standard; one that is not known counts in digits.

    Examples
    --------
    >>> [write_number(21, form) for form in ("chineseCounting", "decimal", "upperRoman", "lowerLetter")]
    ['二十一', '21', 'XXI', 'u']
    """
    if form in _COUNTING and 0 < number < 10_000:
        return _words(number)
    if form in {"ideographDigital", "japaneseDigitalTenThousand"}:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if form in {"chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"} and 0 < number < 10_000:
        return _words(number, _LEGAL, "拾佰仟")
    if form in _SEQUENCES and 0 < number <= len(_SEQUENCES[form]):
        return _SEQUENCES[form][number - 1]
    if form in {"upperRoman", "lowerRoman"} and 0 < number < 4000:
        return _roman(number) if form == "upperRoman" else _roman(number).lower()
    if form in {"upperLetter", "lowerLetter"} and 0 < number < 1000:
        letter = chr(ord("A" if form == "upperLetter" else "a") + (number - 1) % 26)
        return letter * (1 + (number - 1) // 26)
    if form == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _words(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """Return a number below ten thousand in Chinese words."""
    places = str(number)
    words = ""
    for place, digit in enumerate(places):
        power = len(places) - place - 1
        if digit != "0":
            words += digits[int(digit)] + (units[power - 1] if power else "")
        elif words and not words.endswith("零") and places[place:].strip("0"):
            words += "零"
    return words.removeprefix("一") if words.startswith("一十") else words


def _roman(number: int) -> str:
    signs = zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
                ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"), strict=True)  # fmt: skip
    words = ""
    for value, sign in signs:
        times, number = divmod(number, value)
        words += sign * times
    return words


def _put(paragraph: Any, label: str) -> None:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = paragraph.makeelement(f"{W}pPr")
        paragraph.insert(0, properties)
    for own in properties.findall(f"{W}numPr"):
        properties.remove(own)
    none = properties.makeelement(f"{W}numPr")  # also where the style numbers it
    none.append(none.makeelement(f"{W}numId", {f"{W}val": "0"}))
    properties.append(none)
    run = paragraph.makeelement(f"{W}r")
    words = run.makeelement(f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    words.text = label
    run.append(words)
    paragraph.insert(paragraph.index(properties) + 1, run)


def _number_of(paragraph: Any, style: tuple[str, str]) -> tuple[str, str]:
    """Return the list and level of a paragraph: its own, else those of its style."""
    own = paragraph.find(f"{W}pPr/{W}numPr")
    if own is None:
        return style
    return _value(own, "numId") or style[0], _value(own, "ilvl") or ("" if style[0] else "0")


def _by_style(styles: Any | None) -> dict[str, tuple[str, str]]:
    """Return the list and level of every style, its own or that of the style it is based on."""
    rows = {} if styles is None else {style.get(f"{W}styleId", ""): style for style in styles.iter(f"{W}style")}
    found: dict[str, tuple[str, str]] = {}
    for name in rows:
        number, depth, at, seen = "", "", name, set[str]()
        while at in rows and at not in seen:
            seen.add(at)
            number = number or _value(rows[at], "pPr/numPr/numId")
            depth = depth or _value(rows[at], "pPr/numPr/ilvl")
            at = _value(rows[at], "basedOn")
        found[name] = number, depth
    return found


def _lists(
    numbering: Any, by_style: dict[str, tuple[str, str]]
) -> tuple[dict[str, _List], dict[str, tuple[str, dict[int, int], dict[int, _Level]]]]:
    """Return the lists, and for every number of one: its list, where it starts anew, its own levels."""
    lists: dict[str, _List] = {}
    links: dict[str, str] = {}
    for abstract in numbering.iter(f"{W}abstractNum"):
        key = abstract.get(f"{W}abstractNumId", "")
        lists[key] = _List(dict(_levels(abstract)))
        links[key] = _value(abstract, "numStyleLink")
    numbers: dict[str, tuple[str, dict[int, int], dict[int, _Level]]] = {}
    for number in numbering.iter(f"{W}num"):
        starts: dict[int, int] = {}
        own: dict[int, _Level] = {}
        for override in number.iter(f"{W}lvlOverride"):
            if (start := _value(override, "startOverride")).isdecimal():
                starts[_integer(override.get(f"{W}ilvl", "0"))] = int(start)
            own |= dict(_levels(override))
        key = _value(number, "abstractNumId")
        if key in lists:
            numbers[number.get(f"{W}numId", "")] = key, starts, own
    for key, style in links.items():
        target = numbers.get(by_style.get(style, ("", ""))[0])
        if style and target:
            lists[key] = lists[target[0]]
    return lists, numbers


def _levels(parent: Any) -> Iterator[tuple[int, _Level]]:
    for level in parent.iter(f"{W}lvl"):
        start = _value(level, "start")
        yield (
            _integer(level.get(f"{W}ilvl", "0")),
            _Level(
                start=int(start) if start.isdecimal() else 1,
                form=_value(level, "numFmt") or "decimal",
                text=_value(level, "lvlText"),
                legal=level.find(f"{W}isLgl") is not None,
                restart=_value(level, "lvlRestart") != "0",
                close=_value(level, "suff") == "nothing",
                style=_value(level, "pStyle"),
            ),
        )


def _integer(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 3 else 0


def _value(element: Any, path: str) -> str:
    """Return the value of an element below another, "" where there is none."""
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return "" if found is None else str(found.get(f"{W}val", ""))[:200]
