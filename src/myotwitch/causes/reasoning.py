"""From what is known of a person to the assessment: rules, inference, advice, explanation, questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from myotwitch.case.case import Case
from myotwitch.causes.advice import advise, raised_above
from myotwitch.causes.arrays import CatalogueArrays, load_arrays
from myotwitch.causes.assessment import Assessment, Measured, RankedCause
from myotwitch.causes.clearing import clearings
from myotwitch.causes.enumeration import Positions, most_relevant, state_posterior
from myotwitch.causes.evidence import Parts, network_from_parts, parts_of
from myotwitch.causes.explanation import evidence_for
from myotwitch.causes.facts import Facts, facts_from_case
from myotwitch.causes.leaving_out import contributions
from myotwitch.causes.network import Floats, Network, log_odds
from myotwitch.causes.pieces import pieces_of
from myotwitch.causes.priors import population_prior
from myotwitch.causes.questions import next_questions, what_would_change
from myotwitch.causes.quickscore import posterior
from myotwitch.causes.rules import load_rules, rules_that_hold
from myotwitch.causes.settings import Settings, Showing, load_settings
from myotwitch.causes.spread import central_interval, posterior_draws
from myotwitch.causes.supply import shared_by
from myotwitch.language import _, later, retold, translated
from myotwitch.sources import read_table
from myotwitch.twitches.events import Twitches
from myotwitch.twitches.summary import summarise

DRAW_SEED = 20261122
"""Seed of the draws behind the intervals: the same case always gets the same answer."""

EXPLAINED_CAUSES = 11
"""Causes whose joint states are counted for explanations and questions."""

LIKELY = 0.3
"""From this probability on the advice of a cause is given as well."""

MOST_ADVICE = 8
"""Longest list of advice that is still read."""

FEWEST_CAUSES = 3
"""So many causes are listed even if the evidence has raised hardly any."""

LEAST_FILLER = 0.001
"""But not with a probability below this."""

UNSAID = MappingProxyType(
    {
        "characters": later("how the movement looks"),
        "since": later("how long ago it began"),
        "bout": later("how long a bout lasts"),
        "when": later("when it twitches"),
        "trend": later("whether it gets better or worse"),
    }
)
"""What an entry of the twitching can leave out, in plain words."""


def assess(case: Case, twitches: Sequence[Twitches] = (), unanswered: Collection[str] = ()) -> Assessment:
    """Return what likely causes the twitching of a case, how urgent it is and what comes next.

    Parameters
    ----------
    case
        What is known.
    twitches
        What was found in the recordings of the case, if anything was recorded.
    unanswered
        Findings that were asked for and are not known: they are not asked again.

    Method
    ------
    Rules of urgency first; then the exact posterior of a noisy-OR network over all causes of the catalogue, with
    intervals from drawn parameters; then the advice that the ranking adds within the limits of the rules.
    """
    return assess_facts(facts_from_case(case, twitches), load_arrays(), twitches, unanswered)


def assess_facts(
    facts: Facts, arrays: CatalogueArrays, twitches: Sequence[Twitches] = (), unanswered: Collection[str] = ()
) -> Assessment:
    """Return the assessment of what is known, with any catalogue."""
    settings, every_rule = load_settings(), load_rules()
    rules = rules_that_hold(facts, every_rule)
    parts = parts_of(facts, arrays, settings)
    uncertain = network_from_parts(parts)
    at_the_figures = posterior(uncertain.network)
    draws = posterior_draws(uncertain, at_the_figures, np.random.default_rng(DRAW_SEED))
    # The mean over what the figures may be is calibrated; the answer at the figures themselves is too sure.
    probabilities = draws.mean(axis=0)
    prior = population_prior(facts, arrays)
    raised = raised_above(prior, probabilities)
    shown = _shown(probabilities, raised, settings.showing)
    kept = _explained(uncertain.network, at_the_figures, shown)
    ranked = _ranked(facts, parts, arrays, settings, draws, shown, kept)
    undecided = _is_undecided(ranked, settings.showing)
    advice = advise(rules, arrays.causes, raised, settings.steps, arrays.catalogue.sources, undecided=undecided)
    return Assessment(
        urgency=advice.urgency,
        why=advice.why,
        undecided=undecided,
        causes=ranked,
        ask_next=next_questions(
            facts, state_posterior(uncertain.network, kept), raised, arrays, settings.showing, unanswered
        ),
        would_change=what_would_change(facts, every_rule, advice.urgency),
        watch_for=_texts((one.cause.watch_for for one in _likely(ranked)), "watch_for"),
        what_helps=_texts((one.cause.what_helps for one in _likely(ranked)), "what_helps"),
        measured=tuple(_measured(one) for one in twitches),
        shared_supply=shared_by(facts.movements),
        clears=clearings(facts, [one.cause for one in ranked]),
        limits=_limits(facts, twitches),
    )


def _shown(probabilities: Floats, raised: Floats, showing: Showing) -> list[int]:
    """Return the positions of the causes that are listed, the most probable first.

    A common cause that nothing points to is not listed, however probable it is in anybody.
    """
    by_rise = np.argsort(-raised, kind="stable")
    enough = [int(place) for place in by_rise if raised[place] >= showing.least_probability]
    fillers = [int(place) for place in by_rise[:FEWEST_CAUSES] if probabilities[place] >= LEAST_FILLER]
    listed = dict.fromkeys((*enough, *fillers)) or {int(by_rise[0]): None}
    return sorted(listed, key=lambda place: -probabilities[place])[: showing.most_causes]


def _explained(network: Network, probabilities: Floats, shown: Sequence[int]) -> Positions:
    """Return the positions of the causes whose joint states are counted: those shown, and what rivals them."""
    rivals = most_relevant(network, probabilities, EXPLAINED_CAUSES)
    together = dict.fromkeys((*shown, *(int(place) for place in rivals)))
    return np.array(sorted(list(together)[:EXPLAINED_CAUSES]), dtype=np.int64)


def _ranked(
    facts: Facts,
    parts: Parts,
    arrays: CatalogueArrays,
    settings: Settings,
    draws: Floats,
    shown: Sequence[int],
    kept: Positions,
) -> tuple[RankedCause, ...]:
    probabilities = draws.mean(axis=0)
    low, high = central_interval(draws[:, shown])
    prior = population_prior(facts, arrays)
    pieces = pieces_of(facts)
    changes = contributions(parts, pieces, arrays, settings, kept)
    column = {int(place): number for number, place in enumerate(kept)}
    return tuple(
        RankedCause(
            cause=arrays.causes[place],
            probability=float(probabilities[place]),
            # The mean of a skewed distribution can lie outside its central part.
            interval=(float(min(low[row], probabilities[place])), float(max(high[row], probabilities[place]))),
            prior=float(prior[place]),
            evidence=evidence_for(arrays.causes[place], column[place], pieces, arrays, changes),
        )
        for row, place in enumerate(shown)
    )


def _is_undecided(ranked: Sequence[RankedCause], showing: Showing) -> bool:
    """Return True if no cause stands out: none is probable, or the first are alike and none reaches an even chance."""
    if not ranked or ranked[0].probability < showing.undecided_below:
        return True
    if len(ranked) == 1 or ranked[0].probability >= 0.5:
        return False
    first, second = log_odds(np.array([ranked[0].probability, ranked[1].probability]))
    overlap = ranked[1].interval[1] >= ranked[0].interval[0]
    return bool(np.exp(second - first) >= showing.alike_ratio and overlap)


def _likely(ranked: Sequence[RankedCause]) -> list[RankedCause]:
    likely = [one for one in ranked if one.probability >= LIKELY]
    return likely or [one for one in ranked[:FEWEST_CAUSES] if not one.feared]


def _texts(groups: Iterable[Sequence[str]], general: str) -> tuple[str, ...]:
    """Return what the likely causes say, taken by turns, then what holds for everybody; nothing twice, and not too
    much.
    """
    lists = [list(group) for group in groups]
    longest = max((len(texts) for texts in lists), default=0)
    by_turns = [texts[rank] for rank in range(longest) for texts in lists if rank < len(texts)]
    common = _wording()[general]
    room = max(MOST_ADVICE - len(common), FEWEST_CAUSES)
    unique = list({text.rstrip(".").lower(): text for text in reversed(by_turns)}.values())[::-1]
    return tuple(dict.fromkeys((*unique[:room], *common)))


@cache
def _wording() -> Mapping[str, Sequence[str]]:
    """Return what holds for everybody, by kind of advice."""
    return read_table("myotwitch.causes", "wording.toml")


def _measured(twitches: Twitches) -> Measured:
    channels = twitches.observation.channels
    places = (channels[int(place)].place for place in twitches.peak_channel_index)
    return Measured(
        file=twitches.observation.file,
        summary=summarise(twitches),
        places=tuple(sorted({place for place in places if place is not None})),
    )


def _limits(facts: Facts, twitches: Sequence[Twitches]) -> tuple[str, ...]:
    """Return what the answer does not know: what holds always, what was not said, and what the recordings left open."""
    limits: list[str] = list(_wording()["limits"])
    told = {name for movement in facts.movements for name in movement.words}
    unsaid = [translated(text) for name, text in UNSAID.items() if name not in told]
    if not facts.findings:
        unsaid.append(_("accompanying symptoms"))
    if not facts.exposures:
        unsaid.append(_("what is taken (coffee, alcohol, medicines)"))
    if unsaid:
        limits.append(_("Not said, so not counted: {unsaid}.").format(unsaid=", ".join(unsaid)))
    for one in twitches:
        limits.extend(f"{Path(one.observation.file).name}: {retold(note)}" for note in one.observation.notes)
        if any(channel.usable and channel.unit is None for channel in one.observation.channels):
            name = Path(one.observation.file).name
            limits.append(_("{name}: the scale of the recording is unknown, so no sizes are given.").format(name=name))
    return tuple(limits)
