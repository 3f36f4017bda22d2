"""The language of the rules: what it says, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from myotwitch.case import case_from_document
from myotwitch.causes.expressions import parse_expression
from myotwitch.causes.facts import Facts, facts_from_case
from myotwitch.errors import TableError


def facts(**parts: Any) -> Facts:
    document = {
        "schema": "myotwitch.case/1",
        "person": {"age_years": 40, "sex": "female"},
        "twitching": [{"place": "eyelid", "since_days": 30, "character": "flicker", "when": ["rest"]}],
        **parts,
    }
    return facts_from_case(case_from_document(document))


SALT = {"labs": [{"analyte": "potassium", "value": 2.4, "unit": "mmol/L"}]}
WEAK = {"findings": [{"finding": "weakness", "present": True, "since_days": 10}]}
STRONG = {"findings": [{"finding": "weakness", "present": False}]}
STOPPED = {"exposures": [{"substance": "alprazolam", "stopped_days_ago": 3}]}
TAKEN = {"exposures": [{"substance": "sertraline", "amount_mg": 50}]}
COFFEE = {"exposures": [{"substance": "caffeine", "amount_mg": 305, "times_per_day": 2}, {"substance": "sertraline"}]}
LIP = {"twitching": [{"place": "lip", "painful": True}, {"place": "thumb", "side": "both", "trend": "worsening"}]}


@pytest.mark.parametrize(
    ("text", "parts", "holds"),
    [
        ("weakness", WEAK, True),
        ("weakness", STRONG, False),
        ("weakness", {}, False),
        ("absent(weakness)", STRONG, True),
        ("absent(weakness)", {}, False),
        ("not weakness", {}, True),
        ("weakness and age >= 40", WEAK, True),
        ("weakness and age > 40", WEAK, False),
        ("days(weakness) < 14", WEAK, True),
        ("days(weakness) < 14", {}, False),
        ("female and not male and not pregnant", {}, True),
        ("since_days > 29 and since_days < 31", {}, True),
        ("bouts_per_day > 0", {}, False),
        ("bouts_per_day <= 0", {}, False),
        ('place("eyelid") and only_place("eyelid")', {}, True),
        ('place("face") and place(hand) and not only_place("face")', LIP, True),
        ("place(lip) and not place(chin)", LIP, True),
        ("places == 2 and painful", LIP, True),
        ("places >= 5", {"twitching": [{"place": "widespread"}]}, True),
        ("character(flicker) and timing(rest)", {}, True),
        ('side("both") and trend("worsening")', LIP, True),
        ("taken(sertraline) and taken_class(SSRI)", TAKEN, True),
        ("taken(caffeine)", TAKEN, False),
        ("stopped(alprazolam, 7) and not stopped(alprazolam, 2)", STOPPED, True),
        ('stopped_class("benzodiazepine", 7) and not taken_class("benzodiazepine")', STOPPED, True),
        ("lab(potassium) <= 2.5", SALT, True),
        ("2.4 <= lab(potassium) < 2.5", SALT, True),
        ("lab(sodium) < 120 or lab(sodium) >= 120", SALT, False),
        ("since_at(eyelid) >= 30", {}, True),
        ("daily_mg(caffeine) > 600", COFFEE, True),
        ("daily_mg(caffeine) > 610", COFFEE, False),
        ("daily_mg(sertraline) > 0 or daily_mg(sertraline) <= 0", COFFEE, False),
    ],
)
def test_a_condition_means_what_it_says(text: str, parts: dict[str, Any], holds: bool) -> None:
    assert parse_expression(text).holds(facts(**parts)) is holds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("weaknes", "Did you mean 'weakness'"),
        ("age", "age is a number; compare it"),
        ("lab(potassium)", "It gives a number; compare it"),
        ("lab(potasium) < 3", "Did you mean 'potassium'"),
        ("place(nose)", "names nothing known"),
        ("stopped(alprazolam)", "needs a name and a number of days"),
        ("absent(weakness, 3)", "needs one name"),
        ("__import__('os')", "is not known as a condition"),
        ("weakness.present", "is no condition"),
        ("(lambda: True)()", "is no condition"),
        ("age + 1 > 3", "is no quantity"),
        ("age in (1, 2)", "is no quantity|is not allowed"),
        ("True", "is no condition"),
        ("weakness and", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_what_is_not_of_the_language_is_refused_when_it_is_read(text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        parse_expression(text)


def test_a_condition_names_the_findings_that_occur_in_it() -> None:
    condition = parse_expression("weakness and (absent(falls) or age > 3 and tetany)")
    assert condition.findings == {"weakness", "falls", "tetany"}
