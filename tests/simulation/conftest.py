"""What tests of the simulator share."""

from __future__ import annotations

import pytest

from myotwitch.simulation.axon.axon import Axon
from myotwitch.simulation.axon.protocol import Excitability, excitability


@pytest.fixture(scope="session")
def healthy() -> Excitability:
    """The whole protocol on the healthy axon."""
    return excitability(Axon())
