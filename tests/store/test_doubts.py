"""What a store holds from before is read whatever it says; a correction may not make it impossible."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from myotwitch.diary import Sleep
from myotwitch.errors import DiaryError
from myotwitch.store import add_entry, edit_entry, open_store, read_diary


def test_an_impossible_entry_from_before_is_read_and_can_be_corrected(tmp_path: Path) -> None:
    long = Sleep(time=datetime.fromisoformat("2026-03-01T22:40:00+01:00"), duration_min=83 * 60.0)
    with open_store(tmp_path / "me.db", create=True) as store:
        add_entry(store, None, long, command="as before")
        assert read_diary(store).entries == (long,)
        edit_entry(store, None, long.key, {"text": "the holiday"}, command="test")
        with pytest.raises(DiaryError, match="24 h in one go"):
            edit_entry(store, None, long.key, {"duration_min": 90 * 60.0}, command="test")
        edit_entry(store, None, long.key, {"duration_min": 500.0}, command="test")
        with pytest.raises(DiaryError, match="People lie down"):
            edit_entry(store, None, long.key, {"to_bed": "2026-03-01T23:40:00+01:00"}, command="test")
