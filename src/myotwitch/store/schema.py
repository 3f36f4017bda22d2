"""The schema of a store: whether this program knows it, and the way forward from every older one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from myotwitch.errors import StoreError
from myotwitch.language import _
from myotwitch.store.address import Address
from myotwitch.store.tables import APPLICATION_ID, METADATA, SCHEMA_TABLE

NEWEST = "2"
"""The schema of `tables`: the last of `migrations`."""

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 0x6D796F74


def schema_of(connection: Connection, address: Address) -> str | None:
    """Return which schema a database has; None where there is none yet.

    Raises
    ------
    StoreError
        If the database belongs to another program.
    """
    names = set(inspect(connection).get_table_names())
    if SCHEMA_TABLE not in names:
        if (connection.dialect.name == "sqlite" and names) or names & set(METADATA.tables):
            raise _of_another_program(address)
        return None
    if connection.dialect.name == "sqlite" and _application_id(connection) != APPLICATION_ID:
        raise _of_another_program(address)
    return connection.execute(text(f"SELECT version_num FROM {SCHEMA_TABLE}")).scalar()


def bring_forward(connection: Connection, address: Address, migrations: Path = MIGRATIONS) -> None:
    """Make the tables, or bring older ones to the newest schema, inside the transaction of `connection`.

    Raises
    ------
    StoreError
        If the database belongs to another program or a newer version of this one.
    """
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    schema_of(connection, address)
    scripts = ScriptDirectory(str(migrations), version_locations=[str(migrations)])

    def steps(revision: tuple[str, ...], _: MigrationContext) -> list[RevisionStep]:
        return scripts._upgrade_revs("head", revision)  # type: ignore[arg-type]  # what env.py files call

    context = MigrationContext.configure(connection, opts={"fn": steps, "version_table": SCHEMA_TABLE})
    try:
        with Operations.context(context):
            context.run_migrations()
    except (CommandError, ResolutionError) as error:
        raise newer_schema(address, str(context.get_current_revision())) from error
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))


def newer_schema(address: Address, found: str) -> StoreError:
    """Return the error for a store whose schema this program does not know."""
    return StoreError(
        _(
            "{address} was written by a newer myotwitch (its schema is {found}; this one knows up to "
            "{newest}). Nothing was changed; update myotwitch to open it."
        ).format(address=address, found=repr(found), newest=repr(NEWEST))
    )


def _application_id(connection: Connection) -> int:
    return int(connection.execute(text("PRAGMA application_id")).scalar_one())


def _of_another_program(address: Address) -> StoreError:
    return StoreError(
        _("{address} is the database of another program, no diary of myotwitch; name another file.").format(
            address=address
        )
    )
