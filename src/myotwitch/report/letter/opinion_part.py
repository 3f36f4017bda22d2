"""What the program thinks, how sure it is, and what would change it; never a bare figure for a feared disease."""

from __future__ import annotations

import math
from collections.abc import Sequence

from myotwitch.causes import Assessment, Cause, CauseGroup, Change, RankedCause, Reason, Urgency
from myotwitch.language import _, translated
from myotwitch.report.letter.basis import Basis
from myotwitch.report.letter.choices import Choices, Part
from myotwitch.report.letter.content import Block, Column, Items, Opinion, Table, Thought, Words
from myotwitch.report.letter.findings_part import warning_signs
from myotwitch.report.letter.words import finding_text, listed
from myotwitch.report.wording import URGENCY
from myotwitch.substances import SUBSTANCES

LEAST_SHOWN = 0.05
"""Causes are told from this probability on."""
MOST_THOUGHTS, MOST_NAMED, MOST_DETAILED, MOST_EVIDENCE, MOST_CHANGES = 3, 2, 12, 3, 8
RANKING = "ranking"
FAIRLY_SURE, RATHER_UNSURE = 1.5, 3.0
"""Widths of an interval of log odds up to which a likelihood is called fairly sure, and rather unsure."""
COUNTS = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


def opinion(basis: Basis) -> Opinion | None:
    """Return what the program thinks; None where nothing follows from the diary."""
    assessment = basis.assessment
    if assessment is None:
        return None
    advice = max(assessment.urgency, basis.advice or assessment.urgency)
    return Opinion(
        urgency=advice,
        headline=translated(URGENCY[advice].for_doctor),
        reasons=tuple(reason_text(reason) for reason in told_reasons(assessment))[:MOST_THOUGHTS],
        thoughts=tuple(_thought(ranked, advice) for ranked in told_causes(basis, advice)[:MOST_THOUGHTS]),
        remark=_remark(assessment, advice),
    )


def told_causes(basis: Basis, advice: Urgency) -> list[RankedCause]:
    """Return the causes worth telling: likely enough, and a feared one only where a doctor should look anyway."""
    assessment = basis.assessment
    if assessment is None:
        return []
    return [
        ranked
        for ranked in assessment.causes
        if ranked.probability >= LEAST_SHOWN
        and not is_hidden(ranked.cause, basis.choices)
        and (not ranked.feared or advice >= Urgency.SEE_DOCTOR)
    ]


def is_hidden(cause: Cause, choices: Choices) -> bool:
    """Return whether a cause would name what is left out: what is of the mind, or a substance that it comes from."""
    if cause.group is CauseGroup.PSYCHOLOGICAL and not choices.has(Part.FEELINGS):
        return True
    hidden = choices.hidden_substances
    if not hidden:
        return False
    names = " ".join((cause.name.replace("_", " "), cause.title, cause.plain_title)).lower()
    if any(SUBSTANCES[key].name.split(" (")[0].lower() in names for key in hidden):
        return True
    link = cause.exposure
    linked = () if link is None else (*link.substances, *link.classes)
    return any(key in linked or SUBSTANCES[key].class_key in linked for key in hidden)


def told_reasons(assessment: Assessment) -> list[Reason]:
    """Return the rules behind the advice; that it follows from the ranking is no reason beside the ranking."""
    return [reason for reason in assessment.why if reason.rule != RANKING]


def reason_text(reason: Reason) -> str:
    """Return a reason in the doctor's words."""
    return translated(reason.doctor_text or reason.text)


def opinion_blocks(basis: Basis) -> tuple[Block, ...]:
    """Return the rules with their sources, the causes with what speaks for and against, and what would change it."""
    assessment = basis.assessment
    if assessment is None:
        return ()
    advice = max(assessment.urgency, basis.advice or assessment.urgency)
    blocks: list[Block] = []
    reasons = told_reasons(assessment)
    if reasons:
        blocks.append(
            Table(
                columns=(
                    Column(title=_("Rule that holds"), share=2.0),
                    Column(title=_("Source"), share=1.6, is_cited=True),
                ),
                rows=tuple((reason_text(reason), reason.source) for reason in reasons),
            )
        )
    else:
        blocks.append(Words(text=_("No rule of urgency holds; the advice follows from the causes below.")))
    causes = told_causes(basis, advice)[:MOST_DETAILED]
    if causes:
        blocks.append(_causes_table(causes, advice))
    changes = [change for change in assessment.would_change if change.finding not in basis.choices.hidden_findings]
    if changes:
        blocks.append(Words(lead=_("What would make it more urgent"), text=_("each alone, if it were found")))
        blocks.append(Items(items=_changes_text(changes)))
    questions = [question for question in assessment.ask_next if question.finding not in basis.choices.hidden_findings]
    if questions:
        blocks.append(Words(lead=_("What would tell most next"), text=""))
        blocks.append(Items(items=tuple(translated(question.question) for question in questions)))
    return tuple(blocks)


def _changes_text(changes: Sequence[Change]) -> tuple[str, ...]:
    """Return for each urgency what would ask for it, the warning signs first."""
    signs = warning_signs()
    by_urgency: dict[Urgency, list[str]] = {}
    for change in sorted(changes, key=lambda change: change.finding not in signs):
        by_urgency.setdefault(change.urgency, []).append(finding_text(change.finding))
    return tuple(
        _("{advice} For: {findings}.").format(
            advice=translated(URGENCY[urgency].for_doctor), findings="; ".join(by_urgency[urgency][:MOST_CHANGES])
        )
        for urgency in sorted(by_urgency, key=lambda urgency: -urgency.level)
    )


def frequency(probability: float) -> str:
    """Return a probability as a natural frequency, no finer than such an estimate deserves.

    Examples
    --------
    >>> frequency(0.38), frequency(0.03), frequency(0.99), frequency(0.00001)
    ('4 in 10', '1 in 50', 'more than 9 in 10', 'fewer than 1 in 10,000')
    """
    if probability >= 0.95:
        return _("more than 9 in 10")
    if probability >= 0.095:
        return _("{count} in 10").format(count=round(probability * 10))
    if probability < 1 / COUNTS[-1]:
        return _("fewer than 1 in 10,000")
    nearest = min(COUNTS, key=lambda count: abs(math.log(probability * count)))
    return _("1 in {count}").format(count=nearest)


def sureness(interval: tuple[float, float]) -> str:
    """Return how sure a likelihood is, by the width of its interval.

    Examples
    --------
    >>> sureness((0.6, 0.8)), sureness((0.2, 0.6)), sureness((0.02, 0.7))
    ('fairly sure', 'rather unsure', 'very unsure')
    """
    low, high = (math.log(end / (1 - end)) for end in (max(interval[0], 1e-9), min(interval[1], 1 - 1e-9)))
    if high - low <= FAIRLY_SURE:
        return _("fairly sure")
    return _("rather unsure") if high - low <= RATHER_UNSURE else _("very unsure")


def _thought(ranked: RankedCause, advice: Urgency) -> Thought:
    speaks_for, speaks_against = _evidence(ranked, 1, MOST_NAMED), _evidence(ranked, -1, MOST_NAMED)
    because = []
    if speaks_for:
        because.append(_("for it: {words}").format(words=speaks_for))
    if speaks_against:
        because.append(_("against it: {words}").format(words=speaks_against))
    if ranked.feared and advice >= Urgency.SEE_DOCTOR:
        likelihood, sure = _("to be looked for or ruled out"), ""
    else:
        likelihood, sure = _likelihood(ranked), sureness(ranked.interval)
    name = translated(ranked.cause.title)
    return Thought(name=name, likelihood=likelihood, sureness=sure, because="; ".join(because))


def _likelihood(ranked: RankedCause) -> str:
    middle, low, high = frequency(ranked.probability), frequency(ranked.interval[0]), frequency(ranked.interval[1])
    return _("{middle} (between {low} and {high})").format(middle=middle, low=low, high=high)


def _evidence(ranked: RankedCause, sign: int, most: int = MOST_EVIDENCE) -> str:
    chosen = (item for item in ranked.evidence if item.log_odds * sign > 0)
    words = (
        translated(item.label) if item.present else _("{finding} (absent)").format(finding=translated(item.label))
        for item in chosen
    )
    return listed(list(dict.fromkeys(words))[:most])


def _causes_table(causes: list[RankedCause], advice: Urgency) -> Table:
    rows = []
    for ranked in causes:
        told = _thought(ranked, advice)
        name = f"{told.name} ({', '.join(ranked.cause.icd10)})" if ranked.cause.icd10 else told.name
        likelihood = f"{told.likelihood}; {told.sureness}" if told.sureness else told.likelihood
        rows.append((name, likelihood, _evidence(ranked, 1) or "–", _evidence(ranked, -1) or "–"))
    return Table(
        columns=(
            Column(title=_("Cause (ICD-10)"), share=1.8),
            Column(title=_("How likely, and how sure"), share=1.8),
            Column(title=_("Speaks for it"), share=1.5),
            Column(title=_("Speaks against it"), share=1.5),
        ),
        rows=tuple(rows),
        remark=_(
            "Likelihoods rest on what was told, and many figures behind them are estimates by judgement. A disease "
            "that is feared is named only where a doctor should look anyway, and then without a figure."
        ),
    )


def _remark(assessment: Assessment, advice: Urgency) -> str:
    sentences = [_("“4 in 10”: of ten people with the same answers four have it; several causes can hold at once.")]
    if assessment.undecided:
        sentences.insert(0, _("What is known does not separate these causes from each other."))
    if advice > assessment.urgency:
        sentences.insert(0, _("The advice rests on the whole diary, of which the person has left something out here."))
    return " ".join(sentences)
