"""How long a substance stays, for its page: half-lives, alcohol's own law, lasting effects, and its withdrawal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from myotwitch.language import _, digits, later, translated
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
            lines.append(Line(text=_("No half-life tells when its effect is over: it outlasts what is in the blood.")))
    if substance.effect_window_days is not None:
        lines.append(
            _hours_line(
                _("What it did can last up to about {value} (between {low} and {high})."),
                substance.effect_window_days,
                hours_per_unit=24,
                doctor_text=_("What it did can last up to"),
            )
        )
    lines.extend(_shift(shift) for shift in substance.shifts)
    if substance.usual_amount is not None:
        amount = substance.usual_amount
        lines.append(
            Line(
                text=_("Adults who take it usually take about {value} a day (from {low} to {high}).").format(
                    value=amount_words(amount.value), low=amount_words(amount.low), high=amount_words(amount.high)
                ),
                doctor_text=_("Usual daily amount"),
                figure=amount,
            )
        )
    return Section(heading=_("How long it stays"), lines=tuple(lines))


def _half_life(substance: Substance) -> Iterable[Line]:
    if substance.half_life is None:  # the table's own check forbids it; the type checker cannot know
        return
    figure, gone = substance.half_life, hours_until_gone(substance)
    yield _hours_line(
        _("Half of it leaves the body in about {value} (between {low} and {high})."),
        figure,
        doctor_text=_("Half-life"),
    )
    yield Line(
        text=_(
            "It is all but gone, 3 parts in 100 left, after about {value} (between {low} and {high}): five half-lives."
        ).format(value=duration_words(gone.value), low=duration_words(gone.low), high=duration_words(gone.high))
    )


def _alcohol(substance: Substance) -> Iterable[Line]:
    if substance.elimination_rate is None:  # the table's own check forbids it; the type checker cannot know
        return
    rate = substance.elimination_rate
    hours = [_hours_until_sober(number) for number in range(3)]
    yield Line(
        text=_(
            "It leaves the blood at a steady pace, not by halves: about {value} g/L an hour (between {low} and {high})."
        ).format(value=digits(rate.value), low=digits(rate.low), high=digits(rate.high)),
        doctor_text=_("Fall at saturation (Michaelis-Menten)"),
        figure=rate,
    )
    yield Line(
        text=_(
            "An example: {amount} g of pure alcohol, three or four small glasses, in a person of {weight} kg is gone "
            "after about {value} (between {low} and {high}). This does not tell whether someone may drive."
        ).format(
            amount=digits(EXAMPLE_ALCOHOL_G),
            weight=digits(EXAMPLE_WEIGHT_KG),
            value=duration_words(hours[0]),
            low=duration_words(hours[1]),
            high=duration_words(hours[2]),
        )
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
            _hours_line(
                _("It begins after about {value} (between {low} and {high})."),
                told.onset_h,
                doctor_text=_("It begins after"),
            ),
            _hours_line(
                _("It is worst after about {value} (between {low} and {high})."),
                told.peak_h,
                doctor_text=_("It is worst after"),
            ),
            _hours_line(
                _("Most people are over it after about {value} (between {low} and {high})."),
                told.end_d,
                hours_per_unit=24,
                doctor_text=_("Most people are over it after"),
            ),
        )
    return Section(heading=_("When it is stopped after regular use"), lines=lines)


CIRCUMSTANCE_LABELS: Mapping[Circumstance, str] = MappingProxyType(
    {
        Circumstance.SMOKING: later("In smokers"),
        Circumstance.PREGNANCY: later("Late in pregnancy"),
        Circumstance.ORAL_CONTRACEPTIVE: later("With the contraceptive pill"),
        Circumstance.FLUVOXAMINE: later("With fluvoxamine"),
        Circumstance.KIDNEY_FAILURE: later("With failing kidneys"),
        Circumstance.LIVER_CIRRHOSIS: later("With a scarred liver"),
        Circumstance.SLOW_CYP2D6: later("In people who clear such medicines slowly by birth"),
        Circumstance.OVER_65: later("From the age of 65 on"),
    }
)
"""Each circumstance as a sentence begins with it."""


def _shift(shift: Shift) -> Line:
    factor = shift.factor
    label = translated(CIRCUMSTANCE_LABELS[shift.circumstance])
    text = _("{label} it stays about {value} times as long (between {low} and {high}).").format(
        label=label,
        value=digits(factor.value, ".2g"),
        low=digits(factor.low, ".2g"),
        high=digits(factor.high, ".2g"),
    )
    return Line(text=text, doctor_text=_("{label}, factor on the half-life").format(label=label), figure=factor)


def _hours_line(text: str, figure: Figure, *, doctor_text: str, hours_per_unit: float = 1.0) -> Line:
    """Return a sentence that tells a duration and its spread."""
    value, low, high = (duration_words(end * hours_per_unit) for end in (figure.value, figure.low, figure.high))
    return Line(text=text.format(value=value, low=low, high=high), doctor_text=doctor_text, figure=figure)
