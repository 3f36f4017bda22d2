"""What twitching muscles have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotwitch.anatomy import MUSCLES, SupplyKind, shared_supply
from myotwitch.anatomy.nerves import with_trunks
from myotwitch.errors import RequestError, UnknownNameError


def keys_of(kind: SupplyKind, *muscles: str) -> set[str]:
    return {supply.key for supply in shared_supply(muscles) if supply.kind is kind}


def test_muscles_of_one_root_by_different_nerves_point_to_the_root() -> None:
    assert keys_of(SupplyKind.NERVE, "tibialis_anterior", "gluteus_medius") == set()
    assert keys_of(SupplyKind.ROOT, "tibialis_anterior", "gluteus_medius") == {"L4", "L5"}


def test_muscles_of_one_nerve_point_to_it_and_to_its_trunks() -> None:
    assert keys_of(SupplyKind.NERVE, "tibialis_anterior", "fibularis_longus") == {"common_fibular", "sciatic"}


def test_muscles_of_the_hand_by_two_nerves_share_roots_only() -> None:
    assert keys_of(SupplyKind.NERVE, "abductor_pollicis_brevis", "interosseus_dorsalis_manus_1") == set()
    assert keys_of(SupplyKind.ROOT, "abductor_pollicis_brevis", "interosseus_dorsalis_manus_1") == {"C8", "T1"}


def test_muscles_with_nothing_in_common_give_nothing() -> None:
    assert shared_supply(["orbicularis_oculi", "soleus"]) == ()


def test_the_narrowest_supply_comes_first() -> None:
    counts = [supply.muscle_count for supply in shared_supply(["tibialis_anterior", "extensor_hallucis_longus"])]
    assert counts == sorted(counts)
    assert shared_supply(["tibialis_anterior", "extensor_hallucis_longus"])[0].key == "deep_fibular"


@given(st.lists(st.sampled_from(sorted(MUSCLES)), min_size=1, max_size=4), st.sampled_from(sorted(MUSCLES)))
def test_a_further_muscle_never_adds_a_shared_supply(keys: list[str], further: str) -> None:
    before = {(supply.kind, supply.key) for supply in shared_supply(keys)}
    after = {(supply.kind, supply.key) for supply in shared_supply([*keys, further])}
    assert after <= before


@given(st.lists(st.sampled_from(sorted(MUSCLES)), min_size=1, max_size=4))
def test_order_and_repetition_of_the_muscles_do_not_matter(keys: list[str]) -> None:
    assert shared_supply(keys) == shared_supply([*reversed(keys), keys[0]])


def test_every_muscle_alone_has_its_nerves_and_roots() -> None:
    for key, muscle in MUSCLES.items():
        found = {supply.key for supply in shared_supply([key])}
        assert set(muscle.roots) | set(muscle.nerves) <= found


def test_no_muscle_and_an_unknown_muscle_are_refused() -> None:
    with pytest.raises(RequestError, match="at least one"):
        shared_supply([])
    with pytest.raises(UnknownNameError, match="Did you mean 'soleus'"):
        shared_supply(["soleu"])
    with pytest.raises(UnknownNameError, match="Did you mean 'sciatic'"):
        with_trunks("siatic")
