import json

import numpy as np
import pytest

from myotwitch.errors import RequestError
from myotwitch.twitches import detection_document, read_twitch_table, write_twitch_table
from myotwitch.twitches.document import twitch_rows

COLUMNS = {
    "onset_s",
    "duration_s",
    "peak_to_peak_uv",
    "channels",
    "peak_channel",
    "kind",
    "extent",
    "source",
    "isolated",
    "confidence",
}


def test_the_document_has_the_fields_of_the_contract(make_twitches):
    document = json.loads(json.dumps(detection_document(make_twitches()), allow_nan=False))
    assert document["schema"] == "myotwitch.detection/1"
    assert document["recording"]["channels"][0]["noise_uv"] == 2.1
    assert document["recording"]["channels"][1]["problem"] == "It is lost."
    assert document["excluded"] == [{"start_s": 0.0, "stop_s": 10.0, "channels": ["a"], "reason": "movement"}]
    assert document["twitches"][0].keys() >= COLUMNS
    assert document["summary"]["count"] == 3
    assert document["analysed_s"] == 50.0


def test_what_is_not_known_is_null_and_never_nan(make_twitches, make_observation):
    twitches = make_twitches(observation=make_observation(unit=None), peak_to_peak_uv=np.full(3, np.nan))
    row = detection_document(twitches)["twitches"][0]
    assert (row["peak_to_peak_uv"], row["confidence"], row["source"], row["burst"]) == (None, None, None, None)
    assert detection_document(twitches)["recording"]["channels"][0]["noise_uv"] is None


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".CSV"])
def test_a_table_is_read_back_as_it_was_written(make_twitches, tmp_path, ending):
    twitches = make_twitches(source=np.array([1, -1, 2]), isolated=np.array([True, False, True]))
    path = tmp_path / f"twitches{ending}"
    write_twitch_table(twitches, path)
    assert read_twitch_table(path) == twitch_rows(twitches)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_of_no_twitch_is_read_back_empty(make_twitches, tmp_path, ending):
    path = tmp_path / f"none{ending}"
    write_twitch_table(make_twitches(()), path)
    assert read_twitch_table(path) == []


def test_an_unknown_ending_names_the_known_ones(make_twitches, tmp_path):
    with pytest.raises(RequestError, match=r"\.csv or \.parquet"):
        write_twitch_table(make_twitches(), tmp_path / "twitches.xlsx")


def test_a_folder_that_is_not_there_is_one_sentence(make_twitches, tmp_path):
    with pytest.raises(RequestError, match="cannot be written"):
        write_twitch_table(make_twitches(), tmp_path / "missing" / "twitches.csv")


def test_a_table_without_onsets_and_a_torn_one_are_refused(tmp_path):
    wrong, torn = tmp_path / "wrong.csv", tmp_path / "torn.parquet"
    wrong.write_text("time\n1.0\n", encoding="utf-8")
    torn.write_bytes(b"PAR1 and no more")
    with pytest.raises(RequestError, match="no column 'onset_s'"):
        read_twitch_table(wrong)
    with pytest.raises(RequestError, match="not a table of twitches"):
        read_twitch_table(torn)


def test_a_word_where_a_number_belongs_is_refused(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("onset_s\nsoon\n", encoding="utf-8")
    with pytest.raises(RequestError, match="not a table of twitches"):
        read_twitch_table(path)
