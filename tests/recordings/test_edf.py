"""EDF and BDF files: written by edfio or by hand, read back; and files that lie."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import edfio
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.recordings.readers.edf import read_edf
from myotwitch.recordings.readers.edf_samples import EdfSampleReader
from myotwitch.recordings.recording import ChannelKind, Recording


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One signal to write: stored numbers of shape (records, samples), or one text a record."""

    label: str = "EMG"
    unit: str = "uV"
    transducer: str = ""
    physical: tuple[str, str] = ("-3276.8", "3276.7")
    digital: tuple[str, str] = ("-32768", "32767")
    stored: NDArray[np.int32] = field(default_factory=lambda: np.arange(40, dtype=np.int32).reshape(2, 20))
    texts: Sequence[bytes] = ()
    samples: str | None = None

    def record(self, index: int, size: int) -> bytes:
        if self.texts:
            return self.texts[index].ljust(8 * size, b"\0")
        return b"".join(int(value).to_bytes(size, "little", signed=True) for value in self.stored[index])


def write_edf(path: Path, signals: Sequence[Signal], **header: str) -> Path:
    """Write a file by hand; `header` replaces fields by name."""
    size = 3 if header.get("variant", "").startswith("BDF") else 2
    records = len(signals[0].texts) or len(signals[0].stored)
    head = b"\xffBIOSEMI" if size == 3 else b"0".ljust(8)
    head += b"X X X X".ljust(80) + b"Startdate X X X X".ljust(80)
    fields = [
        (header.get("date", "01.01.26"), 8),
        ("00.00.00", 8),
        (header.get("bytes", str(256 * (len(signals) + 1))), 8),
        (header.get("variant", ""), 44),
        (header.get("records", str(records)), 8),
        (header.get("duration", "1"), 8),
        (header.get("announced", str(len(signals))), 4),
    ]
    fields += [(signal.label, 16) for signal in signals] + [(signal.transducer, 80) for signal in signals]
    fields += [(signal.unit, 8) for signal in signals]
    fields += [(signal.physical[end], 8) for end in (0, 1) for signal in signals]
    fields += [(signal.digital[end], 8) for end in (0, 1) for signal in signals]
    fields += [("", 80) for _ in signals]
    fields += [(signal.samples or ("8" if signal.texts else str(signal.stored.shape[1])), 8) for signal in signals]
    fields += [("", 32) for _ in signals]
    head += b"".join(text.encode("latin-1").ljust(width)[:width] for text, width in fields)
    body = b"".join(signal.record(index, size) for index in range(records) for signal in signals)
    path.write_bytes(head + body)
    return path


def onsets(*texts: str) -> Signal:
    return Signal(
        label="EDF Annotations", unit="", physical=("-1", "1"), texts=[f"{text}\x14\x14\0".encode() for text in texts]
    )


def read_all(recording: Recording, index: int = 0) -> NDArray[np.float32]:
    return recording.read([index], 0, recording.sample_count(index))[0]


# --- what other programs write comes back ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["edf", "bdf"])
@pytest.mark.parametrize("annotated", [False, True])
def test_what_edfio_writes_comes_back_as_edfio_reads_it(tmp_path: Path, kind: str, annotated: bool) -> None:
    rng = np.random.default_rng(1)
    make_signal = edfio.EdfSignal if kind == "edf" else edfio.BdfSignal
    make_file = edfio.Edf if kind == "edf" else edfio.Bdf
    read_back = edfio.read_edf if kind == "edf" else edfio.read_bdf
    path = tmp_path / f"calf.{kind}"
    written = [
        make_signal(
            rng.normal(3, 40, 7 * rate), rate, label=f"EMG {rate}", physical_dimension="uV", physical_range=(-500, 400)
        )
        for rate in (2048, 1000, 2048, 1)
    ]
    notes = [edfio.EdfAnnotation(2.5, None, "twitch")] if annotated else None
    for signal, name in zip(written, "abcd", strict=True):
        signal.label = name
    make_file(written, data_record_duration=1, annotations=notes).write(path)

    recording = read_edf(path)

    assert recording.format_name == kind.upper() + ("+C" if annotated else "")
    assert [channel.name for channel in recording.channels] == ["a", "b", "c", "d"]
    assert recording.channel_groups() == ((2048.0, (0, 2)), (1000.0, (1,)), (1.0, (3,)))
    assert recording.duration_s == 7.0
    for index, signal in enumerate(read_back(path).signals):
        np.testing.assert_allclose(read_all(recording, index), signal.data, atol=1e-4)


@pytest.mark.parametrize("kind", ["EDF", "BDF"])
def test_every_stored_number_becomes_the_number_that_the_header_defines(tmp_path: Path, kind: str) -> None:
    top = 32767 if kind == "EDF" else 8388607
    stored = np.array([[-top - 1, top, 0, -1, 1, 2, -256, 255]], dtype=np.int32)
    signal = Signal(stored=stored, physical=("-100", "300"), digital=(str(-top - 1), str(top)))
    recording = read_edf(write_edf(tmp_path / "a", [signal, signal], variant=kind + "+C"))

    exact = -100 + (stored[0].astype(float) + top + 1) * 400 / (2 * top + 1)
    # One step of a float32 at the largest value, 300.
    np.testing.assert_allclose(read_all(recording, 1), exact, rtol=0, atol=3.1e-5)


def test_24_bit_steps_stay_apart_on_a_large_offset(tmp_path: Path) -> None:
    stored = np.array([[600000, 600001, 600002]], dtype=np.int32)
    signal = Signal(stored=stored, physical=("-262144", "262144"), digital=("-8388608", "8388607"))
    samples = read_all(read_edf(write_edf(tmp_path / "a.bdf", [signal], variant="BDF")))
    np.testing.assert_allclose(np.diff(samples), 0.03125, rtol=0.1)


@pytest.mark.parametrize(
    ("unit", "factor", "known"),
    [
        ("uV", 1, True),
        ("\xb5V", 1, True),
        ("mV", 1e3, True),
        ("V", 1e6, True),
        ("nV", 1e-3, True),
        ("", 1, False),
        ("%", 1, False),
    ],
)
def test_voltages_come_in_microvolts_and_anything_else_as_stored(
    tmp_path: Path, unit: str, factor: float, known: bool
) -> None:
    stored = np.array([[-32768, 32767]], dtype=np.int32)
    recording = read_edf(write_edf(tmp_path / "a.edf", [Signal(unit=unit, stored=stored, physical=("-5", "5"))]))
    assert recording.channels[0].unit == ("uV" if known else None)
    assert recording.channels[0].stated_unit == (unit or None)
    np.testing.assert_allclose(read_all(recording), [-5 * factor, 5 * factor], rtol=1e-6)
    assert any("not in microvolts" in note for note in recording.notes) is not known


def test_clipping_ends_are_the_very_samples_that_a_clipped_channel_gives(tmp_path: Path) -> None:
    stored = np.array([[-32768, 32767]], dtype=np.int32)
    recording = read_edf(write_edf(tmp_path / "a.edf", [Signal(unit="mV", stored=stored, physical=("-0.7", "1.9"))]))
    assert read_all(recording).tolist() == [recording.channels[0].clipping_low, recording.channels[0].clipping_high]


def test_an_inverted_channel_keeps_its_polarity(tmp_path: Path) -> None:
    stored = np.array([[-32768, 32767]], dtype=np.int32)
    recording = read_edf(write_edf(tmp_path / "a.edf", [Signal(stored=stored, physical=("100", "-100"))]))
    np.testing.assert_allclose(read_all(recording), [100, -100], rtol=1e-6)
    assert recording.channels[0].clipping_low == pytest.approx(-100)


def test_labels_and_transducers_tell_what_a_channel_carries(tmp_path: Path) -> None:
    labels = {"EMG TA": ChannelKind.EMG, "ECG": ChannelKind.ECG, "SpO2": ChannelKind.OTHER, "ch1": ChannelKind.EMG}
    signals = [*(Signal(label=label) for label in labels), Signal(label="x", transducer="concentric needle")]
    recording = read_edf(write_edf(tmp_path / "a.edf", signals))
    assert [channel.kind for channel in recording.channels] == [*labels.values(), ChannelKind.NEEDLE_EMG]


def test_equal_and_empty_labels_become_different_names_and_are_noted(tmp_path: Path) -> None:
    signals = [Signal(label=label) for label in ("EMG", "EMG", "", "EMG (2)", "EMG")]
    recording = read_edf(write_edf(tmp_path / "a.edf", signals))
    assert [channel.name for channel in recording.channels] == ["EMG", "EMG (3)", "channel 3", "EMG (2)", "EMG (4)"]
    assert any("'channel 3' (signal 3, '' in the file)" in note for note in recording.notes)


# --- gaps ---------------------------------------------------------------------------------------------------------


def test_gaps_of_a_discontinuous_file_are_nan_at_the_right_seconds(tmp_path: Path) -> None:
    fast, slow = np.arange(400).reshape(4, 100), np.arange(40).reshape(4, 10)
    signals = [
        onsets("+7.25", "+8.25", "+11.25", "+12.75"),
        Signal(label="a", stored=fast, physical=("-32768", "32767")),
        Signal(label="b", stored=slow, physical=("-32768", "32767")),
    ]
    recording = read_edf(write_edf(tmp_path / "a.edf", signals, variant="EDF+D"))

    assert recording.format_name == "EDF+D"
    assert recording.duration_s == 6.5
    samples = read_all(recording)
    expected = np.full(650, np.nan)
    expected[0:200], expected[400:500], expected[550:650] = np.arange(200), np.arange(200, 300), np.arange(300, 400)
    np.testing.assert_array_equal(samples, expected)
    seconds = np.flatnonzero(np.isnan(read_all(recording, 1))) / 10
    assert (seconds.min(), seconds.max(), seconds.size) == (2.0, 5.4, 25)
    assert any("2 gaps, 2.5 s" in note for note in recording.notes)


@pytest.mark.parametrize("kind", ["EDF+D", "BDF+D"])
def test_onsets_rounded_to_milliseconds_are_no_gaps(tmp_path: Path, kind: str) -> None:
    texts = [f"+{index / 3:.3f}" for index in range(7)]
    marks = Signal(label=f"{kind[:3]} Annotations", texts=[f"{text}\x14\x14\0".encode() for text in texts])
    signals = [marks, Signal(stored=np.ones((7, 1000), dtype=np.int32))]
    recording = read_edf(write_edf(tmp_path / "a", signals, variant=kind, duration="0.333333"))
    assert not np.isnan(read_all(recording)).any()
    assert recording.notes == ()


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("+0", "+0.5"), "overlap or run backwards"),
        (("+5", "+1"), "overlap or run backwards"),
        (("+0", "+99999999999"), "31 days"),
        (("+0", "nonsense"), "does not state when it began"),
    ],
)
def test_impossible_onsets_are_refused(tmp_path: Path, texts: tuple[str, ...], words: str) -> None:
    path = write_edf(tmp_path / "a.edf", [onsets(*texts), Signal()], variant="EDF+D")
    with pytest.raises(RecordingError, match=words):
        read_edf(path)


def test_a_discontinuous_file_without_onsets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no annotation signal"):
        read_edf(write_edf(tmp_path / "a.edf", [Signal()], variant="EDF+D"))


# --- reading in pieces --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["EDF", "EDF+D", "BDF+D"])
def patchy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """A recording of two rates, with gaps where the format has them."""
    rng = np.random.default_rng(2)
    times = np.cumsum(rng.choice([0.25, 0.25, 0.6, 1.35], 40))
    signals = [
        Signal(label="EDF Annotations", texts=[f"+{second:.3f}\x14\x14\0".encode() for second in times]),
        *(
            Signal(label=name, stored=rng.integers(-9999, 9999, (40, n)))
            for name, n in (("a", 50), ("b", 7), ("c", 50))
        ),
    ]
    path = tmp_path_factory.mktemp("edf") / "patchy"
    return read_edf(write_edf(path, signals, variant=request.param, duration="0.25"))


@given(block_s=st.floats(0.005, 20), margin_s=st.floats(0, 3), channel=st.sampled_from([0, 1, 2]))
def test_blocks_join_to_what_one_read_gives(patchy: Recording, block_s: float, margin_s: float, channel: int) -> None:
    whole = read_all(patchy, channel)
    parts = []
    for block in patchy.blocks([channel], block_s, margin_s):
        np.testing.assert_array_equal(block.samples[0], whole[block.first_index :][: block.samples.shape[1]])
        parts.append(block.samples[0, block.start_index - block.first_index :][: block.stop_index - block.start_index])
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@given(ends=st.tuples(st.integers(0, 400), st.integers(0, 400)), order=st.permutations([0, 2]))
def test_any_stretch_of_any_channels_is_that_part_of_the_whole(
    patchy: Recording, ends: tuple[int, int], order: list[int]
) -> None:
    start, stop = min(ends), max(ends)
    expected = [read_all(patchy, index)[start:stop] for index in order]
    np.testing.assert_array_equal(patchy.read(order, start, stop), expected)


@pytest.mark.parametrize("variant", ["EDF+C", "BDF+C"])
def test_data_records_of_many_megabytes_are_read_in_parts(tmp_path: Path, variant: str) -> None:
    size = 2 if variant.startswith("EDF") else 3
    per_record = 1_600_000
    head = write_edf(
        tmp_path / "head",
        [Signal(label=name, samples=str(per_record)) for name in "ab"],
        variant=variant,
        duration="800",
    ).read_bytes()[:768]
    stored = np.random.default_rng(3).integers(0, 256, (2, 2, per_record, size), dtype=np.uint8)
    path = tmp_path / "large"
    path.write_bytes(head + stored.tobytes())
    recording = read_edf(path)

    whole = recording.read([0, 1], 0, 2 * per_record)
    start, stop = per_record - 5000, per_record + 5000
    np.testing.assert_array_equal(recording.read([1, 0], start, stop), whole[[1, 0], start:stop])
    wide = np.zeros((2, per_record, 4), dtype=np.uint8)
    wide[..., 4 - size :] = stored[:, 1]
    exact = (wide.view("<i4")[..., 0] >> 8 * (4 - size)).reshape(-1) * 0.1
    np.testing.assert_allclose(whole[1], exact, rtol=1e-6, atol=2e-2 if size == 3 else 1e-3)


def test_a_reader_can_be_sent_to_another_process(tmp_path: Path) -> None:
    recording = read_edf(write_edf(tmp_path / "a.edf", [Signal()]))
    reader = pickle.loads(pickle.dumps(recording.read_samples))
    assert isinstance(reader, EdfSampleReader)
    np.testing.assert_array_equal(reader([0], 3, 30)[0], read_all(recording)[3:30])


def test_a_file_that_shrinks_or_vanishes_while_it_is_read_is_an_error_and_no_crash(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf", [Signal()])
    recording = read_edf(path)
    os.truncate(path, 520)
    with pytest.raises(RecordingError, match="became shorter"):
        read_all(recording)
    path.unlink()
    with pytest.raises(RecordingError, match="can no longer be read"):
        read_all(recording)


# --- headers that lie, harmlessly ---------------------------------------------------------------------------------


def test_nonsense_in_the_start_date_does_not_matter(tmp_path: Path) -> None:
    plain = read_edf(write_edf(tmp_path / "a.edf", [Signal()]))
    odd = read_edf(write_edf(tmp_path / "b.edf", [Signal()], date="99.77.xx"))
    np.testing.assert_array_equal(read_all(odd), read_all(plain))


@pytest.mark.parametrize("stated", ["-1", "0"])
def test_an_unfinished_recording_is_read_as_far_as_it_goes(tmp_path: Path, stated: str) -> None:
    recording = read_edf(write_edf(tmp_path / "a.edf", [Signal()], records=stated))
    assert recording.duration_s == 2.0
    assert any("not finished" in note for note in recording.notes)


def test_a_cut_off_file_is_refused_with_what_is_missing_and_how_to_read_the_rest(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf", [Signal()], records="10")
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(RecordingError, match=r"last 9 s are missing.* -1 \(not known\)"):
        read_edf(path)
    content = bytearray(path.read_bytes())
    content[236:244] = b"-1      "
    path.write_bytes(content)
    assert read_edf(path).duration_s == 1.0


def test_a_file_with_more_records_than_its_header_says_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="goes on for 1 s more"):
        read_edf(write_edf(tmp_path / "a.edf", [Signal()], records="1"))


def test_a_few_bytes_after_the_last_record_are_noted_and_not_read(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf", [Signal()])
    path.write_bytes(path.read_bytes() + b"x" * 10)
    recording = read_edf(path)
    assert recording.duration_s == 2.0
    assert any("10 bytes follow" in note for note in recording.notes)


def test_an_unused_slot_without_a_scale_does_not_spoil_the_recording(tmp_path: Path) -> None:
    recording = read_edf(write_edf(tmp_path / "a.edf", [Signal(), Signal(label="Status", physical=("0", "0"))]))
    assert recording.channels[1].unit is None
    np.testing.assert_array_equal(read_all(recording, 1), np.arange(40))


def test_one_sample_is_a_recording(tmp_path: Path) -> None:
    recording = read_edf(write_edf(tmp_path / "a.edf", [Signal(stored=np.array([[5]]))]))
    assert recording.sample_count(0) == 1
    np.testing.assert_allclose(read_all(recording), [0.5], rtol=1e-5)


def test_non_ascii_and_control_characters_in_a_label_are_shown_and_harmless(tmp_path: Path) -> None:
    signals = [Signal(label="Muskel \xe4\xf6"), Signal(label="\x1b[31mred")]
    names = [channel.name for channel in read_edf(write_edf(tmp_path / "a.edf", signals)).channels]
    assert names == ["Muskel äö", "\N{REPLACEMENT CHARACTER}[31mred"]


# --- files that are refused ---------------------------------------------------------------------------------------


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _zeros_of_four_gigabytes(path: Path) -> None:
    path.touch()
    os.truncate(path, 4 << 30)


def _header_alone(path: Path) -> None:
    path.write_bytes(write_edf(path, [Signal()]).read_bytes()[:512])


def _half_a_header(path: Path) -> None:
    path.write_bytes(write_edf(path, [Signal()]).read_bytes()[:300])


def _less_than_a_record(path: Path) -> None:
    path.write_bytes(write_edf(path, [Signal()]).read_bytes()[:530])


def _written(
    words: str, signals: Sequence[Signal] = (Signal(),), **header: str
) -> tuple[Callable[[Path], object], str]:
    return lambda path: write_edf(path, signals, **header), words


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (_empty, "is empty"),
    "4 GB of zeros": (_zeros_of_four_gigabytes, "not an EDF or BDF file"),
    "header alone": (_header_alone, "no whole data record"),
    "half a header": (_half_a_header, "ends within its header"),
    "less than a record": (_less_than_a_record, "no whole data record"),
    "another format": (lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(500)), "not an EDF or BDF file"),
    "no signals": _written("number of signals", announced="0"),
    "minus one signal": _written("number of signals", announced="-1"),
    "9999 signals announced": _written("says that its header has", announced="9999"),
    "9999 signals, header too short": _written("ends within its header", announced="9999", bytes="2560000"),
    "header size lies": _written("says that its header has", bytes="256"),
    "records are text": _written("number of data records", records="many"),
    "records are minus five": _written("number of data records", records="-5"),
    "duration zero": _written("sampling rate", duration="0"),
    "duration negative": _written("sampling rate", duration="-1"),
    "duration nan": _written("duration of a data record", duration="nan"),
    "duration infinite": _written("duration of a data record", duration="1e999"),
    "duration tiny": _written("sampling rate of", duration="1e-200"),
    "no samples in a record": _written("samples per record of signal 2", [Signal(), Signal(samples="0")]),
    "samples negative": _written("samples per record", [Signal(samples="-20")]),
    "samples absurd": _written("no whole data record", [Signal(samples="99999999")], duration="1e5"),
    "digital ends equal": _written("define no scale", [Signal(digital=("5", "5"))]),
    "digital ends swapped": _written("define no scale", [Signal(digital=("5", "-5"))]),
    "digital ends outside": _written("digital maximum", [Signal(digital=("0", "99999999"))]),
    "physical ends equal": _written("define no scale", [Signal(physical=("0", "0"))]),
    "physical ends absurd": _written("define no scale", [Signal(physical=("-1e300", "1e300"))]),
    "physical end is text": _written("physical minimum", [Signal(physical=("low", "1"))]),
    "annotations alone": _written("annotations but no signal", [onsets("+0", "+1")], variant="EDF+C", duration="0"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_right_is_refused_with_one_message_that_names_it(tmp_path: Path, name: str) -> None:
    make, words = HOSTILE[name]
    path = tmp_path / "hostile.edf"
    make(path)
    with pytest.raises(RecordingError, match=words) as caught:
        read_edf(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 600


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.edf"):
        with pytest.raises(RecordingError, match="cannot be read"):
            read_edf(path)


def test_a_file_of_four_gigabytes_opens_without_being_read(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf", [Signal()], records="-1")
    os.truncate(path, 4 << 30)
    recording = read_edf(path)
    assert recording.sample_count(0) == 20 * (((4 << 30) - 512) // 40)
    assert recording.read([0], recording.sample_count(0) - 1, recording.sample_count(0)).shape == (1, 1)


@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    variant = data.draw(st.sampled_from(["", "EDF+D", "BDF+D"]))
    path = write_edf(tmp_path_factory.getbasetemp() / "damaged", [onsets("+0", "+3"), Signal()], variant=variant)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 9))] = data.draw(
            st.one_of(st.binary(max_size=9), st.from_regex(rb"[-+]?[0-9.e]{1,8} *", fullmatch=True))
        )
    path.write_bytes(content)
    try:
        recording = read_edf(path)
    except RecordingError:
        return
    for index in range(len(recording.channels)):
        stop = min(recording.sample_count(index), 100)
        assert recording.read([index], 0, stop).shape == (1, stop)
