"""The page Now: a bout in two taps, stretches without any, what was taken and what of it is left."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.web.conftest import Browser

from myotwitch.diary import Bout, CheckIn, Diary, Intake, Sleep
from myotwitch.store import open_store, read_diary
from myotwitch.substances import SUBSTANCES
from myotwitch.web.in_body_drawing import now_of, present
from myotwitch.web.in_body_words import in_body_rows, time_text
from myotwitch.web.noting import shared_of_late, stretches_to_check, used_of_late
from myotwitch.web.servings import offers, servings
from myotwitch.web.settings import AppSettings

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def diary_in(settings: AppSettings) -> Diary:
    with open_store(settings.store) as store:
        return read_diary(store)


def send(browser: Browser, address: str, **fields: str) -> str:
    answer = browser.post(address, data={"csrf": browser.csrf(), **fields}, headers={"origin": str(browser.base_url)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def refusal(browser: Browser, address: str, **fields: str) -> str:
    answer = browser.post(address, data={"csrf": browser.csrf(), **fields}, headers={"origin": str(browser.base_url)})
    assert answer.status_code == 422
    return answer.text


def test_a_muscle_on_the_map_becomes_a_bout_of_its_place_and_side(browser: Browser, settings: AppSettings) -> None:
    send(browser, "/now/bout", where="gastrocnemius_medial_head-left")
    (bout,) = diary_in(settings).of(Bout)
    assert (bout.muscle, bout.place, bout.side) == ("gastrocnemius_medial_head", "calf", "left")


def test_the_side_that_is_chosen_in_the_sheet_counts(browser: Browser, settings: AppSettings) -> None:
    send(browser, "/now/bout", where="calf", side="both", strength="6", duration_s="30", count="3")
    (bout,) = diary_in(settings).of(Bout)
    assert (bout.muscle, bout.place, bout.side) == (None, "calf", "both")
    assert (bout.strength, bout.duration_s, bout.count) == (6.0, 30.0, 3)


def test_after_a_bout_the_same_view_is_shown_and_the_bout_can_be_taken_back(
    browser: Browser, settings: AppSettings
) -> None:
    assert send(browser, "/now/bout", where="lip-left", view="face") == "/#face"
    assert send(browser, "/now/bout", where="lip-left", view="//elsewhere") == "/"
    action = re.search(r'name="action" value="(\d+)"', browser.get("/").text)
    assert action is not None
    send(browser, "/undo", action=action.group(1))
    assert len(diary_in(settings).of(Bout)) == 1


@pytest.mark.parametrize("where", ["calff-left", "", "calf-up"])
def test_a_place_that_does_not_exist_is_refused(browser: Browser, settings: AppSettings, where: str) -> None:
    refusal(browser, "/now/bout", where=where)
    assert diary_in(settings).entries == ()


@pytest.mark.parametrize("count", ["0", "1.5", "many", "1e9", "inf", "nan"])
def test_a_count_that_is_none_is_refused(browser: Browser, settings: AppSettings, count: str) -> None:
    refusal(browser, "/now/bout", where="calf-left", count=count)
    assert diary_in(settings).entries == ()


def test_an_earlier_time_keeps_the_offset_of_the_browser(browser: Browser, settings: AppSettings) -> None:
    send(browser, "/now/bout", where="calf-left", time="2026-03-04T21:30", offset_min="330")
    (bout,) = diary_in(settings).of(Bout)
    assert bout.time.isoformat() == "2026-03-04T21:30:00+05:30"


def test_nothing_since_the_last_note_covers_that_stretch(browser: Browser, settings: AppSettings) -> None:
    two_hours_ago = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    send(browser, "/now/bout", where="calf-left", time=two_hours_ago, offset_min="0")
    assert 'name="since" value="bout"' in browser.get("/").text
    send(browser, "/now/none", since="bout", offset_min="0")
    (check_in,) = diary_in(settings).of(CheckIn)
    assert 119 <= check_in.duration_min <= 122


def test_a_stretch_that_nobody_can_have_watched_is_refused(browser: Browser, settings: AppSettings) -> None:
    refusal(browser, "/now/none", since="waking")
    refusal(browser, "/now/none", since="birth")
    refusal(browser, "/now/none", hours="17")
    refusal(browser, "/now/none", hours="nan")
    assert diary_in(settings).entries == ()


def test_since_waking_begins_when_sleep_ended_and_is_not_offered_after_a_day() -> None:
    slept = Sleep(time=NOW - timedelta(hours=13), duration_min=480.0)
    (stretch,) = stretches_to_check(Diary(entries=(slept,)), NOW)
    assert (stretch.key, stretch.hours, stretch.minutes) == ("waking", 5, 0)
    assert stretches_to_check(Diary(entries=(slept,)), NOW + timedelta(hours=12)) == ()


def test_what_is_taken_can_be_named_as_people_name_it(browser: Browser, settings: AppSettings) -> None:
    send(browser, "/now/intake", substance="Coffee", amount="90", unit="mg")
    send(browser, "/now/intake", substance="magnesium_supplement")
    refusal(browser, "/now/intake", substance="moonshine dust")
    assert [(taken.substance, taken.amount) for taken in diary_in(settings).of(Intake)] == [
        ("caffeine", 90.0),
        ("magnesium_supplement", None),
    ]


def test_the_first_offers_are_servings_of_the_table_and_later_what_the_person_takes() -> None:
    assert [offer.name for offer in offers(Diary(entries=()), NOW)] == [
        "Cup of coffee",
        "Small beer",
        "Magnesium tablet",
    ]
    diary = Diary(
        entries=(
            *(
                Intake(time=NOW - timedelta(days=day), substance="sertraline", amount=50.0, unit="mg")
                for day in range(3)
            ),
            Intake(time=NOW, substance="caffeine", amount=80.0, unit="mg"),
        )
    )
    assert [offer.name for offer in offers(diary, NOW)][:2] == [SUBSTANCES["sertraline"].name, "Espresso"]


def test_every_serving_is_of_a_known_substance_and_graded() -> None:
    assert {"coffee", "small_beer", "magnesium_tablet"} <= {serving.key for serving in servings()}
    assert all(serving.amount.note for serving in servings())


def test_places_used_of_late_come_first_and_once() -> None:
    bouts = tuple(
        Bout(time=NOW - timedelta(hours=hour), place=place, side="left")
        for hour, place in enumerate(["calf", "eyelid", "calf", "thigh"])
    )
    assert [part.name for part in used_of_late(tuple(reversed(bouts)), NOW)] == [
        "calf-left",
        "eyelid-left",
        "thigh-left",
    ]


def bouts_of(*muscles: tuple[str, str | None]) -> tuple[Bout, ...]:
    return tuple(Bout(time=NOW, muscle=muscle, side=side) for muscle, side in muscles)


def test_muscles_of_one_side_that_share_a_nerve_are_told_so() -> None:
    (shared,) = shared_of_late(bouts_of(("soleus", "left"), ("gastrocnemius", "left"), ("deltoideus", "right")), NOW)
    assert (shared.side, shared.driven, shared.supply is not None) == ("left", 2, True)
    assert shared.supply is not None
    assert shared.supply.key == "tibial"


def test_muscles_of_different_sides_share_no_nerve() -> None:
    assert shared_of_late(bouts_of(("soleus", "left"), ("gastrocnemius", "right")), NOW) == ()


def test_where_most_hang_on_one_nerve_it_is_named_with_how_many() -> None:
    muscles = ("tibialis_anterior", "extensor_hallucis_longus", "extensor_digitorum_brevis", "orbicularis_oculi")
    (shared,) = shared_of_late(bouts_of(*((muscle, "left") for muscle in muscles)), NOW)
    assert shared.supply is not None
    assert (shared.supply.key, shared.driven) == ("deep_fibular", 3)


def test_muscles_without_a_common_nerve_are_not_tied_together() -> None:
    (shared,) = shared_of_late(bouts_of(("orbicularis_oculi", "left"), ("soleus", "left"), ("deltoideus", "left")), NOW)
    assert shared.supply is None


def coffee_diary() -> Diary:
    return Diary(entries=(Intake(time=NOW - timedelta(hours=2), substance="caffeine", amount=90.0, unit="mg"),))


def test_what_is_in_the_body_lies_within_its_band_and_never_above_what_was_taken() -> None:
    (one,) = present(coffee_diary(), NOW)
    middle, low, high = now_of(one.curve, NOW)
    assert 0 < low <= middle <= high <= 90.0
    assert middle == pytest.approx(one.row.now.value, rel=0.02)


def test_what_is_in_the_body_is_told_in_words_and_drawn() -> None:
    (row,) = in_body_rows(present(coffee_diary(), NOW), NOW)
    assert row["name"] == SUBSTANCES["caffeine"].name
    assert "in 95 of 100 people between" in row["amount"]
    assert row["drawing"].startswith("<svg")
    assert "style=" not in row["drawing"]


def test_times_are_told_to_the_half_hour_with_their_day() -> None:
    assert time_text(NOW + timedelta(hours=2, minutes=10), NOW) == "14:00"
    assert time_text(NOW + timedelta(hours=11, minutes=50), NOW) == "00:00 tomorrow"
    assert time_text(NOW - timedelta(hours=14), NOW) == "22:00 yesterday"
    assert time_text(NOW + timedelta(days=3), NOW) == "30 Nov 2026"


def fragments(browser: Browser) -> Iterator[int]:
    for _ in range(200):
        yield browser.get("/now/in-body/part").status_code
        time.sleep(0.05)


def test_the_part_on_what_is_in_the_body_comes_when_it_is_worked_out(browser: Browser) -> None:
    send(browser, "/now/intake", substance="caffeine", amount="90", unit="mg")
    assert 200 in fragments(browser)
    text = browser.get("/").text
    assert "data-load" not in text
    assert '<svg class="in-body"' in text
    assert "gone by about" in browser.get("/now/in-body").text


def test_the_page_shows_counts_and_shared_nerves_after_bouts(browser: Browser) -> None:
    send(browser, "/now/bout", where="soleus-left")
    send(browser, "/now/bout", where="gastrocnemius-left")
    text = browser.get("/").text
    assert "Deep calf muscle, your left (1 in 30 days)" in text
    assert "All 2 are driven by" in text
    assert text.index("Calf muscle, your left</button>") < text.index("Deep calf muscle, your left</button>")


def test_the_page_names_every_part_of_the_list_and_has_no_inline_style_or_script(browser: Browser) -> None:
    text = browser.get("/").text
    assert text.count('name="where" value="') >= 2 * 249
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son\w+=", text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
