"""Nobody to be recognised: addresses, numbers and names are taken out of comments, in the scripts
people write in.
"""

from __future__ import annotations

import json
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from make_report import MADE_AT

from cxcase.export import make_deck, make_set_aside, make_workbook, write_case
from cxcase.intake import Case, Upload, original_rows, read
from cxcase.intake.privacy.masking import (
    MASKS,
    Names,
    mask_names,
    mask_patterns,
    name_columns,
    name_hashes,
)
from cxcase.link import fit_link
from cxcase.moments import rank_moments
from cxcase.report import Results, gather
from cxcase.settings import Settings
from cxcase.voice import hear

SECRET = "a secret"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("ring me on +44 (0)20 7946 0018 please", "7946"),
        ("ruf an: 089/12345678", "12345678"),
        ("téléphone 01.23.45.67.89 merci", "23.45"),
        ("móvil 612 345 678", "345"),
        ("電話は０３－１２３４－５６７８です", "１２３４"),
        ("اتصل بي على ٠٥٠١٢٣٤٥٦٧", "٠٥٠"),
        ("my mail is anna.mueller@firma-x.de, thanks", "anna"),
        ("schreib an anna.mueller (at) firma.de", "mueller"),
        ("see https://x.com/abc?d=1 and www.acme.co.uk/me", "abc"),
        ("Kundennr. KD-004711 ist falsch", "4711"),
        ("account 12345678 was billed", "12345678"),
        ("IBAN DE89 3704 0044 0532 0130 00", "3704"),
        ("invoice INV2023-4455 was wrong", "4455"),
        ("ask @dave_k about it", "dave"),
    ],
)
def test_what_leads_to_a_person_is_taken_out(text: str, gone: str) -> None:
    masked = mask_patterns(text)
    assert gone not in masked
    assert any(mark in masked for mark in MASKS)


@pytest.mark.parametrize(
    "text",
    [
        "we paid £12,500.00 on 12.05.2025 at 10:30",
        "10.000 € zu viel, 24/7 waiting, 3 visits in 2025",
        "between 2023-2024 we had 12,000 visits",
        "took 2 weeks...no reply",
        "finished.It was ok. Then nothing.",
        "２０２５年に3回",
        "",
    ],
)
def test_money_dates_and_counts_stay(text: str) -> None:
    assert mask_patterns(text) == text


@pytest.mark.parametrize(
    "piece", ["a", "a-", "a.", "1", "1-", "1a", "@", "a@", "www.", "A1 ", "(", "é"]
)
def test_no_text_however_odd_takes_long(piece: str) -> None:
    start = time.process_time()
    mask_patterns("1" + piece * 50_000)
    assert time.process_time() - start < 3


def names(*people: str, companies: tuple[str, ...] = ()) -> Names:
    """Names as they come out of the reading process."""
    hashes = name_hashes(SECRET, "person", people) | name_hashes(SECRET, "named", companies)
    return Names(SECRET, frozenset(hashes))


@pytest.mark.parametrize(
    ("name", "text", "masked"),
    [
        ("Anna Müller", "anna was kind, so was Mueller.", "[name] was kind, so was [name]."),
        ("Anna Müller", "Müllers Team kam pünktlich", "[name] Team kam pünktlich"),
        ("José García", "GARCIA no vino", "[name] no vino"),
        ("José García", "josé garcía's delivery", "[name] delivery"),
        ("田中太郎", "田中さんが遅い", "[name]さんが遅い"),
        ("محمد علي", "شكرا لمحمد", "شكرا [name]"),
        ("O'Brien, Sean", "O'Brien came late", "[name] came late"),
        ("Zoë d'Arcy-Vane", "we like Zoe", "we like [name]"),
    ],
)
def test_names_go_however_they_are_written(name: str, text: str, masked: str) -> None:
    assert mask_names([text], names(name), frozenset()) == [masked]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("harbour and vale supplies is slow", "[name] is slow"),
        ("Harbour & Vale Supplies Ltd here", "[name] here"),
        ("our Siemens contract", "our [name] contract"),
        ("supplies were late", "supplies were late"),
        ("delivery late; Delivery fine", "delivery late; Delivery fine"),
    ],
)
def test_companies_go_by_their_whole_name(text: str, masked: str) -> None:
    known = names(
        companies=("Harbour & Vale Supplies Ltd", "Siemens AG", "Delivery Solutions GmbH")
    )
    usual = ["the supplies and the delivery were ok"] * 3
    assert mask_names([text, *usual], known, frozenset())[0] == masked


def test_a_word_that_everybody_writes_is_a_name_only_where_it_is_written_as_one() -> None:
    texts = ["the price is high"] * 30 + [
        "I spoke to Price about it",
        "Will you come? I asked Will.",
    ]
    masked = mask_names(texts, names("Tom Price", "Will Smith"), frozenset({"will"}))
    assert masked[0] == "the price is high"
    assert masked[30] == "I spoke to [name] about it"
    assert masked[31] == "Will you come? I asked [name]."


def test_hashes_hold_no_names_and_need_their_secret() -> None:
    known = names("Anna Müller")
    assert "nna" not in repr(known)
    assert not any("anna" in h for h in known.hashed)
    assert mask_names(["anna"], Names("another", known.hashed), frozenset()) == ["anna"]


def test_columns_of_names_are_found_in_many_languages() -> None:
    headings = [
        "customer id",
        "contact name",
        "vorname",
        "担当者",
        "اسم العميل",
        "account manager",
        "e mail",
        "company name",
    ]
    assert dict(name_columns(headings)) == {
        1: "person",
        2: "person",
        3: "person",
        4: "person",
        5: "person",
        6: "mail",
        7: "named",
    }


PLANTED = ("Grizelda", "Thistlewood", "Quibbleworth", "Oswin", "Featherstonehaugh", "Zebedee",
           "山本",
           "7946", "C00004",
           "zq.person", "DE89")  # fmt: skip


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A company whose comments name customers, contacts, employees and numbers of its own files."""
    n = 120
    ids = [f"C{k:05d}" for k in range(n)]
    ledger = pd.DataFrame(
        {
            "Customer id": ids,
            "Company name": ["Quibbleworth & Sons Ltd", *[f"Firm {k}" for k in range(1, n)]],
            "Contact name": ["Grizelda Thistlewood", *["-"] * (n - 1)],
            "Branch": [f"B{k % 6}" for k in range(n)],
            "Account manager": ["Oswin Featherstonehaugh", *["Zebedee Plum"] * (n - 1)],
            "Revenue start": [1000.0 + 37 * k for k in range(n)],
            "Churned": ["yes" if k % 4 == 0 else "no" for k in range(n)],
        }
    )
    texts = [
        "The invoice was wrong and grizelda had to ring Oswin twice.",
        "Mr Featherstonehaugh never called about the invoice",
        "We at Quibbleworth are cross about the invoice",
        "Invoice for C00004 came twice",
        "call me on 020 7946 0018 now",
        "mail zq.person@example.org about the delivery",
        "Delivery by Zebedee was great as always",
        "山本さんの配達は早い、いつも助かります",
        "Rechnung falsch, IBAN DE89 3704 0044 0532 0130 00",
        "THISTLEWOOD SAYS THE DELIVERY IS LATE",
    ]
    survey = pd.DataFrame(
        {
            "Customer id": [*ids, "X99999"],
            "Response date": "2025-05-14",
            "Ease (1-7)": [1 + k % 7 for k in range(n)] + [3],
            "Invoice (1-7)": [1 + k % 7 for k in range(n)] + [3],
            "Delivery (1-7)": [1 + (k + 2) % 7 for k in range(n)] + [3],
            "Anything else you would like to tell us?": [texts[k % len(texts)] for k in range(n)]
            + [texts[0]],
        }
    )
    staff = pd.DataFrame(
        {
            "Branch": [f"B{k % 6}" for k in range(60)],
            "Engagement (1-5)": [1 + k % 5 for k in range(60)],
            "Employee name": ["山本 花子"] * 60,
            "Comment": ["Zebedee is a bad boss, says Oswin"] * 60,
        }
    )
    files = {"customers.csv": ledger, "cx.csv": survey, "ex.csv": staff}
    uploads = [Upload(name, frame.to_csv(index=False).encode()) for name, frame in files.items()]
    return read(uploads, Settings(), tmp_path_factory.mktemp("case"))


def test_nothing_that_names_anybody_is_stored_in_the_case(planted: Case) -> None:
    comments = "\n".join(planted.table("responses", ["comment"])["comment"])
    assert not [p for p in PLANTED if p.lower() in comments.lower()]
    assert "invoice was wrong and [name] had to ring [name] twice" in comments
    assert "[name]さんの配達は早い" in comments


def test_nothing_that_names_anybody_goes_out(planted: Case) -> None:
    settings = Settings()
    fitted = fit_link(planted, settings)
    voice = hear(planted, settings)
    assert voice.comments == 120
    report = gather(
        Results(
            planted,
            link=fitted.published,
            moments=rank_moments(planted, fitted, settings),
            voice=voice,
        ),
        settings,
        made_at=MADE_AT,
        company="Us",
    )
    out = write_case(report).decode()
    quotes = [entry["quote"] for entry in json.loads(out)["voice"]]
    assert quotes
    for name in PLANTED:
        for text in [
            *quotes,
            *(t.text for m in voice.moments for t in m.terms),
            *voice.library.texts,
        ]:
            assert name.lower() not in text.lower()
        for data in (
            make_deck(report),
            make_workbook(report),
            make_set_aside(report, original_rows),
        ):
            if name != "C00004":  # an id names its row in the lists of rows
                assert name.lower() not in _text_of(data).lower(), name
    assert "bad boss" not in out


def test_samples_on_the_data_page_hold_no_comments(planted: Case) -> None:
    (cx,) = (s for s in planted.sources if s.role == "cx")
    assert cx.samples["Anything else you would like to tell us?"] == ()


def test_names_are_in_no_file_of_the_case_and_in_no_text_form(planted: Case) -> None:
    assert planted.names
    assert "Grizelda" not in repr(planted)
    for path in Path(planted.folder).rglob("*.json"):
        assert "Grizelda" not in path.read_text()


def _text_of(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as packed:
        return "\n".join(
            packed.read(n).decode("utf-8", "ignore")
            for n in packed.namelist()
            if n.endswith((".xml", ".rels"))
        )


def test_rows_set_aside_show_short_remarks_without_names_too(tmp_path: Path) -> None:
    ledger = "Customer id,Contact name,Revenue start,Churned\n" + "".join(
        f"K{k},{'Grizelda Moss' if k == 3 else '-'},{100 + k},{'yes' if k % 3 else 'no'}\n"
        for k in range(30)
    )
    survey = "Customer id,Response date,Ease (1-7),Comment\n" + "".join(
        f"{'' if k == 0 else f'K{k}'},2025-05-01,{1 + k % 7},Ask Grizelda\n" for k in range(30)
    )
    made = read(
        [Upload("a.csv", ledger.encode()), Upload("b.csv", survey.encode())], Settings(), tmp_path
    )
    place = next(k for k, s in enumerate(made.sources) if s.role == "cx")
    (row,) = (a.row for a in made.set_aside if a.file == "b.csv")
    _, cells = original_rows(made, place, [row])
    assert cells[row][-1] == "Ask [name]"
