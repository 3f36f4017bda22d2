"""The words in which numbers and urgency are told: natural frequencies, calm and exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from myotwitch.causes import Urgency
from myotwitch.language import _, digits, later


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgencyWording:
    """How one urgency is told; translated where it is shown.

    Parameters
    ----------
    headline
        One short sentence for the person.
    action
        What to do and how soon.
    for_doctor
        The same in the doctor's words.
    """

    headline: str
    action: str
    for_doctor: str


URGENCY: Mapping[Urgency, UrgencyWording] = MappingProxyType(
    {
        Urgency.HARMLESS: UrgencyWording(
            headline=later("Nothing you told points to an illness."),
            action=later(
                "You need no doctor for this. Below is what you can do yourself, and what would change the advice."
            ),
            for_doctor=later("No indication for referral on the findings given."),
        ),
        Urgency.WATCH: UrgencyWording(
            headline=later("Most likely harmless: worth watching."),
            action=later(
                "Keep a short diary. See your doctor if it changes as described below, or if it still bothers you in "
                "some weeks."
            ),
            for_doctor=later("Watchful waiting; re-assess on change or persistence."),
        ),
        Urgency.SEE_DOCTOR: UrgencyWording(
            headline=later("Have a doctor look at it in the next weeks."),
            action=later("There is no hurry, but a doctor should look at this. Take this page with you."),
            for_doctor=later("Routine clarification within weeks."),
        ),
        Urgency.URGENT: UrgencyWording(
            headline=later("Please see a doctor within a day or two."),
            action=later("Call your doctor today or tomorrow and say what is written below."),
            for_doctor=later("Urgent assessment within 24 to 48 hours."),
        ),
        Urgency.EMERGENCY: UrgencyWording(
            headline=later("Please get medical help now."),
            action=later("Call the emergency number or go to an emergency department now. Do not drive yourself."),
            for_doctor=later("Emergency assessment now."),
        ),
    }
)

_ROUND_COUNTS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


def frequency_words(probability: float) -> str:
    """Return a probability as a natural frequency, rounded no finer than such an estimate deserves.

    Examples
    --------
    >>> frequency_words(0.71)
    'about 7 in 10'
    >>> frequency_words(0.012)
    'about 1 in 100'
    >>> frequency_words(0.00002)
    'fewer than 1 in 10,000'
    """
    if probability >= 0.95:
        return _("more than 9 in 10")
    if probability >= 0.095:
        return _("about {count} in 10").format(count=round(probability * 10))
    if probability < 1 / _ROUND_COUNTS[-1]:
        return _("fewer than 1 in {many}").format(many=digits(_ROUND_COUNTS[-1], ","))
    nearest = min(_ROUND_COUNTS, key=lambda count: abs(probability * count - 1) / max(1, probability * count))
    return _("about 1 in {many}").format(many=digits(nearest, ","))


def likelihood_word(probability: float) -> str:
    """Return one word of likelihood, with the borders stated in the page's legend.

    Examples
    --------
    >>> [likelihood_word(p) for p in (0.8, 0.5, 0.2, 0.01)]
    ['likely', 'quite possible', 'possible', 'unlikely']
    """
    if probability >= 0.66:
        return _("likely")
    if probability >= 0.33:
        return _("quite possible")
    return _("possible") if probability >= 0.05 else _("unlikely")
