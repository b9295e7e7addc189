"""The report: one order, merged findings, nobody's rows, one rounding, and words for every code the
core can utter.
"""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import math
import re
import string
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from make_report import COMPANY, MADE_AT, make_case, make_link, make_report

from cxcase.budget import PeriodBudget
from cxcase.checks import Finding
from cxcase.errors import InputError
from cxcase.estimate import Estimate, refuse
from cxcase.intake import SetAside
from cxcase.report import PAGES, Results, gather, page_answers, words
from cxcase.report import format as fmt
from cxcase.report.words import value_template
from cxcase.settings import Assumption, Settings

ROOT = Path(__file__).resolve().parents[2]
NBSP = "\u00a0"


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


# ---- format: the only rounding
# -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "figures", "shown"),
    [
        (2_211_000.5, 2, "£2.2 m"),
        (2_211_000.5, 3, "£2.21 m"),
        (410_000, 2, "£410 k"),
        (999_950, 2, "£1.0 m"),
        (999_499, 3, "£999 k"),
        (957, 2, "£960"),
        (0, 2, "£0"),
        (-500_000, 2, "−£500 k"),
        (1.25e9, 3, "£1.25 bn"),
        (9.5, 2, "£9.50"),
        (None, 2, "—"),
        (math.nan, 2, "—"),
        (math.inf, 3, "—"),
    ],
)
def test_money(value: float | None, figures: int, shown: str) -> None:
    assert plain(fmt.money(value, "GBP", figures)) == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (1.1e6, 3.3e6, "£1.1–3.3 m"),
        (9e5, 2.39e6, "£0.9–2.4 m"),
        (-6.8e5, 5.04e6, "−£0.7 m to £5.0 m"),
        (21_490, 151_244, "£21–150 k"),
        (400, 999_960, "£400 to £1.0 m"),
        (0, 5e5, "£0–500 k"),
        (None, 5e5, "—"),
    ],
)
def test_money_range(low: float | None, high: float | None, shown: str) -> None:
    assert plain(fmt.money_range(low, high, "GBP")) == shown


def test_a_low_end_above_zero_never_reads_as_zero() -> None:
    """Rounding must not turn "clear of zero" into "starts at zero"."""
    for low in (1.0, 40.0, 900.0, 4_000.0, 49_000.0):
        shown = fmt.money_range(low, 2_390_000.0, "GBP", 3)
        assert re.search(r"[1-9]", re.split("–| to ", shown)[0]), shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [("USD", "US$2.2 m"), ("EUR", "€2.2 m"), ("CHF", "CHF 2.2 m"), ("JPY", "JP¥2.2 m")],
)
def test_currencies_by_their_symbols(code: str, shown: str) -> None:
    assert plain(fmt.money(2_211_000, code)) == shown


def test_pennies_keep_every_penny() -> None:
    assert fmt.pennies(2_211_000.5, "GBP") == "£2,211,000.50"
    assert fmt.pennies(-12.345, "GBP") == "−£12.34"
    assert fmt.pennies(1234.0, "JPY") == "JP¥1,234"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0 %"), (0.0004, "0.04 %"), (0.031, "3.1 %"), (0.131, "13 %"), (0.995, "99.5 %"),
     (0.9996, "99.96 %"),
     (1, "100 %"), (-0.031, "−3.1 %"), (None, "—")],
)  # fmt: skip
def test_percent_without_false_decimals(value: float | None, shown: str) -> None:
    assert plain(fmt.percent(value)) == shown


def test_a_chance_is_never_rounded_to_certainty() -> None:
    assert [plain(fmt.chance(p)) for p in (0.0, 0.004, 0.5, 0.93, 0.99, 0.9951, 1.0)] == [
        "less than 1 %",
        "less than 1 %",
        "50 %",
        "93 %",
        "99 %",
        "more than 99 %",
        "more than 99 %",
    ]


def test_axis_ticks_share_one_scale() -> None:
    assert [plain(t) for t in fmt.axis_money([0, 5e5, 1e6], "GBP")] == ["£0", "£0.5 m", "£1.0 m"]
    assert [plain(t) for t in fmt.axis_money([-2e5, 0, 2e5], "GBP")] == ["−£200 k", "£0", "£200 k"]


def test_counts_have_their_plural_and_lists_their_and() -> None:
    assert [plain(fmt.months(m)) for m in (1, 14, None)] == ["1 month", "14 months", "—"]
    assert [plain(fmt.points(p)) for p in (1, 0.42, -1)] == ["1 point", "0.42 points", "−1 point"]
    assert [fmt.listed(x) for x in (["a"], ["a", "b"], ["a", "b", "c"], [])] == [
        "a",
        "a and b",
        "a, b and c",
        "—",
    ]
    assert fmt.date(dt.date(2026, 3, 4)) == "4 March 2026"


def test_templates_know_estimates_and_refuse_unknown_formats() -> None:
    e = Estimate(2.2e6, 1.1e6, 3.3e6, "GBP per year")
    assert (
        plain(words.Template("GBP").format("{e:money} ({e:money_range})", e=e))
        == "£2.2 m (£1.1–3.3 m)"
    )
    assert (
        words.Template("GBP").format("{e:money} {e:money_range}", e=refuse("GBP per year", "no_cx"))
        == "— —"
    )
    with pytest.raises(ValueError, match="unknown format"):
        words.Template("GBP").format("{x:.2f}", x=1.0)


def test_a_file_without_sheets_is_named_alone() -> None:
    for sheet, named in (("Notes", "a.xlsx, Notes:"), ("", "a.xlsx:"), (None, "a.xlsx:")):
        row = words.finding(Finding("ok", "no_table", "data", {"file": "a.xlsx", "sheet": sheet}))
        assert row.what.startswith(named)


def test_markdown_is_made_plain() -> None:
    assert fmt.markdown("US$1 to US$2 *b* [x](y) <i>") == r"US\$1 to US\$2 \*b\* \[x\]\(y\) \<i\>"


@pytest.mark.parametrize(
    "text", ["https://example.com/a", "see HTTP://b.example", "www.example.com", "pat@example.com"]
)
def test_an_address_in_somebodys_file_never_becomes_a_link(text: str) -> None:
    shown = fmt.markdown(text)
    assert shown.replace("\u2060", "").replace("\\", "") == text
    assert not re.search(r"://|www\.|\w@\w", shown.replace("\\", ""), re.IGNORECASE)


# ---- gather
# ------------------------------------------------------------------------------------------


def test_moments_come_most_money_first_and_those_without_a_figure_last() -> None:
    values = [m.revenue_at_stake.value for m in make_report().ordered_moments]
    known = [v for v in values if v is not None]
    assert known == sorted(known, reverse=True)
    assert values[-1] is None


def test_steps_come_as_the_plan_starts_them_then_by_worth() -> None:
    report = make_report()
    assert report.plan is not None
    chosen = [s.step.id for s in report.chosen_steps]
    assert set(chosen) == set(report.plan.chosen)
    assert [s.step.id for s in report.ordered_steps][: len(chosen)] == chosen
    starts = [report.plan.start_month[id] for id in chosen]
    assert starts == sorted(starts)
    rest = [s.npv.mean for s in report.ordered_steps[len(chosen) :] if s.npv]
    assert rest == sorted(rest, reverse=True)
    assert report.ordered_steps[-1].npv is None


def test_every_default_nobody_owns_is_a_finding() -> None:
    settings = Settings(margin=0.3, owned=frozenset({"margin"}))
    report = gather(Results(make_case()), settings, made_at=MADE_AT, company=COMPANY)
    assumed = {f.params["name"] for f in report.findings if f.code == "assumed"}
    assert assumed == {a.name for a in settings.register()} - {"margin"}
    assert all(f.status == "review" for f in report.findings if f.code == "assumed")


def test_a_default_shows_the_value_the_case_used() -> None:
    used = {a.name: a.value for a in make_report().assumptions}
    assert used["start"] == dt.date(2025, 7, 1)
    assert used["metric"] == "ease"


def test_findings_of_all_stages_are_merged_once_in_the_order_of_the_chain() -> None:
    double = Finding("review", "response_low", "link", {"rate": 0.04})
    case = dataclasses.replace(make_case(), findings=(Finding("ok", "read", "data"),))
    link = dataclasses.replace(make_link(), findings=(double, double))
    report = gather(Results(case, link=link), Settings(), made_at=MADE_AT, company=COMPANY)
    assert [f.code for f in report.findings][:3] == ["read", "response_low", "assumed"]


def test_nobodys_rows_are_in_the_report() -> None:
    case = make_case()
    ex = next(s for s in case.sources if s.role == "ex")
    leaky = dataclasses.replace(
        case,
        sources=tuple(
            dataclasses.replace(s, samples={"Depot": ("I hate it here",)}) for s in case.sources
        ),
        set_aside=(
            *case.set_aside,
            SetAside(ex.file, ex.sheet, 3, "comment", "I hate it here", "no_team"),
        ),
    )
    report = gather(Results(leaky, link=make_link()), Settings(), made_at=MADE_AT, company=COMPANY)
    assert "I hate it here" not in repr([s for s in report.case.sources if s.role == "ex"])
    assert "I hate it here" not in repr(report.case.set_aside)


def test_the_currency_is_the_owned_one_else_the_files() -> None:
    case = dataclasses.replace(make_case(), currency="EUR")
    make = {"made_at": MADE_AT, "company": COMPANY}
    assert gather(Results(case), Settings(), **make).currency == "EUR"
    owned = Settings(currency="USD", owned=frozenset({"currency"}))
    assert gather(Results(case), owned, **make).currency == "USD"


def test_the_key_follows_content_not_the_clock() -> None:
    report = make_report()
    assert make_report(made_at=MADE_AT + dt.timedelta(days=1)).key == report.key
    assert make_report(budget=90_000.0).key != report.key
    assert report.short_key == report.key[:8]


# ---- answers
# -----------------------------------------------------------------------------------------

STATES = [
    {},
    {"ugly": True},
    {"refused": "no_churn"},
    {"without": ("plan",)},
    {"without": ("returns",)},
    {"without": ("steps",)},
    {"without": ("moments", "steps")},
    {"without": ("ex",)},
    {"without": ("link", "steps", "ex")},
    {"without": ("link", "base", "ex", "steps")},
    {"currency": "JPY"},
]


@pytest.mark.parametrize("state", STATES, ids=str)
def test_every_page_has_its_answer_whatever_is_missing(state: dict) -> None:
    report = make_report(**state)
    assert set(report.answers) == set(PAGES)
    for page, text in report.answers.items():
        assert text, page
        assert text == page_answers.answer(page, report)
        plain = text.replace(report.short_key, "")  # a key may well be seven digits
        assert not re.search(r"nan|\bNone\b(?! of)|[{}]|\d{7,}", plain), text
        assert not re.search(r"\b(drive|prove|guarantee)s?\b", text, re.IGNORECASE), text


def test_the_answer_of_the_link_is_the_sentence_people_know() -> None:
    assert plain(make_report().answers["link"]) == (
        "One more point of ease goes with £2.2 m more revenue kept and gained a year (90 % range "
        "£1.1–3.3 m)."
    )


def test_an_interval_with_zero_in_it_is_said_so() -> None:
    assert "can't tell yet" in make_report(ugly=True).answers["link"]


def test_the_ask_puts_the_benefit_first() -> None:
    report = make_report()
    assert report.plan is not None
    assert report.plan.npv is not None
    assert report.answers["home"].startswith(fmt.money(report.plan.npv.mean, "GBP"))


def test_home_never_says_that_nothing_was_brought_in_where_files_were() -> None:
    report = make_report(without=("link", "base", "ex", "steps"))
    assert report.case.sources
    assert report.answers["home"] == report.answers["data"]
    assert "Nothing has been brought in" not in report.answers["home"]


def test_scores_in_findings_are_named_as_people_know_them() -> None:
    row = words.finding(
        Finding(
            "review",
            "other_metric_tells_more",
            "link",
            {"best": "ease", "used": "nps", "gain": 0.02},
        )
    )
    assert "likelihood to recommend" in row.what
    assert "nps" not in row.what + row.do


def test_a_refused_case_says_what_is_missing_and_what_unlocks_it() -> None:
    report = make_report(refused="no_churn")
    why = words.reason("no_churn")
    for page in ("link", "moments", "recommendations", "budget"):
        assert why.text in report.answers[page]
        assert why.unlock in report.answers[page]


# ---- words
# -------------------------------------------------------------------------------------------


def leaves(found: dict, path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in found.items():
        at = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield from leaves(value, at)
        else:
            yield from ((at, item) for item in (value if isinstance(value, list) else [value]))


ALL_TEXTS = list(leaves(words.all_texts()))


def test_every_text_is_a_text_and_its_fields_have_formats_we_know() -> None:
    known = {"", *value_template._FORMATS, *value_template._MONEY} | {
        f"{n}_range"
        for n in ("money", "money3", "pct", "pct1", "points", "num2", "signed", "signed2", "per100")
    }
    known |= {"money_between", "money3_between"}
    for path, text in ALL_TEXTS:
        assert isinstance(text, str), path
        for _, field, spec, _ in string.Formatter().parse(text):
            assert field is None or (field.isidentifier() and spec in known), (
                f"{path}: {{{field}:{spec}}}"
            )


CLAIMS = re.compile(
    r"\b(drives?|driven by|proves?(?! (us|the case) wrong)|guarantees?|guaranteed|p ?[<=] ?\.\d)\b",
    re.IGNORECASE,
)


def test_no_text_claims_more_than_it_may() -> None:
    for path, text in ALL_TEXTS:
        found = CLAIMS.search(text)
        assert not found, f"{path}: {found and found.group()}"


CALLS = {
    "Finding": (1, "finding"),
    "InputError": (0, "error"),
    "SettingsError": (0, "error"),
    "refuse": (1, "reason"),
    "RefusedError": (0, "reason"),
}


def literals(node: ast.expr) -> Iterator[str]:
    """The codes an expression can come to, as far as the source says; "no_*" for a code that is put
    together.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from literals(part)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
        for part in node.value.values:
            yield from literals(part)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in node.values)


def codes() -> Iterator[tuple[str, str, str, ast.Call]]:
    """(place, kind, code, call) of every code literal that the core can utter."""
    for path in sorted((ROOT / "cxcase").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for keyword in node.keywords:
                if keyword.arg in ("refused", "refused_because"):
                    yield from (
                        (f"{path.name}:{node.lineno}", "reason", code, node)
                        for code in literals(keyword.value)
                    )
            if name not in CALLS:
                continue
            position, kind = CALLS[name]
            named = [k.value for k in node.keywords if k.arg in ("code", "reason")]
            given = [*node.args[position : position + 1], *named]
            for code in (code for part in given for code in literals(part)):
                yield f"{path.name}:{node.lineno}", kind, code, node


def test_every_code_has_its_words() -> None:
    found = list(codes())
    assert len(found) > 20
    lost = []
    for place, kind, code, call in found:
        parts = {"finding": ("what", "do"), "error": ("text",), "reason": ("text", "unlock")}[kind]
        if kind == "finding" and getattr(call.args[0], "value", "") == "ok":
            parts = ("what",)  # nothing to do about what is in order
        if "*" in code:
            fits = [name for name in words.section(kind) if fnmatch(name, code)]
            lost += [] if fits else [f"{place}: {kind}.{code}"]
            continue
        lost += [
            f"{place}: {kind}.{code}.{part}"
            for part in parts
            if not words.has(f"{kind}.{code}.{part}")
        ]
    assert not lost


def given_params(call: ast.Call, kind: str) -> set[str] | None:
    """Names of the parameters a call gives; None when they can't be read from the source."""
    if kind == "error":
        return (
            None
            if any(k.arg is None for k in call.keywords)
            else {k.arg for k in call.keywords if k.arg}
        )
    mapping = (
        call.args[3]
        if len(call.args) > 3
        else next((k.value for k in call.keywords if k.arg == "params"), None)
    )
    if mapping is None:
        return set()
    if not isinstance(mapping, ast.Dict) or not all(
        isinstance(key, ast.Constant) for key in mapping.keys
    ):
        return None
    return {key.value for key in mapping.keys if isinstance(key, ast.Constant)}


def test_every_template_gets_the_parameters_it_asks_for() -> None:
    wrong = []
    for place, kind, code, call in codes():
        if kind == "reason" or code == "assumed" or not words.has(f"{kind}.{code}"):
            continue
        given = given_params(call, kind)
        for part in ("what", "do", "text"):
            path = f"{kind}.{code}.{part}"
            if given is not None and words.has(path):
                asked = {
                    field
                    for _, field, _, _ in string.Formatter().parse(words.template(path))
                    if field
                }
                optional = (
                    {"sheet", "row", "column", "found", "expected"} if kind == "error" else set()
                )
                wrong += [
                    f"{place}: {path} wants {name}" for name in sorted(asked - given - optional)
                ]
    assert not wrong


def test_an_unknown_code_still_comes_out_as_a_sentence() -> None:
    assert "brand_new" in words.finding(Finding("review", "brand_new", "link")).what
    assert "brand_new" in words.error(InputError("brand_new", found="x"))
    assert words.reason("brand_new").unlock


def test_an_error_without_its_place_still_comes_out() -> None:
    assert "—" in words.error(InputError("unknown", expected="a table"))


def test_every_setting_has_its_label_and_value_in_words() -> None:
    for item in Settings(start=dt.date(2026, 1, 1), metric="ease", budget=150_000.0).register():
        line = words.assumption(item, "GBP")
        assert line.label != item.name
        assert line.value not in ("", "—")
        assert words.finding(
            Finding("review", "assumed", "settings", {"name": item.name, "value": item.value})
        ).do
    unset = words.assumption(Assumption("budget", None, "currency", False))
    assert unset.value == "enough for every step"
    assert plain(words.assumption(Assumption("margin", 0.4, "", True)).value) == "40 % of revenue"


def test_the_glossary_knows_the_words_a_page_must_explain() -> None:
    assert {"GRR", "NRR", "CES", "NPV", "P10", "P90", "Moment of truth"} <= set(words.glossary())
    with pytest.raises(KeyError):
        words.glossary("nonsense")


def test_the_shopping_list_names_whom_to_ask() -> None:
    text = words.shopping_list()
    assert all(name in text for name in ("IT", "HR", "Finance"))
    assert len(text.splitlines()) < 60


def test_where_nobody_left_no_percentage_of_nothing_is_told() -> None:
    report = make_report()
    base = report.case.base
    assert base is not None
    none_left = dataclasses.replace(base, churned=0, logo_churn=0.0, churned_revenue=0.0)
    case = dataclasses.replace(report.case, base=none_left)
    said = page_answers.answer("data", dataclasses.replace(report, answers={}, case=case))
    assert "none of them left within the year" in said
    assert "0 %" not in said.replace("\u00a0", " ").split("answered")[0]


def test_findings_name_steps_by_title_and_of_many_a_few() -> None:
    report = make_report()
    assert report.steps is not None
    ids = [step.id for step in report.steps.steps]
    few = words.step_names(report, ids[:2])
    many = words.step_names(report, [*ids, *ids])
    assert [
        name.endswith(f"({id})") and name.startswith("“")
        for name, id in zip(few, ids, strict=False)
    ] == [True] * 2
    assert many == [*words.step_names(report, ids[:3]), f"{2 * len(ids) - 3} more"]
    assert words.step_names(report, ["walk"]) == ["walk"]


def test_spend_over_periods_is_not_said_to_fall_into_a_year() -> None:
    plan = make_report().plan
    assert plan is not None
    assert page_answers.span(plan) == "in the first 12 months"
    periods = PeriodBudget((40_000.0,) * 6, "quarter", 1, 7)
    assert page_answers.span(dataclasses.replace(plan, choice=periods)) == "over 6 quarters"
