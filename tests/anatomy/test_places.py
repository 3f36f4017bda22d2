"""The places of the contract and their regions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from myotwitch.anatomy import PLACE_LABELS, PLACES, REGION_OF_PLACE, SIDES, Region, region_of_place
from myotwitch.errors import UnknownNameError


def test_places_are_those_of_the_contract_in_its_order(shared_contract: Path) -> None:
    text = (shared_contract / "CASE.md").read_text(encoding="utf-8")
    listed = re.search(r"^Places: `([^`]+)`", text, flags=re.MULTILINE)
    assert listed is not None
    assert tuple(listed.group(1).split()) == PLACES


def test_regions_of_the_catalogue_are_all_used_and_no_others(shared_contract: Path) -> None:
    catalogue = (Path(__file__).parents[2] / "docs" / "catalogue.md").read_text(encoding="utf-8")
    listed = re.search(r"# Regions: ([a-z_\s#]+)\. \(A place", catalogue)
    assert listed is not None
    assert {region.value for region in Region} == set(listed.group(1).replace("#", " ").split())
    assert set(REGION_OF_PLACE.values()) == set(Region)


def test_regions_of_places_are_those_of_the_catalogue() -> None:
    catalogue = (Path(__file__).parents[2] / "docs" / "catalogue.md").read_text(encoding="utf-8")
    paragraph = catalogue.split("Places of the contract and their regions:")[1].split("\n\n")[0]
    told = {
        place: pair.split("→")[1].strip(" .\n")
        for pair in paragraph.replace("\n", " ").split(";")
        for place in pair.split("→")[0].split()
    }
    assert told == {place: region.value for place, region in REGION_OF_PLACE.items()}


def test_every_place_has_a_label_in_plain_words() -> None:
    assert set(PLACE_LABELS) == set(PLACES)
    assert all(label and "_" not in label for label in PLACE_LABELS.values())


def test_sides_are_those_of_the_contract() -> None:
    assert SIDES == ("left", "right", "both")


def test_an_unknown_place_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'eyelid'"):
        region_of_place("eyelit")
