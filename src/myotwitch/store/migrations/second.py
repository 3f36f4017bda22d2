"""The second schema: half-filled forms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of drafts."""
    op.create_table(
        "diary_draft",
        sa.Column("person_id", sa.Integer, sa.ForeignKey("diary_person.id"), primary_key=True, autoincrement=False),
        sa.Column("form", sa.String(120), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("kept_us", sa.BigInteger, nullable=False),
    )
