"""What a channel carries, guessed from the words that a file has for it.

Files name their channels freely. The guess is made here and nowhere else, so that every reader guesses alike. It errs
towards `EMG`: a channel that is searched for nothing is a twitch that nobody sees, while a wrongly searched one is
shown to the reader by name.
"""

from __future__ import annotations

import re

from myotwitch.recordings.recording import ChannelKind

_ECG_LEAD = re.compile(r"(ml|mcl)?(i{1,3}|v[1-9]r?|av[rlf]|[1-6])", re.IGNORECASE)
_EEG_SITE = r"(fp|af|fc|ft|cp|tp|po|[fctpoam])([1-9]|10|z)"
_EEG_DERIVATION = re.compile(rf"{_EEG_SITE}\s*[-–]\s*{_EEG_SITE}|(fp|af|fc|cp|po|[fcpo])z|fp[12]", re.IGNORECASE)

_NEEDLE_WORDS = ("needle", "concentric", "intramuscular", "finewire", "sfemg")
_SURFACE_WORDS = ("surface", "semg", "hdsemg", "hdemg")
_ECG_STEMS = ("ecg", "ekg", "electrocardiogra")
_EMG_STEMS = ("emg", "electromyogra", "muscle")
_OTHER_STEMS = (
    *("accel", "gyro", "magnetom", "gonio", "inclinom", "quaternion", "orientation", "force", "torque", "load"),
    *("trig", "marker", "event", "annotation", "sync", "clock", "timestamp", "counter", "battery"),
    *("resp", "airflow", "snor", "thermist", "cannula", "pleth", "temperature", "pressure", "oximet", "satur"),
    *("eeg", "eog", "electroencephalogra", "electrooculogra", "galvanic", "capno"),
)
_OTHER_WORDS = frozenset(
    {
        *("acc", "accx", "accy", "accz", "ax", "ay", "az", "gyr", "gx", "gy", "gz", "mag"),
        *("status", "sti", "stim", "ttl", "di", "digital", "ref", "misc", "sysclock", "nc"),
        *("spo2", "sao2", "o2", "co2", "etco2", "hr", "hrv", "bpm", "pulse", "ppg", "bvp", "abp", "nibp", "cvp", "art"),
        *("temp", "eda", "gsr", "scr", "flow", "sound", "audio", "mic", "light", "loc", "roc"),
    }
)
_OTHER_UNITS = frozenset(
    {
        *("%", "percent", "bpm", "/min", "1/min", "boolean", "bool", "ppm", "db", "lux", "us", "µs", "ms", "s"),
        *("g", "mg", "m/s2", "m/s^2", "m/s²", "deg", "degrees", "°", "deg/s", "°/s", "rad/s", "dps", "ut"),
        *("c", "degc", "°c", "k", "n", "nm", "n.m", "kg", "pa", "hpa", "kpa", "mmhg", "cmh2o", "l/min", "l/s", "ml/s"),
    }
)


def guess_channel_kind(label: str, transducer: str = "", unit: str | None = None) -> ChannelKind:
    """Return what a channel most likely carries, `EMG` where its words say nothing.

    Parameters
    ----------
    label
        The channel's name in the file, such as ``EMG TA left``, ``MLII`` or ``SpO2``.
    transducer
        What the file says of the sensor, such as ``concentric needle electrode``; empty where it says nothing.
    unit
        The unit as the file words it; None or empty where it words none.

    Method
    ------
    The label decides before the transducer, and the transducer before the unit; within a text an ECG or EMG word
    decides before any other. Needle and surface are taken from either text. Electrocardiogram leads are known by their
    usual names. EEG and EOG are `OTHER`: no twitch is searched in them.

    Limits
    ------
    Bare 10-20 names such as ``C3`` also name places on electrode grids; they are left `EMG` unless they form a
    derivation such as ``C3-A2``.

    Examples
    --------
    >>> guess_channel_kind("EMG TA left").value
    'emg'
    >>> guess_channel_kind("ch 1", transducer="Concentric needle electrode").value
    'needle_emg'
    >>> [guess_channel_kind(label).value for label in ("MLII", "V5", "aVR", "ECG 1", "EKG")]
    ['ecg', 'ecg', 'ecg', 'ecg', 'ecg']
    >>> [guess_channel_kind(label).value for label in ("SpO2", "Status", "Resp chest", "accX", "EEG C3-A2")]
    ['other', 'other', 'other', 'other', 'other']
    >>> guess_channel_kind("channel 7", unit="mmHg").value
    'other'
    """
    electrode = _electrode_kind(_words(f"{label} {transducer}"))
    if _is_ecg_lead(label):
        return ChannelKind.ECG
    for text in (label, transducer):
        kind = _kind_in(text, electrode)
        if kind is not None:
            return kind
    if unit is not None and unit.strip().lower() in _OTHER_UNITS:
        return ChannelKind.OTHER
    return ChannelKind.EMG


def _kind_in(text: str, electrode: ChannelKind) -> ChannelKind | None:
    """Return the kind that one text names, or None where it names none."""
    words = _words(text)
    if any(word.startswith(_ECG_STEMS) for word in words):
        return ChannelKind.ECG
    if any(word.startswith(_EMG_STEMS) or word.endswith("emg") for word in words):
        return electrode
    if _electrode_kind(words) is not ChannelKind.EMG:
        return electrode
    if words & _OTHER_WORDS or any(word.startswith(_OTHER_STEMS) for word in words) or _EEG_DERIVATION.fullmatch(text):
        return ChannelKind.OTHER
    return None


def _electrode_kind(words: frozenset[str]) -> ChannelKind:
    """Return the EMG kind that belongs to the electrode that the words name."""
    if any(word.startswith(_NEEDLE_WORDS) for word in words) or {"fine", "wire"} <= words:
        return ChannelKind.NEEDLE_EMG
    if any(word.startswith(_SURFACE_WORDS) for word in words):
        return ChannelKind.SURFACE_EMG
    return ChannelKind.EMG


def _is_ecg_lead(label: str) -> bool:
    """Return True for the usual names of electrocardiogram leads; bare digits are none."""
    text = label.strip()
    return _ECG_LEAD.fullmatch(text) is not None and not text.isdigit()


def _words(text: str) -> frozenset[str]:
    """Return the words of a text in lower case, also split at inner capitals and without trailing digits."""
    both = f"{text} {re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', text)}".lower()
    words = re.findall(r"[^\W_]+", both)
    return frozenset(words) | {word.rstrip("0123456789") for word in words}
