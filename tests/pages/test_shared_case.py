"""What each role sees and can do on the pages, where people log in."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import make_uploads
import openpyxl
import pytest
from moves import ROOT, SECONDS, App
from streamlit.testing.v1 import AppTest

from cxcase import export
from cxcase.report import Report
from cxcase.screen import kept_case, state, visitor
from cxcase.store import CaseStore, rights

ISSUER = "https://login.example.com"
SECRETS = {"auth": {"client_id": "cxcase", "redirect_uri": "https://x.example/case/oauth2callback"}}


@pytest.fixture(autouse=True)
def people_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks is who logged in, and nobody else."""
    monkeypatch.setattr(kept_case, "who", visitor.who)
    monkeypatch.setattr(rights, "NOBODY", "")


def claims(name: str, **more: Any) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC).timestamp()
    email = f"{name}@example.com"
    return {
        **{"is_logged_in": True, "iss": ISSUER, "sub": name, "iat": now, "name": name.capitalize()},
        **{"email": email, "email_verified": True},
        **more,
    }


class Visit(App):
    """The app, looked at by somebody."""

    def __init__(self, user: dict[str, Any], **query: str) -> None:
        self.at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
        self.at.secrets = SECRETS
        self.at.user = user
        for name, value in query.items():
            self.at.query_params[name] = value
        self.at.run()

    def pressable(self) -> set[str]:
        """The keys of all that can be pressed or filled in."""
        kinds = (self.at.button, self.at.text_input, self.at.number_input, self.at.selectbox)
        there = {str(widget.key) for kind in kinds for widget in kind if not widget.disabled}
        return there | _taken(self)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return make_uploads.files()


@pytest.fixture
def ann(files: dict[str, bytes]) -> Visit:
    """Whose case it is."""
    return Visit(claims("ann")).bring(files).fine()  # type: ignore[return-value]


def given(ann: Visit, name: str, role: str) -> str:
    """The case, which somebody may now see in this role."""
    store: CaseStore = kept_case.store()
    case_id = ann.session.kept.case_id
    (owner,) = [c for c in store.cases(owner_id(ann)) if c.id == case_id]
    store.sharing.invite(owner_id(ann), owner.id, f"{name}@example.com", role)
    return case_id


def owner_id(ann: Visit) -> str:
    return ann.at.session_state[visitor.KEY][1].id


@pytest.mark.parametrize(
    "user",
    [
        {"is_logged_in": False},
        claims("ann", iat=0),
        {**claims("ann"), "sub": ""},
        {k: v for k, v in claims("ann").items() if k != "iat"},
    ],
)
def test_no_page_without_a_login_that_counts(user: dict[str, Any]) -> None:
    visit = Visit(user)
    for page in ("home", "data", "budget", "history"):
        visit.go(page).fine()
        assert visit.pressable() == {"login_"}
        assert not visit.at.file_uploader


def test_a_provider_that_cannot_be_read_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\n")
    options = {"secrets.files": [str(broken)]}
    monkeypatch.setattr(visitor.st, "get_option", options.__getitem__)
    monkeypatch.setattr(visitor.st, "secrets", _unreadable(str(broken)))
    with pytest.raises(FileNotFoundError):
        visitor.login_needed()
    broken.unlink()
    assert not visitor.login_needed()
    monkeypatch.setenv(visitor.REQUIRED, "1")
    assert visitor.login_needed()


def _unreadable(path: str) -> object:
    from streamlit.errors import StreamlitSecretNotFoundError

    class Unreadable:
        def get(self, name: str) -> None:
            raise StreamlitSecretNotFoundError("{path}", path=path, error_id="unreadable")

    return Unreadable()


def test_a_viewer_reads_figures_whatever_page_is_asked_for(ann: Visit) -> None:
    visit = Visit(claims("vic"), case=given(ann, "vic", "viewer"))
    figures = visit.fine().text
    assert "£" in figures
    for page in ("data", "moments", "budget", "history", "home"):
        visit.go(page).fine()
        assert not visit.pressable() & {"budget", "undo", "invite_email", "note_ask"}
        assert not visit.at.file_uploader
        assert not any(key.startswith(("sign_", "owner_", "role_")) for key in visit.pressable())
    assert visit.session.kept.role == "viewer"


def test_what_readers_take_along_holds_no_row(
    ann: Visit, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No customer's id, no comment and no address of anybody in the deck or the workbook."""
    seen: list[Report] = []
    worked_out = state.report

    def watched(*stage: Any, **how: Any) -> Report | None:
        found = worked_out(*stage, **how)
        seen.extend([found] if found else [])
        return found

    monkeypatch.setattr(state, "report", watched)
    ann.go("deck").fine()
    report = seen[-1]
    said = _words(export.make_deck(report)) | _words(export.make_workbook(report))
    rows = _cells(files)
    assert rows
    assert not rows & said, sorted(rows & said)[:5]


def _words(data: bytes) -> set[str]:
    """Every text between tags of a packed file."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = [packed.read(n).decode("utf-8", "ignore") for n in packed.namelist() if ".xml" in n]
    return {text.strip() for part in parts for text in re.findall(r">([^<]{3,})<", part)}


def _cells(files: dict[str, bytes]) -> set[str]:
    """Ids of customers and people, as their files have them."""
    found = set()
    for name, data in files.items():
        if not name.endswith(".xlsx"):
            found |= {line.split(",")[0] for line in data.decode("utf-8").splitlines()[1:]}
            continue
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).active
        found |= {str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    return {cell for cell in found if re.fullmatch(r"[A-Z]+-?\d{2,}", cell)}


def test_finance_signs_by_their_own_name_and_changes_nothing_else(ann: Visit) -> None:
    ann.go("budget").at.number_input(key="budget").set_value(9000.0).run()
    case_id = given(ann, "fay", "finance")
    visit = Visit(claims("fay"), case=case_id).fine()
    assert "signer_setting_margin" not in visit.pressable()
    visit.at.button(key="sign_setting_margin").click().run()
    (line,) = visit.fine().session.agreed
    assert (line.of, line.signed and line.signed.by) == ("margin", "Fay")
    assert not any(key.startswith(("owner_", "due_", "role_")) for key in visit.pressable())
    newest = kept_case.store().versions(owner_id(ann), case_id)[0]
    assert newest.who == "Fay"
    ann.go("history").fine()
    assert ann.session.agreed == visit.session.agreed
    assert not any(key.startswith(("sign_", "withdraw_")) for key in ann.pressable())


def test_an_editor_edits_and_cannot_share(ann: Visit) -> None:
    visit = Visit(claims("edd"), case=given(ann, "edd", "editor")).fine()
    visit.go("budget").at.number_input(key="budget").set_value(7000.0).run()
    ann.go("budget").fine()
    assert ann.session.settings.budget == 7000.0
    visit.go("history").fine()
    assert "share" not in visit.at.segmented_control[0].options
    assert "delete" not in "".join(visit.pressable())


def test_a_conflict_names_who_else_changed_the_case(
    ann: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = Visit(claims("edd"), case=given(ann, "edd", "editor")).fine()
    ann.go("budget")
    visit.go("budget")
    with monkeypatch.context() as apart:
        apart.setattr(kept_case, "_follow", lambda session: None)
        ann.at.number_input(key="budget").set_value(9000.0).run()
        visit.at.number_input(key="budget").set_value(5000.0).run()
    assert re.search(r"version \d+\b.*\bAnn\b", visit.fine().text, re.IGNORECASE)


def test_whoever_is_taken_out_sees_nothing_from_the_next_request_on(ann: Visit) -> None:
    case_id = given(ann, "edd", "editor")
    visit = Visit(claims("edd"), case=case_id).fine()
    assert visit.session.files
    sharing = kept_case.store().sharing
    out = next(m for m in sharing.members(owner_id(ann), case_id) if m.name == "Edd")
    sharing.change_role(owner_id(ann), case_id, out.id, "viewer")
    assert not visit.go("data").fine().at.file_uploader
    sharing.remove(owner_id(ann), case_id, out.id)
    assert not visit.go("data").fine().session.files
    assert "case" not in visit.at.query_params


def test_a_link_shows_its_one_case_and_no_way_on(ann: Visit) -> None:
    case_id = ann.session.kept.case_id
    secret = kept_case.store().sharing.make_link(owner_id(ann), case_id)
    nobody = {"is_logged_in": False}
    visit = Visit(nobody, key=secret)
    assert visit.pressable() == {"login_"}
    visit.go("shared").fine()
    assert visit.session.kept.role == "link"
    assert "£" in visit.text
    assert visit.pressable() == _taken(visit)
    assert len(_taken(visit)) == 2
    assert secret not in str(visit.at.session_state["session"])
    visit.go("data").fine()
    assert visit.pressable() == {"login_"}
    link = kept_case.store().sharing.links(owner_id(ann), case_id)[0]
    kept_case.store().sharing.revoke(owner_id(ann), case_id, link.id)
    visit.go("shared").fine()
    assert not visit.session.files
    assert "shows nothing" in visit.text


def _taken(visit: Visit) -> set[str]:
    """What can be taken along."""
    return {str(d.proto.id) for d in visit.at.get("download_button")}
