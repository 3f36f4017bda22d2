"""What the report says, before it is laid out: causes, evidence and reassurance in words for a person or a doctor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from myotwitch.case import FINDINGS, Case
from myotwitch.causes import Assessment, RankedCause, Urgency
from myotwitch.language import _, digits, ngettext, translated
from myotwitch.report.wording import frequency_words, likelihood_word
from myotwitch.twitches import Summary

LEAST_SHOWN = 0.05
"""A person is shown causes from this probability on."""
MOST_CAUSES = 5
MOST_CAUSES_FOR_DOCTOR = 10
MOST_EVIDENCE = 4
FEARS = ("fear_of_illness", "fear_it_will_not_stop", "anxiety")


@dataclass(frozen=True, kw_only=True, slots=True)
class CauseWording:
    """One cause as it is told.

    Parameters
    ----------
    name
        In plain words, or the doctor's name.
    likelihood
        As a natural frequency; for a feared disease in words only.
    probability, interval
        For the drawn bar; None where no number is shown.
    mechanism
        What happens in the body, for a person; empty for a doctor.
    speaks_for, speaks_against
        Pieces of evidence in plain words, the strongest first.
    """

    name: str
    likelihood: str
    probability: float | None
    interval: tuple[float, float] | None
    mechanism: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


def causes_for_person(assessment: Assessment) -> tuple[CauseWording, ...]:
    """Return the causes worth telling a person, without a number for a feared disease.

    A feared disease is named only where the advice is to see a doctor anyway; else it is answered by what speaks
    against it and by what to watch for.
    """
    shown: list[CauseWording] = []
    for ranked in assessment.causes:
        if ranked.probability < LEAST_SHOWN or len(shown) == MOST_CAUSES:
            break
        if ranked.feared and assessment.urgency < Urgency.SEE_DOCTOR:
            continue
        shown.append(_for_person(ranked))
    return tuple(shown)


def causes_for_doctor(assessment: Assessment) -> tuple[CauseWording, ...]:
    """Return the head of the ranking with the doctor's names and plain numbers."""
    without = _("no ICD-10 code")
    return tuple(
        CauseWording(
            name=f"{translated(ranked.cause.title)} ({', '.join(ranked.cause.icd10) or without})",
            likelihood=_("{probability} (95 %: {interval})").format(
                probability=probability_text(ranked.probability), interval=interval_text(ranked)
            ),
            probability=ranked.probability,
            interval=ranked.interval,
            mechanism="",
            speaks_for=_labels(ranked, sign=1),
            speaks_against=_labels(ranked, sign=-1),
        )
        for ranked in assessment.causes[:MOST_CAUSES_FOR_DOCTOR]
    )


def probability_text(probability: float) -> str:
    """Return a probability for the doctor's table.

    Examples
    --------
    >>> probability_text(0.4312), probability_text(0.00012)
    ('0.43', '< 0.001')
    """
    if probability < 0.001:
        return f"< {digits(0.001)}"
    return digits(probability, ".2f" if probability >= 0.01 else ".3f")


def interval_text(ranked: RankedCause) -> str:
    """Return the interval of a ranked cause for the doctor's table."""
    low, high = map(probability_text, ranked.interval)
    return _("{low} to {high}").format(low=low, high=high)


def evidence_text(ranked: RankedCause) -> str:
    """Return the evidence of a ranked cause with its change of log odds, the strongest first."""
    return "; ".join(
        f"{translated(item.label)} {digits(item.log_odds, '+.1f')}" for item in ranked.evidence[: 2 * MOST_EVIDENCE]
    )


def sources_of(ranking: Sequence[RankedCause]) -> tuple[str, ...]:
    """Return what the evidence of these causes rests on, each once, in order of appearance."""
    return tuple(dict.fromkeys(item.source for ranked in ranking for item in ranked.evidence[: 2 * MOST_EVIDENCE]))


def measured_sentence(summary: Summary, file_name: str) -> str:
    """Return one plain sentence on what a recording showed, or could not show."""
    if summary.rate_per_min is None or summary.rate_per_min_interval is None:
        return _("In {file} nothing could be searched.").format(file=file_name)
    low, high = summary.rate_per_min_interval
    seconds = summary.analysed_s
    length = (
        _("{count} minutes").format(count=digits(seconds / 60, ".1f"))
        if seconds >= 90
        else _("{count} seconds").format(count=digits(seconds, ".0f"))
    )
    if summary.count == 0:
        return _("In {length} of {file} no twitch was found; more than {rate} a minute can be ruled out.").format(
            length=length, file=file_name, rate=digits(summary.rate_per_min_ruled_out or 0.0, ".1f")
        )
    return ngettext(
        "In {length} of {file} {count} twitch was found: about {rate} a minute (between {low} and {high}).",
        "In {length} of {file} {count} twitches were found: about {rate} a minute (between {low} and {high}).",
        summary.count,
    ).format(
        length=length,
        file=file_name,
        count=summary.count,
        rate=digits(summary.rate_per_min, ".1f"),
        low=digits(low, ".1f"),
        high=digits(high, ".1f"),
    )


def told(case: Case, *, present: bool) -> str:
    """Return the findings that were said to be present (or absent) as one line for the doctor."""
    labels = [translated(FINDINGS[item.finding].label) for item in case.findings if item.present is present]
    pattern = _("Present: {findings}.") if present else _("Denied: {findings}.")
    return pattern.format(findings="; ".join(labels) or _("nothing told"))


def person_line(case: Case) -> str:
    """Return age, sex and pregnancy as the report's head shows them."""
    person = case.person
    parts = [_("{age} years").format(age=digits(person.age_years))]
    if person.sex in ("female", "male"):
        parts.append(translated(str(person.sex)))
    if person.pregnant:
        parts.append(_("pregnant"))
    return ", ".join(parts)


def is_afraid(case: Case) -> bool:
    """Return True if the case says that the person fears an illness or is anxious."""
    return any(item.finding in FEARS and item.present for item in case.findings)


def _for_person(ranked: RankedCause) -> CauseWording:
    if ranked.feared:
        likelihood, probability, interval = _("a doctor should look for this or rule it out"), None, None
    else:
        probability, interval = ranked.probability, ranked.interval
        likelihood = f"{likelihood_word(probability)} ({frequency_words(probability)})"
    return CauseWording(
        name=ranked.cause.plain_title,
        likelihood=likelihood,
        probability=probability,
        interval=interval,
        mechanism=ranked.cause.mechanism,
        speaks_for=_labels(ranked, sign=1),
        speaks_against=_labels(ranked, sign=-1),
    )


def _labels(ranked: RankedCause, *, sign: int) -> tuple[str, ...]:
    chosen = [item for item in ranked.evidence if item.log_odds * sign > 0]
    # The same place left and right is two pieces of evidence, and one to say.
    labels = dict.fromkeys(
        translated(item.label) if item.present else _("no {finding}").format(finding=translated(item.label))
        for item in chosen
    )
    return tuple(labels)[:MOST_EVIDENCE]
