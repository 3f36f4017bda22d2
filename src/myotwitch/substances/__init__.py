"""What people take, what it does to nerve and muscle, and how the body clears it."""

from myotwitch.substances.claims import Claim, Effect, Lowered
from myotwitch.substances.effect_left import share_of_effect_left
from myotwitch.substances.substance import (
    CLASS_KEYS,
    SUBSTANCES,
    ClearingLaw,
    Substance,
    find_substance,
    substances_of_class,
)
from myotwitch.substances.timing import Circumstance, Shift, Withdrawal
from myotwitch.substances.washout import (
    Estimate,
    blood_alcohol_g_per_l,
    fraction_remaining,
    half_life_in,
    hours_until_gone,
    michaelis_menten,
)

__all__ = [
    "CLASS_KEYS",
    "SUBSTANCES",
    "Circumstance",
    "Claim",
    "ClearingLaw",
    "Effect",
    "Estimate",
    "Lowered",
    "Shift",
    "Substance",
    "Withdrawal",
    "blood_alcohol_g_per_l",
    "find_substance",
    "fraction_remaining",
    "half_life_in",
    "hours_until_gone",
    "michaelis_menten",
    "share_of_effect_left",
    "substances_of_class",
]
