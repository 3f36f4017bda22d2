"""The catalogue of muscles and nerves: complete, sourced, and found by any name."""

from __future__ import annotations

from collections import Counter

import pytest

from myotwitch.anatomy import (
    MUSCLES,
    NERVES,
    PLACES,
    ROOTS,
    Region,
    find_muscle,
    muscles_of_place,
)
from myotwitch.anatomy.names import names_of, plain_words
from myotwitch.errors import TableError, UnknownNameError
from myotwitch.sources import Grade, load_sources


def test_the_catalogue_holds_at_least_160_muscles_and_every_region_that_has_muscles() -> None:
    assert len(MUSCLES) >= 160
    without_own_muscle = {Region.WHOLE_SIDE, Region.WIDESPREAD}
    assert {muscle.region for muscle in MUSCLES.values()} == set(Region) - without_own_muscle


@pytest.mark.parametrize(
    "key",
    [
        "orbicularis_oculi",
        "rectus_lateralis",
        "genioglossus",
        "longitudinalis_superior",
        "levator_veli_palatini",
        "vocalis",
        "sternocleidomastoideus",
        "scalenus_medius",
        "rectus_capitis_posterior_minor",
        "longissimus_thoracis",
        "multifidus",
        "intercostales_externi",
        "rectus_abdominis",
        "diaphragma",
        "puborectalis",
        "deltoideus",
        "interosseus_dorsalis_manus_1",
        "lumbricales_manus_3_4",
        "gluteus_medius",
        "gastrocnemius_medial_head",
        "abductor_hallucis",
        "interossei_plantares",
    ],
)
def test_every_group_that_was_asked_for_is_there(key: str) -> None:
    assert MUSCLES[key].key == key


def test_every_muscle_has_a_known_place_known_nerves_and_known_roots() -> None:
    for muscle in MUSCLES.values():
        assert muscle.place in PLACES
        assert muscle.nerves
        assert set(muscle.nerves) <= set(NERVES)
        assert set(muscle.roots) <= set(ROOTS)
        assert len(set(muscle.roots)) == len(muscle.roots)
        assert muscle.main_root == muscle.roots[0]


def test_the_roots_of_a_muscle_run_in_its_nerves() -> None:
    for muscle in MUSCLES.values():
        in_nerves = {root for nerve in muscle.nerves for root in NERVES[nerve].roots}
        assert set(muscle.roots) <= in_nerves, muscle.key


def test_the_roots_of_a_branch_run_in_its_trunk() -> None:
    for nerve in NERVES.values():
        if nerve.part_of is not None:
            assert set(nerve.roots) <= set(NERVES[nerve.part_of].roots), nerve.key


def test_every_row_has_a_source_or_says_that_it_was_not_re_read() -> None:
    for muscle in MUSCLES.values():
        if muscle.grade is Grade.EXPERT:
            assert "not re-read" in muscle.note, muscle.key
        else:
            assert muscle.sources, muscle.key


def test_most_rows_rest_on_a_text_that_was_read() -> None:
    grades = Counter(muscle.grade for muscle in MUSCLES.values())
    assert grades[Grade.SOURCED] >= 0.9 * len(MUSCLES)


def test_every_source_of_the_room_is_used() -> None:
    used = {source for muscle in MUSCLES.values() for source in muscle.sources}
    used |= {source for nerve in NERVES.values() for source in nerve.sources}
    used |= {
        source for muscle in MUSCLES.values() if muscle.contraction_time for source in muscle.contraction_time.sources
    }
    assert used == set(load_sources("myotwitch.anatomy"))


def test_every_nerve_drives_a_muscle_or_has_a_branch_that_does() -> None:
    named = {nerve for muscle in MUSCLES.values() for nerve in muscle.nerves}
    named |= {nerve.part_of for nerve in NERVES.values() if nerve.part_of}
    assert set(NERVES) == named


def test_contraction_times_are_those_of_human_muscle_and_the_soleus_is_the_slowest() -> None:
    times = {key: muscle.contraction_time for key, muscle in MUSCLES.items() if muscle.contraction_time}
    assert len(times) >= 8
    assert all(figure.unit == "ms" and 5 < figure.low < figure.high < 300 for figure in times.values())
    assert max(times, key=lambda key: times[key].value) == "soleus"


def test_every_name_of_every_muscle_finds_that_muscle() -> None:
    for muscle in MUSCLES.values():
        for name in names_of(muscle):
            assert find_muscle(name) is muscle, name


def test_names_that_mean_one_muscle_are_not_shared() -> None:
    owners = Counter(words for muscle in MUSCLES.values() for words in {plain_words(name) for name in names_of(muscle)})
    assert [words for words, count in owners.items() if count > 1] == []


def test_shared_names_are_shared_by_at_least_two_muscles() -> None:
    sharing = Counter(plain_words(name) for muscle in MUSCLES.values() for name in muscle.loose_names)
    assert [words for words, count in sharing.items() if count < 2] == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("calf muscle", "gastrocnemius"),
        ("FDI", "interosseus_dorsalis_manus_1"),
        ("M. biceps brachii", "biceps_brachii"),
        ("musculus  Tibialis-Anterior", "tibialis_anterior"),
        ("peroneus longus muscle", "fibularis_longus"),
        ("Déltoid", "deltoideus"),
        ("first dorsal interosseous", "interosseus_dorsalis_manus_1"),
        ("caput mediale musculi gastrocnemii", "gastrocnemius_medial_head"),
    ],
)
def test_case_accents_hyphens_and_musculus_do_not_matter(name: str, key: str) -> None:
    assert find_muscle(name).key == key


@pytest.mark.parametrize(
    ("name", "among"), [("calf", "soleus"), ("hamstrings", "semitendinosus"), ("tongue", "hyoglossus")]
)
def test_a_name_that_means_several_muscles_is_refused_with_the_list(name: str, among: str) -> None:
    with pytest.raises(UnknownNameError, match=f"several muscles.*{among}"):
        find_muscle(name)


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'soleus'"):
        find_muscle("soleous")


@pytest.mark.parametrize("name", ["", "   ", "musculus", "!!", "筋肉"])
def test_a_name_without_letters_of_a_muscle_is_refused(name: str) -> None:
    with pytest.raises(UnknownNameError):
        find_muscle(name)


def test_muscles_of_a_place_lie_there_and_places_of_the_whole_body_have_none() -> None:
    assert {muscle.key for muscle in muscles_of_place("calf")} >= {"gastrocnemius", "soleus"}
    assert muscles_of_place("widespread") == ()
    with pytest.raises(UnknownNameError, match="Did you mean 'thumb'"):
        muscles_of_place("thum")


def test_a_muscle_that_breaks_the_rules_cannot_be_built() -> None:
    from dataclasses import replace

    muscle = MUSCLES["soleus"]
    with pytest.raises(TableError, match="unknown place"):
        replace(muscle, place="tail")
    with pytest.raises(TableError, match="unknown root 'S9'"):
        replace(muscle, roots=("S9",))
    with pytest.raises(TableError, match="names no source"):
        replace(muscle, sources=())
    with pytest.raises(TableError, match="unknown nerve"):
        replace(muscle, nerves=("tibal",))
