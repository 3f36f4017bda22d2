"""The first schema: persons, actions, versions of entries and profiles, known copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of schema 1 in an empty database."""
    op.create_table(
        "diary_person",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(60), nullable=False, unique=True),
        sa.Column("created_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "diary_action",
        sa.Column("person_id", sa.Integer, sa.ForeignKey("diary_person.id"), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("undoes", sa.Integer),
        sa.Column("recorded_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "diary_version",
        sa.Column("person_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entry_key", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("action_number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("time_us", sa.BigInteger, nullable=False),
        sa.Column("offset_s", sa.Integer, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("recorded_us", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["person_id", "action_number"], ["diary_action.person_id", "diary_action.number"]),
        sqlite_with_rowid=False,
    )
    op.create_index("diary_version_action", "diary_version", ["person_id", "action_number"])
    op.create_table(
        "diary_profile",
        sa.Column("person_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("action_number", sa.Integer, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("recorded_us", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["person_id", "action_number"], ["diary_action.person_id", "diary_action.number"]),
    )
    op.create_table(
        "diary_copy",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("diary_person.id")),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("is_encrypted", sa.Boolean, nullable=False),
        sa.Column("made_us", sa.BigInteger, nullable=False),
    )
