"""Naming: which kind of activity a train of like potentials is, by rules that can be read here.

Each rule states its figures and where they are from. What fits no rule keeps no name here: continuous activity then
counts as voluntary, the rest is looked at discharge by discharge (`kind`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from myotwitch.detection.firing import Firing
from myotwitch.detection.waveform import Waveform
from myotwitch.language import _
from myotwitch.twitches import Kind, Naming

GLOSSARY = "AANEM glossary of terms in electrodiagnostic medicine (2015), as other texts report it"
REVIEW = "Daube and Rubin 2009, doi 10.1002/mus.21180"
INTERVALS = "Heckmann and Ludin 1982, doi 10.1136/jnnp.45.4.331"
STATPEARLS = "StatPearls, electrodiagnostic evaluation of spontaneous activity"
SINGLE_FIBRE_S = 0.005
"""Longest fibrillation potential: 1 to 5 ms."""
SHARP_WAVE_S = (0.006, 0.100)
"""Positive sharp waves last 10 to 30 ms, up to 100 ms; above 20 Hz a filter leaves less of the slow part."""
SHARP_RISE_SHARE = 0.15
"""A sharp wave begins at once with its peak: a judgement. Those of motor units rise over a quarter of their time."""
FIBRE_RATE_HZ = (0.4, 30.0)
FIBRE_UNEVENNESS = 0.2
"""Fibrillation is regular, end-plate spikes are not: a judgement between the two."""
CLOCK_UNEVENNESS = 0.03
SLOW_CLOCK_UNEVENNESS = 0.015
USUAL_FIBRE_HZ = 15.0
"""Single fibres fire at up to so many a second, evenly; simple potentials no faster must keep time better still."""
"""Complex repetitive discharges keep time as nothing else does: a judgement, below what fibrillation shows."""
COMPLEX_RATE_HZ = (5.0, 150.0)
STEADY = 1.5
MAINS_HZ = (50.0, 60.0)
MAINS_WITHIN = 0.004
MYOTONIC_RATE_HZ = (15.0, 150.0)
"""20 to 80 Hz and up to 150; somewhat less at the end of a run."""
MYOTONIC_UNEVENNESS = 0.15
WAXING = 1.5
MYOTONIC_S = 0.020
NEUROMYOTONIC_RATE_HZ = (100.0, 400.0)
"""150 to 300 Hz, less as it falls."""
BURST_RATE_WITHIN_HZ = (2.0, 70.0)
BURST_RATE_HZ = (0.1, 10.0)
FEWEST_BURSTS = 5
BURST_SINGLE_SHARE = 0.45
BURST_VARIATION = 0.6
APART = 1.25
FAST_WITHIN_HZ = 15.0
"""Faster within bursts than a tonic unit fires, so that pauses in a voluntary train are not taken for bursts."""
CLEAR_SINGLE_SHARE = 0.1
CLEAR_VARIATION = 0.3
CLEARLY_APART = 2.0
FEWEST = 8
FEWEST_IN_RUN = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Train:
    """What is known of a train of like potentials when it is named."""

    firing: Firing
    waveform: Waveform
    is_needle: bool


def named(train: Train) -> Naming | None:
    """Return the name of a train, with the figures and the rule that gave it; None where no rule fits."""
    for rule in _RULES:
        naming = rule(train)
        if naming is not None:
            return naming
    return None


def rapid_naming(rate_hz: float, count: int, likeness: float) -> Naming | None:
    """Return the name of a run of like potentials that follow one another faster than they end."""
    if not _within(rate_hz, NEUROMYOTONIC_RATE_HZ):
        return None
    return Naming(
        kind=Kind.NEUROMYOTONIA,
        rule=_("one unit at 100 to 400 a second (150 to 300, less as it falls)"),
        figures=MappingProxyType({"rate_hz": rate_hz, "discharges": float(count), "likeness": likeness}),
        sources=(GLOSSARY, REVIEW),
    )


def is_short(waveform: Waveform) -> bool:
    """Tell whether a potential is as short as that of a single fibre."""
    return waveform.duration_s <= SINGLE_FIBRE_S


def is_sharp_wave(waveform: Waveform) -> bool:
    """Tell whether a potential begins with its sharp peak, and ends in a longer, lower one of the other sign."""
    return (
        _within(waveform.duration_s, SHARP_WAVE_S)
        and waveform.rise_share <= SHARP_RISE_SHARE
        and waveform.phases == 2
        and -0.6 <= waveform.trough < 0
    )


def _complex_repetitive(train: Train) -> Naming | None:
    firing = train.firing
    if not (
        train.is_needle
        and firing.count >= FEWEST_IN_RUN
        and firing.unevenness <= (SLOW_CLOCK_UNEVENNESS if _may_be_fibre(train) else CLOCK_UNEVENNESS)
        and _within(firing.rate_hz, COMPLEX_RATE_HZ)
        and firing.size_change <= STEADY
        and firing.rate_change <= STEADY
        and not _is_mains(firing.rate_hz)
    ):
        return None
    return _naming(
        Kind.COMPLEX_REPETITIVE,
        _("the same potential 5 to 150 times a second, steady as a clock in time and size"),
        train,
        ("rate_hz", "unevenness", "size_change", "phases"),
        (GLOSSARY, REVIEW),
    )


def _myotonia(train: Train) -> Naming | None:
    firing = train.firing
    if not (
        firing.count >= FEWEST_IN_RUN
        and firing.unevenness <= MYOTONIC_UNEVENNESS
        and _within(firing.rate_hz, MYOTONIC_RATE_HZ)
        and firing.rate_change >= 1 + (WAXING - 1) / 2
        and firing.size_change >= WAXING
        and train.waveform.duration_s <= MYOTONIC_S
        and (is_short(train.waveform) or train.waveform.rise_share <= SHARP_RISE_SHARE)
    ):
        return None
    return _naming(
        Kind.MYOTONIA,
        _("a fibre's spike or sharp wave at 15 to 150 a second whose size and rate rise and fall"),
        train,
        ("rate_hz", "rate_change", "size_change", "duration_s"),
        (GLOSSARY,),
    )


def _fibrillation(train: Train) -> Naming | None:
    if not (train.is_needle and _is_regular_fibre(train.firing) and is_short(train.waveform)):
        return None
    return _naming(
        Kind.FIBRILLATION,
        _("regular spikes of at most 5 ms, up to 30 a second"),
        train,
        ("rate_hz", "unevenness", "duration_s"),
        (STATPEARLS, INTERVALS),
    )


def _sharp_wave(train: Train) -> Naming | None:
    if not (train.is_needle and _is_regular_fibre(train.firing) and is_sharp_wave(train.waveform)):
        return None
    return _naming(
        Kind.POSITIVE_SHARP_WAVE,
        _("regular waves with a sharp beginning and a long, low end of the other sign, up to 30 a second"),
        train,
        ("rate_hz", "unevenness", "duration_s", "rise_share"),
        (STATPEARLS,),
    )


def _myokymia(train: Train) -> Naming | None:
    bursts = train.firing.bursts
    if bursts is None or not (
        bursts.count >= FEWEST_BURSTS
        and _within(bursts.rate_within_hz, BURST_RATE_WITHIN_HZ)
        and _within(bursts.rate_hz, BURST_RATE_HZ)
        and bursts.size >= 2
        and bursts.single_share <= BURST_SINGLE_SHARE
        and bursts.variation <= BURST_VARIATION
        and bursts.pause_ratio >= APART
    ):
        return None
    is_clear = (
        bursts.single_share <= CLEAR_SINGLE_SHARE
        and bursts.variation <= CLEAR_VARIATION
        and bursts.pause_ratio >= CLEARLY_APART
    )
    if bursts.rate_within_hz < FAST_WITHIN_HZ and not is_clear:
        return None
    return _naming(
        Kind.MYOKYMIA,
        _("bursts of a motor unit at 2 to 60 a second that come again 0.1 to 10 times a second"),
        train,
        ("burst_rate_hz", "rate_within_hz", "burst_size", "burst_variation"),
        (GLOSSARY, REVIEW),
    )


_RULES: tuple[Callable[[Train], Naming | None], ...] = (
    _complex_repetitive,
    _myotonia,
    _fibrillation,
    _sharp_wave,
    _myokymia,
)
"""In this order; the first that fits gives the name."""


def _may_be_fibre(train: Train) -> bool:
    is_simple = is_short(train.waveform) or is_sharp_wave(train.waveform)
    return train.is_needle and is_simple and train.firing.rate_hz <= USUAL_FIBRE_HZ


def _is_regular_fibre(firing: Firing) -> bool:
    return firing.count >= FEWEST and firing.unevenness <= FIBRE_UNEVENNESS and _within(firing.rate_hz, FIBRE_RATE_HZ)


def _is_mains(rate_hz: float) -> bool:
    return any(abs(rate_hz / line - round(rate_hz / line)) < MAINS_WITHIN for line in MAINS_HZ if rate_hz > line / 2)


def _within(value: float, ends: tuple[float, float]) -> bool:
    return ends[0] <= value <= ends[1]


def _naming(kind: Kind, rule: str, train: Train, figures: tuple[str, ...], sources: tuple[str, ...]) -> Naming:
    known = figures_of(train.firing, train.waveform)
    chosen = {name: known[name] for name in ("discharges", *figures) if name in known}
    return Naming(kind=kind, rule=rule, figures=MappingProxyType(chosen), sources=sources)


def figures_of(firing: Firing | None, waveform: Waveform | None) -> Mapping[str, float]:
    """Return the figures of a source by name, those that are known."""
    figures: dict[str, float] = {}
    if firing is not None:
        figures |= {
            "discharges": float(firing.count),
            "rate_hz": firing.rate_hz,
            "unevenness": firing.unevenness,
            "size_change": firing.size_change,
            "rate_change": firing.rate_change,
            "doublet_share": firing.doublet_share,
            "isolated_share": firing.isolated_share,
        }
        if firing.bursts is not None:
            figures |= {
                "burst_size": firing.bursts.size,
                "burst_rate_hz": firing.bursts.rate_hz,
                "rate_within_hz": firing.bursts.rate_within_hz,
                "burst_variation": firing.bursts.variation,
            }
    if waveform is not None:
        figures |= {
            "duration_s": waveform.duration_s,
            "rise_share": waveform.rise_share,
            "phases": float(waveform.phases),
            "turns": float(waveform.turns),
            "area_ratio": waveform.area / max(waveform.peak_to_peak, 1e-12),
        }
    return MappingProxyType(figures)
