"""A noisy-OR problem in numbers: causes that can hold together, and the evidence about them.

Every cause is on or off, on with its own prior probability. A positive event occurs if its leak or at least one
cause that is on brings it about, each independently with the probability of its link (noisy-OR). A negative answer
multiplies the odds of every cause by the probability that the cause, if on, does not bring the thing about; so all
of them together are one factor for each cause.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError

Floats = NDArray[np.float64]

LARGEST_LINK = 1 - 1e-12
"""Links and priors are kept this far from certainty, so that every odds is finite."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Network:
    """Priors and evidence of one person, or of many draws of the parameters for one person.

    Every array may have leading axes (draws); its last axes are as stated.

    Parameters
    ----------
    prior
        Shape (..., causes): probability of each cause before findings, within (0, 1).
    link
        Shape (..., events, causes): probability that the cause, if on, brings the positive event about, within [0, 1).
    leak
        Shape (..., events): probability of the event where no cause is on, within (0, 1].
    denied
        Shape (..., causes): product over all negative answers of the probability of that answer if the cause is on,
        relative to if it is off; within (0, 1].
    """

    prior: Floats
    link: Floats
    leak: Floats
    denied: Floats

    def __post_init__(self) -> None:
        causes, events = self.prior.shape[-1], self.leak.shape[-1]
        if self.link.shape[-2:] != (events, causes) or self.denied.shape[-1] != causes:
            raise RequestError(
                f"The shapes of a network disagree: prior {self.prior.shape}, link {self.link.shape}, "
                f"leak {self.leak.shape}, denied {self.denied.shape}."
            )
        for name, least in (("prior", 0.0), ("link", 0.0), ("leak", 0.0), ("denied", 0.0)):
            values = getattr(self, name)
            if values.size and not (values.min() >= least and values.max() <= 1.0):
                raise RequestError(f"Every {name} of a network must lie within 0 to 1.")

    @property
    def cause_count(self) -> int:
        """Number of causes."""
        return int(self.prior.shape[-1])

    @property
    def event_count(self) -> int:
        """Number of positive events."""
        return int(self.leak.shape[-1])

    @property
    def odds(self) -> Floats:
        """Odds of each cause after the negative answers, before the positive events."""
        prior = np.minimum(self.prior, LARGEST_LINK)
        return np.asarray(prior / (1 - prior) * self.denied, dtype=np.float64)


def log_odds(probability: Floats) -> Floats:
    """Return the natural logarithm of the odds; certainty is bounded, so the result is finite.

    Examples
    --------
    >>> log_odds(np.array([0.5])).tolist()
    [0.0]
    """
    bounded = np.clip(probability, 1e-15, LARGEST_LINK)
    return np.asarray(np.log(bounded) - np.log1p(-bounded), dtype=np.float64)
