"""The words of the encyclopaedia: shares as natural frequencies, ages, durations, and what descriptors are called."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from myotwitch.anatomy import Region
from myotwitch.causes.cause import PriorRow
from myotwitch.causes.vocabulary import DESCRIPTORS, Urgency, normalise_words
from myotwitch.language import _, digits, later, ngettext, translated
from myotwitch.sources import Figure, Grade

ONCE_LIKELY: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.HARMLESS: later("It needs no doctor."),
        Urgency.WATCH: later("It is worth watching; a doctor only if it changes."),
        Urgency.SEE_DOCTOR: later("Once it is likely, a doctor should look at it in the next weeks."),
        Urgency.URGENT: later("Once it is likely, see a doctor within a day or two."),
        Urgency.EMERGENCY: later("Once it is likely, get medical help now."),
    }
)
"""What a cause of each seriousness deserves."""

HOW_SOON: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.HARMLESS: later("harmless"),
        Urgency.WATCH: later("watch"),
        Urgency.SEE_DOCTOR: later("see a doctor"),
        Urgency.URGENT: later("urgent"),
        Urgency.EMERGENCY: later("emergency"),
    }
)
"""Each urgency in a word or two, as it stands before the text of a rule."""

REGION_LABELS: Mapping[Region, str] = MappingProxyType(
    {region: region.value.replace("_", " ") for region in Region}
    | {
        Region.PALATE: later("roof of the mouth or throat"),
        Region.ABDOMEN: later("belly"),
        Region.LEG: later("lower leg"),
        Region.WHOLE_SIDE: later("one whole side of the body"),
        Region.WIDESPREAD: later("many places in turn"),
    }
)
"""Each region in plain English."""

DESCRIPTOR_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "characters": later("How it looks"),
        "when": later("When"),
        "since": later("How long people have had it when they ask"),
        "bout": later("How long one bout lasts"),
        "trend": later("How it goes on"),
        "side": later("Side"),
    }
)
"""What each descriptor of a twitching asks."""

WORD_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "flicker": later("a brief small flicker"),
        "ripple": later("worm-like rippling under the skin"),
        "jerk": later("a sudden jerk"),
        "shaking": later("rhythmic shaking"),
        "cramp": later("a painful hard cramp"),
        "sustained": later("a held pull or posture"),
        "tic": later("a patterned movement with an urge before it"),
        "flutter": later("a fast fine quiver"),
        "pulsation": later("beats, as of a pulse"),
        "rest": later("at rest"),
        "falling_asleep": later("on falling asleep"),
        "asleep": later("in sleep"),
        "on_waking": later("on waking"),
        "after_exercise": later("after exercise"),
        "during_movement": later("while moving"),
        "always": later("all the time"),
        "hours": later("hours"),
        "days": later("days"),
        "weeks": later("weeks"),
        "months": later("months"),
        "years": later("years"),
        "instant": later("an instant"),
        "seconds": later("seconds"),
        "minutes": later("minutes"),
        "continuous": later("it hardly stops"),
        "improving": later("gets better"),
        "stable": later("stays the same"),
        "worsening": later("gets worse"),
        "comes_and_goes": later("comes and goes"),
        "one": later("one side"),
        "both": later("both sides"),
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
    told = _frequency(share)
    return _("about {share}").format(share=told) if 1e-7 <= share < 0.95 else told


def _frequency(share: float) -> str:
    if share >= 0.95:
        return _("more than 9 in 10")
    if share >= 0.095:
        return _("{count} in 10").format(count=round(share * 10))
    if share < 1e-7:
        return _("fewer than 1 in 10 million")
    return _("1 in {many}").format(many=_count_words(1 / share))


def spread_words(figure: Figure) -> str:
    """Return a share with its spread as natural frequencies.

    Examples
    --------
    >>> spread_words(Figure(value=0.013, unit="1", low=0.005, high=0.04, grade=Grade.EXPERT, note="for the example"))
    'about 1 in 70 (between 1 in 200 and 1 in 30)'
    """
    low, high = _frequency(figure.low), _frequency(figure.high)
    if low == high:
        return share_words(figure.value)
    return _("{share} (between {low} and {high})").format(share=share_words(figure.value), low=low, high=high)


def strength_word(ratio: float) -> str:
    """Return in a word how strongly something speaks, from the factor by which it changes the odds.

    Examples
    --------
    >>> [strength_word(ratio) for ratio in (40, 5, 1.7, 1.1)]
    ['very strongly', 'clearly', 'a little', 'hardly']
    """
    if ratio >= 30:
        return _("very strongly")
    if ratio >= 10:
        return _("strongly")
    if ratio >= 3:
        return _("clearly")
    return _("a little") if ratio >= 1.5 else _("hardly")


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
    who = _group_words(row, others=others)
    if row.youngest <= 0 and row.oldest >= 120:
        if row.sex is None and row.pregnant is None:
            return _("everybody else") if others else _("people of any age")
        return who
    if row.youngest <= 0:
        return _("{who} up to {age}").format(who=who, age=digits(row.oldest))
    if row.oldest >= 120:
        return _("{who} from {age}").format(who=who, age=digits(row.youngest))
    return _("{who} of {first} to {last}").format(who=who, first=digits(row.youngest), last=digits(row.oldest))


def _group_words(row: PriorRow, *, others: bool) -> str:
    if row.pregnant:
        return _("pregnant people")
    if row.oldest < 18:
        who = {"female": _("girls"), "male": _("boys")}.get(row.sex or "", _("children"))
    else:
        anybody = _("other people") if others else _("people")
        who = {"female": _("women"), "male": _("men")}.get(row.sex or "", anybody)
    return who if row.pregnant is None else _("{who} who are not pregnant").format(who=who)


def descriptor_words(name: str, weights: Mapping[str, float]) -> str:
    """Return what is usual of a descriptor, the most usual first: 'mostly …, also …'.

    Examples
    --------
    >>> descriptor_words("side", {"one": 9.0, "both": 1.0})
    'mostly one side'
    """
    words = DESCRIPTORS[name]
    shares = sorted(zip(normalise_words(weights, words), words, strict=True), reverse=True)
    labels = [WORD_LABELS[word] for share, word in shares if share >= LEAST_WORD] or [WORD_LABELS[shares[0][1]]]
    first, *others = map(translated, labels)
    if not others:
        return _("mostly {first}").format(first=first) if shares[0][0] >= 0.6 else first
    if shares[0][0] >= 0.6:
        return _("mostly {first}, also {others}").format(first=first, others=", ".join(others))
    return _("{others} or {last}").format(others=", ".join((first, *others[:-1])), last=others[-1])


def duration_words(hours: float) -> str:
    """Return a duration in the unit in which people would say it.

    Examples
    --------
    >>> [duration_words(hours) for hours in (0.5, 5.0, 25.0, 120.0, 2000.0)]
    ['30 minutes', '5 hours', '25 hours', '5 days', '12 weeks']
    """
    if hours < 1.5:
        return _counted(hours * 60, lambda count: ngettext("{count} minute", "{count} minutes", count))
    if hours < 48:
        return _counted(hours, lambda count: ngettext("{count} hour", "{count} hours", count))
    if hours < 24 * 35:
        return _counted(hours / 24, lambda count: ngettext("{count} day", "{count} days", count))
    if hours < 24 * 180:
        return _counted(hours / (24 * 7), lambda count: ngettext("{count} week", "{count} weeks", count))
    return _counted(hours / (24 * 30.44), lambda count: ngettext("{count} month", "{count} months", count))


def amount_words(amount_mg: float) -> str:
    """Return an amount in the unit in which people would say it.

    Examples
    --------
    >>> amount_words(200.0), amount_words(60_000.0), amount_words(0.5)
    ('200 mg', '60 g', '0.5 mg')
    """
    return f"{digits(amount_mg / 1000)} g" if amount_mg >= 10_000 else f"{digits(amount_mg)} mg"


def grade_words(grades: Sequence[Grade]) -> str:
    """Return how many numbers are known in which way.

    Examples
    --------
    >>> grade_words([Grade.SOURCED, Grade.EXPERT, Grade.EXPERT])
    '3 numbers: 1 read in a source, 2 judgements with their reasons'
    """
    if not grades:
        return _("no numbers")
    counts = {
        _("{count} read in a source"): grades.count(Grade.SOURCED),
        _("{count} computed from sources"): grades.count(Grade.DERIVED),
        _("{count} judgements with their reasons"): grades.count(Grade.EXPERT),
    }
    told = ", ".join(words.format(count=count) for words, count in counts.items() if count)
    whole = ngettext("{count} number: {told}", "{count} numbers: {told}", len(grades))
    return whole.format(count=len(grades), told=told)


def _counted(count: float, words: Callable[[int], str]) -> str:
    rounded = round(count) if count >= 2.95 else round(count, 1)
    return words(1 if rounded == 1 else 2).format(count=digits(rounded))


def _count_words(count: float) -> str:
    power = 10.0 ** math.floor(math.log10(count))
    rounded = min(_ROUND, key=lambda step: abs(math.log(step * power / count))) * power
    if rounded >= 1e6:
        million = ngettext("{count} million", "{count} million", 1 if rounded == 1e6 else 2)
        return million.format(count=digits(rounded / 1e6))
    return digits(math.floor(rounded + 0.5), ",")
