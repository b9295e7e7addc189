"""Charts: a finding as title, every interval drawn, colours as agreed, nothing cut, nobody's text
read as markup.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re

import numpy as np
import plotly.graph_objects as go
import pytest
from make_report import make_report

from cxcase.budget import Period
from cxcase.estimate import refuse
from cxcase.report import Report, charts
from cxcase.report import format as fmt
from cxcase.report.charts.drawing import labels, rows, style
from cxcase.report.charts.drawing.for_window import broadened, narrowed
from cxcase.report.page_answers import all_answers

LOOK = {  # the agreed colours, on white and on dark
    "light": {"ground": "#FFFFFF", "ink": "#1B2A3A", "muted": "#5F6B78", "grid": "#E4E8EC",
              "ex": "#7A5CA8",
              "cx": "#2F6DB5", "rx": "#1A7A62", "stake": "#A86500", "harm": "#BF3F27"},
    "dark": {"ground": "#12171D", "ink": "#E8EDF2", "muted": "#9AA7B4", "grid": "#2A333D",
             "ex": "#A98BD6",
             "cx": "#6FA8E8", "rx": "#4DBB9C", "stake": "#E5A93C", "harm": "#EE7B63"},
}  # fmt: skip
GOOD = make_report()
UGLY = make_report(ugly=True)
HALF = [
    make_report(refused="no_churn"),
    make_report(without=("plan",)),
    make_report(without=("moments", "steps")),
    make_report(without=("ex",)),
    make_report(without=("link", "base", "ex", "steps")),
]


def spec(name: str, report: Report, theme: style.Theme = "light") -> dict:
    figure = charts.draw(name, report, theme)
    assert figure is not None
    return json.loads(figure.to_json())


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_the_agreed_ones_and_can_be_read(theme: style.Theme) -> None:
    colours = style.palette(theme)
    assert vars(colours) == LOOK[theme]
    for name, colour in LOOK[theme].items():
        if name not in ("ground", "grid"):
            pair = sorted((luminance(colour), luminance(colours.ground)))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, name


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("report", [GOOD, UGLY], ids=["good", "ugly"])
@pytest.mark.parametrize("name", charts.NAMES)
def test_every_chart_draws_on_its_ground(name: str, report: Report, theme: style.Theme) -> None:
    figure = spec(name, report, theme)
    layout = figure["layout"]
    assert layout["template"]["layout"]["paper_bgcolor"] == style.palette(theme).ground
    assert "http" not in layout["template"]["layout"]["font"]["family"]
    assert layout["title"]["text"].startswith("<b>")
    assert not re.search(
        r"\bnan\b|\bNone\b|\d{8,}", layout["title"]["text"] + layout["meta"]["alt"]
    )
    assert layout["showlegend"] is False if "showlegend" in layout else True


@pytest.mark.parametrize(
    "report", HALF, ids=["refused", "no plan", "no moments", "no ex", "nothing"]
)
@pytest.mark.parametrize("name", charts.NAMES)
def test_a_half_made_case_gives_a_chart_or_none(name: str, report: Report) -> None:
    figure = charts.draw(name, report)
    assert (charts.alt(name, report) == "") == (figure is None)
    if figure is not None:
        assert figure.data or figure.layout.shapes


def test_nothing_is_drawn_where_there_is_no_figure() -> None:
    assert all(charts.draw(name, HALF[-1]) is None for name in charts.NAMES)
    drawn = [n for n in charts.NAMES if charts.draw(n, HALF[0]) is not None]
    # how it goes, and what speaks for a step, is known without a link to who left
    known = ["joins", "joins_answers", "responders", "moments_journey", "step_evidence"]
    assert drawn == known


@pytest.mark.parametrize("name", charts.NAMES)
def test_alt_text_is_the_title_and_the_numbers_that_matter(name: str) -> None:
    figure = charts.draw(name, GOOD)
    alt = charts.alt(name, GOOD)
    assert figure is not None
    first = re.sub(r"<[^>]+>", "", figure.layout.title.text.split("<br>")[0])
    assert alt.startswith(first)
    assert re.search(r"\d", alt)


def test_the_title_is_the_finding() -> None:
    title = re.sub("<[^>]+>", "", charts.draw("worth_range", GOOD).layout.title.text)
    assert title.startswith("One more point of ease goes with £2.2\u00a0m more revenue a year")
    title = re.sub("<[^>]+>", " ", charts.draw("worth_range", UGLY).layout.title.text)
    assert "can't tell yet" in title


@pytest.mark.parametrize("name", ["joins", "joins_answers"])
def test_what_is_left_and_what_fell_out_of_a_join_make_what_there_was(name: str) -> None:
    """In each row the full and the hollow bar end where the row before ends; nothing is drawn for
    nobody.
    """
    bars = [
        (t["y"][0], t["base"][0], t["x"][0], t["marker"]["color"]) for t in spec(name, GOOD)["data"]
    ]
    left = {row: length for row, start, length, _ in bars if start == 0}
    gone = {row: (start, length, colour) for row, start, length, colour in bars if start}
    assert GOOD.case.joins is not None
    steps = GOOD.case.joins.waterfall if name == "joins" else GOOD.case.joins.answers
    assert list(left.values()) == [n for _, n in steps]
    for row in range(1, len(left)):
        start, length, colour = gone.get(row, (left[row], 0, "rgba(0,0,0,0)"))
        assert (start, start + length) == (left[row], left[row - 1])
        assert colour == "rgba(0,0,0,0)"
    assert spec(name, GOOD)["layout"]["barmode"] == "overlay", (
        "else the two bars of a row stand beside each other"
    )


def test_the_joins_title_says_how_many_are_left_and_why_not_the_others() -> None:
    title = charts.alt("joins", GOOD).replace("\u00a0", " ")
    assert title.startswith(
        "4,231 of 12,003 customers (35 %) can be analysed; most of the others did not answer."
    )
    assert "12,003; … who answered the survey: 4,242 (−7,761: no answer)" in title


@pytest.mark.parametrize("name", ["worth_range", "moments_stake", "steps_npv", "ex_questions"])
def test_every_row_draws_its_whole_interval(name: str) -> None:
    """Each row has a line from its low end to its high end, and both lie inside the axis."""
    figure = spec(name, GOOD)
    low, high = figure["layout"]["xaxis"]["range"]
    lines = [t for t in figure["data"] if t["type"] == "scatter" and t.get("mode") == "lines"]
    assert len(lines) == len(figure["layout"]["yaxis"]["ticktext"])
    for line in lines:
        assert low <= line["x"][0] < line["x"][1] <= high


def test_what_cannot_be_told_from_zero_is_hollow() -> None:
    figure = spec("moments_stake", GOOD)
    priced = [m for m in GOOD.ordered_moments if not m.revenue_at_stake.refused][: style.MAX_ROWS]
    fills = [t["marker"]["color"] for t in figure["data"] if t["type"] == "bar"]
    assert fills == ["#A86500" if m.revenue_at_stake.excludes_zero else "#FFFFFF" for m in priced]


def test_moments_that_cannot_be_told_apart_are_drawn_and_named_as_a_group() -> None:
    """A line joins the rows of each group, the bubbles of the first are ringed, and the title names
    it.
    """

    ties = GOOD.moments.joint.ties
    shown = [m.name for m in GOOD.ordered_moments]
    figure = spec("moments_stake", GOOD)
    lines = [s for s in figure["layout"]["shapes"] if s.get("name") == "tied"]
    spans = {(round(s["y0"] + 0.3), round(s["y1"] - 0.3)) for s in lines}
    places = [
        sorted(shown.index(name) for name in tie if shown.index(name) < style.MAX_ROWS)
        for tie in ties
    ]
    assert spans == {(p[0], p[-1]) for p in places if len(p) > 1}
    assert spans
    first = next(tie for tie in ties if shown[0] in tie)
    title = figure["layout"]["meta"]["title"]
    assert all(style.brief(name) in title for name in first)
    assert "apart" in title
    rings = [
        t
        for t in spec("moments_map", GOOD)["data"]
        if (t.get("marker") or {}).get("color") == "rgba(0,0,0,0)"
    ]
    assert len(rings) == len(first)
    moments = GOOD.moments
    assert moments is not None
    assert moments.joint is not None
    joint = dataclasses.replace(moments.joint, ties=())
    alone = dataclasses.replace(GOOD, moments=dataclasses.replace(moments, joint=joint))
    assert not [
        s for s in spec("moments_stake", alone)["layout"]["shapes"] if s.get("name") == "tied"
    ]
    assert "carries the most" in spec("moments_stake", alone)["layout"]["meta"]["title"]


def test_the_answer_leaves_no_tied_moment_out() -> None:
    """Up to three are named; of more the first and how many there are beside it."""
    moments = GOOD.moments
    assert moments is not None
    assert moments.joint is not None
    shown = [m.name for m in GOOD.ordered_moments if not m.revenue_at_stake.refused]
    for size in (3, 5):
        joint = dataclasses.replace(moments.joint, ties=(tuple(shown[:size]),))
        tied = dataclasses.replace(GOOD, moments=dataclasses.replace(moments, joint=joint))
        said = all_answers(tied)["moments"]
        title = spec("moments_stake", tied)["layout"]["meta"]["title"]
        for text in (said, title):
            assert "can't tell them apart" in text
            assert (
                all(style.brief(name) in text for name in shown[:size])
                if size == 3
                else f"{shown[0]}” and 4 others" in text
            )


def test_questions_hold_their_place_and_are_hollow_where_zero_lies_inside() -> None:
    """Only questions stand in the chart, most first, at most seven; the title names the one that
    stands apart.
    """
    found = GOOD.link.diagnosis.items.items
    figure = spec("ex_questions", GOOD)
    assert charts.alt("ex_questions", GOOD).startswith(
        "Teams' answers to “My tools work” go with ease more"
    )
    fills = [t["marker"]["color"] for t in figure["data"] if t.get("mode") == "markers"]
    assert fills == [LOOK["light"]["ex"] if i.estimate.excludes_zero else "#FFFFFF" for i in found]
    assert len(set(fills)) == 2
    ugly = spec("ex_questions", UGLY)
    assert len(ugly["layout"]["yaxis"]["ticktext"]) == style.MAX_ROWS
    assert "2 weaker questions are not drawn" in json.dumps(ugly["layout"])
    assert charts.alt("ex_questions", UGLY).startswith(
        "Which of 9 questions goes with ease most can't"
    )


def test_at_most_seven_rows_and_the_rest_is_named_below() -> None:
    figure = spec("steps_npv", GOOD)
    assert len(figure["layout"]["yaxis"]["ticktext"]) == style.MAX_ROWS
    assert any("7 more" in a["text"] for a in figure["layout"]["annotations"])
    stake = spec("moments_stake", GOOD)
    assert any("Yearly review meeting" in a["text"] for a in stake["layout"]["annotations"])


def test_the_waterfall_ends_where_the_ledger_ends() -> None:
    figure = spec("waterfall", GOOD)
    bars = [t for t in figure["data"] if t["type"] == "bar"]
    assert bars[0]["x"][0] == pytest.approx(GOOD.moments.joint.churned_revenue)
    assert sum(b["x"][0] for b in bars[1:]) == pytest.approx(bars[0]["x"][0], abs=0.005)
    assert bars[-1]["base"][0] == pytest.approx(0.0, abs=0.005)


def _mostly_other_reasons() -> Report:
    """The company, had ten times as much left without the moments having a part in it."""
    joint = GOOD.moments.joint
    rest = 10 * joint.churned_revenue
    whole = dataclasses.replace(
        joint, unexplained=joint.unexplained + rest, churned_revenue=joint.churned_revenue + rest
    )
    return dataclasses.replace(GOOD, moments=dataclasses.replace(GOOD.moments, joint=whole))


def test_a_waterfall_of_slivers_has_its_axis_cut_and_says_so() -> None:
    report = _mostly_other_reasons()

    joint = report.moments.joint
    figure = spec("waterfall", report)
    bars = [t for t in figure["data"] if t["type"] == "bar"]
    parts = [*joint.shares.values(), joint.silent, joint.unexplained]
    drawn = [bar["x"][0] for bar in bars[1:-1]]
    assert sum(drawn) == pytest.approx(sum(parts[:-1])), "what is not cut is drawn to scale"
    assert max(drawn) > 0.05 * bars[0]["x"][0], "and can be seen"
    assert "axis is cut between £" in figure["layout"]["xaxis"]["title"]["text"]
    cuts = [s for s in figure["layout"]["shapes"] if s["type"] == "path"]
    assert len(cuts) == 2, "through the whole and through what would still have left"
    ticks = figure["layout"]["xaxis"]["tickvals"]
    assert ticks == sorted(ticks)
    whole = spec("waterfall", GOOD)["layout"]
    assert "path" not in [s["type"] for s in whole.get("shapes", [])]
    assert "cut" not in json.dumps(whole["xaxis"])


def test_moments_come_in_the_same_order_everywhere() -> None:
    def names(chart: str) -> list[str]:
        return [t.replace("<br>", " ") for t in spec(chart, GOOD)["layout"]["yaxis"]["ticktext"]]

    stake = names("moments_stake")
    fall = names("waterfall")
    assert [n for n in fall if n in stake] == stake


@pytest.mark.parametrize("name", charts.NAMES)
def test_somebodys_text_is_never_markup(name: str) -> None:
    """ "<second attempt>" and "&" in a moment's name come out as text."""
    text = json.dumps(spec(name, UGLY)["layout"], ensure_ascii=False) + json.dumps(
        spec(name, UGLY)["data"], ensure_ascii=False
    )
    text = text.replace(json.dumps(charts.alt(name, UGLY), ensure_ascii=False), "")
    assert "<second" not in text
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)


@pytest.mark.parametrize("report", [GOOD, UGLY], ids=["good", "ugly"])
@pytest.mark.parametrize(
    "name",
    ["worth_range", "moments_stake", "waterfall", "steps_npv", "doing_nothing", "ex_questions"],
)
def test_row_labels_end_inside_the_narrowest_picture(name: str, report: Report) -> None:
    """At 700 px every label to the right of its row has room for its text."""
    layout = spec(name, report)["layout"]
    low, high = layout["xaxis"]["range"]
    plot = 700 - layout["margin"]["l"] - layout["margin"]["r"]
    for note in layout["annotations"]:
        if note.get("xanchor") == "left" and note.get("xref", "x") == "x":
            start = (note["x"] - low) / (high - low) * plot + note["xshift"]
            assert start + 6.4 * len(note["text"]) <= plot + 6, note["text"]


@pytest.mark.parametrize("report", [GOOD, UGLY], ids=["good", "ugly"])
def test_labels_of_the_map_touch_nothing(report: Report) -> None:
    figure = spec("moments_map", report)
    x = figure["layout"]["xaxis"]["range"]
    y = figure["layout"]["yaxis"]["range"]
    boxes = []
    for note in figure["layout"]["annotations"]:
        if "ax" not in note:
            continue
        cx = (note["x"] - x[0]) / (x[1] - x[0]) * 430 + note["ax"]
        cy = (1 - (note["y"] - y[0]) / (y[1] - y[0])) * 400 + note["ay"]
        lines = note["text"].split("<br>")
        wide = 6.6 * max(map(len, lines)) / 2
        tall = 8 * len(lines)
        boxes.append((cx - wide, cy - tall, cx + wide, cy + tall))
    assert len(boxes) == 7
    for i, a in enumerate(boxes):
        assert a[0] >= 0
        assert a[2] <= 432
        for b in boxes[i + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_names_on_the_map_keep_off_the_line_at_zero_and_the_corners() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        crowd = [
            labels.Bubble(f"Moment of truth {k}", x, y, 12.0, y, y)
            for k, (x, y) in enumerate(rng.uniform((0.1, 0.0), (0.9, 0.9), (15, 2)))
        ]
        placed, _ = labels.arrange(crowd, (0.0, 1.0), (-0.1, 1.0), corners=True)
        zero = 400 / 1.1
        for label in placed:
            if label.text.isdigit():
                continue
            cx = label.bubble.x * 430 + label.right
            cy = (1 - (label.bubble.y + 0.1) / 1.1) * 400 + label.down
            lines = label.text.split("<br>")
            half = (6.6 * max(map(len, lines)) + 4) / 2
            tall = 8 * len(lines)
            assert not cy - tall < zero < cy + tall
            corner = (cx - half < 86 or cx + half > 430 - 86) and (
                cy - tall < 22 or cy + tall > 400 - 22
            )
            assert not corner, label.text


@pytest.mark.parametrize("count", [4, 8, 15, 25])
def test_labels_with_ranges_lie_on_no_whisker_bubble_or_label(count: int) -> None:
    """However crowded: what finds no place of its own is a number, and stands in its bubble if even
    that finds none.
    """
    rng = np.random.default_rng(count)
    for _ in range(15):
        spots = rng.uniform((0.1, 0.05), (0.9, 0.8), (count, 2))
        crowd = [
            labels.Bubble(f"Moment of truth {k}", x, y, rng.uniform(6, 18), y - 0.15, y + 0.1)
            for k, (x, y) in enumerate(spots)
        ]
        placed, key = labels.arrange(crowd, (0.0, 1.0), (-0.15, 1.0), corners=True)
        assert len(placed) == count
        assert sorted(label.text for label in placed if label.text.isdigit()) == sorted(
            str(k + 1) for k in range(len(key))
        )
        for across in (430, 640, 900):  # px of the plot, from the narrowest picture on
            _touches_nothing(placed, crowd, across)


def _touches_nothing(placed: list[labels.Label], crowd: list[labels.Bubble], across: int) -> None:
    boxes = []
    for label in (one for one in placed if one.right or one.down):
        cx = label.bubble.x * across + label.right
        cy = (1 - (label.bubble.y + 0.15) / 1.15) * 400 + label.down
        lines = label.text.split("<br>")
        half = (6.6 * max(map(len, lines)) + 4) / 2
        tall = 8 * len(lines)
        boxes.append((cx - half, cx + half, cy - tall, cy + tall))
        for other in crowd:
            x = other.x * across
            y, top, bottom = (
                (1 - (v + 0.15) / 1.15) * 400 for v in (other.y, other.high, other.low)
            )
            whisker = cx - half < x < cx + half and cy - tall < bottom and top < cy + tall
            assert not whisker, (label.text, other.name)
            if other is not label.bubble:
                near = max(abs(cx - x) - half, abs(cy - y) - tall)
                assert near >= other.radius - 1e-6, (label.text, other.name)
    for a, one in enumerate(boxes):
        for two in boxes[:a]:
            assert one[0] >= two[1] or two[0] >= one[1] or one[2] >= two[3] or two[2] >= one[3]


def test_names_of_many_groups_stand_upright_and_of_few_do_not() -> None:
    breakdowns = GOOD.moments.breakdowns
    many = tuple(f"Branch of the north {k:02d}" for k in range(12))
    figures = tuple(
        dataclasses.replace(f, dimension="team", group=name)
        for name in many
        for f in breakdowns.of("segment")[:8]
    )
    crowd = dataclasses.replace(
        breakdowns,
        figures=(*breakdowns.figures, *figures),
        groups={**breakdowns.groups, "team": many},
    )
    report = dataclasses.replace(GOOD, moments=dataclasses.replace(GOOD.moments, breakdowns=crowd))
    wide = charts.draw("moments_groups", report, dimension="team")
    few = charts.draw("moments_groups", report, dimension="segment")
    assert wide is not None
    assert few is not None
    assert (wide.layout.xaxis.tickangle, few.layout.xaxis.tickangle) == (-90, 0)
    assert wide.layout.margin.t > few.layout.margin.t + 60, "room for upright names"


def _by_quarters(n: int) -> Report:
    assert GOOD.plan_details is not None
    periods = tuple(
        Period(3 * k, 3 * k + 2, None, 122e3 if k == 0 else 7_750.0, 0.0, None) for k in range(n)
    )
    return dataclasses.replace(
        GOOD, plan_details=dataclasses.replace(GOOD.plan_details, periods=periods)
    )


def test_sums_of_many_periods_stand_upright_and_of_few_do_not() -> None:
    for n, angle in ((12, -90), (8, 0)):
        figure = charts.draw("periods", _by_quarters(n))
        assert figure is not None
        sums = [a for a in figure.layout.annotations if "£" in a.text]
        assert [a.textangle for a in sums] == [angle] * n
        assert all(("–<br>" in name) == (n == 12) for name in figure.layout.xaxis.ticktext)


@pytest.mark.parametrize("end", [24e3, 2e3, -2e3, -24e3])
def test_the_end_of_the_fans_edge_keeps_off_the_line_at_zero(end: float) -> None:
    assert GOOD.plan_details is not None
    low, middle, high = (np.linspace(-130e3, last, 37) for last in (end, 177e3, 378e3))
    report = dataclasses.replace(
        GOOD, plan_details=dataclasses.replace(GOOD.plan_details, fan=(low, middle, high))
    )
    figure = charts.draw("cash_fan", report)
    assert figure is not None
    label = next(a for a in figure.layout.annotations if a.y == end)
    bottom, top = figure.layout.yaxis.range
    px = (figure.layout.height - figure.layout.margin.t - 60) / (top - bottom)
    assert abs(end * px + label.yshift) >= 8, "half the height of a line of text"


def test_without_a_funded_step_the_frontier_shows_what_money_would_buy() -> None:
    assert GOOD.plan is not None
    bare = dataclasses.replace(
        GOOD, plan=dataclasses.replace(GOOD.plan, chosen=(), npv=None, npv_draws=None)
    )
    figure = charts.draw("frontier", bare)
    assert figure is not None
    most = max(p.npv_mean for p in GOOD.plan.frontier)
    assert fmt.money(most, "GBP", 2) in figure.layout.meta["title"]
    assert not figure.layout.annotations


def test_a_subtitle_breaks_no_figure_from_its_percent_sign() -> None:
    for width in range(12, 40):
        lines = style._balanced("line: 90 % range of silent customers, at 10 % a year", width)
        assert not any(line.startswith("%") for line in lines)


def test_the_map_draws_every_moment_and_hides_ranges_until_asked() -> None:
    plain = spec("moments_map", GOOD)
    wide = charts.draw("moments_map", GOOD, ranges=True)
    priced = [m for m in GOOD.ordered_moments if m.name in GOOD.moments.curves]
    bubbles = [
        t
        for t in plain["data"]
        if t.get("mode") == "markers" and t["marker"]["color"] != "rgba(0,0,0,0)"
    ]
    assert len(bubbles) == len(priced)
    assert not any("error_y" in t for t in plain["data"])
    assert wide is not None
    assert all(
        t.error_y.array is not None
        for t in wide.data
        if t.mode == "markers" and t.hoverinfo != "skip"
    )


@pytest.mark.parametrize("kind", ["moment_levels", "moment_curve"])
def test_a_moment_has_its_own_pictures_or_none(kind: str) -> None:
    for name in ("Complaint handling", "Delivery on the day promised"):
        figure = charts.draw(kind, GOOD, moment=name)
        assert figure is not None
        assert name.split()[0] in figure.layout.meta["alt"]
    assert charts.draw(kind, GOOD, moment="Yearly review meeting") is None
    assert charts.draw(kind, GOOD, moment="Nowhere") is None
    assert charts.draw(kind, GOOD) is not None  # without a name, the moment with the most money


def test_parts_of_the_stake_end_at_the_stake() -> None:
    figure = spec("moments_parts", GOOD)
    bars = [t for t in figure["data"] if t["type"] == "bar"]
    stake = GOOD.moments.joint.revenue_at_stake.value
    assert sum(b["x"][0] for b in bars[:-1]) == pytest.approx(stake)
    assert bars[-1]["x"][0] == pytest.approx(stake)
    assert bars[-1]["base"][0] == 0


def test_the_journey_follows_the_order_somebody_gave() -> None:
    order = ("First order", "Getting a quote")
    report = dataclasses.replace(
        GOOD, settings=dataclasses.replace(GOOD.settings, journey=(*order, "Nowhere"))
    )
    names = charts.in_order(report)
    assert tuple(names[:2]) == order
    assert sorted(names) == sorted(m.name for m in GOOD.ordered_moments)
    ticks = [
        t.replace("<br>", " ")
        for t in spec("moments_journey", report)["layout"]["yaxis"]["ticktext"]
    ]
    assert ticks == names


def test_the_journey_says_whose_order_it_is() -> None:
    said = dataclasses.replace(
        GOOD, settings=dataclasses.replace(GOOD.settings, journey=("First order",))
    )
    assert (
        "In the order the survey asks them"
        in spec("moments_journey", GOOD)["layout"]["title"]["text"]
    )
    assert (
        "In the order a customer lives them"
        in spec("moments_journey", said)["layout"]["title"]["text"]
    )


def test_money_ticks_do_not_touch_beside_long_labels() -> None:
    figure = go.Figure()
    figure.update_xaxes(range=[0, 2_700_000])
    rows.money_ticks(figure, "GBP", 0.0, 561_000.0)
    assert list(figure.layout.xaxis.tickvals) == [0.0, 400_000.0]


def test_small_differences_between_groups_stay_pale() -> None:
    heat = spec("moments_groups", GOOD)["data"][0]
    assert heat["zmax"] >= 0.2


def test_what_moments_weigh_in_each_group_is_drawn_where_a_group_carries_it() -> None:
    breakdowns = GOOD.moments.breakdowns
    drawn = charts.draw("moments_groups", GOOD, dimension="segment", figure="importance")
    assert drawn is not None
    heat = drawn.data[0]
    shares = {(f.moment, f.group): f.importance_share.value for f in breakdowns.of("segment")}
    for name, line, words_ in zip(
        [m.name for m in GOOD.ordered_moments], heat.z, heat.text, strict=True
    ):
        assert list(line) == [shares[name, group] for group in breakdowns.groups["segment"]]
        assert [w == "–" for w in words_] == [v is None for v in line]
    none = refuse("share", "group_few_answers", n=40)
    few = tuple(dataclasses.replace(f, importance_share=none) for f in breakdowns.figures)
    bare = dataclasses.replace(breakdowns, figures=few)
    report = dataclasses.replace(GOOD, moments=dataclasses.replace(GOOD.moments, breakdowns=bare))
    assert charts.draw("moments_groups", report, dimension="segment", figure="importance") is None
    assert charts.draw("moments_groups", report, dimension="segment") is not None


def test_bubbles_on_one_spot_are_numbered_rather_than_overwritten() -> None:
    crowd = [
        labels.Bubble(f"A moment with quite a long name, number {k}", 5.0, 1.0, 30.0, 0.0, 2.0)
        for k in range(14)
    ]
    placed, key = labels.arrange(crowd, (4.0, 6.0), (0.0, 2.0))
    assert len(placed) == 14
    assert key
    assert {p.text for p in placed if p.text.isdigit()} == {str(k + 1) for k in range(len(key))}


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-0.65e6, 1.9e6), (0, 7), (0, 1e-3), (-5, -1), (3, 3)]
)
def test_ticks_are_round_few_and_inside(low: float, high: float) -> None:
    ticks = rows.round_ticks(low, high)
    assert 1 <= len(ticks) <= 8
    assert all(low - 1e-9 * abs(low) <= t <= high + 1e-9 * abs(high) for t in ticks)
    for tick in ticks[1:]:
        step = ticks[1] - ticks[0]
        lead = step / 10 ** math.floor(math.log10(step) + 1e-9)
        assert round(lead, 6) in (1, 2, 5, 10)
        assert tick / step == pytest.approx(round(tick / step), abs=1e-6)


def test_long_names_wrap_and_very_long_words_break() -> None:
    lines = style.wrapped("Geschwindigkeitsvergleichsangebotsanforderung online <b>", 20).split(
        "<br>"
    )
    assert all(len(line.replace("&lt;", "<").replace("&gt;", ">")) <= 20 for line in lines)
    assert style.wrapped("a b c d e f g h", 3, 2).endswith("…")


def test_money_on_an_axis_has_one_decimal_at_most() -> None:
    for name in ("worth_range", "moments_stake", "waterfall", "steps_npv", "doing_nothing"):
        for tick in spec(name, GOOD)["layout"]["xaxis"]["ticktext"]:
            assert re.fullmatch(r"−?£[\d,]+(\.\d)?(\u00a0(k|m|bn))?", tick), tick
    assert fmt.axis_money([], "GBP") == []


def test_those_who_answered_stand_above_the_line_and_the_others_below() -> None:
    report = make_report()
    assert report.link is not None
    assert report.link.diagnosis is not None
    assert report.link.diagnosis.answering is not None
    found = report.link.diagnosis.answering.overlap
    figure = charts.draw("overlap", report)
    assert found is not None
    assert figure is not None
    above, below = figure.data
    assert list(above.y) == [bar[2] for bar in found.bars]
    assert list(below.y) == [-bar[3] for bar in found.bars]
    assert list(above.x) == list(below.x) == [(bar[0] + bar[1]) / 2 for bar in found.bars]


def test_a_picture_for_a_telephone_names_its_rows_above_them() -> None:
    """All that it says fits the width, and every row has its name and room for it."""
    wide = charts.draw("steps_npv", make_report(), "light")
    assert wide is not None
    made = narrowed(wide)
    rows = len(wide.layout.yaxis.tickvals)
    told = [a.text for a in made.layout.annotations]
    assert made.layout.yaxis.showticklabels is False
    assert made.layout.margin.l < wide.layout.margin.l
    assert made.layout.height > wide.layout.height
    for name in wide.layout.yaxis.ticktext:
        assert any(text.split(" …")[0] in name.replace("<br>", " ") for text in told if text)
    assert len(told) == len(wide.layout.annotations) + rows
    assert made.layout.meta["alt"] == wide.layout.meta["alt"]
    assert max(len(line) for line in made.layout.title.text.split("<br>")[:1]) <= 41 + len(
        "<b></b>"
    )


def test_a_picture_for_a_wide_window_uses_its_width() -> None:
    """Longer lines, a plot whose labels leave no empty half, and four ticks or more."""
    plain = charts.draw("steps_npv", make_report(), "light")
    assert plain is not None
    made = broadened(plain)
    low, high = plain.layout.xaxis.range
    ends = made.layout.xaxis.range
    assert ends[1] - ends[0] < 0.8 * (high - low)
    assert len(made.layout.xaxis.tickvals) >= 4
    assert len(made.layout.title.text.split("<br>")) < len(plain.layout.title.text.split("<br>"))
    plot = 840 - made.layout.margin.l - made.layout.margin.r
    for note in made.layout.annotations:
        if note.xanchor == "left" and note.xref == "x":
            start = (note.x - ends[0]) / (ends[1] - ends[0]) * plot + note.xshift
            assert start + 6.4 * len(note.text) <= plot + 6, note.text


@pytest.mark.parametrize("report", [make_report(), make_report(without=("ex",))])
def test_the_chain_goes_down_on_a_telephone_and_says_the_same(report: Report) -> None:
    """Every text stands in the picture, none is left out, and boxes follow each other downwards."""
    across = charts.draw("chain", report)
    down = charts.draw("chain", report, down=True)
    assert across is not None
    assert down is not None
    assert down.layout.meta["alt"] == across.layout.meta["alt"]
    made = narrowed(down)
    x, y = made.layout.xaxis.range, made.layout.yaxis.range
    told = [a for a in made.layout.annotations if a.xref != "paper"]
    assert all(x[0] <= a.x <= x[1] and y[0] <= a.y <= y[1] for a in told)
    plain = [re.sub(r"<[^>]*>|\s", "", a.text) for a in across.layout.annotations if a.text]
    said = re.sub(r"<[^>]*>|\s", "", "".join(a.text for a in made.layout.annotations))
    assert all(text in said for text in plain[:-1])
    boxes = [shape for shape in made.layout.shapes if shape.type == "rect"]
    feet = [min(box.y0, box.y1) for box in boxes]
    assert feet == sorted(feet, reverse=True)
    assert max(abs(box.x1 - box.x0) for box in boxes) > 0.7 * (x[1] - x[0])
