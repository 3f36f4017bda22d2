"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SHARED = Path(__file__).resolve().parents[2] / "shared"

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recordings; tests that need it skip where it is missing."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real recordings, ../shared/data beside the project, is missing")
    return folder


@pytest.fixture(scope="session")
def shared_contract() -> Path:
    """The folder of the contract; tests that need it skip where it is missing."""
    folder = SHARED / "contract"
    if not folder.is_dir():
        pytest.skip("the folder of the contract, ../shared/contract beside the project, is missing")
    return folder
