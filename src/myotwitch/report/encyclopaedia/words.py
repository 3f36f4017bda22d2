"""The words of the encyclopaedia: shares as natural frequencies, ages, durations, and what descriptors are called."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from myotwitch.anatomy import Region
from myotwitch.causes.cause import PriorRow
from myotwitch.causes.vocabulary import DESCRIPTORS, Urgency, normalise_words
from myotwitch.sources import Figure, Grade

ONCE_LIKELY: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.HARMLESS: "It needs no doctor.",
        Urgency.WATCH: "It is worth watching; a doctor only if it changes.",
        Urgency.SEE_DOCTOR: "Once it is likely, a doctor should look at it in the next weeks.",
        Urgency.URGENT: "Once it is likely, see a doctor within a day or two.",
        Urgency.EMERGENCY: "Once it is likely, get medical help now.",
    }
)
"""What a cause of each seriousness deserves."""

HOW_SOON: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.HARMLESS: "harmless",
        Urgency.WATCH: "watch",
        Urgency.SEE_DOCTOR: "see a doctor",
        Urgency.URGENT: "urgent",
        Urgency.EMERGENCY: "emergency",
    }
)
"""Each urgency in a word or two, as it stands before the text of a rule."""

REGION_LABELS: Mapping[Region, str] = MappingProxyType(
    {region: region.value.replace("_", " ") for region in Region}
    | {
        Region.PALATE: "roof of the mouth or throat",
        Region.ABDOMEN: "belly",
        Region.LEG: "lower leg",
        Region.WHOLE_SIDE: "one whole side of the body",
        Region.WIDESPREAD: "many places in turn",
    }
)
"""Each region in plain English."""

DESCRIPTOR_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "characters": "How it looks",
        "when": "When",
        "since": "How long people have had it when they ask",
        "bout": "How long one bout lasts",
        "trend": "How it goes on",
        "side": "Side",
    }
)
"""What each descriptor of a twitching asks."""

WORD_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "flicker": "a brief small flicker",
        "ripple": "worm-like rippling under the skin",
        "jerk": "a sudden jerk",
        "shaking": "rhythmic shaking",
        "cramp": "a painful hard cramp",
        "sustained": "a held pull or posture",
        "tic": "a patterned movement with an urge before it",
        "flutter": "a fast fine quiver",
        "pulsation": "beats, as of a pulse",
        "rest": "at rest",
        "falling_asleep": "on falling asleep",
        "asleep": "in sleep",
        "on_waking": "on waking",
        "after_exercise": "after exercise",
        "during_movement": "while moving",
        "always": "all the time",
        "hours": "hours",
        "days": "days",
        "weeks": "weeks",
        "months": "months",
        "years": "years",
        "instant": "an instant",
        "seconds": "seconds",
        "minutes": "minutes",
        "continuous": "it hardly stops",
        "improving": "gets better",
        "stable": "stays the same",
        "worsening": "gets worse",
        "comes_and_goes": "comes and goes",
        "one": "one side",
        "both": "both sides",
    }
)
"""Each word of a descriptor in plain English."""

LEAST_WORD = 0.15
"""A word of a descriptor is told from this share on."""

_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0)


def share_words(share: float) -> str:
    """Return a share as a natural frequency, as exact as an estimate deserves.

    Examples
    --------
    >>> [share_words(share) for share in (0.98, 0.62, 0.013, 0.00002, 3e-8)]
    ['more than 9 in 10', 'about 6 in 10', 'about 1 in 70', 'about 1 in 50,000', 'fewer than 1 in 10 million']
    """
    if share >= 0.95:
        return "more than 9 in 10"
    if share >= 0.095:
        return f"about {round(share * 10)} in 10"
    if share < 1e-7:
        return "fewer than 1 in 10 million"
    return f"about 1 in {_count_words(1 / share)}"


def spread_words(figure: Figure) -> str:
    """Return a share with its spread as natural frequencies.

    Examples
    --------
    >>> spread_words(Figure(value=0.013, unit="1", low=0.005, high=0.04, grade=Grade.EXPERT, note="for the example"))
    'about 1 in 70 (between 1 in 200 and 1 in 30)'
    """
    told, low, high = (share_words(share) for share in (figure.value, figure.low, figure.high))
    if low == high:
        return told
    return f"{told} (between {low.removeprefix('about ')} and {high.removeprefix('about ')})"


def strength_word(ratio: float) -> str:
    """Return in a word how strongly something speaks, from the factor by which it changes the odds.

    Examples
    --------
    >>> [strength_word(ratio) for ratio in (40, 5, 1.7, 1.1)]
    ['very strongly', 'clearly', 'a little', 'hardly']
    """
    if ratio >= 30:
        return "very strongly"
    if ratio >= 10:
        return "strongly"
    if ratio >= 3:
        return "clearly"
    return "a little" if ratio >= 1.5 else "hardly"


def whom_words(row: PriorRow, *, others: bool) -> str:
    """Return in words to whom a prior applies; `others` says that an earlier row takes some of them out.

    Examples
    --------
    >>> figure = Figure(value=0.1, unit="1", low=0.05, high=0.2, grade=Grade.EXPERT, note="for the example")
    >>> whom_words(PriorRow(probability=figure, youngest=50, oldest=69, sex="female"), others=False)
    'women of 50 to 69'
    >>> whom_words(PriorRow(probability=figure, oldest=15), others=False)
    'children up to 15'
    >>> whom_words(PriorRow(probability=figure), others=True)
    'everybody else'
    """
    is_young = row.oldest < 18
    names = {"female": "girls", "male": "boys"} if is_young else {"female": "women", "male": "men"}
    anybody = "other people" if others else "people"
    who = names.get(row.sex or "", "children" if is_young else anybody)
    if row.pregnant is not None:
        who = "pregnant people" if row.pregnant else f"{who} who are not pregnant"
    if row.youngest <= 0 and row.oldest >= 120:
        return {"people": "people of any age", "other people": "everybody else"}.get(who, who)
    if row.youngest <= 0:
        return f"{who} up to {row.oldest:g}"
    return f"{who} from {row.youngest:g}" if row.oldest >= 120 else f"{who} of {row.youngest:g} to {row.oldest:g}"


def descriptor_words(name: str, weights: Mapping[str, float]) -> str:
    """Return what is usual of a descriptor, the most usual first: 'mostly …, also …'.

    Examples
    --------
    >>> descriptor_words("side", {"one": 9.0, "both": 1.0})
    'mostly one side'
    """
    words = DESCRIPTORS[name]
    shares = sorted(zip(normalise_words(weights, words), words, strict=True), reverse=True)
    told = [WORD_LABELS[word] for share, word in shares if share >= LEAST_WORD] or [WORD_LABELS[shares[0][1]]]
    if shares[0][0] >= 0.6:
        return f"mostly {told[0]}" + (f", also {', '.join(told[1:])}" if told[1:] else "")
    return " or ".join(told) if len(told) < 3 else f"{', '.join(told[:-1])} or {told[-1]}"


def duration_words(hours: float) -> str:
    """Return a duration in the unit in which people would say it.

    Examples
    --------
    >>> [duration_words(hours) for hours in (0.5, 5.0, 25.0, 120.0, 2000.0)]
    ['30 minutes', '5 hours', '25 hours', '5 days', '12 weeks']
    """
    for end, size, unit in ((1.5, 1 / 60, "minute"), (48, 1, "hour"), (24 * 35, 24, "day")):
        if hours < end:
            return _counted(hours / size, unit)
    return _counted(hours / (24 * 7), "week") if hours < 24 * 180 else _counted(hours / (24 * 30.44), "month")


def amount_words(amount_mg: float) -> str:
    """Return an amount in the unit in which people would say it.

    Examples
    --------
    >>> amount_words(200.0), amount_words(60_000.0), amount_words(0.5)
    ('200 mg', '60 g', '0.5 mg')
    """
    return f"{amount_mg / 1000:g} g" if amount_mg >= 10_000 else f"{amount_mg:g} mg"


def grade_words(grades: Sequence[Grade]) -> str:
    """Return how many numbers are known in which way.

    Examples
    --------
    >>> grade_words([Grade.SOURCED, Grade.EXPERT, Grade.EXPERT])
    '3 numbers: 1 read in a source, 2 judgements with their reasons'
    """
    counts = {
        "read in a source": grades.count(Grade.SOURCED),
        "computed from sources": grades.count(Grade.DERIVED),
        "judgements with their reasons": grades.count(Grade.EXPERT),
    }
    told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    return f"{len(grades)} number{'s' if len(grades) != 1 else ''}: {told}" if grades else "no numbers"


def _counted(count: float, unit: str) -> str:
    rounded = round(count) if count >= 2.95 else round(count, 1)
    return f"{rounded:g} {unit}{'' if rounded == 1 else 's'}"


def _count_words(count: float) -> str:
    power = 10.0 ** math.floor(math.log10(count))
    rounded = min(_ROUND, key=lambda step: abs(math.log(step * power / count))) * power
    if rounded >= 1e6:
        return f"{rounded / 1e6:g} million"
    return f"{math.floor(rounded + 0.5):,}"
