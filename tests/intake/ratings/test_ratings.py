"""How the answers of a rating column are understood: words, numbers, codes, blanks, scales,
directions.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_files import csv, parsed, survey_rows, text_dates

from cxcase.errors import InputError
from cxcase.intake.ratings.no_answer_codes import code_meaning, stand_apart, theory_scale
from cxcase.intake.ratings.parse import likert_like, nps_groups, read_answers, read_ratings
from cxcase.intake.roles.cx_survey import type_survey
from cxcase.intake.schema import Scale
from cxcase.intake.tables.find_table import Table
from cxcase.intake.tables.row_filter import Sieve, Typed
from cxcase.intake.values.column import Column
from cxcase.intake.values.yes_no import read_flags, states_named, unknown_states
from cxcase.intake.vocabulary.answer_words import choose_set, meaning, plain, point_of, word_sets
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit
from cxcase.intake.vocabulary.scale_hints import (
    about_importance,
    asks_effort,
    bad_statement,
    high_is_bad,
    labelled_scale,
)

NO = math.nan


def survey(
    columns: dict[str, list[Any]], decisions: dict[str, Any] | None = None
) -> tuple[Typed, Sieve]:
    """A survey of these columns, typed; "ease" is the metric, every other column a moment of that
    heading.
    """
    size = len(next(iter(columns.values())))
    headings = ("Customer ID", *columns)
    cells = [[f"C{k}" for k in range(size)], *columns.values()]
    table = Table("S", headings, tuple(map(Column.of, cells)), np.arange(2, size + 2), 1)
    sieve = Sieve(table)
    fields = {
        "ease" if h.lower().startswith(("ease", "effort")) else f"moment:{h}": h for h in columns
    }
    return type_survey(sieve, {"customer_id": "Customer ID", **fields}, decisions or {}), sieve


def codes(sieve: Sieve) -> set[str]:
    return {finding.code for finding in sieve.findings}


# ---- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("Strongly disagree", "Somewhat disagree", "Neutral", "Somewhat agree", "Agree strongly"),
         5),
        (("sehr unzufrieden", "unzufrieden", "teils/teils", "zufrieden", "sehr zufrieden"), 5),
        (("Pas du tout d’accord", "Plutôt pas d’accord", "Neutre", "Plutôt d’accord",
          "Tout à fait d’accord"), 5),
        (("Muy difícil", "Difícil", "Ni fácil ni difícil", "Fácil", "Muy fácil"), 5),
        (("Molto insoddisfatto", "Insoddisfatto", "Neutrale", "Soddisfatto", "Molto soddisfatto"),
         5),
        (("Discordo totalmente", "Discordo", "Não concordo nem discordo", "Concordo",
          "Concordo totalmente"), 5),
        (("Zeer ontevreden", "Ontevreden", "Neutraal", "Tevreden", "Zeer tevreden"), 5),
        (("Mycket missnöjd", "Ganska missnöjd", "Varken eller", "Ganska nöjd", "Mycket nöjd"), 5),
        (("Helt uenig", "Litt uenig", "Verken enig eller uenig", "Litt enig", "Helt enig"), 5),
        (("Meget utilfreds", "Utilfreds", "Hverken tilfreds eller utilfreds", "Tilfreds",
          "Meget tilfreds"), 5),
        (("Bardzo niezadowolony", "Niezadowolony", "Neutralnie", "Zadowolony", "Bardzo zadowolony"),
         5),
        (("غير راضٍ تماماً", "غير راضٍ", "محايد", "راضٍ", "راضٍ جداً"), 5),
        (("Never", "Rarely", "Sometimes", "Often", "Always"), 5),
        (("very poor", "poor", "fair", "good", "very good"), 5),
        (("poor", "fair", "good", "very good", "excellent"), 5),
        (("mangelhaft", "ausreichend", "befriedigend", "gut", "sehr gut"), 5),
        (("trifft nicht zu", "trifft eher nicht zu", "teils teils", "trifft eher zu", "trifft zu"),
         5),
        (("Very high effort", "High effort", "Moderate effort", "Low effort", "Very low effort"),
         5),
        (("Not at all easy", "Slightly easy", "Moderately easy", "Very easy", "Extremely easy"), 5),
        (("Very difficult", "Difficult", "Somewhat difficult", "Neutral", "Somewhat easy", "Easy",
          "Very easy"), 7),
        (("Extremely dissatisfied", "Moderately dissatisfied", "Slightly dissatisfied", "Neutral",
          "Slightly satisfied",
          "Moderately satisfied", "Extremely satisfied"), 7),
    ],
)  # fmt: skip
def test_words_are_read_from_worst_to_best(labels: tuple[str, ...], expected: int) -> None:
    found = read_ratings(list(reversed(labels)))
    assert found.words == Scale(1, expected)
    assert found.values.tolist() == list(range(len(labels), 0, -1))


@pytest.mark.parametrize(
    "spelling",
    [
        "VERY SATISFIED",
        "very\u00a0satisfied",
        " Very  satisfied. ",
        "Very\u200b satisfied",
        "Very-satisfied",
        "\ufeffVery satisfied",
    ],
)
def test_case_punctuation_and_unseen_characters_do_not_matter(spelling: str) -> None:
    assert read_ratings([spelling, "Dissatisfied"]).values.tolist() == [5, 2]


def test_apostrophes_and_accents_do_not_matter() -> None:
    assert plain("d’accord") == plain("d'accord") == plain("D`ACCORD")
    assert read_ratings(["tres satisfait", "insatisfait"]).values.tolist() == [5, 2]
    assert meaning("Don’t know") == meaning("DON'T KNOW") == "no_answer"


def test_a_label_in_two_scripts_is_read_by_either_half() -> None:
    cells = [
        "أسوأ من المتوقع Worse than expected",
        " كما هو متوقع As expected",
        "افضل من المتوقع Better than expected ",
    ]
    assert read_ratings(cells).values.tolist() == [2, 3, 4]


def test_the_scale_is_that_of_the_words_never_of_what_was_seen() -> None:
    assert read_ratings(["Agree", "Neutral"]).words == Scale(1, 5)
    assert read_ratings(["Somewhat agree", "Agree", "Strongly agree"]).words == Scale(1, 7)


def test_after_many_answers_a_middle_that_nobody_chose_was_not_on_offer() -> None:
    four = ["Strongly disagree", "Disagree", "Agree", "Strongly agree"]
    assert read_ratings(four * 10).words == Scale(1, 5)
    assert read_ratings(four * 50).words == Scale(1, 4)
    assert read_ratings(["Disagree", "Neutral", "Agree"] * 10).words == Scale(1, 5)
    assert read_ratings([*four, "Neutral"] * 50).words == Scale(1, 5)


@pytest.mark.parametrize(
    ("faces", "values", "scale"),
    [
        ("😡🙁😐🙂😍", [1, 2, 3, 4, 5], Scale(1, 5)),
        ("🙁😐🙂", [1, 2, 3], Scale(1, 3)),
        ("👍👎", [3, 1], Scale(1, 3)),
    ],
)
def test_faces_are_read_from_worst_to_best(faces: str, values: list[int], scale: Scale) -> None:
    found = read_ratings([*faces])
    assert found.values.tolist() == values
    assert found.words == scale
    assert not read_ratings([*faces, "🚀"]).no_answer.any()


def test_no_set_holds_a_word_at_two_points() -> None:
    assert len(word_sets()) > 30
    for one in word_sets():
        assert set(one.points.values()) == set(range(1, one.size + 1)), one.asks
    ends = Counter(word for one in word_sets() for word in one.points)
    assert ends["neutral"] > 5


@pytest.mark.parametrize("index", range(len(word_sets())))
def test_every_set_is_found_by_its_own_words(index: int) -> None:
    one = word_sets()[index]
    by_point = {point: word for word, point in reversed(one.points.items())}
    found = choose_set(dict.fromkeys(by_point.values(), 100))
    assert found is not None
    assert {point: point_of(word, found) for point, word in by_point.items()} == {
        p: p for p in by_point
    }
    assert found.size == one.size


@pytest.mark.parametrize(
    "labels",
    [
        ("Low", "Medium", "High"),
        ("Yes", "No", "Maybe"),
        ("Gold", "Silver"),
        ("Very important", "Important"),
        ("Daily", "Weekly", "Never", "Rarely", "Monthly"),
    ],
)
def test_words_that_rate_nothing_are_no_rating(labels: tuple[str, ...]) -> None:
    assert not likert_like(list(labels) * 20)


# ---- numbers with words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "values", "stated"),
    [
        (["0 - Not at all likely", "10 = Extremely likely", "7"], [0, 10, 7], Scale(0, 10)),
        (["1 (sehr schwierig)", "7 (sehr einfach)", 3.0], [1, 7, 3], Scale(1, 7)),
        (["Very satisfied (5)", "Very dissatisfied (1)"], [5, 1], Scale(1, 5)),
        (["1 - Strongly disagree", "2 - Disagree", "4 - Agree"], [1, 2, 4], Scale(1, 5)),
        (["0 - Never", "3 - Often"], [0, 3], Scale(0, 4)),
        (["★★★★☆", "★☆☆☆☆"], [4, 1], Scale(1, 5)),
        (["⭐⭐⭐", "⭐"], [3, 1], Scale(1, 5)),
        (["4 stars", "1 star", "3 Sterne"], [4, 1, 3], Scale(1, 5)),
        (["4/5", "4 von 5", "3 sur 5"], [4, 4, 3], Scale(1, 5)),
        (["8 out of 10", "7/10"], [8, 7], Scale(0, 10)),
        (["80 %", "7,5%"], [80, 7.5], Scale(0, 100)),
        (["3,5", "４", "5."], [3.5, 4, 5], None),
        (["3 months", "1-2 years", "25-34", "Answer 5", "03/04/2025", "10+ years"], [NO] * 6, None),
    ],
)
def test_numbers_with_words(cells: list[Any], values: list[float], stated: Scale | None) -> None:
    found = read_ratings(cells)
    np.testing.assert_array_equal(found.values, values)
    assert found.stated == stated


def test_good_words_at_low_numbers_turn_the_column() -> None:
    assert read_ratings(["1 - sehr gut", "2", "5 - mangelhaft"]).against is True
    assert read_ratings(["1 - Very dissatisfied", "5 - Very satisfied"]).against is False
    typed, sieve = survey({"Ease (1-5)": ["1 - very easy", "2", "5 - very difficult", "4"]})
    assert typed.columns["ease"].tolist() == [5, 4, 1, 2]
    assert "scale_turned" in codes(sieve)


def test_not_applicable_with_a_number_is_no_mark() -> None:
    found = read_ratings([5, "99 - Not applicable", "6 (Don't know)", "N/A", "?", None])
    assert found.not_lived.tolist() == [False, True, False, True, False, False]
    assert found.no_answer.tolist() == [False, False, True, False, True, False]


# ---- headings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "scale"),
    [
        ("Billing (1-7)", Scale(1, 7)),
        ("Billing 1 = very hard … 7 = very easy", Scale(1, 7)),
        ("0 = not applicable, 1 = bad, 5 = good", Scale(1, 5)),
        ("Rechnung von 1 bis 5", Scale(1, 5)),
        ("De 1 à 7, livraison", Scale(1, 7)),
        ("Note sur 10", Scale(0, 10)),
        ("Delivery 0–10", Scale(0, 10)),
        ("Delivery /5", Scale(1, 5)),
        ("Delivery on a 5-point scale", Scale(1, 5)),
        ("Support (1 – 3)", Scale(1, 3)),
        ("Delivery (%)", Scale(0, 100)),
        ("Net feeling (-3 to +3)", Scale(-3, 3)),
        ("Delivered in 1-5 days", None),
        ("Survey 01/10/2024", None),
        ("Q1-5 Delivery", None),
        ("Open 24/7", None),
    ],
)
def test_the_scale_a_heading_states(heading: str, scale: Scale | None) -> None:
    assert labelled_scale(heading) == scale


@pytest.mark.parametrize(
    ("heading", "bad"),
    [
        ("Ease (1 = very easy, 7 = very hard)", True),
        ("Ease (1 = very hard, 7 = very easy)", False),
        ("Qualität (1 = sehr gut, 6 = ungenügend)", True),
        ("Effort (1 = a lot of effort, 5 = no effort)", False),
        ("Effort (1 = very low, 5 = very high)", True),
        ("I trust them (1 = strongly agree, 5 = strongly disagree)", True),
        ("Ease (1-7)", None),
        ("Ease (1 = blue, 7 = green)", None),
    ],
)
def test_the_words_at_the_ends_tell_the_direction(heading: str, bad: bool | None) -> None:
    assert high_is_bad(heading) is bad


def test_questions_and_statements_that_are_bad_when_high() -> None:
    assert asks_effort("Wie viel Aufwand hatten Sie?")
    assert asks_effort("Combien d'efforts avez-vous dû fournir ?")
    assert bad_statement("I had to put in a lot of effort to get my issue solved")
    assert bad_statement("How likely are you to switch to another supplier?")
    assert not bad_statement("The company made it easy for me to handle my issue")
    assert about_importance("How important is delivery to you?")
    assert about_importance("Wichtigkeit Lieferung")
    assert not about_importance("Importing goods")


def test_a_bad_statement_is_turned_once_and_words_that_say_good_are_not() -> None:
    agree = ["Strongly agree", "Agree", "Strongly disagree", "Neutral"]
    assert survey({"I had to put in a lot of effort": agree})[0].columns[
        "rating:I had to put in a lot of effort"
    ].tolist() == [1, 2, 5, 3]
    turned, _ = survey({"Support: I had to put in a lot of effort (reversed)": agree})
    assert next(v for n, v in turned.columns.items() if n.startswith("rating:")).tolist() == [
        5,
        4,
        1,
        3,
    ]
    direct, _ = survey(
        {"Ease: how difficult was it?": ["Very easy", "Easy", "Very difficult", "Difficult"]}
    )
    assert direct.columns["ease"].tolist() == [5, 4, 1, 2]
    numbers, _ = survey({"Effort: how much effort did it take (1-5)": [1, 2, 5, 4]})
    assert numbers.columns["ease"].tolist() == [5, 4, 1, 2]


METRIC_HEADINGS = [
    ("ease", "Acme hat es mir leicht gemacht, mein Anliegen zu klären"),
    ("ease", "Cuánto esfuerzo tuvo que hacer"),
    ("ease", "Hoe makkelijk is het om met ons zaken te doen?"),
    ("csat", "Wie zufrieden sind Sie insgesamt mit uns?"),
    ("csat", "Globalement, êtes-vous satisfait de nos services ?"),
    ("csat", "Soddisfazione complessiva"),
    ("csat", "Satisfação geral"),
    ("csat", "Hur nöjd är du som helhet?"),
    ("nps", "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?"),
    ("nps", "Con quale probabilità ci consiglieresti a un amico?"),
    ("nps", "Qual a probabilidade de nos recomendar?"),
    ("nps", "Hoe waarschijnlijk is het dat u ons zou aanbevelen?"),
    ("nps", "Hur troligt är det att du skulle rekommendera oss?"),
    ("nps", "Recommanderiez-vous notre société ?"),
]


@pytest.mark.parametrize(("metric", "heading"), METRIC_HEADINGS)
def test_metric_questions_in_other_languages(metric: str, heading: str) -> None:
    scores = {name: fit(heading, fields_of("cx")[name]) for name in ("ease", "csat", "nps")}
    assert max(scores, key=lambda name: scores[name]) == metric
    assert scores[metric] >= STRONG


@pytest.mark.parametrize(
    "heading",
    [
        "Wie zufrieden sind Sie mit der Lieferung?",
        "Delivery",
        "Rechnung",
        "How easy was it to return an item?",
    ],
)
def test_questions_about_one_moment_are_no_metric(heading: str) -> None:
    assert all(fit(heading, fields_of("cx")[name]) < STRONG for name in ("ease", "csat", "nps"))


# ---- codes and blanks ----------------------------------------------------------------------------

FIVE = [1, 2, 3, 4, 5] * 20


@pytest.mark.parametrize(
    ("numbers", "apart", "scale"),
    [
        ([*FIVE, 99, 99], {99}, Scale(1, 5)),
        ([*FIVE, *[99] * 40, *[98] * 9], {98, 99}, Scale(1, 5)),
        ([*FIVE, -1], {-1}, Scale(1, 5)),
        ([*FIVE, 0, 0], set(), Scale(1, 5)),
        ([*FIVE, 9, 9, 9], {9}, Scale(1, 5)),
        ([*FIVE, 8, 8, 8, 9, 9, 9], {8, 9}, Scale(1, 5)),
        ([*FIVE, *[6] * 9], set(), Scale(1, 7)),
        ([*range(1, 8)] * 20 + [9] * 5, {9}, Scale(1, 7)),
        ([*range(1, 8)] * 2 + [9] * 5, set(), Scale(0, 10)),
        ([*range(11)] * 9 + [11] * 3, {11}, Scale(0, 10)),
        ([*range(0, 101, 5)] * 3 + [97, 98, 99], set(), Scale(0, 100)),
        ([*range(-3, 4)] * 9, set(), None),
        ([62, 78, 88, 97], set(), Scale(0, 100)),
        ([*FIVE, 999, -99], {999, -99}, Scale(1, 5)),
    ],
)
def test_codes_stand_apart_from_ratings(
    numbers: list[float], apart: set[float], scale: Scale | None
) -> None:
    different, counts = np.unique(np.array(numbers, dtype=float), return_counts=True)
    assert set(different[stand_apart(different, counts)].tolist()) == apart
    assert theory_scale(np.array(numbers, dtype=float)) == scale


def test_what_codes_mean_depends_on_the_scale() -> None:
    assert code_meaning(0, Scale(1, 5), 1, 100) == "not_lived"
    assert code_meaning(0, Scale(0, 10), 1, 100) is None
    assert code_meaning(97, Scale(1, 5), 1, 100) == "not_lived"
    assert code_meaning(99, Scale(0, 100), 1, 100) is None
    assert code_meaning(11, Scale(0, 10), 1, 100) is None
    assert code_meaning(11, Scale(0, 10), 3, 100) == "no_answer"
    assert code_meaning(6, Scale(1, 5), 50, 100) is None
    assert code_meaning(12, Scale(0, 10), 50, 100) is None


def test_a_stray_code_loses_neither_the_row_nor_the_other_moments() -> None:
    typed, sieve = survey(
        {"Ease (1-5)": [*FIVE, 4], "Billing": [*FIVE, 99], "Delivery": [*FIVE, 3]}
    )
    assert sieve.reasons() == {}
    assert np.isnan(typed.columns["rating:Billing"][-1])
    assert typed.columns["unanswered:Billing"][-1]
    assert typed.columns["rating:Delivery"][-1] == 3
    reading = next(r for r in typed.readings if r.heading == "Billing")
    assert (reading.marks, reading.ratings, reading.scale_from) == (
        {"99": ("no_answer", 1)},
        100,
        "theory",
    )


def test_every_mark_is_shown_with_its_count_and_blank_has_one_meaning() -> None:
    cells: list[Any] = [*FIVE, "N/A", "N/A", None, "don't know", "soso", 7, 0]
    typed, sieve = survey({"Ease (1-5)": [3] * len(cells), "Billing (1-5)": cells})
    reading = typed.readings[1]
    assert reading.marks == {
        "N/A": ("not_lived", 2),
        "don't know": ("no_answer", 1),
        "soso": ("set_aside", 1),
        "7": ("set_aside", 1),
        "0": ("not_lived", 1),
    }
    assert reading.blank == ("no_answer", 1)
    assert reading.ratings + 1 + sum(n or 0 for _, n in reading.marks.values()) == len(cells)
    assert codes(sieve) == {"cells_left_out", "marks_off_scale", "zero_not_rated"}
    assert typed.decisions["marks"] == {
        "moment:Billing (1-5)": {"N/A": "not_lived", "don't know": "no_answer", "0": "not_lived"}
    }


def test_blank_means_not_lived_unless_a_person_says_otherwise() -> None:
    columns = {"Ease (1-5)": [3] * 101, "Billing": [*FIVE, None]}
    assert not survey(columns)[0].columns["lived:Billing"][-1]
    typed, _ = survey(columns, {"marks": {"moment:Billing": {"": "no_answer"}}})
    assert typed.columns["lived:Billing"][-1]
    assert typed.columns["unanswered:Billing"][-1]


def test_what_a_person_says_of_a_mark_wins() -> None:
    columns = {"Ease (1-5)": [3] * 102, "Billing": [*FIVE, 0, 0]}
    typed, _ = survey(columns, {"marks": {"moment:Billing": {"0": "rating"}}})
    assert typed.scales["moment:Billing"] == Scale(0, 5)
    assert typed.columns["rating:Billing"][-1] == 0
    assert typed.readings[1].marks == {"0": ("rating", 2)}
    typed, _ = survey(columns, {"marks": {"moment:Billing": {"1": "no_answer", "0": "no_answer"}}})
    assert typed.columns["unanswered:Billing"].sum() == 22


def test_decisions_written_back_read_the_same_export_the_same_way() -> None:
    cells = ["Agree", "Strongly agree", "N/A", "Disagree", None, "Neutral"] * 20
    first, _ = survey(
        {"Ease": [*FIVE, *FIVE[:20]], "Billing": cells, "Delivery": [*FIVE, *[99] * 20]}
    )
    again, sieve = survey(
        {"Ease": [*FIVE, *FIVE[:20]], "Billing": cells, "Delivery": [*FIVE, *[99] * 20]},
        first.decisions,
    )
    assert "scale_assumed" not in codes(sieve)
    assert again.decisions == first.decisions
    for name, values in first.columns.items():
        np.testing.assert_array_equal(np.asarray(values), np.asarray(again.columns[name]))


@pytest.mark.parametrize(
    "decisions",
    [
        {"scales": {"ease": [5, 1]}},
        {"scales": {"ease": 5}},
        {"scales": [1, 5]},
        {"turned": "ease"},
        {"turned": [1]},
        {"marks": {"ease": {"99": "whatever"}}},
        {"marks": {"ease": "99"}},
        {"words": {"Meh": "one"}},
        {"words": ["Meh"]},
        {"words": {"Meh": math.nan}},
    ],
)
def test_a_decision_that_cannot_be_read_is_named(decisions: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        survey({"Ease (1-5)": FIVE}, decisions)
    assert caught.value.code == "decision_unreadable"
    assert caught.value.params["name"] in decisions


# ---- what is no rating ---------------------------------------------------------------------------


def test_words_nobody_knows_are_named_and_can_be_given() -> None:
    cells = ["Meh", "Grand", "Shocking", "Grand"] * 10
    columns = {"Ease (1-5)": [3] * 40, "Billing": cells}
    typed, sieve = survey(columns)
    assert "rating:Billing" not in typed.columns
    said = next(f for f in sieve.findings if f.code == "words_not_known")
    assert said.params["labels"] == ["Grand (20)", "Meh (10)", "Shocking (10)"]
    words = {"shocking": 1, "MEH": 3, "Grand": 5}
    typed, sieve = survey(columns, {"words": words})
    assert typed.columns["rating:Billing"][:4].tolist() == [3, 5, 1, 5]
    assert typed.scales["moment:Billing"] == Scale(1, 5)
    assert typed.readings[1].scale_from == "person"
    assert typed.decisions["words"] == words
    assert "words_not_known" not in codes(sieve)


def test_a_question_whose_words_nobody_knows_is_named_though_no_field_took_it(
    tmp_path: Path,
) -> None:
    rows = text_dates(survey_rows(40))
    rows = [
        [*row, "How satisfied were you with parking?" if k == 0 else ("Meh", "Grand")[k % 2]]
        for k, row in enumerate(rows)
    ]
    messages = parsed(csv(rows), tmp_path).tables[0].source.messages
    assert [dict(m.params) for m in messages if m.code == "words_not_known"] == [
        {"column": "How satisfied were you with parking?", "labels": ["Grand (20)", "Meh (20)"]}
    ]


def test_promoter_groups_are_no_ratings() -> None:
    assert nps_groups(read_answers(["Promoter", "Detractor", "Passive"] * 5))
    assert nps_groups(read_answers(["Promotor", "Kritiker", "Indifferent"] * 5))
    assert nps_groups(read_answers([-100, 0, 100, 100]))
    assert not nps_groups(read_answers([0, 10, 7]))
    typed, sieve = survey(
        {"Ease (1-5)": [3] * 15, "Recommend": ["Promoter", "Detractor", "Passive"] * 5}
    )
    assert "nps_groups" in codes(sieve)
    assert "rating:Recommend" not in typed.columns


def test_importance_is_kept_out_unless_a_person_gives_its_scale() -> None:
    columns = {"Ease (1-5)": FIVE, "How important is billing (1-5)": FIVE}
    typed, sieve = survey(columns)
    assert "importance_left_out" in codes(sieve)
    assert len(typed.scales) == 1
    typed, _ = survey(columns, {"scales": {"moment:How important is billing (1-5)": [1, 5]}})
    assert len(typed.scales) == 2


# ---- the table as a whole ------------------------------------------------------------------------


def test_columns_of_a_kind_share_one_set_of_words() -> None:
    seven = ["Somewhat agree", "Agree", "Strongly disagree", "Somewhat disagree"]
    typed, _ = survey({"Billing": seven, "Delivery": ["Agree", "Disagree", "Agree", "Neutral"]})
    assert typed.scales["moment:Delivery"] == typed.scales["moment:Billing"] == Scale(1, 7)
    assert typed.columns["rating:Delivery"].tolist() == [6, 2, 6, 4]


@dataclass(frozen=True)
class Question:
    """The columns of one question."""

    question: str
    headings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Matrix(Table):
    """A table that knows which columns are one question."""

    groups: tuple[Question, ...] = ()


def test_columns_of_one_question_share_the_scale_that_one_of_them_states() -> None:
    columns = {
        "Customer ID": [f"C{k}" for k in range(100)],
        "Billing": FIVE,
        "Delivery (1-7)": FIVE,
        "Support": FIVE,
    }
    cells = tuple(map(Column.of, columns.values()))
    fields = {f"moment:{name}": name for name in columns if name != "Customer ID"}

    def read(question: Question) -> Typed:
        table = Matrix("S", tuple(columns), cells, np.arange(2, 102), 1, groups=(question,))
        return type_survey(Sieve(table), {"customer_id": "Customer ID", **fields}, {})

    hard = read(Question("How was it? (1 = very easy, 5 = very hard)", ("Billing", "Support")))
    assert hard.scales["moment:Support"] == Scale(1, 5)
    assert [r.scale_from for r in hard.readings] == ["label"] * 3
    assert hard.columns["rating:Billing"][:5].tolist() == [5, 4, 3, 2, 1]
    typed = read(Question("How was it?", ("Billing", "Delivery (1-7)")))
    assert typed.scales["moment:Billing"] == Scale(1, 7)
    assert typed.scales["moment:Support"] == Scale(1, 5)


def test_words_stand_where_the_heading_has_its_ends() -> None:
    typed, _ = survey({"Billing (0-4)": ["Never", "Rarely", "Often", "Always"]})
    assert typed.columns["rating:Billing (0-4)"].tolist() == [0, 1, 3, 4]
    typed, _ = survey({"Billing (1-10)": ["Never", "Rarely", "Often", "Always"]})
    assert typed.scales["moment:Billing (1-10)"] == Scale(1, 5)


def test_a_column_that_falls_where_the_others_rise_is_named_not_turned() -> None:
    draw = np.random.default_rng(0)
    mood = draw.normal(3, 1, 300)
    marks = {
        n: np.clip(np.round(mood + draw.normal(0, 0.7, 300)), 1, 5).tolist()
        for n in ("Ease (1-5)", "Billing", "Delivery")
    }
    odd = [6 - m for m in marks["Billing"]]
    typed, sieve = survey({**marks, "Returns": odd})
    said = [f for f in sieve.findings if f.code == "item_direction_doubtful"]
    assert [f.params["column"] for f in said] == ["Returns"]
    assert typed.columns["rating:Returns"].tolist() == odd
    typed, sieve = survey({**marks, "Returns": odd}, {"turned": ["moment:Returns"]})
    assert "item_direction_doubtful" not in codes(sieve)
    assert typed.columns["rating:Returns"].tolist() == marks["Billing"]


_MARKS = st.sampled_from(
    [
        1,
        2,
        3,
        4,
        5,
        0,
        7,
        99,
        -1,
        12,
        "N/A",
        "don't know",
        None,
        "soso",
        "5 - very easy",
        "★★★",
        "4/5",
        "Agree",
        "80 %",
        True,
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_MARKS, _MARKS, _MARKS), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
def test_order_changes_nothing_and_every_row_is_accounted_for(
    rows: list[tuple[Any, ...]], shuffle: Any
) -> None:
    order = list(range(len(rows)))
    shuffle.shuffle(order)
    names = ("Ease (1-5)", "Billing", "Delivery (1-5)")
    plain_, sieve = survey({n: [r[j] for r in rows] for j, n in enumerate(names)})
    other, _ = survey({n: [rows[k][j] for k in order] for j, n in enumerate(names)})
    assert other.scales == plain_.scales
    assert other.readings == plain_.readings
    assert int(sieve.alive.sum()) + len(sieve.out) == len(rows)
    back = {f"C{new}": f"C{old}" for new, old in enumerate(order)}
    mine = dict(zip(plain_.columns["customer_id"], range(len(rows)), strict=False))
    for name in plain_.columns.keys() - {"customer_id"}:
        where = [mine[back[c]] for c in other.columns["customer_id"]]
        np.testing.assert_array_equal(
            np.asarray(plain_.columns[name])[where], np.asarray(other.columns[name])
        )


# ---- yes and no ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Sì", "no"], [True, False]),
        (["sim", "não", "nao"], [True, False, False]),
        (["ja", "nee"], [True, False]),
        (["ja", "nej"], [True, False]),
        (["tak", "nie"], [True, False]),
        (["نعم", "لا"], [True, False]),
        (["نعم Yes", "لا No"], [True, False]),
        (["o", "n"], [True, False]),
        (["s", "n", "S"], [True, False, True]),
        (["J", "N"], [True, False]),
        (["T", "F"], [True, False]),
        (["V", "F"], [True, False]),
        (["s", "o"], [None, None]),
        (["s", "n", "j"], [None, None, None]),
        (["1", "0", 1.0], [True, False, True]),
        (["Yes.", "NO!", "✓", "✗"], [True, False, True, False]),
        (["Gekündigt", "Aktiv", "opgezegd", "attivo", "lost"], [True, False, True, False, True]),
    ],
)
def test_yes_and_no(cells: list[Any], expected: list[bool | None]) -> None:
    assert read_flags(cells).values.tolist() == expected


def test_marks_alone_read_blank_as_no_and_states_we_do_not_know_are_named() -> None:
    assert read_flags(["X", None, "x"]).values.tolist() == [True, False, True]
    every = np.ones(20, dtype=bool)
    found = unknown_states(["Open", "Closed", "On hold", "Dormant"] * 5, every)
    assert found is not None
    assert states_named(word for word in found if word) == ["Dormant (5)", "On hold (5)"]
    assert unknown_states(["Open", "Closed", "Pending"] * 5, every[:15]) is None
    assert unknown_states(["Open", "Closed"] * 10, every) is None


@pytest.mark.parametrize("decimals", [2, 8, 16])
def test_a_mean_may_have_as_many_decimals_as_a_spreadsheet_keeps(
    decimals: int, tmp_path: Path
) -> None:
    """Teams' means come out of formulas, 3.2963261648825437 and the like."""
    values = [f"{2.0 + k / 7:.{decimals}f}" for k in range(12)]
    rows = [["team", "n", "mean"], *([f"Team {k}", 9, value] for k, value in enumerate(values))]
    (table,) = parsed(csv(rows), tmp_path).tables
    assert table.source.role == "ex"
    assert table.source.rows_accepted == 12
