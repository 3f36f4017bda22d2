"""In whom it happens: the muscle's units, and the axons that drive them."""

from __future__ import annotations

from dataclasses import dataclass

from myotwitch.simulation.axon.axon import Axon
from myotwitch.simulation.muscle.pool import Pool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Body:
    """What a class of activity may need to know.

    Parameters
    ----------
    pool
        The muscle's motor units.
    axon
        A typical motor axon of the person, with their ions and channels.
    """

    pool: Pool
    axon: Axon
