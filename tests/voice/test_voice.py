"""Customers' own words: which moment a comment speaks of, quotes that stand for many, terms, bands,
the search.
"""

from __future__ import annotations

import math
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as tuned
from hypothesis import strategies as st
from make_recordings import m4a, mp3, wav
from make_report import MADE_AT, make_link, make_moments
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from scipy import sparse

from cxcase.errors import InputError
from cxcase.export import make_deck
from cxcase.intake import Case, Scale, Upload, case_from_frames, read
from cxcase.report import Report, Results, gather, words
from cxcase.sample import comments as writing
from cxcase.sample import design as d
from cxcase.sample.company import draw_company
from cxcase.settings import Settings
from cxcase.voice import Band, Pin, Voice, check_recording, hear
from cxcase.voice.moment_assignment import log_odds
from cxcase.voice.quotes import LONGEST, choose, sentences
from cxcase.voice.revenue_bands import K_BAND, make_bands

INVOICE = "Invoice"
VISIT = "Visit"


def case(folder: Path, rows: list[tuple[str, float, float]], **columns: list[str | None]) -> Case:
    """A case of one response a row: (comment, mark of the invoice, mark of the visit), NaN for not
    lived.
    """
    n = len(rows)
    ids = [f"C{k:04d}" for k in range(n)]
    marks = np.array([[i, v] for _, i, v in rows], dtype=float)
    cx = pd.DataFrame(
        {"customer_id": ids, "ease": np.nan_to_num(np.nanmean(marks, axis=1), nan=5.0)}
    )
    for j, name in enumerate((INVOICE, VISIT)):
        cx[f"rating:{name}"] = marks[:, j]
        cx[f"lived:{name}"] = ~np.isnan(marks[:, j])
    cx["comment"] = [text or None for text, *_ in rows]
    customers = pd.DataFrame(
        {"customer_id": ids, "team": "T", "segment": "S", "tenure_months": 12.0,
         "revenue_start": 100.0 * np.arange(1, n + 1), "revenue_end": 100.0 * np.arange(1, n + 1),
         "churned": False}
    )  # fmt: skip
    scales = {INVOICE: Scale(0, 10), VISIT: Scale(0, 10)}
    frames = {"customers": customers, "cx": cx.assign(**columns)}
    return case_from_frames(
        frames, Settings(), folder, scales={"ease": Scale(0, 10)}, moment_scales=scales
    )


def said(voice: Voice, moment: str | None) -> list[str]:
    """The comments that speak of a moment."""
    library = voice.library
    assert library is not None
    place = -1 if moment is None else library.moments.index(moment)
    return [t for t, m in zip(library.texts, library.moment.tolist(), strict=True) if m == place]


# ---- which moment
# --------------------------------------------------------------------------------------


def test_a_comment_goes_to_the_moment_it_names_among_those_that_were_lived(tmp_path: Path) -> None:
    rows = [
        ("The invoice was wrong again", 2, 8),
        ("Our visits are always on time", 8, 9),
        ("Nothing to say about anything", 5, 5),
        (
            "The invoice was fine as well",
            math.nan,
            9,
        ),  # the invoice was not lived: it can't speak of that
    ]
    voice = hear(case(tmp_path, rows), Settings())
    assert said(voice, INVOICE) == [rows[0][0]]
    assert said(voice, VISIT) == [rows[1][0]]
    assert said(voice, None) == sorted([rows[2][0], rows[3][0]])


def test_a_comment_given_with_a_moments_mark_is_about_that_moment_whatever_it_says(
    tmp_path: Path,
) -> None:
    rows = [("", 2, 8), ("", 9, 9)]
    own: dict[str, list[str | None]] = {f"comment:{INVOICE}": ["The visit was awful", None]}
    voice = hear(case(tmp_path, rows, **own), Settings())
    assert said(voice, INVOICE) == ["The visit was awful"]
    assert voice.of(INVOICE).low == 1


@pytest.fixture(scope="module")
def truth() -> dict[str, str | None]:
    """Comment -> the moment that its writer had in mind, None for the company at all."""
    about: list[str | None] = []

    class Writer(writing._Writer):
        def comment(self, ease: float, ratings: np.ndarray) -> str:
            self.mind: str | None = None
            text = super().comment(ease, ratings)
            about.append(self.mind)
            return text

        def _stands_out(self, ratings: np.ndarray, lived: np.ndarray) -> int:
            j = super()._stands_out(ratings, lived)
            self.mind = d.MOMENTS[j].name
            return j

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_Writer", Writer)
        survey = draw_company().frames["cx"]
    return dict(zip(survey["comment"].dropna(), about, strict=True))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    """The sample company's voice."""
    folder = Path("data/samples")
    files = [
        Upload(p.name, p.read_bytes())
        for p in (folder / "customers.xlsx", folder / "cx_survey.xlsx")
    ]
    return hear(read(files, Settings(), tmp_path_factory.mktemp("sample")), Settings())


def test_the_sample_companys_comments_find_the_moment_that_was_meant(
    sample: Voice, truth: dict[str, str | None]
) -> None:
    library = sample.library
    assert library is not None
    count: Counter[str] = Counter()
    for text, m in zip(library.texts, library.moment.tolist(), strict=True):
        if text in truth:
            meant = truth[text]
            found = library.moments[m] if m >= 0 else None
            count["tied"] += found is not None
            count["right"] += found is not None and found == meant
            count["meant"] += meant is not None
    assert count["right"] >= 0.9 * count["tied"]
    assert count["right"] >= 0.6 * count["meant"]


# ---- quotes
# --------------------------------------------------------------------------------------------


def test_quotes_of_one_moment_are_unlike_each_other_and_stand_where_their_marks_say(
    sample: Voice,
) -> None:
    from rapidfuzz import fuzz

    for heard in sample.moments:
        assert heard.of("low")
        assert len({q.id for q in heard.quotes}) == len(heard.quotes)
        for side in ("low", "high"):
            texts = [q.text.casefold() for q in heard.of(side)]
            assert len(texts) <= 4
            assert all(fuzz.ratio(a, b) < 85 for i, a in enumerate(texts) for b in texts[:i])
        assert all(len(q.text) <= LONGEST + 2 and q.band is not None for q in heard.quotes)


def unit(rows: np.ndarray) -> sparse.csr_matrix:
    """Rows of length one."""
    return sparse.csr_matrix(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def test_the_first_quote_is_the_one_nearest_the_middle_by_brute_force() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        vectors = rng.random((9, 6)) ** 3
        texts = [
            f"This is a sentence of some length, the one number {'abcdefghi'[k]}." for k in range(9)
        ]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        best = int(np.argmax(vectors @ vectors.sum(axis=0)))
        assert choose(texts, unit(vectors), np.arange(9), np.ones(9))[0].row == best


def test_the_same_words_are_never_quoted_twice() -> None:
    texts = [
        "the van was late again today",
        "The van was late again, today!",
        "the bill was wrong for months",
        "ok",
        "the van was late again today",
    ]
    vectors = unit(np.array([[1.0, 1, 0], [1, 1, 0.01], [0, 0.1, 1], [0, 0, 1], [1, 1, 0]]))
    picked = choose(texts, vectors, np.arange(5), np.ones(5))
    assert [c.row in (0, 1, 4) for c in picked] == [True, False]
    assert picked[1].row == 2
    assert picked[0].alike == 3


@tuned(max_examples=25, deadline=None)
@given(st.permutations(list(range(12))))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    said = [
        "The invoice was wrong", "the invoice was wrong", "Visits are late",
        "visits are great, thank you", "Invoice in time, well done", "nothing",
        "Nobody came for the visit we booked", "Invoice again wrong and late", "Thank you all",
        "visit good", "invoice bad", "x",
    ]  # fmt: skip
    rows = [(text, float((7 * k) % 11), float((3 * k) % 11)) for k, text in enumerate(said)]
    import tempfile

    heard = []
    for turn in (list(range(12)), order):
        with tempfile.TemporaryDirectory() as folder:
            made = case(Path(folder), [rows[k] for k in turn])
            heard.append(hear(made, Settings()).moments)
    strip = [
        [
            (m.moment, m.comments, m.low, m.high, {(q.text, q.direction) for q in m.quotes})
            for m in h
        ]
        for h in heard
    ]
    assert strip[0] == strip[1]


def test_long_comments_are_quoted_in_whole_sentences() -> None:
    text = (
        "The first thing went well. "
        + "Then it took three weeks and nobody called us back about any of it. " * 6
    )
    shown = sentences(text)
    assert len(shown) <= LONGEST + 2
    assert shown.endswith("it. …")
    assert sentences("word " * 100).endswith("…")
    assert sentences("Short and whole.") == "Short and whole."


def test_a_text_too_masked_or_too_short_is_no_quote() -> None:
    texts = ["[name] [name] [number] was it", "ok", "The engineer came twice and fixed it."]
    picked = choose(texts, unit(np.eye(3)), np.arange(3), np.ones(3))
    assert [c.row for c in picked] == [2]


# ---- terms and languages
# -------------------------------------------------------------------------------

SPOKEN = {
    "en": ("The {} was wrong and I had to wait for it again", "invoice", "portal"),
    "de": ("Die {} war falsch und ich musste wieder darauf warten", "rechnung", "webseite"),
    "fr": ("La {} était fausse et j'ai dû encore attendre pour ça", "facture", "plateforme"),
    "es": ("La {} estaba mal y tuve que esperar otra vez por eso", "factura", "plataforma"),
    "ja": ("{}が間違っていて、また待たされました", "請求書", "画面"),
    "ar": ("كانت {} خاطئة وكان علي أن أنتظر مرة أخرى", "فاتورة", "منصة"),
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    """Eight comments on the invoice and eight on something else in each of six languages, given
    with their marks.
    """
    lines = [
        (form.format(word), k)
        for form, *both in SPOKEN.values()
        for k, word in enumerate(both)
        for _ in range(8)
    ]
    rows = [("", 2.0, 9.0)] * len(lines)
    own = {
        f"comment:{(INVOICE, VISIT)[j]}": [text if k == j else None for text, k in lines]
        for j in (0, 1)
    }
    return hear(case(tmp_path_factory.mktemp("many"), rows, **own), Settings())


def test_each_languages_words_are_told_and_counted_without_little_words(many: Voice) -> None:
    assert dict(many.languages) == dict.fromkeys(SPOKEN, 16)
    heard = many.of(INVOICE)
    assert heard is not None
    counted = {(t.language, t.text): (t.count, t.low) for t in heard.terms}
    for language, (_, word, _) in SPOKEN.items():
        if language != "ja":  # ICU cuts 請求書 into its two parts
            assert counted[language, word] == (8, 8), counted
    assert ("ja", "請求") in counted
    assert not {t.text for t in heard.terms} & {
        "the",
        "and",
        "die",
        "und",
        "la",
        "et",
        "que",
        "が",
        "من",
        "was",
        "war",
    }


def test_a_search_finds_other_forms_of_a_word_in_any_language(many: Voice) -> None:
    library = many.library
    assert library is not None
    for asked, language in (
        ("invoices", "en"),
        ("Rechnungen", "de"),
        ("FACTURES", "fr"),
        ("facturas", "es"),
        ("請求", "ja"),
        ("فاتورة", "ar"),
    ):
        found, count = library.search(asked)
        assert count >= 8, (
            asked
        )  # more where two languages share a stem, as factur- in French and Spanish
        assert language in {q.language for q in found}
        assert {q.moment for q in found} == {INVOICE}
    assert library.search("zzz") == ((), 0)
    assert library.search("the") == ((), 0)
    assert library.search("") == ((), 0)
    assert library.search("invoice", VISIT) == ((), 0)


def test_the_search_holds_every_comment_with_the_word_and_no_other(sample: Voice) -> None:
    library = sample.library
    assert library is not None
    for word in ("password", "gutters", "receptionist"):
        _, count = library.search(word)
        assert count == sum(word in text.lower().replace("’", "'") for text in library.texts)


def test_terms_are_counted_as_they_stand(sample: Voice) -> None:
    library = sample.library
    assert library is not None
    heard = sample.of("Renewal conversation")
    assert heard is not None
    mine = said(sample, "Renewal conversation")
    term = next(t for t in heard.terms if t.text == "pitch")
    assert term.count == sum("pitch" in text.lower() for text in mine)
    assert all(
        t.count >= Settings().k_min and t.low + t.high <= t.count
        for m in sample.moments
        for t in m.terms
    )


def test_log_odds_by_hand() -> None:
    counts = sparse.csr_matrix(np.array([[1, 0], [1, 0], [1, 1], [0, 1], [0, 1]]))
    z, often = log_odds(counts, np.array([0, 0, 0, 1, 1]), 2)
    assert often.tolist() == [[3, 0], [1, 2]]
    assert z[0, 0] > 0 > z[1, 0]
    assert z[:, 0] == pytest.approx(-z[:, 1])


# ---- bands
# ---------------------------------------------------------------------------------------------


@tuned(max_examples=150, deadline=None)
@given(st.lists(st.floats(0, 1e7), min_size=0, max_size=200), st.integers(3, 30))
def test_a_band_holds_enough_customers_and_its_own(revenue: list[float], k: int) -> None:
    values = np.array(revenue, dtype=float)
    bands, code = make_bands(values, k)
    for b, band in enumerate(bands):
        inside = values[code == b]
        assert len(inside) == band.customers >= max(k, K_BAND)
        assert band.low is None or (inside >= band.low).all()
        assert band.high is None or (inside < band.high).all()
    assert bool(bands) == bool((code >= 0).all() and len(values) and bands)
    for end in (b.low for b in bands if b.low):
        digits = f"{end:.10e}".split("e")[0].replace(".", "").rstrip("0")
        assert len(digits) <= 2  # nobody's own revenue


def test_few_customers_have_no_band() -> None:
    assert make_bands(np.arange(19.0), 5)[0] == ()
    assert len(make_bands(np.arange(1000.0), 5)[0]) == 5
    assert make_bands(np.full(1000, 7.0), 5)[0] == ()


def test_a_band_in_words() -> None:
    assert words.band(None) == "a customer"
    assert (
        words.band(Band(None, 1600.0, 20)).replace("\u00a0", " ")
        == "a customer of less than £1.6 k a year"
    )
    assert (
        words.band(Band(7300.0, None, 20)).replace("\u00a0", " ")
        == "a customer of £7.3 k a year or more"
    )


# ---- weak data
# -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts",
    [
        ["", "", ""],
        ["ok", "?", "👍"],
        ["x"] * 3,
        ["<b>bold</b> & 'so'", "=1+1", "\u202eabc def ghi"],
    ],
)
def test_hardly_any_comment_raises_nothing(tmp_path: Path, texts: list[str]) -> None:
    voice = hear(case(tmp_path, [(t, 3.0, 9.0) for t in texts]), Settings())
    assert voice.comments <= 3
    if voice.library is None:
        assert [f.code for f in voice.findings] == ["no_comments"]


def test_a_survey_with_one_moment_speaks_of_it(tmp_path: Path) -> None:
    customers = pd.DataFrame({"customer_id": ["a1", "b2"], "team": "T", "segment": "S",
                              "tenure_months": 1.0,
                              "revenue_start": 1.0, "revenue_end": 1.0,
                              "churned": False})  # fmt: skip
    cx = pd.DataFrame({"customer_id": ["a1", "b2"], "ease": [1.0, 9.0],
                       "rating:Help": [1.0, np.nan],
                       "lived:Help": [True, False], "comment": ["Nobody rang back",
                                                                "All fine here"]})  # fmt: skip
    made = case_from_frames(
        {"customers": customers, "cx": cx},
        Settings(),
        tmp_path,
        scales={"ease": Scale(0, 10)},
        moment_scales={"Help": Scale(0, 10)},
    )
    assert said(hear(made, Settings()), "Help") == ["Nobody rang back"]


# ---- files
# ---------------------------------------------------------------------------------------------


def _case_of(folder: Path, survey: str) -> Case:
    rows = (f"K{k},{100 + k},{'yes' if k % 3 else 'no'},B\n" for k in range(30))
    ledger = "Customer id,Revenue start,Churned,Branch\n" + "".join(rows)
    uploads = [Upload("customers.csv", ledger.encode()), Upload("cx.csv", survey.encode())]
    return read(uploads, Settings(), folder)


def test_a_column_of_comments_on_a_moment_stays_with_it(tmp_path: Path) -> None:
    head = "Customer id,Response date,Ease (1-7),Invoice (1-7),Delivery (1-7),"
    head += "Comments on the invoice,Anything else?,Why this score?\n"
    own = "It has been wrong {} times now"
    whole = "All in all it is fine"
    why = "Because nobody answers"
    rows = "".join(
        f"K{k},2025-05-01,{1 + k % 7},{1 + k % 7},{1 + (k + 1) % 7},{own.format(k)},{whole},{why}\n"
        for k in range(30)
    )
    responses = _case_of(tmp_path, head + rows).table("responses")
    assert responses["comment:Invoice"].iloc[0] == "It has been wrong 0 times now"
    assert responses["comment"].iloc[0] == "All in all it is fine. Because nobody answers"


def test_comments_of_a_long_table_stay_with_their_rows_moment(tmp_path: Path) -> None:
    head = "Customer id,Response date,Moment,Rating,Comment\n"
    rows = "".join(
        f"K{k},2025-05-01,{moment},{1 + (k + j) % 10},{text}\n"
        for k in range(30)
        for j, (moment, text) in enumerate(
            (
                ("Ease", ""),
                ("Invoice", f"the bill came late {k}"),
                ("Delivery", "" if k else "van was late"),
            )
        )
    )
    responses = _case_of(tmp_path, head + rows).table("responses")
    assert responses["comment:Invoice"].tolist()[:2] == [
        "the bill came late 0",
        "the bill came late 1",
    ]
    assert responses["comment:Delivery"].iloc[0] == "van was late"
    assert responses["comment:Delivery"].isna().sum() == 29


def test_a_comment_repeated_on_every_row_of_a_response_is_about_the_whole(tmp_path: Path) -> None:
    head = "Customer id,Response date,Moment,Rating,Comment\n"
    rows = "".join(
        f"K{k},2025-05-01,{m},{1 + k % 10},we are happy {k}\n"
        for k in range(30)
        for m in ("Ease", "Invoice", "Delivery")
    )
    responses = _case_of(tmp_path, head + rows).table("responses")
    assert responses["comment"].iloc[3] == "we are happy 3"
    assert "comment:Invoice" not in responses or responses["comment:Invoice"].isna().all()


# ---- deck
# ----------------------------------------------------------------------------------------------


def reported(folder: Path, pins: tuple[Pin, ...] = ()) -> Report:
    """A report with a voice and these pins."""
    rows = [
        (f"The invoice was wrong and it took {k} calls to put right", 2.0, 9.0) for k in range(30)
    ]
    made = case(folder, rows)
    moments = make_moments("GBP", {"Complaint handling": INVOICE}, None, False)
    return gather(
        Results(made, link=make_link(), moments=moments, voice=hear(made, Settings())),
        Settings(),
        made_at=MADE_AT,
        company="Us",
        pins=pins,
    )


def slide_of(report: Report) -> list[str]:
    """What stands on the slide of quotes."""
    deck = Presentation(BytesIO(make_deck(report)))
    (slide,) = (s for s in deck.slides if "own words" in s.shapes.title.text_frame.text)
    groups = [shape.shapes for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP]
    shapes = [shape for group in (slide.shapes, *groups) for shape in group]
    return [shape.text_frame.text for shape in shapes if shape.has_text_frame]


def test_the_deck_quotes_the_typical_words_where_nothing_is_pinned(tmp_path: Path) -> None:
    report = reported(tmp_path)
    assert [p.moment for p in report.typical] == [INVOICE]
    assert f"“{report.typical[0].text}”" in slide_of(report)


def test_the_deck_quotes_what_was_pinned_as_text_that_can_be_edited(tmp_path: Path) -> None:
    pins = tuple(
        Pin(
            f"p{k}",
            "clip" if k else "quote",
            INVOICE,
            "low" if k % 2 else "high",
            f"Number {k} said so",
            "ar" if k == 2 else "en",
            Band(100.0, 900.0, 12),
        )
        for k in range(7)
    )
    texts = slide_of(reported(tmp_path, pins))
    assert sum(t.startswith("“Number") for t in texts) == 6
    assert any("a customer, recorded with consent" in t for t in texts)
    assert any("£100–900" in t for t in texts)


def test_no_comments_no_slide() -> None:
    from make_report import make_report

    deck = Presentation(BytesIO(make_deck(make_report())))
    assert not [s for s in deck.slides if "own words" in s.shapes.title.text_frame.text]


# ---- recordings
# ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "kind", "seconds"),
    [
        ("call.wav", wav(2.5), "wav", 2.5),
        ("stereo.wav", wav(1, channels=2), "wav", 1),
        ("call.mp3", mp3(3), "mp3", 3),
        ("phone.mp3", mp3(3, tags=True), "mp3", 3),
        ("call.m4a", m4a(4), "m4a", 4),
        ("said to be a wav.wav", m4a(4), "m4a", 4),
        ("no ending", mp3(2), "mp3", 2),
    ],
)
def test_recordings_are_told_by_what_they_hold(
    name: str, data: bytes, kind: str, seconds: float
) -> None:
    assert check_recording(name, data) == (kind, pytest.approx(seconds, abs=0.05))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.mp3", b"PK\x03\x04 a workbook", "recording_wrong_type"),
        ("a.wav", b"", "recording_wrong_type"),
        ("a.wav", b"RIFF\x00\x00\x00\x00WAVE", "recording_unreadable"),
        ("a.m4a", b"\x00\x00\x00\x18ftypM4A nothing else", "recording_unreadable"),
        ("a.wav", wav(16 * 60, rate=100), "recording_too_long"),
        ("a.mp3", mp3(15.1 * 60), "recording_too_long"),
        ("a.m4a", m4a(15.1 * 60), "recording_too_long"),
        ("a.m4a", m4a(3)[:60], "recording_unreadable"),
        ("a.mp3", b"ID3" + bytes(26 * 2**20), "recording_too_large"),
    ],
)
def test_what_is_no_recording_is_one_clear_sentence(name: str, data: bytes, code: str) -> None:
    with pytest.raises(InputError) as error:
        check_recording(name, data)
    assert error.value.code == code
    assert words.error(error.value).startswith(name)


def test_comments_without_any_moment_can_still_be_searched(tmp_path: Path) -> None:
    customers = pd.DataFrame({"customer_id": ["a1", "b2"], "team": "T", "segment": "S",
                              "tenure_months": 1.0,
                              "revenue_start": 1.0, "revenue_end": 1.0,
                              "churned": False})  # fmt: skip
    cx = pd.DataFrame(
        {
            "customer_id": ["a1", "b2"],
            "ease": [1.0, 9.0],
            "comment": ["Nobody rang back", "All fine here"],
        }
    )
    made = case_from_frames(
        {"customers": customers, "cx": cx}, Settings(), tmp_path, scales={"ease": Scale(0, 10)}
    )
    voice = hear(made, Settings())
    assert (voice.comments, voice.tied, voice.moments) == (2, 0, ())
    assert voice.library is not None
    found, count = voice.library.search("rang")
    assert (found[0].direction, count) == ("low", 1)
