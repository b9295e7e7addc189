"""How wide names come out: letters of East Asian scripts take two, and no line, label or box is
wider than said.
"""

from __future__ import annotations

import pytest

from cxcase.export import text_fit
from cxcase.report.charts.drawing import labels, style
from cxcase.report.charts.drawing.widths import columns, shorten, wrap

JAPANESE = "修理のご依頼からご訪問までの待ち時間のわかりやすさについて"
KOREAN = "청구서를 이해하기가 얼마나 쉬웠습니까 그리고 문의는 얼마나 편리했습니까"
ARABIC = "مدى سهولة فهم الفاتورة والرد على الاستفسارات"
NAMES = (
    JAPANESE,
    KOREAN,
    ARABIC,
    "ＦＵＬＬ　ｗｉｄｔｈ",
    "An e-mail about the 訪問 and the invoice",
    "Donaudampfschifffahrtsgesellschaft",
    "Plain words that wrap as they always did, at spaces",
)
LETTERS = [("abc", 3), ("訪問", 4), ("ｱｲ", 2), ("Ａ1", 3), ("e\u0301", 1), ("한국", 4), ("…", 1)]


@pytest.mark.parametrize(("text", "wide"), LETTERS)
def test_wide_letters_take_two_and_marks_none(text: str, wide: int) -> None:
    assert columns(text) == wide


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [9, 22, 26])
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(name: str, width: int) -> None:
    rows = wrap(name, width)
    assert all(columns(row) <= width for row in rows)
    letters = "".join(rows).replace(" ", "").replace("-", "").replace("\u3000", "")
    assert letters == name.replace(" ", "").replace("-", "").replace("\u3000", "")
    few = wrap(name, width, 2)
    assert len(few) <= 2
    assert all(columns(row) <= width for row in few)
    assert (few == rows) == (len(rows) <= 2)
    assert (few[-1].endswith("…")) == (len(rows) > 2)


def test_no_wide_letter_stands_alone_on_the_last_line() -> None:
    rows = wrap("請求書のわかりやすさについてです", 26)
    assert [len(row) for row in rows] in ([8, 8], [9, 7])


@pytest.mark.parametrize("name", NAMES)
def test_a_title_keeps_what_it_can_of_a_name(name: str) -> None:
    short = shorten(name, 24)
    assert columns(short) <= 24
    assert columns(short) >= 8 or short == name
    assert style.brief(JAPANESE).startswith(JAPANESE[:20])


def test_wide_names_have_their_room_beside_bubbles_and_rows() -> None:
    wide, narrow = (
        labels.Bubble(name, 5.0, 1.0, 10.0, 0.5, 1.5) for name in ("訪問の約束を守る", "abcdefgh")
    )
    sizes = []
    for bubble in (wide, narrow):
        (label,), _ = labels.arrange([bubble], (0.0, 10.0), (0.0, 2.0))
        sizes.append(2 * (label.right - bubble.radius - 4))
    assert sizes[0] - 4 == pytest.approx(2 * (sizes[1] - 4))
    left = [
        style.blank("light", "t", "s", names=[n]).layout.margin.l
        for n in ("訪問の約束を守る", "abcdefgh")
    ]
    assert left[0] - left[1] == pytest.approx(8 * 7.4, abs=1)


def test_boxes_of_slides_know_wide_letters() -> None:
    assert text_fit.width("訪問", 10) == pytest.approx(20 * text_fit.SAFETY)
    assert text_fit.width("ᄒ", 10) == pytest.approx(
        10 * text_fit.SAFETY
    )  # a jamo, below the ideographs
    assert text_fit.width("ｱ", 10) < 0.6 * text_fit.width("ア", 10)
    assert text_fit.width("e\u0301", 10) == text_fit.width("e", 10)
    assert text_fit.lines("訪" * 10, 10, 50) == 3  # ten letters of 10.4 points in 50
