"""Who may do what, links, and the log; on both databases."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from clocks import Clock

from cxcase.errors import StoreError
from cxcase.store import CaseDocument, CaseStore, ConflictError, Person
from cxcase.store.access import role_of
from cxcase.store.database import _MIGRATIONS
from cxcase.store.rights import GIVEN
from cxcase.store.schema import AuditRow

ISSUER = "https://login.example.com"
SIGNED = {"by": "Fay", "on": {"date": "2026-11-30"}, "value": "40 %", "rests_on": {}}
LINE = {"kind": "setting", "of": "margin", "owner": "Fay", "due": None}
UNSIGNED = {"value": 1, "agreed": [{**LINE, "signed": None}]}
AGREED = {"value": 1, "agreed": [{**LINE, "signed": SIGNED}]}


def person(store: CaseStore, name: str, email: str | None = None) -> Person:
    address = f"{name}@example.com" if email is None else email
    return store.sharing.arrive(ISSUER, name, name.capitalize(), address)


@pytest.fixture
def ann(store: CaseStore) -> Person:
    return person(store, "ann")


@pytest.fixture
def case_id(store: CaseStore, ann: Person) -> str:
    case = store.create(ann.id, "Thornbeck")
    return store.save(ann.id, case.id, CaseDocument(UNSIGNED), expected=0).id


def member(store: CaseStore, ann: Person, case_id: str, name: str, role: str) -> Person:
    """Somebody in the case."""
    store.sharing.invite(ann.id, case_id, f"{name}@example.com", role)
    return person(store, name)


def refused(move: Callable[[], object]) -> str:
    """The code of what a request was refused with; "" where it was not."""
    try:
        move()
    except StoreError as error:
        return error.code
    return ""


def moves(store: CaseStore, who: str, case_id: str, folder: Path) -> dict[str, Callable]:
    """Every request there is, by the right it needs; the last delete the case."""
    sharing = store.sharing
    return {
        "see find": lambda: store.find(who, case_id),
        "see load": lambda: store.load(who, case_id, folder),
        "see versions": lambda: store.versions(who, case_id),
        "take": lambda: sharing.note(who, case_id, "take", "exported", "deck"),
        "rows": lambda: store.duplicate(who, case_id, "Copy"),
        "rows file": lambda: sharing.note(who, case_id, "rows", "exported", "case"),
        "edit save": lambda: store.save(who, case_id, CaseDocument(UNSIGNED), expected=1),
        "edit rename": lambda: store.rename(who, case_id, "Thornbeck"),
        "edit page": lambda: store.note_page(who, case_id, "budget"),
        "edit why": lambda: store.note_why(who, case_id, 1, "because"),
        "edit result": lambda: store.note_result(who, case_id, 1, "key", 1.0),
        "edit undo": lambda: store.undo(who, case_id, 2),
        "edit redo": lambda: store.redo(who, case_id, 1),
        "edit go": lambda: store.go_to(who, case_id, 1, 2),
        "sign": lambda: store.sign(who, case_id, AGREED, expected=1),
        "manage members": lambda: sharing.members(who, case_id),
        "manage invite": lambda: sharing.invite(who, case_id, "new@example.com", "viewer"),
        "manage links": lambda: sharing.links(who, case_id),
        "manage link": lambda: sharing.make_link(who, case_id),
        "manage log": lambda: sharing.deeds(who, case_id),
        "delete state": lambda: store.set_state(who, case_id, "archived"),
        "delete": lambda: store.delete(who, case_id),
    }


MAY = {
    "owner": {"see", "take", "rows", "edit", "manage", "delete"},
    "editor": {"see", "take", "rows", "edit"},
    "finance": {"see", "take", "sign"},
    "viewer": {"see", "take"},
    "link": {"see", "take"},
    "stranger": set(),
}


@pytest.mark.parametrize("role", MAY)
def test_each_role_may_do_what_the_table_says_and_no_more(
    store: CaseStore, ann: Person, case_id: str, tmp_path: Path, role: str
) -> None:
    who = {
        "link": lambda: store.sharing.follow(store.sharing.make_link(ann.id, case_id))[0],
        "stranger": lambda: person(store, "stan").id,
    }.get(role, lambda: member(store, ann, case_id, "bob", role).id)()
    for name, move in moves(store, who, case_id, tmp_path).items():
        code = refused(move)
        if name.split()[0] in MAY[role]:
            assert code == "", name
        else:
            assert code == ("case_unknown" if role == "stranger" else "not_allowed"), name
    if role != "owner":
        assert store.find(ann.id, case_id).name == "Thornbeck"


def test_an_invitation_is_no_right_before_its_address_is_vouched_for(
    store: CaseStore, ann: Person, case_id: str
) -> None:
    store.sharing.invite(ann.id, case_id, " Bob@Example.com ", "viewer")
    unvouched = person(store, "mallory", "")
    assert refused(lambda: store.find(unvouched.id, case_id)) == "case_unknown"
    assert [m.waits for m in store.sharing.members(ann.id, case_id)] == [False, True]
    bob = person(store, "bob", "BOB@example.com")
    assert store.find(bob.id, case_id).role == "viewer"
    assert [case.role for case in store.cases(bob.id)] == ["viewer"]
    late = store.sharing.arrive("https://other.example.com", "x", "Not Bob", "bob@example.com")
    assert refused(lambda: store.find(late.id, case_id)) == "case_unknown"
    again = person(store, "bob", "robert@example.com")
    assert again.id == bob.id
    assert store.find(again.id, case_id).role == "viewer"


def test_the_last_owner_stays(store: CaseStore, ann: Person, case_id: str) -> None:
    (own,) = store.sharing.members(ann.id, case_id)
    bob = member(store, ann, case_id, "bob", "editor")
    store.sharing.invite(ann.id, case_id, "cho@example.com", "owner")  # waits, so owns nothing
    assert refused(lambda: store.sharing.remove(ann.id, case_id, own.id)) == "last_owner"
    demote = refused(lambda: store.sharing.change_role(ann.id, case_id, own.id, "viewer"))
    assert demote == "last_owner"
    theirs = next(m for m in store.sharing.members(ann.id, case_id) if m.name == "Bob")
    store.sharing.change_role(ann.id, case_id, theirs.id, "owner")
    store.sharing.remove(bob.id, case_id, own.id)
    assert refused(lambda: store.find(ann.id, case_id)) == "case_unknown"
    assert not store.cases(ann.id)


def test_one_address_is_invited_once_and_must_be_one(
    store: CaseStore, ann: Person, case_id: str
) -> None:
    store.sharing.invite(ann.id, case_id, "bob@example.com", "viewer")
    twice = refused(lambda: store.sharing.invite(ann.id, case_id, "BOB@example.com", "owner"))
    assert twice == "already_in_case"
    assert (
        refused(lambda: store.sharing.invite(ann.id, case_id, "bob", "viewer")) == "not_an_address"
    )
    assert refused(lambda: store.sharing.invite(ann.id, case_id, "c@d.e", "alone")) == "not_allowed"


def test_a_role_of_one_case_is_none_of_another(store: CaseStore, ann: Person, case_id: str) -> None:
    bob = member(store, ann, case_id, "bob", "owner")
    other = store.create(ann.id, "Other").id
    (theirs, *_) = store.sharing.members(ann.id, case_id)
    assert refused(lambda: store.find(bob.id, other)) == "case_unknown"
    assert refused(lambda: store.sharing.remove(ann.id, other, theirs.id)) == "member_unknown"
    made = store.sharing.make_link(ann.id, case_id)
    who, _ = store.sharing.follow(made)
    assert refused(lambda: store.find(who, other)) == "case_unknown"
    (link,) = store.sharing.links(ann.id, case_id)
    assert refused(lambda: store.sharing.revoke(ann.id, other, link.id)) == "link_unknown"


def test_only_signatures_go_with_signing_and_none_with_editing(
    store: CaseStore, ann: Person, case_id: str, tmp_path: Path
) -> None:
    fay = member(store, ann, case_id, "fay", "finance")
    sneaky = {**AGREED, "value": 99}
    store.sign(fay.id, case_id, sneaky, expected=1, by="Fay")
    _, body = store.load(ann.id, case_id, tmp_path)
    assert body == AGREED
    edited = {**AGREED, "value": 2}
    store.save(ann.id, case_id, CaseDocument(edited), expected=2)
    for forged in (UNSIGNED, {"agreed": [{**LINE, "signed": {**SIGNED, "value": "90 %"}}]}):
        document = CaseDocument(forged)
        with pytest.raises(StoreError) as refusal:
            store.save(ann.id, case_id, document, expected=3)
        assert refusal.value.code == "not_allowed"


def test_a_conflict_names_the_other_even_where_they_signed(
    store: CaseStore, ann: Person, case_id: str
) -> None:
    fay = member(store, ann, case_id, "fay", "finance")
    store.sign(fay.id, case_id, AGREED, expected=1, by=fay.name)
    with pytest.raises(ConflictError) as conflict:
        store.save(ann.id, case_id, CaseDocument({**UNSIGNED, "value": 2}), expected=1)
    assert conflict.value.theirs.who == "Fay"


def test_a_link_ends_by_itself_or_when_it_is_revoked(
    store: CaseStore, ann: Person, case_id: str, clock: Clock
) -> None:
    first, second = (store.sharing.make_link(ann.id, case_id) for _ in range(2))
    assert len(first) >= 43
    who, found = store.sharing.follow(first)
    assert found == case_id
    store.sharing.revoke(ann.id, case_id, who.partition(":")[2])
    assert refused(lambda: store.find(who, case_id)) == "case_unknown"
    assert refused(lambda: store.sharing.follow(first)) == "link_unknown"
    other, _ = store.sharing.follow(second)
    clock.now += dt.timedelta(days=30)
    assert refused(lambda: store.find(other, case_id)) == "case_unknown"
    assert refused(lambda: store.sharing.follow(second)) == "link_unknown"
    assert refused(lambda: store.sharing.follow("")) == "link_unknown"
    assert [link.stands for link in store.sharing.links(ann.id, case_id)] == [False, False]


def test_a_links_secret_is_kept_nowhere(
    store: CaseStore, ann: Person, case_id: str, url: str
) -> None:
    secret = store.sharing.make_link(ann.id, case_id)
    store.sharing.follow(secret)
    with store._engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [row for t in tables for row in connection.execute(sa.text(f"SELECT * FROM {t}"))]
    assert secret not in str(rows)
    assert hashlib.sha256(secret.encode()).hexdigest() in str(rows)


def test_there_is_no_link_where_nobody_logs_in(store: CaseStore) -> None:
    mine = store.create("", "Mine").id
    assert store.find("", mine).role == "alone"
    assert refused(lambda: store.sharing.make_link("", mine)) == "not_allowed"


def test_the_log_says_who_did_what_and_stays(store: CaseStore, ann: Person, case_id: str) -> None:
    fay = member(store, ann, case_id, "fay", "finance")
    store.sharing.note(fay.id, case_id, "see", "opened")
    store.sign(fay.id, case_id, AGREED, expected=1, by="Fay")
    store.sharing.follow(store.sharing.make_link(ann.id, case_id))
    deeds = store.sharing.deeds(ann.id, case_id)
    assert [(d.name.split()[0] if d.name else "", d.action) for d in deeds] == [
        ("", "link_used"),
        ("Ann", "link_made"),
        ("Fay", "signed"),
        ("Fay", "opened"),
        ("Ann", "role"),
    ]
    assert deeds[-1].detail == "fay@example.com: finance"
    store.delete(ann.id, case_id)
    for change in (sa.delete(AuditRow), sa.update(AuditRow).values(name="nobody")):
        with pytest.raises(StoreError) as kept, store._session() as inside:
            inside.execute(change)
        assert "stay as they are" in kept.value.params["found"]
    with store._engine.connect() as connection:
        done = connection.execute(sa.select(AuditRow.action)).scalars().all()
    assert {"login", "deleted", "signed"} <= {*done}


def test_a_role_counts_by_the_strongest_where_there_are_two(
    store: CaseStore, ann: Person, case_id: str, clock: Clock
) -> None:
    bob = member(store, ann, case_id, "bob", "viewer")
    store.sharing.invite(ann.id, case_id, "b2@example.com", "editor")
    person(store, "bob", "b2@example.com")
    with store._session() as session:
        assert role_of(session, bob.id, case_id, clock()) == "editor"
    assert set(GIVEN) < set(MAY) | {"alone"}


def test_a_case_of_before_keeps_its_owner(
    url: str, opened: Callable[[], CaseStore], clock: Clock
) -> None:
    """A database whose cases had an owner and nobody else."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    case = "'c1', 'ann', 'Thornbeck', 'open', '', 0, '2026-11-01', '2026-11-01', NULL"
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(sa.text(f"INSERT INTO cases VALUES ({case})"))
    engine.dispose()
    store = opened()
    assert [case.role for case in store.cases("ann")] == ["owner"]
    assert not store.cases("")
