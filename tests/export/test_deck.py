"""The deck opened again: every number in it is the report's, every chart is native and holds the
report's values.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from make_report import make_report
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches

from cxcase.export import make_deck, text_fit
from cxcase.export.deck.axes import Scale
from cxcase.report import Report, words
from cxcase.report import format as fmt

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def opened(report: Report) -> Any:
    return Presentation(io.BytesIO(make_deck(report)))


@pytest.fixture(scope="module")
def deck(report: Report) -> Any:
    return opened(report)


def charts(deck: Any) -> list[Any]:
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def texts(slide: Any) -> Iterator[str]:
    """The words of a slide, without what keeps a minus with its figure."""
    yield from (text.replace("\u2060", "") for text in _texts(slide))


def shapes_of(shapes: Any) -> Iterator[Any]:
    """Every shape, those in groups too."""
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from shapes_of(shape.shapes)
        else:
            yield shape


def _texts(slide: Any) -> Iterator[str]:
    for shape in shapes_of(slide.shapes):
        if shape.has_text_frame:
            yield shape.text_frame.text
        if shape.has_table:
            yield from (cell.text_frame.text for row in shape.table.rows for cell in row.cells)
        if shape.has_chart and not hasattr(shape.chart.plots[0], "_xy"):
            yield from _categories(shape.chart)
    yield slide.notes_slide.notes_text_frame.text


def _categories(chart: Any) -> Iterator[str]:
    """The names below or beside a chart's marks; days as the axis writes them."""
    dates = chart._chartSpace.xpath(".//c:dateAx")
    for label in chart.plots[0].categories:
        if dates:
            day = dt.date(1899, 12, 30) + dt.timedelta(days=int(float(label)))
            yield fmt.month(day)
        else:
            yield str(label)


def funded(report: Report, ids: tuple[str, ...]) -> Report:
    """The same case with other steps in its plan, priced by the app's own model."""
    assert report.plan is not None
    assert report.returns is not None
    assert report.returns.model is not None
    model = report.returns.model
    starts = dict.fromkeys(ids, 1)
    flows = model.flows(starts)
    draws = model.npv_draws(starts)
    npv = dataclasses.replace(
        report.plan.npv or report.returns.steps[0].npv,
        base=flows.npv,
        mean=float(draws.mean()),
        p10=float(np.quantile(draws, 0.1)),
        p90=float(np.quantile(draws, 0.9)),
    )
    frontier = report.plan.frontier if ids else ()
    plan = dataclasses.replace(
        report.plan,
        chosen=ids,
        start_month=starts,
        npv=npv if ids else None,
        frontier=frontier,
        npv_in_plan=dict.fromkeys(ids, 10_000.0),
    )
    return dataclasses.replace(report, plan=plan, plan_details=None)


IN_ORDER = (
    "approve 6 steps",
    "Starting a year later",
    "goes with these moments",
    "goes with the most",
    "Of those who gave a 1",
    "One more point",
    "Fund these",
    "Studies stand beside",
    "signed off",
    "early win",
    "The plan has paid back",
    "buys what pays",
    "less to spend",
    "would be expected to cost",
    "pays for itself",
    "decides most",
    "least sure",
    "risks carry",
    "in some teams first",
    "within 90 days",
    "gates, the first read",
    "prove us wrong",
    "rests on",
    "signed by Finance yet",
    "rows were set aside",
    "workbook",
    "its sample and its method",
    "its sample and its method",
    "However the same data are read",
)


def slide_of(deck: Any, part: str) -> Any:
    """The one slide whose title has this in it."""
    (found,) = [s for s in deck.slides if part in s.shapes.title.text_frame.text]
    return found


def test_wide_slides_in_the_order_the_elt_asks(deck: Any, report: Report) -> None:
    assert (deck.slide_width, deck.slide_height) == (Inches(13.333), Inches(7.5))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert report.plan is not None
    assert report.plan.npv is not None
    assert titles[0].startswith(fmt.money(report.plan.npv.mean, "GBP"))
    for title, part in zip(titles, IN_ORDER, strict=True):
        assert part in title


def test_every_slide_has_notes_a_footer_with_the_key_and_a_number(
    deck: Any, report: Report
) -> None:
    for slide in deck.slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert all(part in notes for part in ("Say: ", "Derived from: ", "Likely ", "Answer: "))
        footers = [
            p.text_frame.text
            for p in slide.placeholders
            if "FOOTER" in str(p.placeholder_format.type)
        ]
        assert len(footers) == 1
        assert report.short_key in footers[0]
        assert "Margin unless it says revenue" in footers[0]
        assert [p for p in slide.placeholders if "SLIDE_NUMBER" in str(p.placeholder_format.type)]


def figures(value: Any, seen: set[int]) -> Iterator[float]:
    """Every number anywhere in a report, draws left out."""
    if (
        isinstance(value, bool)
        or value is None
        or isinstance(value, np.ndarray)
        or id(value) in seen
    ):
        return
    if isinstance(value, int | float | np.number):
        yield float(value)
        return
    seen.add(id(value))
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from figures(getattr(value, field.name), seen)
    elif isinstance(value, dict) or hasattr(value, "items"):
        for key, item in value.items():
            yield from figures(item, seen)
            yield from figures(key, seen)
    elif isinstance(value, list | tuple):
        yield float(len(value))
        for item in value:
            yield from figures(item, seen)


def shown(value: float) -> Iterator[str]:
    """Every way the formats may write a figure."""
    yield from (fmt.money(value, "GBP", n) for n in (2, 3))
    yield from (fmt.change(value, "GBP", n) for n in (2, 3))
    yield from (
        fmt.percent(value),
        fmt.percent(value, 0),
        fmt.percent(value, 1),
        fmt.integer(value),
    )
    yield from (fmt.number(value, n) for n in (2, 3))
    yield from (fmt.signed(value), fmt.signed(value * 100))


def test_every_number_shown_is_the_reports(deck: Any, report: Report) -> None:
    allowed = _allowed(report)
    stray = [
        f"slide {k}: {token} in {text!r}"
        for k, slide in enumerate(deck.slides, 1)
        for text in texts(slide)
        for token in NUMBER.findall(text)
        if token not in allowed
    ]
    assert not stray, "\n".join(stray)


def _allowed(report: Report) -> set[str]:
    """Every way in which a number of the report, or a sum that a slide says, may be written."""
    plan = report.plan
    base = report.case.base
    assert plan is not None
    assert base is not None
    lines = {s.step.id: s.step.pnl_line for s in report.chosen_steps}
    sums = [
        sum(v for id, v in plan.npv_in_plan.items() if lines[id]),
        sum(v for id, v in plan.npv_in_plan.items() if not lines[id]),
        float(sum(1 for line in lines.values() if line)),
        float(sum(1 for a in report.assumptions if not a.owned)),
        base.revenue_end - (base.revenue_start - base.churned_revenue),
        *_kept(report),
        *_on_new_slides(report),
        float(sum(s.rows_accepted for s in report.case.sources if s.role)),
        *(plan.start_month[s.step.id] + s.step.months_to_deliver for s in report.chosen_steps),
        *(float(sum(1 for s in report.chosen_steps if s.step.evidence_grade == g)) for g in "ABCD"),
    ]
    allowed = {
        token
        for v in [*figures(report, set()), *sums]
        for w in shown(v)
        for token in NUMBER.findall(w)
    }
    allowed |= {token for text in _free_texts(report) for token in NUMBER.findall(text)}
    # 90 % ranges, 8 in 10 chance, P10 to P90, 12 months, the number of draws, the next 10,000
    allowed |= {"90", "8", "10", "12", "16,384", "10,000", "100", "0"}
    allowed |= {"6", "7", "18"}  # the months in which each wave starts
    allowed |= set(NUMBER.findall(report.key[:8]))  # the footer's key, whose digits say nothing
    allowed |= {str(day.year) for day in map(report.month_of, range(1, report.horizon + 25)) if day}
    return allowed


def _on_new_slides(report: Report) -> Iterator[float]:
    """Sums and shares that slides say of figures that the report has one by one."""
    plan = report.plan
    details = report.plan_details
    joint = report.joint
    base = report.case.base
    assert plan is not None
    assert plan.npv is not None
    assert details is not None
    assert details.sensitivity is not None
    assert joint is not None
    assert base is not None
    whole = joint.revenue_at_stake.value or 0.0
    yield joint.silent / whole
    yield whole / joint.churned_revenue
    yield joint.unexplained / joint.churned_revenue
    for name in ("benefit", "cost", "net", "pv"):
        yield sum(getattr(year, name) for year in details.years)
    for option in details.options:
        yield abs(option.spend - plan.spend)
        yield abs(option.npv.mean - plan.npv.mean)
    drivers = sorted(details.sensitivity.drivers, key=lambda one: -one.share)
    yield sum(one.share for one in drivers[:5])
    yield float(sum(row[1] for row in report.link.dose) if report.link else 0)
    yield float(sum(source.rows_read for source in report.case.sources))
    yield float(sum(source.rows_set_aside for source in report.case.sources))
    gaps = [item.step for item in report.chosen_steps if item.step.best_quartile_gap]
    yield from (step.lift_likely / (step.best_quartile_gap or 1.0) for step in gaps)


def _kept(report: Report) -> list[float]:
    """What the plan's benefits come to, what is left of them when the expected NPV is taken off,
    the spend in all.
    """
    plan = report.plan
    found = report.plan_details.benefits if report.plan_details else None
    assert plan is not None
    assert plan.npv is not None
    kept = found.all if found else 0.0
    lifts = [
        round(s.break_even_lift, 2) for s in report.chosen_steps if s.break_even_lift is not None
    ]
    return [kept, kept - plan.npv.mean, plan.spend + plan.spend_after, *lifts]


def _free_texts(report: Report) -> list[str]:
    return [
        report.key,
        str(report.made_at.date().year),
        fmt.date(report.made_at.date()),
        fmt.date(report.case.base.t0 if report.case.base else None),
        *(s.step.title for s in report.ordered_steps),
        *(line.value for line in words.assumptions(report)),
    ]


def test_the_check_above_can_fail(deck: Any, report: Report) -> None:
    allowed = {
        token for v in figures(report, set()) for w in shown(v) for token in NUMBER.findall(w)
    }
    assert "987.65" not in allowed


def test_the_figures_that_carry_the_ask_stand_where_they_belong(deck: Any, report: Report) -> None:
    plan = report.plan
    assert plan is not None
    assert plan.npv is not None
    ask = " ".join(texts(deck.slides[0]))
    for figure in (
        fmt.money(plan.npv.mean, "GBP"),
        fmt.money_range(plan.npv.p10, plan.npv.p90, "GBP"),
        fmt.money(plan.spend, "GBP", 3),
        fmt.months(plan.payback_months),
        fmt.percent(plan.p_npv_positive),
    ):
        assert figure in ask
    steps = " ".join(texts(slide_of(deck, "Fund these")))
    for item in report.chosen_steps:
        assert item.npv is not None
        for figure in (
            item.step.title,
            fmt.money(item.npv.mean, "GBP", 3),
            fmt.money_range(item.npv.p10, item.npv.p90, "GBP"),
            fmt.money(item.step.one_off_cost, "GBP", 3),
            item.step.owner or "no owner yet",
            item.step.evidence_grade,
            fmt.months(item.payback_months),
            fmt.percent(item.p_npv_positive, 0),
        ):
            assert figure in steps


def test_native_charts_hold_the_reports_values(deck: Any, report: Report) -> None:
    ask, waits, nothing, stake, ledger, moments, dose, cash, *others = charts(deck)
    budget, recut, decides, tornado, stays = others
    plan = report.plan
    base = report.case.base
    joint = report.moments.joint if report.moments else None
    assert plan is not None
    assert plan.npv is not None
    assert base is not None
    assert joint is not None
    assert list(ask.plots[0].series[0].values) == pytest.approx([plan.spend, plan.npv.mean])
    bars = ask._chartSpace.xpath(".//c:errBars/c:plus//c:v")
    assert [float(v.text) for v in bars] == pytest.approx([0.0, plan.npv.p90 - plan.npv.mean])
    waiting = plan.waiting_a_year
    assert waiting is not None
    forgone = [waiting.value, waiting.moving]
    assert list(waits.plots[0].series[0].values) == pytest.approx(forgone)
    ends = list(nothing.plots[0].series[1].values)
    assert ends[0] == pytest.approx(base.revenue_start)
    assert ends[1] == pytest.approx(base.churned_revenue)
    assert ends[3] == pytest.approx(base.revenue_end)
    shares = [joint.shares[m.name] for m in report.ordered_moments if m.name in joint.shares]
    lengths = list(stake.plots[0].series[1].values)
    assert lengths == pytest.approx([*shares, joint.silent, joint.revenue_at_stake.value])
    assert sum(lengths[:-1]) == pytest.approx(lengths[-1])
    assert joint.with_silent is not None
    lighter = stake.plots[0].series[-1]._element.xpath(".//c:errBars/c:minus//c:v")
    assert float(lighter[-1].text) == pytest.approx(lengths[-1] - joint.with_silent.low)
    adding_up = list(ledger.plots[0].series[1].values)
    assert adding_up == pytest.approx(
        [joint.revenue_at_stake.value, joint.unexplained, joint.churned_revenue]
    )
    assert sum(adding_up[:-1]) == pytest.approx(base.churned_revenue)
    level, points, here = budget.plots[0].series
    assert list(points.values) == pytest.approx([p.npv_mean for p in plan.frontier])
    assert list(here.values) == pytest.approx([plan.npv.mean])
    assert set(level.values) <= set(points.values)
    needed, likely = decides.plots[0].series
    assert list(needed.values) == pytest.approx([s.break_even_lift for s in report.chosen_steps])
    assert list(likely.values) == pytest.approx([s.step.lift_likely for s in report.chosen_steps])
    assert report.plan_details is not None
    assert report.plan_details.sensitivity is not None
    assert report.plan_details.recut is not None
    old = report.plan_details.recut.old
    new = report.plan_details.recut.new
    assert old.npv is not None
    assert list(recut.plots[0].series[0].values) == pytest.approx(
        [old.spend, old.npv.mean, new.spend, plan.npv.mean]
    )
    assert report.moments is not None
    curves = report.moments.curves
    priced = [curves[m.name].per_point for m in report.ordered_moments if m.name in curves]
    up = [point.value for point in priced if not point.refused]
    heights = [value for one in moments.plots[0].series for value in one.iter_values()]
    assert heights == pytest.approx(up[:7])  # a series a moment, named as it is
    seen, fitted = dose.plots[0].series
    assert report.link is not None
    assert list(seen.values) == pytest.approx([row[2] for row in report.link.dose])
    assert list(fitted.values) == pytest.approx([row[5] for row in report.link.dose])
    assert report.plan_details.fan is not None
    low, _, high = report.plan_details.fan
    likely = np.cumsum(plan.cash)  # the case of the table below it, so that both tell one story
    for series, line in zip(cash.plots[0].series, (high, likely, low), strict=True):
        assert list(series.values) == pytest.approx(line.tolist())
    shares = sorted(report.plan_details.stable[id] * 100 for id in plan.chosen)[::-1]
    assert list(stays.plots[0].series[0].values) == pytest.approx(shares)
    low, high = tornado.plots[0].series
    swings = report.plan_details.sensitivity.swings[:7]
    assert list(low.values) == pytest.approx([s.npv_low - plan.npv.base for s in swings])
    assert list(high.values) == pytest.approx([s.npv_high - plan.npv.base for s in swings])


def test_a_waterfall_below_zero_grows_apart_from_zero(report: Report) -> None:
    assert report.moments is not None
    assert report.moments.joint is not None
    names = list(report.moments.joint.shares)
    shares = dict.fromkeys(names, 50_000.0) | {
        next(m.name for m in report.ordered_moments): -80_000.0
    }
    joint = dataclasses.replace(report.moments.joint, shares=shares)
    moments = dataclasses.replace(report.moments, joint=joint)
    chart = charts(opened(dataclasses.replace(report, moments=moments)))[3]
    stacks = {}
    for series in chart.plots[0].series:
        stacks.setdefault(series.name, []).append(np.array(series.values))
    shown_lengths = sum(np.abs(v) for v in stacks["Revenue a year"])
    assert shown_lengths[: len(shares)] == pytest.approx(
        [abs(shares[m.name]) for m in report.ordered_moments if m.name in shares]
    )
    assert min(v.min() for v in stacks["Revenue a year"]) < 0


def test_the_workbooks_behind_the_charts_hold_the_same_values_and_no_formula(
    report: Report,
) -> None:
    title = '=HYPERLINK("http://x","y")'
    spoiled = [
        dataclasses.replace(m, name=title) if k == 0 else m
        for k, m in enumerate(report.ordered_moments)
    ]
    assert report.moments is not None
    assert report.moments.joint is not None
    shares = {
        title if n == report.ordered_moments[0].name else n: v
        for n, v in report.moments.joint.shares.items()
    }
    joint = dataclasses.replace(report.moments.joint, shares=shares, ties=())
    steps = tuple(
        dataclasses.replace(s, step=dataclasses.replace(s.step, title=title, owner="bell\x07"))
        for s in report.ordered_steps
    )
    deck = opened(
        dataclasses.replace(
            report,
            ordered_moments=tuple(spoiled),
            ordered_steps=steps,
            company="@cmd\x00",
            moments=dataclasses.replace(report.moments, joint=joint),
        )
    )
    found = 0
    for chart in charts(deck):
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        cells = [c for row in book.active.iter_rows() for c in row if c.value is not None]
        assert not [c for c in cells if c.data_type == "f"]
        found += sum(str(c.value).startswith("=HYPERLINK") for c in cells)
        numbers = [c.value for c in cells if c.data_type == "n"]
        for series in chart.plots[0].series:
            assert all(
                any(v == pytest.approx(n) for n in numbers) for v in series.values if v is not None
            )
    assert found >= 2


def boxes(slide: Any) -> list[tuple[str, float, float, float, float]]:
    """What carries text or a picture on a slide, in inches: name, left, top, right, bottom."""
    kept = []
    for shape in shapes_of(slide.shapes):
        filled = (
            shape.has_chart
            or shape.has_table
            or (shape.has_text_frame and shape.text_frame.text.strip())
        )
        if filled:
            left = shape.left / 914400
            top = shape.top / 914400
            kept.append(
                (shape.name, left, top, left + shape.width / 914400, top + shape.height / 914400)
            )
    return kept


CASES = {
    "ordinary": {},
    "ugly": {"ugly": True},
    **{
        f"without {stage}": {"without": (stage,)}
        for stage in ("ex", "base", "plan", "returns", "steps", "moments", "link")
    },
    "refused": {"refused": "no_overlap"},
    "yen": {"currency": "JPY"},
    "long name": {"company": "The Amalgamated Society of " + "Very Long Company Names " * 4},
}


# what is not known has no slide of its own, or one that says so
SLIDES = {"without ex": 30, **dict.fromkeys(("without plan", "without returns"), 16)}
SLIDES |= {"without steps": 16, "without moments": 15, "without link": 12, "refused": 12}


@pytest.mark.parametrize("case", list(CASES))
def test_whatever_is_missing_the_deck_is_whole(case: str) -> None:
    report = make_report(**CASES[case])
    deck = opened(report)
    assert len(deck.slides) == SLIDES.get(case, len(IN_ORDER))
    for k, slide in enumerate(deck.slides, 1):
        assert slide.shapes.title.text_frame.text
        assert slide.notes_slide.notes_text_frame.text
        placed = boxes(slide)
        assert len(placed) >= 4, f"slide {k} is empty"
        _tidy(k, placed)
        _legible(k, slide)


@pytest.mark.parametrize("count", [0, 1, 7, 12])
def test_any_number_of_steps(report: Report, count: int) -> None:
    ids = tuple(s.step.id for s in report.ordered_steps if s.npv is not None)[:count]
    chosen = funded(report, ids)
    deck = opened(chosen)
    assert len(deck.slides) == {0: 14, 1: 20}.get(count, 21)
    everything = " ".join(text for slide in deck.slides for text in texts(slide))
    for item in chosen.chosen_steps:
        assert item.step.title in everything
    for k, slide in enumerate(deck.slides, 1):
        _tidy(k, boxes(slide))
        _legible(k, slide)


def _tidy(k: int, placed: list[tuple[str, float, float, float, float]]) -> None:
    for name, left, top, right, bottom in placed:
        assert left >= 0.55, f"slide {k}: {name}"
        assert right <= 12.78, f"slide {k}: {name}"
        assert top >= 0.3, f"slide {k}: {name}"
        assert bottom <= 7.35, f"slide {k}: {name}"
    for a, first in enumerate(placed):
        for second in placed[a + 1 :]:
            wide = min(first[3], second[3]) - max(first[1], second[1])
            tall = min(first[4], second[4]) - max(first[2], second[2])
            assert wide <= 0.02 or tall <= 0.02, f"slide {k}: {first[0]} over {second[0]}"


def _legible(k: int, slide: Any) -> None:
    for shape in shapes_of(slide.shapes):
        frames = [shape.text_frame] if shape.has_text_frame else []
        if shape.has_table:
            frames = [cell.text_frame for row in shape.table.rows for cell in row.cells]
        for frame in frames:
            for run in (run for paragraph in frame.paragraphs for run in paragraph.runs):
                assert run.font.size.pt >= 12, f"slide {k}: {run.text}"


def test_same_report_same_bytes(report: Report) -> None:
    assert make_deck(report) == make_deck(report)


def test_only_words_that_claim_no_cause(deck: Any) -> None:
    everything = " ".join(text for slide in deck.slides for text in texts(slide)).lower()
    for word in ("drives", "proves", "guarantee", "churned entities", "leverage"):
        assert not re.search(rf"\b{word}", everything), word


@pytest.mark.office
def test_it_prints_a_page_a_slide(report: Report, soffice: Any, tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    path.write_bytes(make_deck(report))
    pdf = soffice(path, "pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(Presentation(str(path)).slides)


def test_text_is_measured_before_it_is_set() -> None:
    assert text_fit.lines("one two three", 12, 1000) == 1
    assert text_fit.lines("one two three", 12, text_fit.width("one two", 12) + 0.1) == 2
    assert text_fit.lines("abcdefghij" * 10, 12, 100) > 3
    assert (
        text_fit.cut("one two three four", 12, text_fit.width("one two…", 12) + 0.1, 1)
        == "one two…"
    )
    assert text_fit.largest("a b c", (20, 10), 1000, 13) == 10


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([278_000, 430_000], 0, 500_000), ([-31_000, 62_000], -40_000, 80_000), ([0.0], 0, 0.2)],
)
def test_axes_are_round_and_hold_every_value(values: list[float], low: float, high: float) -> None:
    scale = Scale.of(values, "£")
    assert scale.low == pytest.approx(low)
    assert scale.high == pytest.approx(high)


def test_every_row_of_a_chart_keeps_its_name(deck: Any) -> None:
    axes = [
        axis
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_chart
        for axis in shape.chart._chartSpace.iter(qn("c:catAx"))
    ]
    assert axes
    for axis in axes:
        assert axis.find(qn("c:tickLblSkip")).get("val") == "1"
