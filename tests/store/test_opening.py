"""Whatever lies at the address, the answer is a store or one message that helps."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.store.stores import PASSPHRASE, Place, bout

from myotwitch.errors import StoreError
from myotwitch.store import add_entry, import_entries, open_store, read_diary

NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """Act without the rights of root, for whom no file is read-only."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was == 0:
            os.seteuid(0)


def made(file: Path, entries: int = 3, passphrase: str | None = None) -> Path:
    """A closed store with some entries."""
    with open_store(file, passphrase=passphrase, create=True) as store:
        rows = [bout(minute, text=f"words {minute}" * 5) for minute in range(entries)]
        import_entries(store, None, rows, source="made", command="test")
    return file


def test_a_store_is_made_only_where_that_is_asked_for(place: Place) -> None:
    with pytest.raises(StoreError, match=r"There is no store .* make it with: myotwitch diary import"):
        place.open(create=False)
    if "://" not in place.address:
        assert not Path(place.address).exists()
    place.open().close()
    place.open(create=False).close()


def test_a_new_file_and_its_log_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    with open_store(tmp_path / "diary.db", create=True) as store:
        add_entry(store, None, bout(), command="test")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"diary.db": 0o600, "diary.db-wal": 0o600, "diary.db-shm": 0o600}


@pytest.mark.parametrize("name", ["with space.db", "per%20cent.db", "question?mode=ro.db", "hash#.db", "ümlaut ✓.db"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    made(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with open_store(tmp_path / name) as store:
        assert len(read_diary(store).entries) == 3


def test_a_folder_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        open_store(tmp_path, create=True)
    with pytest.raises(StoreError, match="no folder"):
        open_store(tmp_path / "missing" / "diary.db", create=True)


def test_an_empty_file_becomes_a_store_only_when_one_is_made(tmp_path: Path) -> None:
    (tmp_path / "diary.db").touch()
    with pytest.raises(StoreError, match="There is no store"):
        open_store(tmp_path / "diary.db")
    open_store(tmp_path / "diary.db", create=True).close()


@pytest.mark.parametrize("content", [b"just a text\n" * 50, b"\x00" * 4096, b"SQLite format 3\x00", b"\xff" * 10_000])
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_file_that_is_no_store_is_refused_and_left_alone(
    tmp_path: Path, content: bytes, passphrase: str | None
) -> None:
    (tmp_path / "diary.db").write_bytes(content)
    for create in (True, False):
        with pytest.raises(StoreError, match=r"diary\.db"):
            open_store(tmp_path / "diary.db", passphrase=passphrase, create=create)
    assert (tmp_path / "diary.db").read_bytes() == content


def test_a_wrong_or_a_missing_passphrase_and_a_needless_one_are_told_apart(tmp_path: Path) -> None:
    secret, open_file = made(tmp_path / "secret.db", passphrase=PASSPHRASE), made(tmp_path / "open.db")
    with pytest.raises(StoreError, match="passphrase does not open"):
        open_store(secret, passphrase="other words")
    with pytest.raises(StoreError, match="without a passphrase"):
        open_store(secret)
    with pytest.raises(StoreError, match="is not encrypted"):
        open_store(open_file, passphrase=PASSPHRASE)
    with open_store(secret, passphrase=PASSPHRASE) as store:
        assert len(read_diary(store).entries) == 3
    assert not secret.read_bytes().startswith(b"SQLite")


@pytest.mark.parametrize("passphrase", ['it\'s; DROP TABLE "x" --', " " * 12, "ü✓" * 40, "x'00ff' x'00ff'"])
def test_a_passphrase_may_hold_any_sign(tmp_path: Path, passphrase: str) -> None:
    secret = made(tmp_path / "secret.db", passphrase=passphrase)
    with open_store(secret, passphrase=passphrase) as store:
        assert len(read_diary(store).entries) == 3
    with pytest.raises(StoreError, match="does not open"):
        open_store(secret, passphrase=passphrase + "x")


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
@pytest.mark.parametrize("harm", ["cut", "page", "head"])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, harm: str, passphrase: str | None) -> None:
    file = made(tmp_path / "diary.db", entries=600, passphrase=passphrase)
    content = bytearray(file.read_bytes())
    match harm:
        case "cut":
            del content[len(content) // 2 :]
        case "page":
            content[5 * 4096 : 12 * 4096] = b"\xa5" * (7 * 4096)
        case "head":
            content[24:100] = b"\xa5" * 76
    file.write_bytes(content)
    with (
        pytest.raises(StoreError, match=r"damaged|does not open") as refused,
        open_store(file, passphrase=passphrase) as store,
    ):
        read_diary(store)
    assert "restore" in str(refused.value) or "damaged" in str(refused.value)
    assert "words" not in str(refused.value)


def let_everybody_pass(folder: Path) -> None:
    """Let every user into a folder of the tests, and through those in which it lies, however deep."""
    for parent in (folder, *folder.parents):
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o055)


@pytest.mark.parametrize("which", ["file", "folder"])
def test_what_may_only_be_read_is_read_and_refuses_changes(tmp_path: Path, which: str) -> None:
    folder = tmp_path / "there"
    folder.mkdir(mode=0o755)
    let_everybody_pass(tmp_path)
    file = made(folder / "diary.db")
    file.chmod(0o444 if which == "file" else 0o666)
    folder.chmod(0o777 if which == "file" else 0o555)
    try:
        with as_nobody(), open_store(file) as store:
            assert store.is_read_only
            assert len(read_diary(store).entries) == 3
            with pytest.raises(StoreError, match=r"may only be read.*copy the file elsewhere"):
                add_entry(store, None, bout(), command="test")
        if which == "folder":
            with as_nobody(), pytest.raises(StoreError, match=r"cannot be made"):
                open_store(folder / "new.db", create=True)
    finally:
        folder.chmod(0o755)


def test_a_file_that_may_not_even_be_read_is_refused(tmp_path: Path) -> None:
    let_everybody_pass(tmp_path)
    file = made(tmp_path / "diary.db")
    file.chmod(0o000)
    with as_nobody(), pytest.raises(StoreError, match="cannot be read"):
        open_store(file)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("mysql://me@localhost/diaries", "is neither"),
        ("postgresql://me@localhost", "names no database"),
        ("postgresql://me@localhost:notaport/x", "cannot be read"),
        ("https://example.org/x", "is neither"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(address: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        open_store(address)


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(StoreError, match="no connection") as refused:
        open_store("postgresql://me:geheim@127.0.0.1:1/diaries", create=True)
    assert "geheim" not in str(refused.value)
    assert "geheim" not in repr(refused.value.__cause__)


def test_a_database_that_is_not_there_is_told(postgresql: object) -> None:
    address = postgresql().replace("/diaries", "/missing")  # type: ignore[operator]
    with pytest.raises(StoreError, match=r"no database of that name|there is such a database"):
        open_store(address, create=True)


def test_a_passphrase_for_postgresql_is_refused() -> None:
    with pytest.raises(StoreError, match="no passphrase"):
        open_store("postgresql://me@localhost/x", passphrase=PASSPHRASE)
