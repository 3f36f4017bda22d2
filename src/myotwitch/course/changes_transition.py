"""For how long after something is begun or stopped its effect is on its way."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from myotwitch.substances import SUBSTANCES, Circumstance, half_life_in
from myotwitch.units import HOURS_PER_DAY

HALF_LIVES_UNTIL_GONE = 5.0
"""After five half-lives 3 % is left."""
SHORTEST_TRANSITION_DAYS = 1


def transition_days(substance: str, circumstances: Collection[Circumstance] = ()) -> int:
    """Return for how many days after a beginning or a stop nothing is counted **[days]**, at least 1.

    Method
    ------
    The longest of: five half-lives at the upper end of their spread; the peak of a withdrawal at its upper end; the
    window of an effect that outlasts the substance. Alcohol, which clears within a day, has its withdrawal alone.
    """
    known = SUBSTANCES[substance]
    lengths = [float(SHORTEST_TRANSITION_DAYS)]
    if known.half_life is not None:
        lengths.append(HALF_LIVES_UNTIL_GONE * half_life_in(known, circumstances).high / HOURS_PER_DAY)
    if known.withdrawal is not None:
        lengths.append(known.withdrawal.peak_h.high / HOURS_PER_DAY)
    if known.effect_window_days is not None:
        lengths.append(known.effect_window_days.value)
    return int(np.ceil(max(lengths)))
