"""The body map: every shape is where it belongs, is known to the anatomy, and has its mirror image."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import Markup

from myotwitch.anatomy import MUSCLES, PLACES
from myotwitch.diary import Bout
from myotwitch.errors import TableError, UnknownNameError
from myotwitch.report.body_map import GROUPS, SHEETS, VIEWS, Part, drawing_of, drawn, heat_of, keys_of_place, part_of
from myotwitch.report.body_map.curves import (
    Knot,
    clockwise,
    is_inside,
    joined,
    middle_of,
    mirrored,
    path_text,
    polygon,
    ring_from_text,
)
from myotwitch.report.body_map.shapes import OTHER_SIDE, Shape, _shapes_of, sheet

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LEAST_AREA_PX = 50.0
"""A touch reaches wider than this: what lies close by is offered beside what was hit."""
PHONE_PX, PHONE_STEP_PX = 328.0, 2.5
CROPPED = {"belly", "face"}
"""Drawings that end in the middle of the body."""
NOT_DRAWN = {"diaphragm", "one_arm", "one_leg", "one_side", "both_arms", "both_legs", "trunk", "widespread"}
"""Wider than one drawing, or drawn as the muscle of the same name; all stand in the list."""


def parts_of(key: str) -> tuple[Shape, ...]:
    return sheet(key).of("part")


def touched_areas(key: str) -> dict[str, float]:
    """The area in which a touch hits each part of the drawn side on a phone of 360 pixels **[px²]**, by a grid."""
    _, top, width, height = sheet(key).box
    skins = [polygon(ring) for outline in sheet(key).of("outline") for ring in outline.rings]
    shapes = [shape for shape in parts_of(key) if shape.side in (None, sheet(key).drawn_side)]
    rings = [(shape.name, polygon(ring)) for shape in reversed(shapes) for ring in shape.rings]
    boxes = [
        (name, points, *(bound(at) for at in zip(*points, strict=True) for bound in (min, max)))
        for name, points in rings
    ]
    areas = dict.fromkeys((shape.name for shape in shapes), 0.0)
    step = PHONE_STEP_PX * width / PHONE_PX
    for row in range(int(height / step)):
        y = top + (row + 0.5) * step
        for column in range(int(width / 2 / step)):
            x = (column + 0.5) * step
            if not any(is_inside(x, y, skin) for skin in skins):
                continue
            for name, points, x_low, x_high, y_low, y_high in boxes:
                if x_low < x < x_high and y_low < y < y_high and is_inside(x, y, points):
                    areas[name] += PHONE_STEP_PX**2
                    break
    return areas


@pytest.mark.parametrize("key", SHEETS)
def test_every_part_can_be_touched_within_the_skin_and_the_drawing(key: str) -> None:
    too_small = {name: area for name, area in touched_areas(key).items() if area < LEAST_AREA_PX}
    assert not too_small


@pytest.mark.parametrize("key", SHEETS)
def test_the_middle_of_every_muscle_lies_inside_the_skin_and_the_drawing(key: str) -> None:
    left, top, width, height = sheet(key).box
    skins = [polygon(ring) for outline in sheet(key).of("outline") for ring in outline.rings]
    for shape in parts_of(key):
        for ring in shape.rings if shape.key in MUSCLES else ():
            x, y = middle_of(polygon(ring))
            assert left <= x <= left + width, shape.name
            assert any(is_inside(x, y, skin) for skin in skins), shape.name
            if key not in CROPPED:
                assert top <= y <= top + height, shape.name


@pytest.mark.parametrize("key", SHEETS)
def test_every_part_has_its_mirror_image(key: str) -> None:
    by_name = {shape.name: shape for shape in parts_of(key)}
    for shape in by_name.values():
        if shape.side is None:
            assert all(
                Knot(x=-knot.x, y=knot.y, is_corner=knot.is_corner) in ring for ring in shape.rings for knot in ring
            )
            continue
        other = by_name[f"{shape.key}-{OTHER_SIDE[shape.side]}"]
        assert {(knot.x, knot.y) for ring in shape.rings for knot in ring} == {
            (-knot.x, knot.y) for ring in other.rings for knot in ring
        }


@pytest.mark.parametrize("key", SHEETS)
def test_the_drawn_side_lies_on_the_viewers_right(key: str) -> None:
    for shape in parts_of(key):
        if shape.side is not None:
            x, _ = middle_of(polygon(shape.rings[0]))
            assert (x > 0) is (shape.side == sheet(key).drawn_side), shape.name


def test_in_front_the_persons_left_is_on_the_viewers_right_and_behind_on_the_left() -> None:
    assert sheet("front").drawn_side == "left"
    assert sheet("back").drawn_side == "right"


def test_every_id_is_unique_and_names_what_the_anatomy_knows() -> None:
    ids = Counter(f"{key}-{shape.name}" for key in SHEETS for shape in parts_of(key))
    assert max(ids.values()) == 1
    assert all(part_of(name).key in {*MUSCLES, *PLACES} for name in drawn())


def test_at_least_150_muscles_and_places_can_be_pointed_at() -> None:
    assert len(drawn()) >= 150
    assert len({name for name in drawn() if part_of(name).is_muscle}) >= 150


def test_every_place_of_the_contract_is_in_the_list_once_and_on_the_map_where_it_can_be() -> None:
    listed = [place for places in GROUPS.values() for place in places]
    assert sorted(listed) == sorted(PLACES)
    assert {place for place in PLACES if f"{place}-left" not in drawn()} == NOT_DRAWN
    assert "diaphragma-left" in drawn()


def test_every_muscle_is_in_the_list_once() -> None:
    listed = Counter(key for places in GROUPS.values() for place in places for key in keys_of_place(place))
    assert set(listed) == {*MUSCLES, *PLACES}
    assert max(listed.values()) == 1


def test_every_view_has_its_drawings() -> None:
    assert [view.key for view in VIEWS] == ["front", "back", "face", "mouth", "hand", "foot", "belly"]


def drawing(key: str) -> Markup:
    heat = heat_of((Bout(time=NOW, muscle="deltoideus", side="left"),), NOW)
    return drawing_of(
        key,
        label="Front & back",
        sides={"left": "your left", "right": "your right"},
        title=lambda part, count: f"<{part.name}> {count}",
        heat=heat,
    )


def test_a_drawing_escapes_its_words_and_carries_no_style_attribute() -> None:
    text = drawing("front")
    assert "Front &amp; back" in text
    assert "&lt;deltoideus-left&gt; 1" in text
    assert "style=" not in text


def test_a_part_is_coloured_by_its_own_side() -> None:
    text = drawing("front")
    assert 'class="part muscle in-shoulder heat-1" id="front-deltoideus-left"' in text
    assert 'class="part muscle in-shoulder heat-0" id="front-deltoideus-right"' in text


def test_a_bout_of_a_place_tints_its_muscles_and_a_bout_of_a_muscle_its_place() -> None:
    heat = heat_of(
        (
            Bout(time=NOW - timedelta(days=2), place="calf", side="left", count=3),
            Bout(time=NOW - timedelta(days=1), muscle="soleus", side="left"),
            Bout(time=NOW, muscle="gastrocnemius"),
        ),
        NOW,
    )
    assert heat.count(Part(key="soleus", side="left")) == 4
    assert heat.count(Part(key="calf", side="left")) == 5
    assert heat.count(Part(key="gastrocnemius_medial_head", side="left")) == 4
    assert heat.count(Part(key="gastrocnemius_medial_head", side="right")) == 1
    assert heat.count(Part(key="soleus", side="right")) == 0


def test_bouts_of_more_than_thirty_days_ago_are_cold() -> None:
    heat = heat_of((Bout(time=NOW - timedelta(days=31), place="calf", side="left"),), NOW)
    assert heat.count(Part(key="calf", side="left")) == 0


@pytest.mark.parametrize("name", ["calff-left", "calf-up", "", "-left", "calf-left-right"])
def test_a_part_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(UnknownNameError):
        part_of(name)


def test_a_table_that_names_what_nobody_knows_is_refused() -> None:
    for line in ("muscle calff 0,0 1,1 2,0", "bone femur 0,0 1,1 2,0", "muscle soleus 0,0 x,1"):
        with pytest.raises(TableError):
            _shapes_of(line, "left", "test")


def test_a_curve_goes_through_its_points_and_round_things_are_round() -> None:
    ring = ring_from_text("0,-10 10,0 0,10 -10,0")
    points = polygon(ring)
    assert all((knot.x, knot.y) in points for knot in ring)
    assert all(9.5 < (x * x + y * y) ** 0.5 < 10.5 for x, y in points)


def test_a_corner_has_no_handles() -> None:
    assert path_text([ring_from_text("0,0* 10,0* 10,10*")]) == "M0 0C0 0 10 0 10 0C10 0 10 10 10 10C10 10 0 0 0 0Z"


def test_halves_join_and_directions_agree() -> None:
    half = ring_from_text("0,0 5,5 0,10")
    assert [(knot.x, knot.y) for knot in joined(half)] == [(0, 0), (5, 5), (0, 10), (-5, 5)]
    assert clockwise(mirrored(half)) in (mirrored(half), tuple(reversed(mirrored(half))))
    assert clockwise(clockwise(half)) == clockwise(half)
