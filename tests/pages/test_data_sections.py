"""The data page's sections, in their order: facts from several tables, joins as a picture,
currencies with rates.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import make_uploads
import numpy as np
import pandas as pd
import pytest
from moves import App
from msoffcrypto.format.ooxml import OOXMLFile

from cxcase.report import words

PASSWORD = "orchid-77"
HEADINGS = ("pages.data.totals", "pages.part.weakens", "pages.data.what_each")
FOLDED = ("set_aside", "joins", "reconciliation", "suggestions", "verdict")
CORPUS = Path(__file__).resolve().parents[1] / "intake" / "corpus" / "files"


def sections(app: App) -> list[str]:
    """The headings of the page, from the top down."""
    return [str(s.value) for s in app.at.header]


def spread(seed: int = 3) -> dict[str, bytes]:
    """A company whose customers stand in two tables: who they are and who left, and what each paid,
    once in dollars.
    """
    ledger = make_uploads.customers(seed=seed)
    accounts = ledger[["Customer id", "Branch", "Segment", "Churned"]]
    money = ledger[["Customer id", "Revenue start", "Revenue end"]]
    staff = make_uploads.pulse(ledger).replace({"Branch": {"Branch 2": "Branch-2"}})
    answers = make_uploads.survey(ledger)
    again = answers.iloc[:7].assign(**{"Ease (1-7)": 4})
    return {
        "accounts.csv": make_uploads.as_csv(accounts),
        "money.csv": make_uploads.as_csv(money),
        "cx.csv": make_uploads.as_csv(
            pd.concat([answers, again, answers.iloc[:3].assign(**{"Customer id": "X1"})])
        ),
        "ex.csv": make_uploads.as_csv(staff),
    }


def test_the_sections_come_in_the_order_people_check_them(app: App) -> None:
    app.bring(spread()).fine()
    asked, *others = sections(app)
    assert asked.startswith("Is “Branch-2” the same team")
    assert others == [words.say(path) for path in HEADINGS], "totals and problems first"
    folded = [str(box.label).split(" (")[0] for box in app.at.expander]
    names = [words.template(f"pages.data.{name}").split(" (")[0] for name in FOLDED]
    assert [name for name in folded if name in names] == names
    assert not any(box.proto.expanded for box in app.at.expander if str(box.label) in names)
    drawn = [
        json.loads(chart.proto.spec)["layout"]["meta"]["alt"]
        for chart in app.at.get("plotly_chart")
    ]
    assert len(drawn) == 2
    assert "customers" in drawn[0]
    assert "of 524 responses" in drawn[1]
    assert "| Customers in the list, whatever the day | 900 |" in app.text
    assert "questions this data answers" in app.text
    joins = next(m.value for m in app.at.markdown if "All customers at the start" in m.value)
    cells = [line.replace(",", "").split("|")[2:4] for line in joins.splitlines()[2:]]
    left, out = ([int(row[k]) for row in cells] for k in (0, 1))
    assert left[0] == 900
    assert left[0] - sum(out) == left[-1]


# ---- money in several currencies -----------------------------------------------------------------


def mixed() -> tuple[pd.DataFrame, dict[str, bytes]]:
    """A customer list with rows in pounds, dollars, euros, francs and yen, and its survey."""
    ledger = make_uploads.customers(300)
    codes = np.array(["GBP"] * 6 + ["USD", "EUR", "CHF", "JPY"])
    ledger = ledger.assign(Currency=codes[np.arange(len(ledger)) % len(codes)])
    return ledger, {
        "customers.csv": make_uploads.as_csv(ledger),
        "cx.csv": make_uploads.as_csv(make_uploads.survey(ledger)),
    }


def _revenue(app: App) -> float:
    line = next(line for line in app.text.splitlines() if "Revenue a year at the start" in line)
    return float(line.split("|")[2].strip().removeprefix("£").replace(",", ""))


def test_rates_are_asked_for_beside_the_decision_and_convert_the_rows(app: App) -> None:
    ledger, files = mixed()
    app.bring(files).fine()
    asked = {n.key: n.label for n in app.at.number_input if str(n.key).startswith("rate_")}
    assert asked == {f"rate_{c}": f"1 {c} = … GBP" for c in ("CHF", "EUR", "JPY", "USD")}
    assert words.say("pages.data.rates_first") in app.text
    sums = ledger.groupby("Currency")["Revenue start"].sum()
    assert _revenue(app) == pytest.approx(sums["GBP"], abs=0.01)
    app.at.number_input(key="rate_USD").set_value(0.75).run()
    app.at.selectbox(key="decide_mixed_currency").select("convert").run()
    assert "No rate to GBP is known for CHF, EUR and JPY" in app.fine().text
    assert _revenue(app) == pytest.approx(sums["GBP"] + 0.75 * sums["USD"], abs=0.02)
    rates = {"USD": 0.75, "EUR": 0.85, "CHF": 0.9, "JPY": 0.0049}
    for currency in ("EUR", "CHF", "JPY"):
        app.at.number_input(key=f"rate_{currency}").set_value(rates[currency])
    app.at.run()
    app.fine()
    assert dict(app.session.settings.currency_rates) == rates
    assert _revenue(app) == pytest.approx(
        sums["GBP"] + sum(sums[c] * r for c, r in rates.items()), abs=0.05
    )
    assert words.say("pages.data.rates_first") not in app.text


# ---- an archive with a locked file ---------------------------------------------------------------


@pytest.fixture
def archive(small: dict[str, bytes]) -> dict[str, bytes]:
    """A zip with the survey open and the customer list in a workbook that opens with PASSWORD."""
    book = io.BytesIO()
    closed = io.BytesIO()
    packed = io.BytesIO()
    pd.read_csv(io.BytesIO(small["customers.csv"])).to_excel(book, index=False)
    OOXMLFile(book).encrypt(PASSWORD, closed)
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("customers.xlsx", closed.getvalue())
        made.writestr("cx.csv", small["cx.csv"])
        made.writestr("read me.pdf", b"%PDF-1.7 what this is")
    return {"month.zip": packed.getvalue()}


def _open(app: App, password: str) -> None:
    next(t for t in app.at.text_input if t.label == "Password").input(password)
    next(b for b in app.at.button if b.label == "Open it").click().run()
    app.fine()


def test_a_locked_file_in_an_archive_opens_with_its_password(
    app: App, archive: dict[str, bytes]
) -> None:
    app.bring(archive).fine()
    assert "month.zip/customers.xlsx is protected with a password" in app.text
    assert "514 of 514 rows used" in app.text, "what is open was read"
    _open(app, "wrong")
    assert "does not open month.zip/customers.xlsx" in app.text
    assert [f.name for f in app.session.files] == ["month.zip"]
    _open(app, PASSWORD)
    assert "900 customers" in app.text
    assert "Password" not in [t.label for t in app.at.text_input]
    assert PASSWORD not in repr(app.session) + repr(app.at.session_state)


def test_a_locked_file_whose_page_was_left_is_asked_for_again(
    app: App, archive: dict[str, bytes]
) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive["month.zip"])) as there,
        zipfile.ZipFile(packed, "w") as made,
    ):
        made.writestr("customers.xlsx", there.read("customers.xlsx"))
    app.bring({"closed.zip": packed.getvalue()}).go("home").go("data")
    assert not app.session.files
    _open(app, PASSWORD)
    assert "is no longer here. Bring it in again and give its password" in app.text
    app.bring({"closed.zip": packed.getvalue()})
    _open(app, PASSWORD)
    assert [f.name for f in app.session.files] == ["closed.zip"]
    assert not app.session.trouble


# ---- a year that is not over ---------------------------------------------------------------------


def test_a_year_that_is_not_over_is_moved_with_a_click(app: App) -> None:
    rng = np.random.default_rng(1)
    ids = [f"A{k}" for k in range(60)]
    runs = pd.DataFrame(
        {
            "account_id": ids,
            "subscription_id": [f"S{k}" for k in range(60)],
            "start_date": "2022-01-01",
            "end_date": np.where(np.arange(60) % 3 == 0, "2024-06-30", ""),
            "mrr": rng.integers(100, 900, 60),
        }
    )
    answers = pd.DataFrame(
        {"account_id": ids, "Response date": "2024-12-20", "Ease (1-7)": rng.integers(1, 8, 60)}
    )
    app.bring(
        {"subscriptions.csv": make_uploads.as_csv(runs), "cx.csv": make_uploads.as_csv(answers)}
    ).fine()
    assert "The year is not over in the data" in app.text
    assert words.say("pages.data.verdict_none", n=11) in app.text
    assert app.session.settings.start is None
    app.answer()
    assert "60 customers" in app.fine().text
    assert app.session.settings.start is not None
    assert "start" in app.session.settings.owned
