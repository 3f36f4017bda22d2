"""What people take, what it does to nerve and muscle, and how the body clears it."""

from myotwitch.substances.substance import (
    CLASS_KEYS,
    SUBSTANCES,
    ClearingLaw,
    Effect,
    Lowered,
    Substance,
    find_substance,
    substances_of_class,
)
from myotwitch.substances.washout import (
    Estimate,
    blood_alcohol_g_per_l,
    fraction_remaining,
    hours_until_gone,
    michaelis_menten,
)

__all__ = [
    "CLASS_KEYS",
    "SUBSTANCES",
    "ClearingLaw",
    "Effect",
    "Estimate",
    "Lowered",
    "Substance",
    "blood_alcohol_g_per_l",
    "find_substance",
    "fraction_remaining",
    "hours_until_gone",
    "michaelis_menten",
    "substances_of_class",
]
