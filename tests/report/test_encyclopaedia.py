"""Every entry of every catalogue has a page, and the pages tell what the catalogues hold."""

from __future__ import annotations

import json
import re

import pytest

from myotwitch.anatomy import MUSCLES
from myotwitch.case import ANALYTES, FINDINGS
from myotwitch.causes import load_catalogue
from myotwitch.causes.rare import RARE_CAUSE, load_rare_diseases
from myotwitch.causes.rules import load_rules
from myotwitch.errors import UnknownNameError
from myotwitch.report import explain, page_document, page_text
from myotwitch.report.encyclopaedia.explain import page_of
from myotwitch.report.encyclopaedia.names import find_topics
from myotwitch.report.encyclopaedia.page import Page, PageKind, Topic, number_text
from myotwitch.report.encyclopaedia.rules import mentions
from myotwitch.report.encyclopaedia.words import share_words, strength_word
from myotwitch.substances import SUBSTANCES, ClearingLaw

CAUSES = load_catalogue().causes
FEARED = sorted(name for name, cause in CAUSES.items() if cause.feared)
KEYS: dict[PageKind, list[str]] = {
    PageKind.CAUSE: list(CAUSES),
    PageKind.FINDING: list(FINDINGS),
    PageKind.SUBSTANCE: list(SUBSTANCES),
    PageKind.ANALYTE: list(ANALYTES),
    PageKind.MUSCLE: list(MUSCLES),
    PageKind.RARE: [disease.key for disease in load_rare_diseases().diseases[::25]],
}
ESSENTIAL = {
    PageKind.CAUSE: (
        "What happens in the body", "How it goes on", "How common it is at any time", "What helps", "See a doctor if",
        "What a doctor would do to make sure", "How soon", "How well this is known",
    ),
    PageKind.FINDING: ("The question", "How common it is", "How well this is known"),
    PageKind.SUBSTANCE: ("What it is", "What it does", "How long it stays", "How well this is known"),
    PageKind.ANALYTE: ("Usual in healthy adults", "Units"),
    PageKind.MUSCLE: ("What it is", "What drives it", "How fast one twitch is"),
    PageKind.RARE: ("What it is", "Its signs of twitching", "Where the list comes from"),
}  # fmt: skip


def pages(kind: PageKind) -> list[Page]:
    return [page_of(Topic(kind, key)) for key in KEYS[kind]]


def section(text: str, heading: str) -> str:
    """The part of a page's text under the heading that begins so."""
    return next(part for part in text.split("\n\n") if part.startswith(heading))


@pytest.mark.parametrize("kind", list(PageKind))
def test_every_entry_has_a_page_with_its_essential_parts(kind: PageKind) -> None:
    for page in pages(kind):
        text = page_text(page)
        assert page.title.strip()
        assert page.doctor_title.strip()
        missing = [heading for heading in ESSENTIAL[kind] if len(section("\n\n" + text, heading).split("\n", 1)) < 2]
        assert missing == [], page.topic


def test_a_page_lists_sources_where_its_catalogue_names_any() -> None:
    for name, cause in CAUSES.items():
        assert ("\n\nSources\n" in page_text(explain(f"cause {name}"))) is bool(cause.source_keys())


def test_every_finding_s_page_says_what_it_speaks_for_or_against() -> None:
    for page in pages(PageKind.FINDING):
        text = page_text(page)
        assert "What most often explains it" in text or "What it speaks against" in text, page.topic


@pytest.mark.parametrize("kind", list(PageKind))
def test_every_page_is_text_without_gaps_for_both_readers_and_plain_json(kind: PageKind) -> None:
    for page in pages(kind):
        for for_doctor in (False, True):
            text = page_text(page, for_doctor=for_doctor)
            assert not re.search(r"[:=–] None\b|\bnan\b|\binf\b|\(\)|\[\]|<[A-Z]\w+\.|: $", text, re.M), page.topic
            assert "not a medical device" in " ".join(text.split())
        document = json.loads(json.dumps(page_document(page), allow_nan=False))
        assert (document["kind"], document["name"]) == (page.topic.kind, page.topic.key)


@pytest.mark.parametrize("kind", list(PageKind))
def test_every_reference_of_a_page_leads_to_a_page(kind: PageKind) -> None:
    mentioned = {topic for page in pages(kind) for part in page.sections for line in part.lines for topic in line.about}
    assert mentioned
    for topic in mentioned:
        assert topic.key in KEYS[topic.kind]


@pytest.mark.parametrize("kind", list(PageKind))
def test_every_source_that_a_doctor_s_page_cites_is_listed_on_it(kind: PageKind) -> None:
    for page in pages(kind):
        listed = {source.key for source in page.sources}
        figures = [line.figure for part in page.sections for line in part.lines if line.figure is not None]
        assert {key for figure in figures for key in figure.sources} <= listed, page.topic


@pytest.mark.parametrize("name", FEARED)
def test_no_page_of_a_feared_disease_shows_a_chance_of_having_it(name: str) -> None:
    text = page_text(explain(f"cause {name}"))
    assert "%" not in text[: text.index("\n\nSources")]
    common = " ".join(section(text, "How common").split())
    assert "not your own chance" in common
    # Only how rare it is among everybody; a count of few would be read as the reader's own chance.
    for count, among, unit in re.findall(r"(\d+) in (\d[\d,]*(?:\.\d)?)( million)?", common):
        assert float(among.replace(",", "")) * (1_000_000 if unit else 1) / int(count) > 10
    assert "of those who do" not in text
    assert "of those who take" not in text


def test_a_feared_disease_has_its_numbers_on_the_doctor_s_page() -> None:
    figure = CAUSES["amyotrophic_lateral_sclerosis"].priors[-2].probability
    text = " ".join(page_text(explain("ALS"), for_doctor=True).split())
    assert number_text(figure.value) in text
    assert figure.sources[0] in text


@pytest.mark.parametrize("kind", [PageKind.CAUSE, PageKind.SUBSTANCE, PageKind.FINDING, PageKind.ANALYTE])
def test_every_entry_is_found_by_its_key_and_by_its_name(kind: PageKind) -> None:
    for key in KEYS[kind]:
        page = page_of(Topic(kind, key))
        for name in (key, key.upper(), key.replace("_", " "), page.title):
            assert Topic(kind, key) in find_topics(name), name
        assert find_topics(f"{kind} {key}") == (Topic(kind, key),)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Eyelid myokymia", "cause eyelid_myokymia"),
        ("Harmless eyelid twitching", "cause eyelid_myokymia"),
        ("motor neuron disease", "cause amyotrophic_lateral_sclerosis"),
        ("hypomagnesemia", "cause hypomagnesaemia"),
        ("Coffee", "substance caffeine"),
        ("HP:0003394", "finding muscle_cramps"),
        ("g12.21", "cause amyotrophic_lateral_sclerosis"),
        ("Musculus tibialis anterior", "muscle tibialis_anterior"),
        ("FDI", "muscle interosseus_dorsalis_manus_1"),
        ("lithium", "substance lithium"),
        ("analyte lithium", "analyte lithium"),
    ],
)
def test_a_name_leads_to_what_is_most_likely_meant(name: str, found: str) -> None:
    assert str(find_topics(name)[0]) == found


def test_a_name_with_several_meanings_shows_one_and_names_the_others() -> None:
    page = explain("magnesium")
    assert page.topic == Topic(PageKind.ANALYTE, "magnesium")
    assert "Also: substance magnesium_supplement" in page_text(page)
    assert [topic.kind for topic in explain("dry_eye").also] == [PageKind.FINDING]


@pytest.mark.parametrize(
    ("name", "told"),
    [("magnesum", "analyte magnesium"), ("myokymia", "eyelid_myokymia"), ("SSRI", "sertraline"), ("", "is no name"),
     ("x" * 5000, "is no name"), ("\x00\x1b[31m", "Nothing is called"), ("finding finding", "Nothing is called")],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_the_nearest_names(name: str, told: str) -> None:
    with pytest.raises(UnknownNameError, match=re.escape(told)) as caught:
        explain(name)
    assert len(str(caught.value)) < 500
    assert "\x1b" not in str(caught.value)


def test_every_cause_that_a_finding_is_linked_to_is_on_the_finding_s_page_and_the_reverse() -> None:
    for finding in FINDINGS:
        page = page_of(Topic(PageKind.FINDING, finding))
        shown = {topic.key for part in page.sections for line in part.lines for topic in line.about
                 if topic.kind is PageKind.CAUSE}  # fmt: skip
        linked = {name for name, cause in CAUSES.items() if finding in cause.findings or finding in cause.against}
        assert shown == linked, finding


def test_the_cause_that_makes_a_finding_likeliest_comes_first_among_the_strongest() -> None:
    leaks = load_catalogue().background.findings
    for finding in ("palpitations", "jerks_falling_asleep", "progressive_weakness"):
        page = page_of(Topic(PageKind.FINDING, finding))
        strongest = next(part for part in page.sections if part.heading.startswith("What it points to most strongly"))
        links = [CAUSES[line.about[0].key].findings[finding].value for line in strongest.lines]
        assert links == sorted(links, reverse=True)
        assert leaks[finding].value > 0


def test_a_substance_that_clears_by_halves_is_gone_after_about_five_half_lives() -> None:
    caffeine = SUBSTANCES["caffeine"]
    assert caffeine.half_life is not None
    text = " ".join(page_text(explain("caffeine")).split())
    assert f"about {caffeine.half_life.value:g} hours" in text
    assert f"about {round(caffeine.half_life.value * 5.06)} hours" in text  # 3 % is left after log2(1/0.03) = 5.06


def test_only_substances_that_clear_by_halves_tell_a_half_life() -> None:
    for key, substance in SUBSTANCES.items():
        told = "Half of it leaves the body" in page_text(page_of(Topic(PageKind.SUBSTANCE, key)))
        assert told is (substance.law is ClearingLaw.FIRST_ORDER)


def test_the_time_of_a_withdrawal_and_a_lasting_effect_is_told_where_it_is_known() -> None:
    for key, substance in SUBSTANCES.items():
        text = page_text(page_of(Topic(PageKind.SUBSTANCE, key)))
        assert ("When it is stopped after regular use" in text) is (substance.withdrawal is not None), key
        assert ("What it did can last" in text) is (substance.effect_window_days is not None), key
        assert text.count("it stays about") == len(substance.shifts), key


def test_what_an_exposure_can_bring_about_is_on_the_page_of_the_substance() -> None:
    text = page_text(explain("caffeine"))
    assert CAUSES["caffeine_effect"].plain_title in section(text, "What taking it")
    assert CAUSES["caffeine_withdrawal"].plain_title in section(text, "What stopping it")


def test_every_threshold_of_a_laboratory_value_in_a_rule_is_on_its_page() -> None:
    for rule in load_rules():
        if rule.urgency is None:
            continue
        for threshold in mentions(rule.when.text).thresholds:
            text = page_text(page_of(Topic(PageKind.ANALYTE, threshold.analyte)), for_doctor=True)
            assert threshold.words(ANALYTES[threshold.analyte].unit) in " ".join(text.split()), rule.name


def test_what_a_rule_wants_absent_is_not_told_as_a_sign_of_urgency() -> None:
    told = mentions("weakness and not stress and not (taken('caffeine') or fever) and lab('potassium') < 3.5")
    assert (told.findings, told.taken) == (frozenset({"weakness"}), frozenset())


def test_every_finding_of_a_rule_is_found_in_its_condition() -> None:
    for rule in load_rules():
        assert mentions(rule.when.text).findings <= rule.when.findings


def test_words_for_shares_never_grow_when_the_share_falls() -> None:
    def as_number(words: str) -> float:
        numbers = [float(part.replace(",", "")) for part in re.findall(r"[\d,.]+", words)]
        return numbers[0] / numbers[1] / (1e6 if "million" in words else 1)

    shares = [0.999 * 0.9**step for step in range(160)]
    numbers = [as_number(share_words(share)) for share in shares]
    assert numbers == sorted(numbers, reverse=True)
    for share, number in zip(shares, numbers, strict=True):
        if 1e-7 <= share < 0.95:
            assert number / share == pytest.approx(1, abs=0.35)


def test_a_stronger_ratio_never_has_a_weaker_word() -> None:
    order = ["hardly", "a little", "clearly", "strongly", "very strongly"]
    ranks = [order.index(strength_word(1.1**step)) for step in range(60)]
    assert ranks == sorted(ranks)


def test_the_group_of_rare_diseases_names_every_one_to_a_doctor_and_their_number_to_a_person() -> None:
    group = explain(RARE_CAUSE)
    for_doctor = page_text(group, for_doctor=True)
    for_person = page_text(group)
    for disease in load_rare_diseases().diseases:
        assert disease.key in for_doctor
    assert "OMIM:" not in for_person
    assert load_rare_diseases().attribution.split(".")[0] in " ".join(for_person.split())


def test_a_rare_disease_is_found_by_name_and_by_identifier_and_leads_to_its_group() -> None:
    page = explain("Machado-Joseph disease")
    assert page.topic == Topic(PageKind.RARE, "OMIM:109150")
    assert explain("OMIM:109150").topic == page.topic
    assert Topic(PageKind.CAUSE, RARE_CAUSE) in {
        topic for part in page.sections for line in part.lines for topic in line.about
    }
