"""How long a substance stays, for its page: half-lives, alcohol's own law, lasting effects, and its withdrawal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from myotwitch.report.encyclopaedia.page import Line, Section
from myotwitch.report.encyclopaedia.words import amount_words, duration_words
from myotwitch.sources import Figure
from myotwitch.substances import (
    Circumstance,
    ClearingLaw,
    Shift,
    Substance,
    blood_alcohol_g_per_l,
    hours_until_gone,
)

EXAMPLE_ALCOHOL_G, EXAMPLE_WEIGHT_KG, SOBER_G_PER_L = 40.0, 70.0, 0.01
"""The drinker of the example: about three or four small glasses; 0.01 g/L counts as gone."""


def staying(substance: Substance) -> Section:
    """Return how long a substance and its effect last, and how much of it is usual."""
    lines: list[Line] = []
    match substance.law:
        case ClearingLaw.FIRST_ORDER:
            lines.extend(_half_life(substance))
        case ClearingLaw.MICHAELIS_MENTEN:
            lines.extend(_alcohol(substance))
        case ClearingLaw.EFFECT_OUTLASTS:
            lines.append(Line(text="No half-life tells when its effect is over: it outlasts what is in the blood."))
    if substance.effect_window_days is not None:
        lines.append(_hours_line("What it did can last up to", substance.effect_window_days, hours_per_unit=24))
    lines.extend(_shift(shift) for shift in substance.shifts)
    if substance.usual_amount is not None:
        amount = substance.usual_amount
        lines.append(
            Line(
                text=f"Adults who take it usually take about {amount_words(amount.value)} a day (from "
                f"{amount_words(amount.low)} to {amount_words(amount.high)}).",
                doctor_text="Usual daily amount",
                figure=amount,
            )
        )
    return Section(heading="How long it stays", lines=tuple(lines))


def _half_life(substance: Substance) -> Iterable[Line]:
    if substance.half_life is None:  # the table's own check forbids it; the type checker cannot know
        return
    figure, gone = substance.half_life, hours_until_gone(substance)
    yield _hours_line("Half of it leaves the body in", figure, doctor_text="Half-life")
    yield Line(
        text=f"It is all but gone, 3 parts in 100 left, after about {duration_words(gone.value)} (between "
        f"{duration_words(gone.low)} and {duration_words(gone.high)}): five half-lives."
    )


def _alcohol(substance: Substance) -> Iterable[Line]:
    if substance.elimination_rate is None:  # the table's own check forbids it; the type checker cannot know
        return
    rate = substance.elimination_rate
    hours = [_hours_until_sober(number) for number in range(3)]
    yield Line(
        text=f"It leaves the blood at a steady pace, not by halves: about {rate.value:g} g/L an hour (between "
        f"{rate.low:g} and {rate.high:g}).",
        doctor_text="Fall at saturation (Michaelis-Menten)",
        figure=rate,
    )
    yield Line(
        text=f"An example: {EXAMPLE_ALCOHOL_G:g} g of pure alcohol, three or four small glasses, in a person of "
        f"{EXAMPLE_WEIGHT_KG:g} kg is gone after about {duration_words(hours[0])} (between "
        f"{duration_words(hours[1])} and {duration_words(hours[2])}). This does not tell whether someone may drive."
    )


def _hours_until_sober(end: int) -> float:
    """Return when **[h]** the example's alcohol is gone: at the value (0), or at the low (1) or high (2) end."""
    low, high = 0.0, 72.0
    while high - low > 0.05:
        middle = (low + high) / 2
        left = blood_alcohol_g_per_l(amount_g=EXAMPLE_ALCOHOL_G, weight_kg=EXAMPLE_WEIGHT_KG, hours=middle)[end]
        low, high = (middle, high) if left > SOBER_G_PER_L else (low, middle)
    return high


def withdrawal(substance: Substance) -> Section:
    """Return when stopping a substance makes itself felt; no lines where nothing is known of a withdrawal."""
    told = substance.withdrawal
    lines: tuple[Line, ...] = ()
    if told is not None:
        lines = (
            _hours_line("It begins after", told.onset_h),
            _hours_line("It is worst after", told.peak_h),
            _hours_line("Most people are over it after", told.end_d, hours_per_unit=24),
        )
    return Section(heading="When it is stopped after regular use", lines=lines)


CIRCUMSTANCE_LABELS: Mapping[Circumstance, str] = MappingProxyType(
    {
        Circumstance.SMOKING: "In smokers",
        Circumstance.PREGNANCY: "Late in pregnancy",
        Circumstance.ORAL_CONTRACEPTIVE: "With the contraceptive pill",
        Circumstance.FLUVOXAMINE: "With fluvoxamine",
        Circumstance.KIDNEY_FAILURE: "With failing kidneys",
        Circumstance.LIVER_CIRRHOSIS: "With a scarred liver",
        Circumstance.SLOW_CYP2D6: "In people who clear such medicines slowly by birth",
        Circumstance.OVER_65: "From the age of 65 on",
    }
)
"""Each circumstance as a sentence begins with it."""


def _shift(shift: Shift) -> Line:
    factor = shift.factor
    stays = f"{factor.value:.2g} times as long (between {factor.low:.2g} and {factor.high:.2g})"
    label = CIRCUMSTANCE_LABELS[shift.circumstance]
    return Line(text=f"{label} it stays about {stays}.", doctor_text=f"{label}, factor on the half-life", figure=factor)


def _hours_line(text: str, figure: Figure, *, hours_per_unit: float = 1.0, doctor_text: str = "") -> Line:
    """Return a sentence that ends with a duration and its spread."""
    value, low, high = (duration_words(end * hours_per_unit) for end in (figure.value, figure.low, figure.high))
    return Line(
        text=f"{text} about {value} (between {low} and {high}).", doctor_text=doctor_text or text, figure=figure
    )
