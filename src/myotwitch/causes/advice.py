"""How urgent it is: what the rules demand, and what the ranking adds within the limits that rules set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from myotwitch.causes.cause import Cause
from myotwitch.causes.network import Floats
from myotwitch.causes.rules import Rule, demanded
from myotwitch.causes.settings import Step
from myotwitch.causes.vocabulary import Urgency
from myotwitch.language import _, digits, later, translated
from myotwitch.sources import Source

RANKING = "ranking"
"""Name that stands for the ranking where a reason names its rule."""


RANKING_TEXTS: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.WATCH: later("Keep an eye on it: what was said fits something to be watched."),
        Urgency.SEE_DOCTOR: later(
            "A doctor should look at it: what was said fits something to be clarified or treated."
        ),
        Urgency.URGENT: later("See a doctor within a day or two: what was said fits something that should not wait."),
        Urgency.EMERGENCY: later("Get help now: what was said fits something dangerous."),
    }
)
"""An advice that follows from the ranking."""

RANKING_TEXTS_NAMED: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.WATCH: later("Keep an eye on it: what was said fits something to be watched ({causes})."),
        Urgency.SEE_DOCTOR: later(
            "A doctor should look at it: what was said fits something to be clarified or treated ({causes})."
        ),
        Urgency.URGENT: later(
            "See a doctor within a day or two: what was said fits something that should not wait ({causes})."
        ),
        Urgency.EMERGENCY: later("Get help now: what was said fits something dangerous ({causes})."),
    }
)
"""The same with examples of what it fits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why the advice is as it is.

    Parameters
    ----------
    text, doctor_text
        To the person, and to the doctor.
    rule
        Name of the rule; ``ranking`` where it follows from the causes.
    source
        Citations of the rule's sources, or its reasoning.
    """

    text: str
    doctor_text: str
    rule: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """The urgency and its reasons, the weightiest first."""

    urgency: Urgency
    why: tuple[Reason, ...]


def raised_above(prior: Floats, probability: Floats) -> Floats:
    """Return by how much of its possible rise the evidence has raised each cause above its prior; 0 where it has not.

    A common disease that nothing points to must not send anybody to a doctor.
    """
    return np.asarray(np.clip((probability - prior) / (1 - prior), 0.0, 1.0), dtype=np.float64)


def advise(
    rules: Sequence[Rule],
    causes: Sequence[Cause],
    raised: Floats,
    steps: Sequence[Step],
    sources: Mapping[str, Source],
    *,
    undecided: bool = False,
) -> Advice:
    """Return the advice.

    Parameters
    ----------
    rules
        Those that hold.
    causes, raised
        Every cause, and how far the evidence has raised it.
    undecided
        Whether the evidence separates nothing; then nothing is harmless for certain, and a diary helps to find out.

    Method
    ------
    The rules that demand set the least. The ranking may go higher: for each step, if the probability that any cause
    of at least its seriousness is active reaches its threshold. Rules with a limit hold the ranking below it, never
    another rule.
    """
    from_rules = demanded(rules)
    limits = [rule for rule in rules if rule.at_most is not None]
    limit = min((rule.at_most for rule in limits if rule.at_most is not None), default=Urgency.EMERGENCY)
    wanted, step = _from_ranking(causes, raised, steps)
    if undecided and wanted < Urgency.WATCH:
        wanted = Urgency.WATCH
    urgency = max(from_rules, min(wanted, limit))
    # Of the demands only the strongest are told: what asks for less adds nothing to what to do.
    reasons = [_reason(rule, sources) for rule in rules if rule.urgency is urgency and urgency > Urgency.HARMLESS]
    if min(wanted, limit) > from_rules:
        reasons.insert(0, _not_separated() if step is None else _ranking_reason(causes, raised, step))
    if wanted > urgency or (limits and urgency <= limit):
        reasons.extend(_reason(rule, sources) for rule in limits)
    if not reasons:
        reasons.append(_nothing_found())
    return Advice(urgency=urgency, why=tuple(reasons))


def _from_ranking(causes: Sequence[Cause], raised: Floats, steps: Sequence[Step]) -> tuple[Urgency, Step | None]:
    levels = np.array([cause.seriousness.level for cause in causes])
    best: Step | None = None
    for step in steps:
        counted = raised[(levels >= step.seriousness.level) & (raised >= step.each)]
        missed_by_all = float(np.prod(1 - counted))
        if 1 - missed_by_all >= step.probability and (best is None or step.advice > best.advice):
            best = step
    return (Urgency.HARMLESS, None) if best is None else (best.advice, best)


def _reason(rule: Rule, sources: Mapping[str, Source]) -> Reason:
    citations = "; ".join(sources[key].citation for key in rule.sources)
    return Reason(
        text=rule.text,
        doctor_text=rule.doctor_text or rule.text,
        rule=rule.name,
        source=citations or _("expert judgement: {note}").format(note=translated(rule.note)),
    )


def _ranking_reason(causes: Sequence[Cause], raised: Floats, step: Step) -> Reason:
    """Return why the ranking asks for more; a feared cause is not named to the person."""
    order = np.argsort(-raised, kind="stable")
    serious = [
        causes[place] for place in order if causes[place].seriousness >= step.seriousness and raised[place] >= step.each
    ][:3]
    named = [cause for cause in serious if not cause.feared]
    text = translated((RANKING_TEXTS_NAMED if named else RANKING_TEXTS)[step.advice])
    names = _(", ").join(translated(cause.plain_title) for cause in named)
    titles = _(", ").join(translated(cause.title) for cause in serious)
    return Reason(
        text=text.format(causes=names),
        doctor_text=_("To be considered: {causes}.").format(causes=titles),
        rule=RANKING,
        source=_("probability of causes that deserve '{seriousness}' reaches {probability}").format(
            seriousness=_seriousness_words(step.seriousness), probability=digits(step.probability)
        ),
    )


def _seriousness_words(seriousness: Urgency) -> str:
    return {
        Urgency.HARMLESS: _("harmless"),
        Urgency.WATCH: _("watch"),
        Urgency.SEE_DOCTOR: _("see_doctor"),
        Urgency.URGENT: _("urgent"),
        Urgency.EMERGENCY: _("emergency"),
    }[seriousness]


def _nothing_found() -> Reason:
    return Reason(
        text=_("Nothing that was said points to an illness that needs a doctor."),
        doctor_text=_("No rule of urgency holds; no cause that needs referral is raised above its threshold."),
        rule=RANKING,
        source=_("all rules of urgency, and the ranking"),
    )


def _not_separated() -> Reason:
    return Reason(
        text=_(
            "What was said fits several things alike. A diary of when and where it twitches helps to tell them apart."
        ),
        doctor_text=_("The evidence does not separate the causes; no rule of urgency holds."),
        rule=RANKING,
        source=_("the ranking"),
    )
