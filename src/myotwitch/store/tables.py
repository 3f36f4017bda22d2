"""The tables of a store: versions of entries and profiles that are only ever added to, and the actions that made them.

Times are whole microseconds since the beginning of 1970, UTC: exact, in order, and the same in every database.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

PERSON = Table(
    "diary_person",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
    Column("created_us", BigInteger, nullable=False),
)
"""Whose diaries are kept. Also what a writer locks, so that one at a time writes for a person."""

ACTION = Table(
    "diary_action",
    METADATA,
    Column("person_id", Integer, ForeignKey("diary_person.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("command", Text, nullable=False),
    Column("source", Text),
    Column("undoes", Integer),
    Column("recorded_us", BigInteger, nullable=False),
)
"""What was done, numbered for each person from 1; `undoes` is the action whose changes this one took back."""

VERSION = Table(
    "diary_version",
    METADATA,
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("entry_key", String(32), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("action_number", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("time_us", BigInteger, nullable=False),
    Column("offset_s", Integer, nullable=False),
    Column("body", Text),
    Column("fingerprint", String(64)),
    Column("recorded_us", BigInteger, nullable=False),
    ForeignKeyConstraint(["person_id", "action_number"], ["diary_action.person_id", "diary_action.number"]),
    Index("diary_version_action", "person_id", "action_number"),
    sqlite_with_rowid=False,
)
"""Versions of entries, numbered from 1 without a gap; without a body the entry is removed."""

PROFILE = Table(
    "diary_profile",
    METADATA,
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("action_number", Integer, nullable=False),
    Column("body", Text),
    Column("recorded_us", BigInteger, nullable=False),
    ForeignKeyConstraint(["person_id", "action_number"], ["diary_action.person_id", "diary_action.number"]),
)
"""Versions of what is known of a person; without a body nothing is."""

COPY = Table(
    "diary_copy",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("diary_person.id")),
    Column("kind", String(20), nullable=False),
    Column("file", Text, nullable=False),
    Column("is_encrypted", Boolean, nullable=False),
    Column("made_us", BigInteger, nullable=False),
)
"""Backups and exports that were made, so that whoever erases knows what else there is; without a person, of all."""

DRAFT = Table(
    "diary_draft",
    METADATA,
    Column("person_id", Integer, ForeignKey("diary_person.id"), primary_key=True, autoincrement=False),
    Column("form", String(120), primary_key=True),
    Column("body", Text, nullable=False),
    Column("kept_us", BigInteger, nullable=False),
)
"""Forms that were begun and not sent yet; no part of the diary, its history, exports or backups."""

SCHEMA_TABLE = "diary_schema"
"""Where Alembic keeps which schema the tables have."""

APPLICATION_ID = 0x6D796F74
"""What marks an SQLite file as a store of this program: ``myot``."""
