"""Laws of the inference that hold for every person and every network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from myotwitch.anatomy.places import PLACES
from myotwitch.case import ANALYTES, FINDINGS, Asks, case_from_document
from myotwitch.case.case import Exposure
from myotwitch.causes import Urgency, assess, assessment_document
from myotwitch.causes.arrays import load_arrays
from myotwitch.causes.cause import Cause, ExposureState
from myotwitch.causes.enumeration import enumerate_posterior
from myotwitch.causes.evidence import network_from_facts
from myotwitch.causes.exposure import LogOdds, exposed_log_odds, members
from myotwitch.causes.facts import Facts, facts_from_case
from myotwitch.causes.network import Floats, Network
from myotwitch.causes.priors import prior_log_odds
from myotwitch.causes.quickscore import explained_posterior, posterior
from myotwitch.causes.rules import demanded, load_rules, rules_that_hold
from myotwitch.causes.settings import load_settings
from myotwitch.causes.vocabulary import DESCRIPTORS
from myotwitch.substances import SUBSTANCES

PROBABILITY = st.floats(1e-6, 0.5)
LINK = st.one_of(st.just(0.0), st.floats(0.01, 0.99))


@st.composite
def networks(draw: st.DrawFn, most_causes: int = 8, most_events: int = 6) -> Network:
    causes, events = draw(st.integers(1, most_causes)), draw(st.integers(0, most_events))

    def array(values: st.SearchStrategy[float], *shape: int) -> Floats:
        count = int(np.prod(shape))
        return np.array(draw(st.lists(values, min_size=count, max_size=count)), dtype=float).reshape(shape)

    return Network(
        prior=array(PROBABILITY, causes),
        link=array(LINK, events, causes),
        leak=array(st.floats(1e-5, 0.9), events),
        denied=array(st.floats(0.001, 1.0), causes),
    )


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    optional = {
        "side": st.sampled_from(["left", "right", "both"]),
        "since_days": st.integers(0, 300),
        "bout_seconds": st.floats(0, 1e5),
        "bouts_per_day": st.floats(0, 1000),
        "character": st.sampled_from(DESCRIPTORS["characters"]),
        "when": st.lists(st.sampled_from(DESCRIPTORS["when"]), max_size=3, unique=True),
        "painful": st.booleans(),
        "trend": st.sampled_from(DESCRIPTORS["trend"]),
    }
    return {"place": draw(st.sampled_from(PLACES)), **draw(st.fixed_dictionaries({}, optional=optional))}


@st.composite
def documents(draw: st.DrawFn, most_findings: int = 14) -> dict[str, Any]:
    findings = draw(st.dictionaries(st.sampled_from(list(FINDINGS)), st.booleans(), max_size=most_findings))
    substances = draw(st.lists(st.sampled_from(list(SUBSTANCES)), max_size=4, unique=True))
    states = st.sampled_from([{}, {"taken": False}, {"stopped_days_ago": 3}, {"amount_mg": 100}, {"last_hours_ago": 5}])
    analytes = draw(st.lists(st.sampled_from(list(ANALYTES)), max_size=3, unique=True))
    return {
        "schema": "myotwitch.case/1",
        "person": {
            "age_years": draw(st.integers(1, 100)),
            "sex": draw(st.sampled_from(["female", "male", "other", "unknown"])),
        },
        "twitching": draw(st.lists(entries(), min_size=1, max_size=6, unique_by=lambda entry: entry["place"])),
        "findings": [{"finding": name, "present": present} for name, present in findings.items()],
        "exposures": [{"substance": name, **draw(states)} for name in substances],
        "labs": [_normal_or_off(draw, name) for name in analytes],
    }


def _normal_or_off(draw: st.DrawFn, name: str) -> dict[str, Any]:
    analyte = ANALYTES[name]
    reference = analyte.reference_range()
    share = draw(st.floats(-0.5, 1.5))
    value = reference.low + share * (reference.high - reference.low)
    value = min(max(value, analyte.plausible.low), analyte.plausible.high)
    return {"analyte": name, "value": value, "unit": analyte.unit}


def probabilities_of(facts: Facts) -> Floats:
    return posterior(network_from_facts(facts, load_arrays(), load_settings()).network)


@given(networks())
def test_every_probability_lies_between_zero_and_one(network: Network) -> None:
    probabilities = posterior(network)
    assert np.all((probabilities >= 0) & (probabilities <= 1))


@given(networks())
def test_the_fast_and_the_slow_inference_agree_to_nine_digits(network: Network) -> None:
    slow = enumerate_posterior(network)
    np.testing.assert_allclose(posterior(network), slow, atol=1e-9)
    np.testing.assert_allclose(explained_posterior(network), slow, atol=1e-12)


@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_events_and_of_causes_is_irrelevant(network: Network, random: Any) -> None:
    events, causes = list(range(network.event_count)), list(range(network.cause_count))
    random.shuffle(events)
    random.shuffle(causes)
    shuffled = Network(
        prior=network.prior[causes],
        link=network.link[events][:, causes],
        leak=network.leak[events],
        denied=network.denied[causes],
    )
    np.testing.assert_allclose(posterior(shuffled), posterior(network)[causes], atol=1e-9)


@given(networks(most_events=0))
def test_without_any_evidence_the_prior_is_left(network: Network) -> None:
    silent = replace(network, denied=np.ones_like(network.denied))
    np.testing.assert_allclose(posterior(silent), network.prior, rtol=1e-12)


@given(PROBABILITY, st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(1e-5, 0.9)), max_size=5), st.floats(0.01, 0.99))
def test_a_further_positive_event_never_lowers_the_only_cause(
    prior: float, events: list[tuple[float, float]], link: float
) -> None:
    def with_events(pairs: list[tuple[float, float]]) -> float:
        network = Network(
            prior=np.array([prior]),
            link=np.array([[pair[0]] for pair in pairs]).reshape(len(pairs), 1),
            leak=np.array([pair[1] for pair in pairs]),
            denied=np.ones(1),
        )
        return float(posterior(network)[0])

    assert with_events([*events, (link, 0.1)]) >= with_events(events) - 1e-9


@given(networks(), st.data())
def test_a_denial_never_raises_the_cause_that_it_speaks_against(network: Network, data: st.DataObject) -> None:
    cause = data.draw(st.integers(0, network.cause_count - 1))
    denied = network.denied.copy()
    denied[cause] *= data.draw(st.floats(0.01, 1.0))
    lowered = replace(network, denied=denied)
    assert posterior(lowered)[cause] <= posterior(network)[cause] + 1e-9


@settings(max_examples=30)
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_in_which_a_case_tells_things_is_irrelevant(document: dict[str, Any], random: Any) -> None:
    shuffled = dict(document)
    for name in ("twitching", "findings", "exposures", "labs"):
        shuffled[name] = random.sample(document[name], len(document[name]))
    first, second = (facts_from_case(case_from_document(one)) for one in (document, shuffled))
    np.testing.assert_allclose(probabilities_of(first), probabilities_of(second), atol=1e-9)


@settings(max_examples=30)
@given(documents(), st.sampled_from(list(FINDINGS)))
def test_denying_a_finding_raises_no_cause_that_brings_it_about_if_it_stands_alone(
    document: dict[str, Any], finding: str
) -> None:
    facts = facts_from_case(case_from_document(document))
    row = load_arrays().finding_row(finding)
    rest = {name: present for name, present in facts.findings.items() if name != finding}
    without = network_from_facts(replace(facts, findings=rest), load_arrays(), load_settings()).network
    denied = network_from_facts(
        replace(facts, findings={**rest, finding: False}), load_arrays(), load_settings()
    ).network
    assert np.all(denied.denied <= without.denied + 1e-12)
    assert np.all(denied.denied[load_arrays().link[row] == 0] == without.denied[load_arrays().link[row] == 0])


@settings(max_examples=30)
@given(documents(), st.sampled_from(list(FINDINGS)))
def test_a_finding_that_is_there_never_weakens_the_explanation_by_its_own_cause(
    document: dict[str, Any], finding: str
) -> None:
    facts = facts_from_case(case_from_document(document))
    rest = {name: present for name, present in facts.findings.items() if name != finding}
    before = alone_log_odds(replace(facts, findings=rest))
    after = alone_log_odds(replace(facts, findings={**rest, finding: True}))
    arrays = load_arrays()
    row = arrays.finding_row(finding)
    own = (arrays.link[row] > 0) & (arrays.against[row] == 0)
    assert np.all(after[own] >= before[own] - 1e-9)


@settings(max_examples=30)
@given(documents(), st.sampled_from([name for name, finding in FINDINGS.items() if finding.asks is Asks.TEST]))
def test_a_normal_result_of_a_test_never_speaks_for_a_disease(document: dict[str, Any], test: str) -> None:
    """Held against all else that is known: a disease can rise only where the result takes more from its rivals."""
    facts = facts_from_case(case_from_document(document))
    arrays = load_arrays()
    rest = {name: present for name, present in facts.findings.items() if name != test}
    before = alone_log_odds(replace(facts, findings=rest))
    after = alone_log_odds(replace(facts, findings={**rest, test: test == "emg_normal"}))
    harmless = np.array([test in cause.findings for cause in arrays.causes]) if test == "emg_normal" else False
    assert np.all((after <= before + 1e-9) | harmless)


def alone_log_odds(facts: Facts) -> Floats:
    """Return the log odds of each cause if it were the only one: against the leak alone."""
    arrays, choices = load_arrays(), load_settings()
    network = network_from_facts(facts, arrays, choices).network
    prior, _ = prior_log_odds(facts, arrays, choices.counting)
    explained = 1 - (1 - network.leak[:, None]) * (1 - network.link)
    gain = np.log(explained / network.leak[:, None]).sum(axis=0)
    return np.asarray(prior + np.log(network.denied) + gain, dtype=np.float64)


@settings(max_examples=40)
@given(documents(), st.sampled_from(sorted({name for rule in load_rules() for name in rule.when.findings})))
def test_a_red_flag_that_is_added_never_lowers_what_the_rules_demand_if_they_do_not_deny_it(
    document: dict[str, Any], finding: str
) -> None:
    facts = facts_from_case(case_from_document(document))
    rest = {name: present for name, present in facts.findings.items() if name != finding}
    rules = [rule for rule in load_rules() if f"not {finding}" not in rule.when.text and "not (" not in rule.when.text]
    unknown = demanded(rules_that_hold(replace(facts, findings=rest), rules))
    present = demanded(rules_that_hold(replace(facts, findings={**rest, finding: True}), rules))
    denied = demanded(rules_that_hold(replace(facts, findings={**rest, finding: False}), rules))
    assert present >= unknown or any(f"absent({finding})" in rule.when.text for rule in rules)
    assert denied <= unknown or any(f"absent({finding})" in rule.when.text for rule in rules)


@settings(max_examples=40)
@given(documents())
def test_the_answer_is_never_below_what_the_rules_demand(document: dict[str, Any]) -> None:
    case = case_from_document(document)
    assert assess(case).urgency >= demanded(rules_that_hold(facts_from_case(case), load_rules()))


TAKEN_CAUSES = [
    cause
    for cause in load_arrays().causes
    if cause.exposure is not None and cause.exposure.state is ExposureState.TAKEN
]


@st.composite
def exposed_causes(draw: st.DrawFn) -> tuple[Cause, str, LogOdds]:
    """Return a cause that comes from taking something, one of these substances, and a prior."""
    cause = draw(st.sampled_from(TAKEN_CAUSES))
    assert cause.exposure is not None
    substances = sorted(members(cause.exposure.substances, cause.exposure.classes))
    prior = draw(st.floats(-12.0, 2.0))
    return cause, draw(st.sampled_from(substances)), LogOdds(value=prior, sd=0.5)


def exposed(cause: Cause, prior: LogOdds, *exposures: Exposure) -> float:
    return exposed_log_odds(cause, prior, exposures, load_settings().counting).value


@settings(max_examples=200)
@given(exposed_causes(), st.floats(0, 2000), st.floats(0, 2000), st.none() | st.floats(0.1, 1e5))
def test_the_longer_ago_something_was_taken_the_less_it_speaks_for_its_cause(
    exposure: tuple[Cause, str, LogOdds], first: float, second: float, amount: float | None
) -> None:
    cause, substance, prior = exposure
    sooner, later = (
        exposed(cause, prior, Exposure(substance=substance, last_hours_ago=hours, amount_mg=amount))
        for hours in sorted((first, second))
    )
    assert later <= sooner + 1e-9


@settings(max_examples=200)
@given(exposed_causes(), st.floats(0, 2000))
def test_what_was_denied_never_raises_a_cause_and_never_speaks_more_for_it_than_what_was_taken(
    exposure: tuple[Cause, str, LogOdds], hours: float
) -> None:
    cause, substance, prior = exposure
    denied = exposed(cause, prior, Exposure(substance=substance, taken=False))
    assert denied <= prior.value
    assert denied <= exposed(cause, prior, Exposure(substance=substance, last_hours_ago=hours)) + 1e-9


@settings(max_examples=60)
@given(documents())
def test_every_valid_case_gets_an_answer_within_the_contract(document: dict[str, Any]) -> None:
    answer = assessment_document(assess(case_from_document(document)))
    assert answer["schema"] == "myotwitch.assessment/1"
    assert answer["urgency"] in list(Urgency)
    assert answer["why"]
    assert answer["causes"]
    ranking = [cause["probability"] for cause in answer["causes"]]
    assert ranking == sorted(ranking, reverse=True)
    for cause in answer["causes"]:
        low, high = cause["interval"]
        assert 0 <= low <= cause["probability"] <= high <= 1
        assert all(np.isfinite(evidence["log_odds"]) for evidence in cause["evidence"])
    assert answer["what_helps"]
    assert answer["watch_for"]
    assert answer["limits"]
