"""``detect --follow`` on a file that another program is writing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import edfio
import numpy as np

PROGRAM = Path(sys.executable).with_name("myotwitch")
RATE_HZ = 1000
SECONDS = 12


def test_twitches_are_told_while_the_file_is_written(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    samples = chance.normal(0, 4, SECONDS * RATE_HZ)
    shape = np.array([10, 40, 80, 60, -20, -70, -50, -15])
    true_s = np.array([1.5, 4.25, 6.75, 9.5])
    for onset in true_s:
        start = round(onset * RATE_HZ)
        samples[start : start + shape.size] += shape
    signal = edfio.EdfSignal(samples, RATE_HZ, label="calf", physical_dimension="uV", physical_range=(-500, 500))
    whole = tmp_path / "whole.edf"
    edfio.Edf([signal], data_record_duration=1).write(whole)
    content = bytearray(whole.read_bytes())
    content[236:244] = b"-1      "  # as recorders write while they record
    growing = tmp_path / "growing.edf"
    header, record = 512, 2 * RATE_HZ
    growing.write_bytes(content[: header + 3 * record])
    process = subprocess.Popen(
        [PROGRAM, "detect", str(growing), "--follow", "--idle", "3", "--json"], stdout=subprocess.PIPE, text=True
    )
    with growing.open("ab") as file:
        for second in range(3, SECONDS):
            time.sleep(0.3)
            file.write(content[header + second * record : header + (second + 1) * record])
            file.flush()
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    events = [json.loads(line) for line in output.splitlines()]
    standing = {round(event["onset_s"], 2) for event in events if event["event"] == "found"}
    standing -= {round(event["onset_s"], 2) for event in events if event["event"] == "withdrawn"}
    assert len(standing) == true_s.size
    np.testing.assert_allclose(sorted(standing), true_s, atol=0.01)


def test_follow_takes_one_recording(tmp_path: Path) -> None:
    result = subprocess.run(
        [PROGRAM, "detect", "a.edf", "b.edf", "--follow"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert result.returncode == 2
    assert "one recording" in result.stderr
