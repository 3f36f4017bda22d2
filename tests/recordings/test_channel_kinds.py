"""Names of channels as real files have them, and what they carry."""

from __future__ import annotations

import pytest

from myotwitch.recordings.channel_kinds import guess_channel_kind
from myotwitch.recordings.recording import ChannelKind

KINDS = {
    ChannelKind.ECG: [
        "ECG",
        "ECG2",
        "EKG-R",
        "MLII",
        "MLIII",
        "V1",
        "v6",
        "I",
        "II",
        "III",
        "aVR",
        "AVL",
        "aVF",
        "ECG I",
    ],
    ChannelKind.NEEDLE_EMG: ["Needle EMG", "concentric needle", "EMG needle TA", "fine wire", "SFEMG"],
    ChannelKind.SURFACE_EMG: ["sEMG biceps", "HDsEMG 12", "surface EMG"],
    ChannelKind.EMG: [
        "EMG",
        "EMG1",
        "chin EMG",
        "EMG_TA_left",
        "EMGleft",
        "respiratory EMG",
        "temporalis",
        "CH1",
        "3",
        "C3",
    ],
    ChannelKind.OTHER: [
        *("Resp", "Resp. Rate", "SpO2", "Status", "TRIG", "Trigger 1", "STI 014", "Event marker", "Light"),
        *("acc_x", "accX", "ACCY", "Accelerometer Z", "Gyroscope x", "Force", "Temp rectal", "Airflow"),
        *("EEG Fpz-Cz", "C3-A2", "Fz", "EOG horizontal", "EOG(L)", "LOC-A2", "BDF Annotations"),
    ],
}


@pytest.mark.parametrize(("kind", "label"), [(kind, label) for kind, labels in KINDS.items() for label in labels])
def test_a_label_tells_what_a_channel_carries(kind: ChannelKind, label: str) -> None:
    assert guess_channel_kind(label) is kind


def test_the_label_decides_before_the_sensor_and_the_sensor_before_the_unit() -> None:
    assert guess_channel_kind("ECG", transducer="surface EMG electrode") is ChannelKind.ECG
    assert guess_channel_kind("ch 1", transducer="thermistor") is ChannelKind.OTHER
    assert guess_channel_kind("EMG", unit="%") is ChannelKind.EMG
    assert guess_channel_kind("ch 1", unit="mmHg") is ChannelKind.OTHER
    assert guess_channel_kind("ch 1", transducer="Ag/AgCl surface electrode", unit="uV") is ChannelKind.SURFACE_EMG
    assert guess_channel_kind("", unit="uV") is ChannelKind.EMG
