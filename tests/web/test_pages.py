"""What a person does on the pages of diary, answer, learning and settings, without a script."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.web.conftest import Browser

from myotwitch.diary import Bout, Diary, Symptom
from myotwitch.diary.exports import EXPORTERS
from myotwitch.store import add_person, names_in, open_store, read_diary, restore_backup
from myotwitch.web.settings import AppSettings


def diary_in(settings: AppSettings, person: str | None = None) -> Diary:
    with open_store(settings.store) as store:
        return read_diary(store, person)


def answer_of(browser: Browser) -> str:
    """Ask for the answer until it is worked out."""
    until = time.monotonic() + 60
    while (answer := browser.get("/answer/now")).status_code == 202:
        assert time.monotonic() < until
        time.sleep(0.05)
    return answer.text


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("bout", {"place": "calf", "side": "left", "strength": "4", "duration_s": "12,5", "painful": "false"}),
        ("check_in", {"duration_min": "60"}),
        ("intake", {"substance": "caffeine", "amount": "95", "unit": "mg"}),
        ("schedule", {"substance": "sertraline", "amount": "50", "unit": "mg", "at": "08:00 20:00"}),
        ("sleep", {"duration_min": "430"}),
        ("stress", {"level": "7"}),
        ("exercise", {"effort": "6", "duration_min": "45"}),
        ("screen", {"duration_min": "200"}),
        ("symptom", {"finding": "muscle_cramps", "severity": "3"}),
        ("lab", {"analyte": "magnesium", "value": "0.82", "unit": "mmol/L"}),
        ("cycle", {"event": "began"}),
        ("pregnancy", {"event": "began"}),
        ("illness", {"event": "began", "text": "a cold"}),
        ("vaccination", {"text": "influenza"}),
        ("note", {"text": "better since the holiday"}),
    ],
)
def test_every_kind_of_entry_has_a_form_and_is_kept(
    browser: Browser, settings: AppSettings, kind: str, fields: dict[str, str]
) -> None:
    assert browser.get(f"/diary/new/{kind}").status_code == 200
    assert browser.submit(f"/diary/new/{kind}", time="2026-03-04T10:15", **fields).status_code == 303
    (entry,) = diary_in(settings).entries
    assert entry.kind == kind
    assert entry.time.strftime("%Y-%m-%dT%H:%M") == "2026-03-04T10:15"
    assert browser.get(f"/diary/entry/{entry.key}").status_code == 200
    for view in ("day", "week", "year"):
        assert browser.get(f"/diary?view={view}&day=2026-03-04").status_code == 200


def test_what_is_wrong_in_a_form_is_said_and_nothing_is_kept(browser: Browser, settings: AppSettings) -> None:
    answer = browser.submit("/diary/new/bout", place="calff", strength="40")
    assert answer.status_code == 422
    assert "Did you mean" in answer.text
    assert "allowed is 0 to 10" in answer.text
    assert diary_in(settings).entries == ()


def test_a_time_in_the_future_is_refused(browser: Browser, settings: AppSettings) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert browser.submit("/diary/new/note", text="x", time=later).status_code == 422
    assert diary_in(settings).entries == ()


def test_an_entry_is_corrected_taken_out_and_brought_back(browser: Browser, settings: AppSettings) -> None:
    browser.submit("/diary/new/bout", place="calf", time="2026-03-04T10:15")
    key = diary_in(settings).entries[0].key
    browser.submit(f"/diary/entry/{key}", place="eyelid", side="left", time="2026-03-04T10:15")
    (bout,) = diary_in(settings).of(Bout)
    assert (bout.place, bout.side) == ("eyelid", "left")
    browser.submit(f"/diary/entry/{key}/remove")
    assert diary_in(settings).entries == ()
    told = browser.get("/diary").text
    action = re.search(r'name="action" value="(\d+)"', told)
    assert action is not None
    browser.submit("/undo", action=action.group(1))
    assert len(diary_in(settings).entries) == 1


def test_a_kind_or_an_entry_that_does_not_exist_is_told(browser: Browser) -> None:
    assert browser.get("/diary/new/nonsense").status_code == 422
    assert browser.get("/diary/entry/0123456789abcdef").status_code == 422
    assert browser.get("/diary/entry/NOT-A-KEY").status_code == 422


def test_the_answer_asks_for_what_it_needs_then_says_how_urgent_it_is(browser: Browser, settings: AppSettings) -> None:
    assert "Note what twitches" in browser.get("/answer").text
    browser.submit("/now/bout", place="eyelid", side="left")
    assert "Age in years" in browser.get("/answer").text
    browser.submit("/answer/person", age_years="34", sex="female")
    told = answer_of(browser)
    assert "harmless" in told.lower()
    finding = re.search(r'name="finding" value="(\w+)"', told)
    assert finding is not None
    browser.submit("/answer/reply", finding=finding.group(1), reply="n")
    (kept,) = diary_in(settings).of(Symptom)
    assert (kept.finding, kept.severity) == (finding.group(1), 0.0)
    assert f'value="{finding.group(1)}"' not in answer_of(browser)


def test_an_answer_that_is_not_known_is_not_asked_again_and_not_kept(browser: Browser, settings: AppSettings) -> None:
    browser.submit("/now/bout", place="calf")
    browser.submit("/answer/person", age_years="50")
    finding = re.search(r'name="finding" value="(\w+)"', answer_of(browser))
    assert finding is not None
    browser.submit("/answer/reply", finding=finding.group(1), reply="?")
    assert f'value="{finding.group(1)}"' not in answer_of(browser)
    assert diary_in(settings).of(Symptom) == ()


@pytest.mark.parametrize("name", ["magnesium", "als", "coffee", "G25.3", "biceps"])
def test_a_name_leads_to_its_page(browser: Browser, name: str) -> None:
    address = browser.submit("/learn/find", name=name).headers["location"]
    assert address.startswith("/learn/about/")
    assert browser.get(address).status_code == 200


def test_every_page_that_the_encyclopaedia_lists_exists(browser: Browser) -> None:
    links = sorted(set(re.findall(r'href="(/learn/about/[^"]+)"', browser.get("/learn").text)))
    assert len(links) > 700
    for link in links[::40]:
        assert browser.get(link).status_code == 200, link


def test_the_playground_answers_and_refuses_what_no_body_has(browser: Browser) -> None:
    headers = {"X-CSRF-Token": browser.csrf(), "Origin": "http://127.0.0.1:8765"}
    healthy = browser.post("/learn/playground/axon", json={}, headers=headers).json()
    assert not healthy["fires_alone"]
    assert abs(healthy["threshold_percent"]) < 2
    assert healthy["impulses"] == 1
    low = browser.post("/learn/playground/axon", json={"calcium": 0.25}, headers=headers).json()
    assert low["fires_alone"]
    assert browser.post("/learn/playground/axon", json={"calcium": -1}, headers=headers).status_code == 422


def test_settings_are_kept(browser: Browser, settings: AppSettings) -> None:
    browser.submit("/settings/profile", birth_year="1990", sex="male", weight_kg="82,5", smokes="true")
    person = diary_in(settings).person
    assert person is not None
    assert (person.birth_year, person.weight_kg, person.smokes, person.takes_pill) == (1990, 82.5, True, None)
    assert browser.submit("/settings/profile", weight_kg="9000").status_code == 422
    browser.submit("/settings/looks", language="de", theme="dark")
    assert 'lang="de" data-theme="dark"' in browser.get("/settings").text


def test_two_persons_do_not_see_one_another(browser: Browser, settings: AppSettings) -> None:
    browser.submit("/diary/new/note", text="of the first")
    browser.submit("/settings/person", new="Second")
    assert "of the first" not in browser.get("/diary").text
    browser.submit("/diary/new/note", text="of the second")
    assert [entry.text for entry in diary_in(settings, "Second").entries] == ["of the second"]
    assert browser.submit("/settings/person", person="Nobody").status_code == 422


@pytest.mark.parametrize("name", sorted(EXPORTERS))
def test_everything_can_be_taken_away(browser: Browser, name: str) -> None:
    browser.submit("/now/bout", place="calf")
    answer = browser.submit(f"/settings/export/{name}")
    assert "attachment" in answer.headers["content-disposition"]
    assert "calf" in answer.text
    if name != "csv":
        json.loads(answer.text)


def test_a_backup_is_encrypted_and_brings_everything_back(browser: Browser, tmp_path: Path) -> None:
    browser.submit("/diary/new/note", text="worth keeping")
    assert browser.submit("/settings/backup", passphrase="short").status_code == 422
    content = browser.submit("/settings/backup", passphrase="a long passphrase").content
    assert b"worth keeping" not in content
    file = tmp_path / "kept.age"
    file.write_bytes(content)
    with open_store(tmp_path / "other.db", create=True) as store:
        restore_backup(store, file, passphrase="a long passphrase")
        assert [entry.text for entry in read_diary(store).entries] == ["worth keeping"]


def test_erasing_asks_for_the_name_and_leaves_nothing(browser: Browser, settings: AppSettings) -> None:
    browser.submit("/diary/new/note", text="to be forgotten")
    with open_store(settings.store) as store:
        add_person(store, "Other")
        (first, _) = names_in(store)
    assert browser.submit("/settings/erase", sure="no").status_code == 422
    assert browser.submit("/settings/erase", sure=first).status_code == 200
    with open_store(settings.store) as store:
        assert names_in(store) == ("Other",)
    for file in Path(settings.store).parent.glob("diary.db*"):
        assert b"to be forgotten" not in file.read_bytes()


def worked_out(browser: Browser, path: str) -> str:
    """A part of a page, once it is there."""
    until = time.monotonic() + 60
    while (answer := browser.get(path)).status_code == 202:
        assert time.monotonic() < until
        time.sleep(0.05)
    return answer.text


def test_what_drives_it_is_worked_out_and_an_experiment_planned(browser: Browser, settings: AppSettings) -> None:
    assert "empty yet" in browser.get("/drives").text
    for hour in (9, 12, 15):
        browser.submit("/diary/new/check_in", duration_min="120", time=f"2026-03-04T{hour + 2:02d}:00")
        browser.submit(
            "/diary/new/intake", substance="caffeine", amount="95", unit="mg", time=f"2026-03-04T{hour:02d}:05"
        )
    assert "Caffeine" in worked_out(browser, "/drives/now")
    shown = browser.submit("/drives/plan", substance="caffeine", begin="2031-01-06", seed="4")
    assert "Chance has decided the order" in shown.text
    browser.submit("/drives/plan", substance="caffeine", begin="2031-01-06", seed="4", keep="yes")
    assert "still going" in worked_out(browser, "/drives/now")
    assert "still going" in browser.get("/drives").text
    assert browser.submit("/drives/plan", substance="sertraline", begin="2031-01-06").status_code == 422


def test_values_are_told_in_the_units_of_the_settings_and_kept_as_they_were_noted(browser):
    browser.submit("/settings/profile", birth_year="1990", weight_kg="70", height_cm="180")
    browser.submit("/diary/new/lab", analyte="magnesium", value="0.7", unit="mmol/L", time="2026-03-02T08:00")
    assert "0.7 mmol/L" in browser.get("/diary?view=day&day=2026-03-02").text
    browser.submit("/settings/looks", units="customary")
    assert "1.7 mg/dL (noted as 0.7 mmol/L)" in browser.get("/diary?view=day&day=2026-03-02").text
    settings = browser.get("/settings").text
    assert 'value="154.3"' in settings
    assert 'value="70.9"' in settings
    # What was shown and not changed stays to the last digit; what is new is converted.
    browser.submit("/settings/profile", birth_year="1990", weight_kg="154.3", height_cm="71")
    browser.submit("/settings/looks", units="metric")
    settings = browser.get("/settings").text
    assert 'value="70"' in settings
    assert 'value="180.34"' in settings


def test_the_diary_is_put_under_a_passphrase_and_under_another_one(browser, settings):
    browser.submit("/diary/new/note", text="before", time="2026-03-02T08:00")
    first, second = "four words are enough", "other words, as long"
    refusal = browser.submit("/settings/passphrase", after=first, again=second)
    assert refusal.status_code == 422
    assert browser.submit("/settings/passphrase", after=first, again=first).status_code == 303
    assert "It is encrypted." in browser.get("/settings").text
    browser.submit("/diary/new/note", text="between", time="2026-03-02T09:00")
    assert (
        browser.submit("/settings/passphrase", before="a wrong passphrase", after=second, again=second).status_code
        == 422
    )
    assert browser.submit("/settings/passphrase", before=first, after=second, again=second).status_code == 303
    assert "between" in browser.get("/diary?view=day&day=2026-03-02").text
    with open_store(settings.store, passphrase=second) as store:
        assert len(read_diary(store).entries) == 2
