"""Cases, their versions and their files."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the first tables."""
    op.create_table(
        "cases",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("owner", sa.String(), nullable=False, index=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("binned_at", sa.DateTime()),
    )
    op.create_table(
        "versions",
        _case_id(),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("parent", sa.Integer()),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("causes", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("result_key", sa.String(), nullable=False),
        sa.Column("npv", sa.Double()),
    )
    op.create_table(
        "case_files",
        _case_id(),
        sa.Column("digest", sa.String(), primary_key=True, index=True),
        sa.Column("size", sa.Integer(), nullable=False),
    )


def _case_id() -> sa.Column[str]:
    owner = sa.ForeignKey("cases.id", ondelete="CASCADE")
    return sa.Column("case_id", sa.String(), owner, primary_key=True)
