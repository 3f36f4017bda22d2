"""A WFDB record of several files is taken as one recording, under names of the app's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.web.conftest import Browser
from tests.web.recordings_made import POTENTIAL_UV, RATE_HZ, searched, upload

from myotwitch.web.settings import AppSettings

LENGTH = 6 * RATE_HZ
ROW = "16 10000/mV 16 0 0 0 0 EMG"
MASTER = f"calf/3 1 {RATE_HZ} {2 * LENGTH + RATE_HZ}\ncalf_a {LENGTH}\n~ {RATE_HZ}\ncalf_b {LENGTH}\n# a comment\n"


def samples(seed: int) -> bytes:
    values = np.random.default_rng(seed).normal(0, 15, LENGTH).astype("<i2")
    for first in range(500, LENGTH - 500, 900):
        values[first : first + len(POTENTIAL_UV)] += np.array(POTENTIAL_UV, dtype="<i2") * 10
    return values.tobytes()


def header(name: str, data: str) -> bytes:
    return f"{name} 1 {RATE_HZ} {LENGTH}\n{data} {ROW}\n".encode()


def record() -> dict[str, bytes]:
    return {
        "calf.hea": MASTER.encode(),
        "calf_a.hea": header("calf_a", "calf_a.dat"), "calf_a.dat": samples(1),
        "calf_b.hea": header("calf_b", "calf_b.dat"), "calf_b.dat": samples(2),
    }  # fmt: skip


def test_a_record_of_segments_is_one_recording(browser: Browser, settings: AppSettings) -> None:
    answer = upload(browser, *record().items())
    state = searched(browser, answer.json()["address"])
    assert state["step"] == "done", state["message"]
    found = browser.get(f"{answer.json()['address']}/found.json").json()
    assert found["recording"]["duration_s"] == pytest.approx((2 * LENGTH + RATE_HZ) / RATE_HZ)
    assert found["summary"]["count"] > 4
    folder = Path(settings.store).with_name("diary_recordings")
    names = {path.name for path in folder.rglob("*") if path.suffix in (".hea", ".dat")}
    assert names == {
        "recording.hea", "recording_part_0.hea", "recording_part_1.hea", "recording_0.dat", "recording_1.dat"
    }  # fmt: skip
    assert upload(browser, *reversed(record().items())).json() == answer.json()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"calf_b.dat": None}, "calf_b.dat"),
        ({"calf_b.hea": None}, "calf_b"),
        ({"calf.hea": None}, "lists the others"),
        ({"other.hea": MASTER.replace("calf/", "other/").encode()}, "lists the others"),
        ({"calf_a.dat": None, "calf_b.dat": None}, "choose both together"),
        ({"calf_b.hea": header("calf_b", "../../etc/passwd")}, "did not come"),
        ({"calf.csv": b"a,b\n1,2\n"}, "not one recording"),
        ({"calf.hea": b"x" * 1_000_001}, "too large"),
    ],
)
def test_what_is_no_whole_record_is_refused_and_leaves_nothing(
    browser: Browser, settings: AppSettings, changes: dict[str, bytes | None], sentence: str
) -> None:
    files = {name: content for name, content in {**record(), **changes}.items() if content is not None}
    answer = upload(browser, *files.items())
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
    folder = Path(settings.store).with_name("diary_recordings")
    assert [path for path in folder.rglob("*") if path.is_file()] == []
