"""The catalogue: sound as it is, and every kind of fault in a file is told."""

from __future__ import annotations

from typing import Any

import pytest

from myotwitch.anatomy.places import Region
from myotwitch.case import FINDINGS
from myotwitch.causes import load_catalogue
from myotwitch.causes.__main__ import main
from myotwitch.causes.catalogue import read_catalogue
from myotwitch.causes.catalogue_files import read_cause, read_finding_groups
from myotwitch.causes.movements import PAINFUL_WORDS
from myotwitch.causes.rules import load_rules
from myotwitch.causes.settings import load_settings, settings_figures
from myotwitch.causes.vocabulary import DESCRIPTORS
from myotwitch.errors import UnknownNameError
from myotwitch.sources import Grade


def test_every_file_of_the_catalogue_is_sound() -> None:
    _, faults = read_catalogue()
    assert faults == ()


def test_the_check_says_how_much_it_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert capsys.readouterr().out.strip().endswith("all sound")


def test_every_cause_has_a_code_a_mechanism_and_something_that_helps() -> None:
    for cause in load_catalogue().causes.values():
        assert cause.icd10, cause.name
        assert cause.mechanism, cause.name
        assert cause.what_helps, cause.name


def test_every_finding_of_the_contract_has_a_background() -> None:
    assert set(load_catalogue().background.findings) == set(FINDINGS)


def test_every_figure_that_is_not_a_judgement_names_a_known_source() -> None:
    catalogue = load_catalogue()
    for cause in catalogue.causes.values():
        for figure in cause.figures():
            assert figure.grade is Grade.EXPERT or figure.sources, cause.name
            assert set(figure.sources) <= set(catalogue.sources), cause.name


def test_every_rule_names_a_source_or_gives_its_reasoning() -> None:
    for rule in load_rules():
        assert rule.sources or rule.note, rule.name


def test_the_choices_of_the_inference_are_figures_with_a_reasoning() -> None:
    assert load_settings().steps
    assert all(figure.note for figure in settings_figures())


def test_an_unknown_cause_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'eyelid_myokymia'"):
        load_catalogue().cause("eyelid_myokimia")


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"nam": "x"}, "the entry 'nam' is not known. Did you mean 'name'?"),
    ({"name": None}, "name is needed"),
    ({"group": "benigne"}, "Did you mean 'benign'?"),
    ({"seriousness": "serious"}, "seriousness must be one of harmless, watch"),
    ({"icd10": ["twitch"]}, "'twitch' has not the form of a code of icd10"),
    ({"hpo": ["HP:12"]}, "'HP:12' has not the form of a code of hpo"),
    ({"what_helps": []}, "what_helps is needed"),
    ({"sources": ["nobody_1999"]}, "the source 'nobody_1999' is not known"),
    ({"prior": []}, "at least one [[prior]] is needed"),
    ({"findings": {"stres": 0.5}}, "the finding 'stres' is not known. Did you mean 'stress'?"),
    ({"findings": {"stress": 0.5}}, "stress must be a figure"),
    ({"findings": None}, "changes nothing"),
    ({"places": {"nose": 0.5}}, "the name 'nose' is not known"),
    ({"feared": "yes"}, "feared must be true or false"),
    ({"exposure": {"substances": ["coffee"], "state": "taken"}}, "the substance 'coffee' is not known"),
    ({"labs": {"unobtainium": {"mean": 1, "sd": 1}}}, "the analyte 'unobtainium' is not known"),
]


@pytest.mark.parametrize(("changes", "message"), FAULTS)
def test_a_faulty_file_is_told_with_what_is_allowed(
    changes: dict[str, Any], message: str, make_cause_row: Any, known_names: Any
) -> None:
    faults: list[str] = []
    read_cause("testing", make_cause_row(**changes), known_names, faults)
    assert any(message in fault for fault in faults), faults
    assert all(fault.startswith("testing.toml") for fault in faults)


def test_all_faults_of_a_file_are_told_at_once(make_cause_row: Any, known_names: Any) -> None:
    faults: list[str] = []
    read_cause("testing", make_cause_row(name=None, group="x", what_helps=[]), known_names, faults)
    assert len(faults) == 3


def test_a_probability_outside_zero_to_one_is_refused(make_cause_row: Any, make_figure: Any, known_names: Any) -> None:
    faults: list[str] = []
    read_cause("testing", make_cause_row(findings={"stress": make_figure(1.5)}), known_names, faults)
    assert "must be a probability above 0 and below 1" in faults[0]


def test_the_last_prior_must_fit_everybody(make_cause_row: Any, make_figure: Any, known_names: Any) -> None:
    faults: list[str] = []
    read_cause("testing", make_cause_row(prior=[{"sex": "male", **make_figure(0.1)}]), known_names, faults)
    assert "the last prior must have no condition" in faults[0]


def test_a_finding_cannot_speak_for_and_against_the_same_cause(
    make_cause_row: Any, make_figure: Any, known_names: Any
) -> None:
    faults: list[str] = []
    read_cause("testing", make_cause_row(against={"stress": make_figure(0.5)}), known_names, faults)
    assert "it can only speak one way" in faults[0]


def test_a_finding_belongs_to_one_group_only(make_figure: Any, known_names: Any) -> None:
    rows = [{"name": name, "findings": ["stress"], "exponent": make_figure(0.5)} for name in ("first", "second")]
    faults: list[str] = []
    read_finding_groups({"group": rows}, known_names, faults)
    assert "already in the group first" in faults[0]


def test_every_echo_of_the_settings_names_a_known_finding_and_known_words() -> None:
    words = {**DESCRIPTORS, "painful": PAINFUL_WORDS, "place": tuple(region.value for region in Region)}
    for finding, told in load_settings().echo.items():
        assert finding in FINDINGS
        for text in told:
            name, word = text.split(":")
            assert word in words[name]
