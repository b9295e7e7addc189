"""Who is in a case and as what, read-only links, and the log, which the database keeps as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_STAYS = {
    "sqlite": [
        f"CREATE TRIGGER audit_{what.lower()} BEFORE {what} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'lines of the log stay as they are'); END"
        for what in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'lines of the log stay as they are'; END $$",
        "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
    ],
}


def upgrade() -> None:
    """Makes the tables; whose a case was becomes its owner."""
    _people_and_members()
    _links_and_log()
    op.execute(
        "INSERT INTO members (id, case_id, person, email, role, invited) "
        "SELECT id, id, owner, '', 'owner', FALSE FROM cases"
    )
    op.drop_index("ix_cases_owner", "cases")
    op.drop_column("cases", "owner")
    for statement in _STAYS[op.get_bind().dialect.name]:
        op.execute(statement)


def _people_and_members() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(), primary_key=True),
        *_texts("issuer", "subject", "name", "email"),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("issuer", "subject", name="one_person"),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.String(), primary_key=True),
        _case_id(),
        *_texts("person", "email", index=True),
        *_texts("role"),
        sa.Column("invited", sa.Boolean(), nullable=False),
    )


def _links_and_log() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.String(), primary_key=True),
        _case_id(),
        sa.Column("secret", sa.String(), nullable=False, unique=True),
        *_texts("made_by"),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime()),
        sa.Column("used_at", sa.DateTime()),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        *_texts("who", "name", "action"),
        sa.Column("case_id", sa.String(), nullable=False, index=True),
        *_texts("detail"),
    )


def _texts(*names: str, index: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False, index=index) for name in names]


def _case_id() -> sa.Column[str]:
    case = sa.ForeignKey("cases.id", ondelete="CASCADE")
    return sa.Column("case_id", sa.String(), case, nullable=False, index=True)
