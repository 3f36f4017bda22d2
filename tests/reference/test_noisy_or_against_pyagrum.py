"""The inference against an independent tool: pyAgrum builds the same noisy-OR networks from its own types.

`addNoisyORNet` is meant; pyAgrum's `addNoisyOR` is the compound form, whose weights contain the leak.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from myotwitch.causes.network import Floats, Network
from myotwitch.causes.quickscore import explained_posterior, posterior

with warnings.catch_warnings():
    # Its compiled part warns while it loads, and crashes the interpreter where warnings are errors.
    warnings.simplefilter("ignore")
    import pyagrum

MOST_CAUSES, MOST_FINDINGS, MOST_PARENTS = 12, 10, 6
NO, YES = 0, 1


def random_answers(seed: int) -> tuple[Network, Floats, Floats]:
    """Return a network, and the links and leaks of its denied findings."""
    generator = np.random.default_rng(seed)
    causes, findings = int(generator.integers(2, MOST_CAUSES + 1)), int(generator.integers(1, MOST_FINDINGS + 1))
    link = np.zeros((findings, causes))
    for row in link:
        parents = generator.choice(causes, min(causes, int(generator.integers(1, MOST_PARENTS + 1))), replace=False)
        row[parents] = generator.uniform(0.02, 0.95, parents.size)
    leak = 10 ** generator.uniform(-4, -0.3, findings)
    present = generator.random(findings) < 0.6
    network = Network(
        prior=10 ** generator.uniform(-5, -0.3, causes),
        link=link[present],
        leak=leak[present],
        denied=np.prod(1 - link[~present], axis=0),
    )
    return network, link[~present], leak[~present]


def pyagrum_posterior(network: Network, denied_link: Floats, denied_leak: Floats) -> Floats:
    """Return the probability of each cause by pyAgrum's exact inference on the same network."""
    net = pyagrum.BayesNet()
    for place, prior in enumerate(network.prior):
        net.add(pyagrum.LabelizedVariable(f"cause{place}", "", 2))
        net.cpt(f"cause{place}").fillWith([1 - float(prior), float(prior)])
    evidence = {}
    answers = [
        *((row, leak, YES) for row, leak in zip(network.link, network.leak, strict=True)),
        *((row, leak, NO) for row, leak in zip(denied_link, denied_leak, strict=True)),
    ]
    for number, (row, leak, answer) in enumerate(answers):
        finding = f"finding{number}"
        net.addNoisyORNet(pyagrum.LabelizedVariable(finding, "", 2), float(leak))
        for place in np.flatnonzero(row):
            net.addWeightedArc(f"cause{place}", finding, float(row[place]))
        evidence[finding] = answer
    inference = pyagrum.LazyPropagation(net)
    inference.setEvidence(evidence)
    inference.makeInference()
    return np.array([inference.posterior(f"cause{place}")[YES] for place in range(network.cause_count)])


@pytest.mark.parametrize("seed", range(40))
def test_the_posterior_of_every_cause_equals_that_of_pyagrum(seed: int) -> None:
    network, denied_link, denied_leak = random_answers(seed)
    independent = pyagrum_posterior(network, denied_link, denied_leak)
    np.testing.assert_allclose(posterior(network), independent, atol=1e-9)
    np.testing.assert_allclose(explained_posterior(network), independent, atol=1e-9)


def test_the_networks_differ_in_size_and_have_present_and_denied_findings() -> None:
    shapes = [
        (network.cause_count, network.event_count, len(denied)) for network, denied, _ in map(random_answers, range(40))
    ]
    assert max(causes for causes, _, _ in shapes) == MOST_CAUSES
    assert sum(present > 0 and denied > 0 for _, present, denied in shapes) > 20
