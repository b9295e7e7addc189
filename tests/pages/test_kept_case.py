"""What somebody decided is there again after a reload, a restart or a second window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moves import ROOT, SECONDS, App
from streamlit.testing.v1 import AppTest

from cxcase.errors import StoreError
from cxcase.screen import kept_case
from cxcase.store import CaseStore


def opened(case_id: str) -> App:
    """A new session at a case's address, as after a reload."""
    app = App.__new__(App)
    app.at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    app.at.query_params["case"] = case_id
    app.at.run()
    return app


def confirm_budget(app: App, amount: float) -> App:
    app.go("budget")
    app.at.number_input(key="budget").set_value(amount).run()
    return app.fine()


@pytest.fixture
def kept(app: App, small: dict[str, bytes]) -> App:
    return app.bring(small).fine()


def test_a_reload_brings_everything_back(kept: App) -> None:
    confirm_budget(kept, 9000.0)
    before = kept.session
    again = opened(before.kept.case_id).fine()
    assert again.session.settings == before.settings
    assert again.session.settings.budget == 9000.0
    assert [f.parsed.key for f in again.session.files] == [f.parsed.key for f in before.files]
    again.go("budget").fine()
    assert again.session.report_key[:8] == kept.session.report_key[:8]


def test_the_address_holds_the_case_and_nothing_else(kept: App) -> None:
    assert dict(kept.at.query_params) == {"case": kept.session.kept.case_id}
    assert len(kept.session.kept.case_id) >= 20


def test_undo_and_redo_walk_through_what_was_changed(
    kept: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm_budget(kept, 9000.0)
    confirm_budget(kept, 7000.0)

    def forgotten() -> None:
        raise AssertionError("a widget that is forgotten looks changed to a second, quick click")

    monkeypatch.setattr(kept_case, "_forget_widgets", forgotten)
    kept.at.button(key="undo").click().run()
    assert kept.fine().session.settings.budget == 9000.0
    assert kept.at.number_input(key="budget").value == 9000.0
    kept.at.button(key="undo").click().run()
    assert kept.session.settings.budget is None
    kept.at.button(key="redo").click().run()
    kept.at.button(key="redo").click().run()
    assert kept.fine().session.settings.budget == 7000.0
    assert kept.at.button(key="redo").disabled


def test_home_lists_what_was_left(kept: App) -> None:
    case_id = kept.session.kept.case_id
    kept.at.button(key="leave").click().run()
    kept.go("home")
    assert not kept.fine().session.files
    assert "case" not in kept.at.query_params
    kept.at.button(key=f"open_{case_id}").click().run()
    assert kept.fine().session.kept.case_id == case_id
    assert kept.session.files


def test_a_case_is_archived_binned_and_deleted_with_its_tables(kept: App) -> None:
    case_id = kept.session.kept.case_id
    store = kept_case.store()
    kept.at.button(key="leave").click().run()
    kept.go("home")
    kept.at.button(key=f"archive_{case_id}").click().run()
    kept.at.button(key=f"bin_{case_id}").click().run()
    kept.at.button(key=f"delete_{case_id}").click().run()
    kept.fine()
    with pytest.raises(StoreError):
        store.find(kept_case.who(), case_id)


def test_another_persons_case_is_not_opened(kept: App, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = kept.session.kept.case_id
    monkeypatch.setattr(kept_case, "who", lambda: "somebody else")
    stranger = opened(case_id).fine()
    assert not stranger.session.files
    assert "case" not in stranger.at.query_params


def test_two_windows_overwrite_nothing(kept: App) -> None:
    other = opened(kept.session.kept.case_id).fine()
    settings = kept.session.settings
    with _held_back(other):
        confirm_budget(kept, 9000.0)
        confirm_budget(other, 5000.0)
    assert other.session.kept.conflict is not None
    assert other.session.settings.budget == 5000.0
    assert "changed in both" in other.text
    assert "£9,000" in other.text or "£9 k" in other.text, "what was saved there is shown"
    other.at.button(key="keep_mine").click().run()
    assert other.fine().session.settings.budget == 5000.0
    assert other.session.kept.case_id != kept.session.kept.case_id
    assert settings.budget is None
    kept.go("budget").fine()
    assert kept.session.settings.budget == 9000.0


def test_going_on_with_mine_keeps_theirs_as_a_version(kept: App) -> None:
    other = opened(kept.session.kept.case_id).fine()
    with _held_back(other):
        confirm_budget(kept, 9000.0)
        confirm_budget(other, 5000.0)
    other.at.button(key="put_mine").click().run()
    assert other.fine().session.settings.budget == 5000.0
    assert other.session.kept.case_id == kept.session.kept.case_id
    other.at.button(key="undo").click().run()
    assert other.fine().session.settings.budget == 9000.0


@contextmanager
def _held_back(app: App) -> Iterator[None]:
    """While it lasts this window hears nothing of the other."""
    follow = kept_case._follow
    kept_case._follow = lambda session: None
    yield
    kept_case._follow = follow


def test_a_window_without_changes_follows_the_other(kept: App) -> None:
    other = opened(kept.session.kept.case_id).fine()
    confirm_budget(kept, 9000.0)
    other.go("budget").fine()
    assert other.session.settings.budget == 9000.0


def test_what_could_not_be_saved_is_told_and_saved_later(
    kept: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **named: Any) -> None:
        raise StoreError("disk_failed", found="No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(CaseStore, "save", fails)
        confirm_budget(kept, 9000.0)
        assert any("No space left" in w.value for w in kept.at.sidebar.warning)
    kept.go("home").fine()
    assert not kept.at.sidebar.warning
    assert opened(kept.session.kept.case_id).session.settings.budget == 9000.0


def test_a_damaged_table_is_told_in_a_sentence(kept: App) -> None:
    store = kept_case.store()
    case_id = kept.session.kept.case_id
    kept_digests = set(store.files.all())
    for digest in kept_digests:
        store.files.path(digest).write_bytes(b"damaged")
    again = opened(case_id)
    for digest in kept_digests:
        store.files.remove(digest)
    assert not again.fine().session.files
    assert any("damaged" in e.value for e in [*again.at.warning, *again.at.sidebar.warning])


def test_a_database_that_went_away_is_told_on_the_page_and_nothing_is_lost(
    kept: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm_budget(kept, 9000.0)

    def gone(*args: Any, **named: Any) -> None:
        raise StoreError("database_failed", found="connection refused")

    with monkeypatch.context() as broken:
        for name in ("find", "load", "undo", "rename", "save", "versions", "cases"):
            broken.setattr(CaseStore, name, gone)
        kept.at.button(key="undo").click().run()
        kept.fine()
        assert any("connection refused" in w.value for w in kept.at.sidebar.warning)
        kept.go("history").fine()
        kept.go("home").fine()
    assert kept.session.settings.budget == 9000.0
    kept.go("budget").fine()
    assert not kept.at.sidebar.warning
