"""Old stores are brought forward, newer and foreign ones left alone; the migrations make what the tables say."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from tests.store.old.told import told
from tests.store.stores import Place, bout

from myotwitch.errors import StoreError
from myotwitch.store import Store, add_entry, open_store, read_diary, restore_backup, schema
from myotwitch.store.tables import METADATA, SCHEMA_TABLE

OLD = sorted((Path(__file__).parent / "old").glob("schema_*.db"))

NEXT_STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{next}", "{newest}", None, None


def upgrade():
    op.add_column("diary_person", sa.Column("colour", sa.String(20)))
    op.execute("UPDATE diary_person SET colour = 'blue'")
    {more}
"""


def test_there_is_an_old_store_of_every_schema_so_far() -> None:
    assert [path.stem for path in OLD] == [f"schema_{number}" for number in range(1, int(schema.NEWEST) + 1)]


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_store_says_today_what_it_said_then(old: Path, tmp_path: Path) -> None:
    shutil.copy(old, tmp_path / "diary.db")
    expected = json.loads(old.with_suffix(".json").read_text(encoding="utf-8"))
    with open_store(tmp_path / "diary.db") as store:
        assert told(store) == expected
        add_entry(store, "anna", bout(), command="test")
        assert len(read_diary(store, "anna").entries) == len(expected["anna"]["entries"]) + 1


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_store_can_be_restored_as_a_backup_and_stays_as_it_was(old: Path, place: Place, tmp_path: Path) -> None:
    shutil.copy(old, tmp_path / "old.db")
    with place.open() as store:
        restore_backup(store, tmp_path / "old.db", passphrase=None)
        assert told(store) == json.loads(old.with_suffix(".json").read_text(encoding="utf-8"))
    assert (tmp_path / "old.db").read_bytes() == old.read_bytes()


def test_the_migrations_make_exactly_the_tables(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": SCHEMA_TABLE})
        assert compare_metadata(context, METADATA) == []


def test_the_newest_schema_is_the_last_migration() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS), version_locations=[str(schema.MIGRATIONS)])
    assert scripts.get_heads() == [schema.NEWEST]


def with_next_step(folder: Path, more: str = "") -> Path:
    """A folder with the migrations and one more, as the next release may have it."""
    migrations = folder / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    following = str(int(schema.NEWEST) + 1)
    (migrations / "next.py").write_text(NEXT_STEP.format(next=following, newest=schema.NEWEST, more=more))
    return migrations


def test_a_step_forward_keeps_everything(place: Place, tmp_path: Path) -> None:
    with place.open() as store:
        add_entry(store, "anna", bout(count=4), command="test")
        before = told(store)
        with store.writing() as connection:
            schema.bring_forward(connection, store.address, with_next_step(tmp_path))
        with store.reading() as connection:
            assert connection.execute(text("SELECT colour FROM diary_person")).scalars().all() == ["blue"]
        assert told(store) == before


def test_a_step_that_fails_halfway_changes_nothing(place: Place, tmp_path: Path) -> None:
    with place.open() as store:
        add_entry(store, "anna", bout(count=4), command="test")
        before = told(store)
        migrations = with_next_step(tmp_path, 'raise RuntimeError("the plug is pulled")')
        with pytest.raises(RuntimeError, match="plug"), store.writing() as connection:
            schema.bring_forward(connection, store.address, migrations)
        with store.reading() as connection:
            assert "colour" not in {column["name"] for column in inspect(connection).get_columns("diary_person")}
        assert told(store) == before
    with place.open(create=False) as store:
        assert told(store) == before


def test_a_newer_schema_is_refused_and_left_alone(place: Place) -> None:
    with place.open() as store:
        add_entry(store, "anna", bout(), command="test")
        with store.writing() as connection:
            connection.execute(text(f"UPDATE {SCHEMA_TABLE} SET version_num = '999'"))
    for create in (True, False):
        with pytest.raises(StoreError, match=r"newer myotwitch .*'999'.* up to"):
            place.open(create=create)


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE songs (name TEXT)")
    other.execute("INSERT INTO songs VALUES ('one')")
    other.commit()
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    for create in (True, False):
        with pytest.raises(StoreError, match="another program"):
            open_store(tmp_path / "other.db", create=create)
    assert (tmp_path / "other.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["other.db"]


def test_tables_of_the_same_names_in_postgresql_are_another_program_s(postgresql: object) -> None:
    from sqlalchemy import create_engine

    address = postgresql()  # type: ignore[operator]
    engine = create_engine(address.replace("postgresql://", "postgresql+pg8000://"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE diary_person (name TEXT)"))
    engine.dispose()
    with pytest.raises(StoreError, match="another program"):
        open_store(address, create=True)
