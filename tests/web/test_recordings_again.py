"""What was found and kept is read back as it was: the answer does not change with a search that is not repeated."""

from __future__ import annotations

import json

import numpy as np
import pytest

from myotwitch.detection import detect
from myotwitch.recordings import Channel, recording_from_array
from myotwitch.twitches import Twitches, detection_document
from myotwitch.web.twitches_again import twitches_from_document, without_rows


@pytest.fixture(scope="module")
def found() -> Twitches:
    generator = np.random.default_rng(5)
    samples = generator.normal(0.0, 2.0, (2, 30_000))
    for first in range(1000, 29_000, 1300):
        samples[first // 1300 % 2, first : first + 8] += [10, 40, 90, 30, -40, -80, -30, -5]
    samples[:, 12_000:12_400] = np.nan
    channels = [Channel(name=name, sampling_rate_hz=1000.0, unit="uV", place="calf", side="left") for name in "ab"]
    return detect(recording_from_array(samples, 1000.0, channels=channels))


def test_the_document_of_what_is_read_back_is_the_same(found: Twitches) -> None:
    document = json.loads(json.dumps(detection_document(found)))
    again = json.loads(json.dumps(detection_document(twitches_from_document(document))))
    # The mean potentials of the sources are not in a document, and are not read back.
    assert {**again, "sources": None} == {**document, "sources": None}
    assert len(document["twitches"]) > 15
    assert document["excluded"]


def test_a_recording_without_twitches_is_read_back(found: Twitches) -> None:
    empty = without_rows(found, range(len(found)))
    document = json.loads(json.dumps(detection_document(empty)))
    assert len(twitches_from_document(document)) == 0


def test_rejected_rows_are_left_out_and_all_others_stay(found: Twitches) -> None:
    left = without_rows(found, [0, 3, 10_000])
    assert left.onset_s.tolist() == np.delete(found.onset_s, [0, 3]).tolist()
    assert left.kind == tuple(np.delete(np.array(found.kind, dtype=object), [0, 3]))
