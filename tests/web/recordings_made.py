"""Small recordings for tests, and how they are uploaded."""

from __future__ import annotations

import io
import time
from typing import Any

import numpy as np
from httpx2 import Response
from tests.web.conftest import ORIGIN, Browser

RATE_HZ = 1000
FIRST_TWITCH_S, PERIOD_S = 1.5, 1.7
POTENTIAL_UV = (10, 40, 90, 30, -40, -80, -30, -5)


def recording_csv(*, duration_s: int = 20, seed: int = 1) -> bytes:
    """A table of two channels in µV; the first holds a potential every 1.7 s from 1.5 s on."""
    samples = np.random.default_rng(seed).normal(0.0, 2.0, (2, RATE_HZ * duration_s))
    for onset_s in np.arange(FIRST_TWITCH_S, duration_s - 1, PERIOD_S):
        first = round(onset_s * RATE_HZ)
        samples[0, first : first + len(POTENTIAL_UV)] += POTENTIAL_UV
    rows = (f"{index / RATE_HZ:.3f},{one:.2f},{two:.2f}\n" for index, (one, two) in enumerate(samples.T))
    return ("time_s,emg a,emg b\n" + "".join(rows)).encode()


def upload(browser: Browser, *files: tuple[str, bytes], by_script: bool = True, **fields: str) -> Response:
    """Upload files as the page does, with or without scripts."""
    csrf = browser.csrf()
    headers = {"origin": ORIGIN, **({"x-csrf-token": csrf} if by_script else {})}
    sent = [("files", (name, io.BytesIO(content))) for name, content in files]
    return browser.post("/recordings/upload", data={"csrf": csrf, **fields}, files=sent, headers=headers)


def searched(browser: Browser, address: str, *, within_s: float = 120.0) -> dict[str, Any]:
    """Wait until a recording is searched; return its last state."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        state: dict[str, Any] = browser.get(f"{address}/state").json()
        if state["step"] in ("done", "failed"):
            return state
        time.sleep(0.2)
    raise AssertionError("The search did not end.")


def kept_recording(browser: Browser, **fields: str) -> str:
    """Upload a recording and wait until it is searched; return its address."""
    address: str = upload(browser, ("calf.csv", recording_csv()), **fields).json()["address"]
    assert searched(browser, address)["step"] == "done"
    return address
