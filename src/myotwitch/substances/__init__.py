"""What people take, what it does to nerve and muscle, and how the body clears it."""

from myotwitch.substances.absorption import Absorption, absorption_of
from myotwitch.substances.claims import Claim, Effect, Lowered
from myotwitch.substances.effect_left import share_of_effect_left
from myotwitch.substances.intake_curve import amount_in_body, amounts_in_body, peak_of_one_dose
from myotwitch.substances.kinetics import FirstOrderLaw, SaturableLaw, amounts_over_time
from myotwitch.substances.people import PeopleLaw, interval_of, law_in_people
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
    "Absorption",
    "Circumstance",
    "Claim",
    "ClearingLaw",
    "Effect",
    "Estimate",
    "FirstOrderLaw",
    "Lowered",
    "PeopleLaw",
    "SaturableLaw",
    "Shift",
    "Substance",
    "Withdrawal",
    "absorption_of",
    "amount_in_body",
    "amounts_in_body",
    "amounts_over_time",
    "blood_alcohol_g_per_l",
    "find_substance",
    "fraction_remaining",
    "half_life_in",
    "hours_until_gone",
    "interval_of",
    "law_in_people",
    "michaelis_menten",
    "peak_of_one_dose",
    "share_of_effect_left",
    "substances_of_class",
]
