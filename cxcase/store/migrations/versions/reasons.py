"""Why a version was made, in the words of whoever made it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the column; earlier versions say nothing."""
    why = sa.Column("why", sa.Text(), nullable=False, server_default="")
    op.add_column("versions", why)
