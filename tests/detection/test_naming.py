"""Textbook activity gets its textbook name, and every name says why."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import jsonschema
import numpy as np
import pytest
from tests.detection.known_activity import (
    NEEDLE,
    SURFACE,
    Discharges,
    noisy,
    recording_of,
    signal_of,
    voluntary,
)

from myotwitch.detection import detect
from myotwitch.recordings import ChannelKind
from myotwitch.twitches import ExclusionReason, Extent, Kind, Twitches, detection_document
from myotwitch.twitches.document_schema import detection_schema
from myotwitch.twitches.kinds import NEEDLE_ONLY_KINDS

ELECTRODES = {
    (10_000.0, ChannelKind.NEEDLE_EMG): NEEDLE,
    (4000.0, ChannelKind.NEEDLE_EMG): NEEDLE,
    (2000.0, ChannelKind.SURFACE_EMG): SURFACE,
    (1000.0, ChannelKind.SURFACE_EMG): SURFACE,
}
KNOWN = [(rate_hz, electrode, kind) for (rate_hz, electrode), kinds in ELECTRODES.items() for kind in kinds]
every_known = pytest.mark.parametrize(("rate_hz", "electrode", "kind"), KNOWN)
PEAK_WITHIN_S = 0.008


@cache
def searched(rate_hz: float, electrode: ChannelKind, kind: Kind) -> tuple[Discharges, Twitches]:
    chance = np.random.default_rng(3)
    source = NEEDLE[kind](chance)
    return source, detect(recording_of(noisy(signal_of(source, rate_hz), chance), rate_hz, electrode))


@every_known
def test_the_discharges_of_known_activity_are_found_and_have_its_name(rate_hz, electrode, kind):
    source, found = searched(rate_hz, electrode, kind)
    own = found.onset_s[[name is kind for name in found.kind]]
    is_found = [np.abs(own - peak_s).min() < PEAK_WITHIN_S for peak_s in source.peak_s]
    assert np.mean(is_found) > 0.9
    assert own.size < 1.05 * source.peak_s.size + 1
    assert len(found) - own.size <= 0.1 * source.peak_s.size


@every_known
def test_every_name_is_explained_by_a_rule_with_figures_that_are_true(rate_hz, electrode, kind):
    source, found = searched(rate_hz, electrode, kind)
    assert tuple(naming.kind for naming in found.naming) == found.kind
    assert all(naming.rule for naming in found.naming)
    (common, _), *_ = Counter(map(id, found.naming)).most_common()
    naming = next(naming for naming in found.naming if id(naming) == common)
    assert naming.sources
    assert naming.figures
    assert np.isfinite(list(naming.figures.values())).all()
    if "rate_hz" in naming.figures:
        assert naming.figures["rate_hz"] == pytest.approx(1 / np.median(np.diff(source.peak_s)), rel=0.15)


@pytest.mark.parametrize(
    ("kind", "extent"),
    [
        (Kind.FIBRILLATION, Extent.FIBRE),
        (Kind.POSITIVE_SHARP_WAVE, Extent.FIBRE),
        (Kind.MYOTONIA, Extent.FIBRE),
        (Kind.MYOKYMIA, Extent.BUNDLE),
        (Kind.NEUROMYOTONIA, Extent.BUNDLE),
        (Kind.FASCICULATION, Extent.BUNDLE),
    ],
)
def test_the_extent_is_that_of_the_kind(kind, extent):
    _, found = searched(10_000.0, ChannelKind.NEEDLE_EMG, kind)
    assert {own for name, own in zip(found.kind, found.extent, strict=True) if name is kind} == {extent}


@every_known
def test_the_document_follows_its_schema_and_leads_from_each_row_to_its_naming(rate_hz, electrode, kind):
    _, found = searched(rate_hz, electrode, kind)
    document = json.loads(json.dumps(detection_document(found), allow_nan=False))
    jsonschema.Draft202012Validator(detection_schema()).validate(document)
    namings = document["namings"]
    assert all(namings[row["naming"]]["kind"] == row["kind"] for row in document["twitches"])
    assert {row["naming"] for row in document["twitches"]} == set(range(len(namings)))
    assert {row["source"] for row in document["twitches"]} - {None} <= {own["source"] for own in document["sources"]}


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0, 4000.0])
@pytest.mark.parametrize("kind", NEEDLE)
def test_on_the_skin_no_signal_is_called_single_fibre_activity(rate_hz, kind):
    _, found = searched(rate_hz, ChannelKind.SURFACE_EMG, kind)
    assert not NEEDLE_ONLY_KINDS & set(found.kind)
    assert not NEEDLE_ONLY_KINDS & {naming.kind for naming in found.naming}


@pytest.mark.parametrize(("rate_hz", "electrode"), ELECTRODES)
def test_a_unit_that_fires_on_and_on_at_ten_a_second_is_voluntary_and_no_twitch(rate_hz, electrode):
    chance = np.random.default_rng(4)
    source = voluntary(chance)
    found = detect(recording_of(noisy(signal_of(source, rate_hz), chance), rate_hz, electrode))
    assert len(found) == 0
    stretches = [own for own in found.observation.excluded if own.reason is ExclusionReason.VOLUNTARY]
    is_covered = [any(own.start_s <= peak_s <= own.stop_s for own in stretches) for peak_s in source.peak_s]
    assert np.mean(is_covered) > 0.95
