"""What the page for the doctor says."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

import pytest
from docs.letter_picture import ABSENT, LAST
from tests.report.letter_made import EVERYTHING, basis_of, made

from myotwitch.case import FINDINGS
from myotwitch.causes import Urgency
from myotwitch.causes.rules import load_rules
from myotwitch.diary import Bout, CheckIn, Diary, DiaryPerson, Lab, Symptom
from myotwitch.errors import RequestError
from myotwitch.report.letter import Choices, Part, Span, chosen_part
from myotwitch.report.letter.course_chart import days_of_diary
from myotwitch.report.letter.findings_part import short_names, warning_signs
from myotwitch.report.letter.opinion_part import is_hidden, sureness


def everything_said(choices: Choices, diary: Diary | None = None) -> str:
    return json.dumps(asdict(made(choices, diary)), default=str, ensure_ascii=False)


def test_each_warning_sign_is_asked_for_by_a_rule_that_demands_a_doctor_and_cites_its_source() -> None:
    import tomllib
    from importlib.resources import files

    rows = tomllib.loads(files("myotwitch.report").joinpath("red_flags.toml").read_text("utf-8"))["flag"]
    assert tuple(row["finding"] for row in rows) == warning_signs()
    for row in rows:
        rules = [
            rule
            for rule in load_rules()
            if rule.urgency is not None and rule.urgency >= Urgency.SEE_DOCTOR and row["finding"] in rule.when.findings
        ]
        assert rules, row
        assert set(row["sources"]) <= {source for rule in rules for source in rule.sources}, row


def test_each_warning_sign_has_a_short_name() -> None:
    assert set(short_names()) == set(warning_signs())
    assert all(len(name) <= 40 for name in short_names().values())


def test_what_was_not_asked_is_kept_apart_from_what_is_absent() -> None:
    flags = {flag.state: flag.text.lower() for flag in made(Choices()).first.flags}
    assert "slurred speech" in flags["absent"]
    assert "double vision" in flags["unasked"]
    assert "brisk reflexes" in flags["unexamined"]
    assert flags["untold"] == "none told"
    said = ", ".join(flags.values())
    for name in warning_signs():
        assert said.count(short_names()[name].lower()) >= 1, name
    for name in set(ABSENT) & set(warning_signs()):
        assert short_names()[name].lower() not in flags["unasked"]


def test_a_warning_sign_that_is_present_leads_the_page() -> None:
    diary = Diary(
        entries=(
            Bout(time=LAST, place="thigh", side="left"),
            Symptom(time=LAST, finding="weakness"),
            Symptom(time=LAST, finding="muscle_wasting"),
        ),
        person=DiaryPerson(birth_year=1960),
    )
    first = made(Choices(), diary).first
    assert first.flags[0].state == "present"
    assert "loss of strength" in first.summary
    assert first.opinion is not None
    assert first.opinion.urgency >= Urgency.SEE_DOCTOR


def test_a_feared_disease_is_told_without_any_figure() -> None:
    diary = Diary(
        entries=(
            Bout(time=LAST, place="thigh", side="left"),
            *(Symptom(time=LAST, finding=name) for name in ("weakness", "progressive_weakness", "muscle_wasting")),
        ),
        person=DiaryPerson(birth_year=1955),
    )
    basis = basis_of(Choices(), diary)
    assert basis.assessment is not None
    feared = {ranked.cause.title for ranked in basis.assessment.causes if ranked.feared and ranked.probability >= 0.05}
    assert feared
    content = made(Choices(), diary)
    assert content.first.opinion is not None
    for thought in content.first.opinion.thoughts:
        if thought.name in feared:
            assert not any(sign.isdigit() for sign in thought.likelihood + thought.sureness)
    tables = [block for section in content.details for block in section.blocks if hasattr(block, "rows")]
    rows = [
        row for table in tables for row in table.rows if row[0].split(" (")[0] in {n.split(" (")[0] for n in feared}
    ]
    assert rows
    assert all(not any(sign.isdigit() for sign in row[1]) for row in rows)


def test_no_probability_is_told_as_a_percentage() -> None:
    opinion = made(Choices(parts=EVERYTHING)).first.opinion
    assert opinion is not None
    assert opinion.thoughts
    assert all("%" not in thought.likelihood and " in " in thought.likelihood for thought in opinion.thoughts)


def test_sureness_falls_as_the_interval_widens() -> None:
    words = [sureness(interval) for interval in ((0.6, 0.8), (0.2, 0.6), (0.02, 0.7))]
    assert words == ["fairly sure", "rather unsure", "very unsure"]


def test_a_laboratory_value_is_told_with_the_range_in_its_own_unit() -> None:
    diary = Diary(
        entries=(Bout(time=LAST, place="calf"), Lab(time=LAST, analyte="magnesium", value=1.2, unit="mg/dL")),
        person=DiaryPerson(birth_year=1990),
    )
    table = made(Choices(), diary).first.laboratory
    assert table is not None
    assert table.rows[0][:3] == ("Magnesium", "1.2 mg/dL, low", "1.7 to 2.43")


def test_days_nobody_watched_are_unknown_and_not_zero() -> None:
    diary = Diary(
        entries=(
            CheckIn(time=LAST - timedelta(days=4), duration_min=120.0),
            Bout(time=LAST - timedelta(days=4, hours=1), place="calf", count=3),
            Bout(time=LAST - timedelta(days=2), place="calf"),
            CheckIn(time=LAST, duration_min=60.0),
        )
    )
    days = list(days_of_diary(diary).values())
    assert [day.watched_h for day in days] == pytest.approx([2.0, 0.0, 0.0, 0.0, 1.0])
    assert [day.watched_bouts for day in days] == [3, 0, 0, 0, 0]
    assert [day.noted for day in days] == [3, 0, 1, 0, 0]


def test_an_empty_diary_says_so_and_guesses_nothing() -> None:
    content = made(Choices(), Diary(entries=()))
    assert content.first.summary == "The diary is empty so far."
    assert content.first.opinion is None
    assert content.first.places is content.first.course is content.first.substances is None
    assert {flag.state for flag in content.first.flags} == {"untold", "unasked", "unexamined"}


def test_without_a_year_of_birth_there_is_no_opinion_but_the_rest() -> None:
    content = made(Choices(), Diary(entries=(Bout(time=LAST, place="calf", side="left"),)))
    assert content.first.opinion is None
    assert content.first.places is not None
    assert content.first.places.rows[0][0] == "Calf, left"


def test_what_came_before_the_stretch_is_not_listed_but_since_when_is_told_from_all() -> None:
    old = Lab(time=LAST - timedelta(days=400), analyte="sodium", value=139.0, unit="mmol/L")
    entries = [old, *(Bout(time=LAST - timedelta(days=day), place="calf", side="left") for day in range(0, 500, 5))]
    diary = Diary(entries=tuple(entries), person=DiaryPerson(birth_year=1990))
    content = made(Choices(span=Span.MONTH), diary)
    assert content.first.laboratory is None
    assert "16\u00a0months" in content.first.summary
    shown = made(Choices(span=Span.ALL), diary).first.laboratory
    assert shown is not None


@pytest.mark.parametrize("part", [part for part in Part if part is not Part.SUBSTANCES])
def test_a_part_left_out_changes_no_other_part(part: Part) -> None:
    with_all, without = made(Choices(parts=EVERYTHING)), made(Choices(parts=EVERYTHING - {part}))
    assert without.first.course is not None
    assert with_all.first.course is not None
    assert without.first.places == with_all.first.places
    assert without.title == with_all.title


def test_the_advice_is_never_weaker_than_what_the_whole_diary_says() -> None:
    everything = made(Choices(parts=EVERYTHING)).first.opinion
    without = made(Choices(parts=EVERYTHING - {Part.LABORATORY})).first.opinion
    assert everything is not None
    assert without is not None
    assert without.urgency == everything.urgency == Urgency.SEE_DOCTOR
    assert "left something out" in without.remark
    assert "magnes" not in everything_said(Choices(parts=EVERYTHING - {Part.LABORATORY})).lower()


def test_causes_that_would_name_what_is_left_out_are_hidden() -> None:
    from myotwitch.causes import load_catalogue

    causes = {cause.name: cause for cause in load_catalogue().causes.values()}
    nothing = Choices(parts=frozenset())
    hidden = {name for name, cause in causes.items() if is_hidden(cause, nothing)}
    assert "caffeine_effect" in hidden
    assert "eyelid_myokymia" not in hidden
    without_feelings = Choices(parts=EVERYTHING - {Part.FEELINGS})
    mind = {name for name, cause in causes.items() if is_hidden(cause, without_feelings)}
    assert {"health_anxiety", "generalised_anxiety"} <= mind
    assert not mind & {"eyelid_myokymia", "stress_twitching", "caffeine_effect"}
    assert not any(is_hidden(cause, Choices(parts=EVERYTHING)) for cause in causes.values())


def test_of_smoking_alone_it_is_not_told_when_it_is_gone() -> None:
    diary = Diary(
        entries=(Bout(time=LAST, place="eyelid", side="left"),), person=DiaryPerson(birth_year=1990, smokes=True)
    )
    table = made(Choices(), diary).first.substances
    assert table is not None
    assert table.rows == (("Nicotine", "not told", "–", "–", "–"),)


def test_an_unknown_part_and_words_that_do_not_fit_are_refused() -> None:
    with pytest.raises(RequestError, match="Did you mean 'notes'"):
        chosen_part("note")
    with pytest.raises(RequestError, match="characters"):
        Choices(question="x" * 301)


def test_every_finding_that_can_be_hidden_exists() -> None:
    from myotwitch.report.letter.choices import DRUG_FINDINGS, FEELINGS

    assert set(FINDINGS) >= FEELINGS | DRUG_FINDINGS
