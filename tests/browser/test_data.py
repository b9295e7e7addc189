"""The data page in a real browser: any file may be dropped, nobody's file stops another, a mapping
comes back.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import make_uploads
import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[2]
WORK = 180_000  # ms
pytestmark = pytest.mark.browser


def drop(page: Page, *files: Path) -> None:
    """Drops the files on the uploader."""
    page.locator("[data-testid=stFileUploader] input[multiple]").set_input_files(
        [str(f) for f in files]
    )


def lead(page: Page, text: str) -> None:
    """Waits until the page's answer says this."""
    expect(page.locator(".st-key-lead p").first).to_contain_text(text, timeout=WORK)


def still(page: Page) -> None:
    """Waits until nothing is being worked out, so that what stands at the page's foot is new as
    well.
    """
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=WORK)


def bomb(path: Path) -> Path:
    """A workbook of some hundred kilobytes that would unpack to 600 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 600_000_000)
    return path


def far(path: Path) -> Path:
    """A workbook with one value in the last cell there is, which asks a careless reader for half a
    terabyte.
    """
    book = openpyxl.Workbook()
    book.active["A1"] = "here"
    book.active["XFD1048576"] = "there"
    book.save(path)
    return path


def hostile(folder: Path) -> list[Path]:
    """Files that are no spreadsheets, or bad ones, in the order they are told of."""
    made = {
        "brochure.pdf": b"%PDF-1.7\nwhat we sell",
        "torn.xlsx": b"PK\x03\x04 torn in the middle",
        "empty.csv": b"",
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    numbers = io.BytesIO()
    with zipfile.ZipFile(numbers, "w") as archive:
        archive.writestr("Index/Document.iwa", b"x")
    (folder / "sheet.numbers").write_bytes(numbers.getvalue())
    return [
        *(folder / name for name in made),
        folder / "sheet.numbers",
        bomb(folder / "bomb.xlsx"),
        far(folder / "far.xlsx"),
    ]


def test_one_persons_hostile_files_are_told_why_and_stop_nobody(
    page: Page, browser: Browser, address: str, tmp_path: Path
) -> None:
    bad = hostile(tmp_path)
    other = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    other.goto(f"{address}/data")
    page.goto(f"{address}/data")
    expect(other.locator("[data-testid=stFileUploader]")).to_be_visible(timeout=WORK)
    expect(page.locator("[data-testid=stFileUploader]")).to_be_visible(timeout=WORK)
    small = {name: tmp_path / name for name in ("customers.csv", "cx.csv")}
    ledger = make_uploads.customers()
    links = ["https://example.com/a", "www.example.com", *[""] * (len(ledger) - 2)]
    small["customers.csv"].write_bytes(
        make_uploads.as_csv(ledger.assign(Site=links, Segment=links))
    )
    small["cx.csv"].write_bytes(make_uploads.as_csv(make_uploads.survey(ledger)))
    drop(page, *bad)
    drop(other, *small.values())
    lead(other, "900 customers")
    alerts = page.get_by_role("alert")
    expect(alerts).to_have_count(len(bad), timeout=WORK)
    for file, told in zip(
        alerts.all(),
        ("PDF", "damaged", "is empty", "Apple Numbers", "unpacks", "far away"),
        strict=True,
    ):
        expect(file).to_contain_text(told)
    drop(page, *small.values())
    lead(page, "900 customers")
    page.locator("[data-testid=stExpander] summary", has_text="customers.csv").first.click()
    expect(page.get_by_text("https:⁠//example.com/a").first).to_be_visible()
    assert page.locator("[data-testid=stMain] a[href^=http]").count() == 0, (
        "what stands in a file became a link"
    )
    other.context.close()


def test_the_mapping_of_one_month_reads_the_next_without_a_click(
    page: Page, address: str, tmp_path: Path
) -> None:
    for month, seed in (("may", 3), ("june", 8)):
        (tmp_path / month).mkdir()
        ledger = make_uploads.customers(seed=seed)
        answers = make_uploads.survey(ledger, seed=seed).rename(columns={"Customer id": "Zzx"})
        (tmp_path / month / "customers.csv").write_bytes(make_uploads.as_csv(ledger))
        (tmp_path / month / "cx.csv").write_bytes(make_uploads.as_csv(answers))
    page.goto(f"{address}/data")
    drop(page, *sorted((tmp_path / "may").iterdir()))
    lead(page, "answered the survey")  # what stands under Zzx tells whose it is
    still(page)
    with page.expect_download(timeout=WORK) as coming:
        page.get_by_role("button", name="Download the mapping").click()
    coming.value.save_as(tmp_path / "june" / "mapping.json")
    assert len(json.loads((tmp_path / "june" / "mapping.json").read_text())["tables"]) == 2
    page.goto(f"{address}/data")  # a new session: nothing of the first is left
    expect(page.locator("[data-testid=stFileUploader]")).to_be_visible(timeout=WORK)
    drop(page, *sorted((tmp_path / "june").iterdir()))
    lead(page, "answered the survey")
    expect(page.get_by_text("Read as last time")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
