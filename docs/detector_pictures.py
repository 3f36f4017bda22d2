"""Makes the pictures of docs/detection.md: ``python -m docs.detector_pictures`` (needs the real recordings)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from benchmarks.detection.run import make_scene
from matplotlib.figure import Figure

from myotwitch.detection.background import background_of, quiet_windows
from myotwitch.detection.excerpts import joined_excerpts
from myotwitch.detection.filtering import apply_filter, design_filter
from myotwitch.detection.learning import learn_units
from myotwitch.detection.matched import output_of, peaks_of
from myotwitch.detection.units import lags_for
from myotwitch.pipeline import measure
from myotwitch.report import draw_recording, save_picture

PICTURES = Path(__file__).parent / "pictures"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
REAL = {
    "real_surface": "surface_plux/emg_1000_hz_16_bits_solo.h5",
    "real_needle": "needle_physionet_emgdb/emg_neuropathy.hea",
}
INK, OWN, TRUE = "#1f2933", "#c2410c", "#1d4ed8"
SPAN_S = 6.0


def draw_method() -> Figure:
    """Return how one unit near the noise is learned and found: a real unit's potentials in real rest, at SNR 5."""
    scene = make_scene("tune", "single channel, SNR 5", 0)
    rate_hz = scene.rate_hz
    filtered = apply_filter(scene.samples.astype(np.float32), design_filter(rate_hz, 20.0, 300.0))
    white = filtered / (np.median(np.abs(filtered)) / 0.6745)
    background = background_of(quiet_windows(white, rate_hz), lags_for(rate_hz))
    excerpts = joined_excerpts([(0, white)], rate_hz)
    unit = learn_units(excerpts, background)[0]
    output = output_of(white, unit.filter)
    peaks = peaks_of(output, 2.2, round(0.004 * rate_hz))
    odds = unit.mixture.log_odds(output[peaks].astype(float))
    first = scene.onset_s[len(scene.onset_s) // 2] - 1.0
    figure = Figure(figsize=(11.0, 7.6), layout="constrained")
    rows = figure.add_gridspec(3, 2, height_ratios=[1, 1, 1.1])
    times = np.arange(white.shape[1]) / rate_hz
    shown = (times >= first) & (times < first + SPAN_S)
    for place, (signal, name) in enumerate(
        ((white[0], "band-passed signal"), (output, "output of the matched filter"))
    ):
        axes = figure.add_subplot(rows[place, :])
        axes.plot(times[shown], signal[shown], color=INK, linewidth=0.6)
        true_s = scene.onset_s[(scene.onset_s >= first) & (scene.onset_s < first + SPAN_S)]
        axes.plot(true_s, np.full(true_s.size, signal[shown].max() * 1.15), "v", color=TRUE, label="put in")
        axes.set(ylabel=f"{name}\n[noise SDs]", xlim=(first, first + SPAN_S))
        if place:
            own = peaks[(odds > 0) & (times[peaks] >= first) & (times[peaks] < first + SPAN_S)]
            axes.plot(times[own], output[own], "o", color=OWN, markersize=4, label="probably a discharge")
        axes.legend(loc="upper right", frameon=False, ncols=2, fontsize=8)
    axes = figure.add_subplot(rows[2, 0])
    lags_ms = (np.arange(unit.template.shape[1]) - unit.template.shape[1] // 2) / rate_hz * 1e3
    axes.plot(lags_ms, unit.template[0], color=OWN)
    axes.set(title="the shape that was learned", xlabel="ms", ylabel="[noise SDs]")
    axes = figure.add_subplot(rows[2, 1])
    edges = np.arange(2.2, output[peaks].max() + 0.3, 0.2)
    axes.hist(output[peaks], edges, color="#cbd5e1", label="peaks of the output")
    heights = np.linspace(2.2, edges[-1], 300)
    seconds = excerpts.seconds * 0.2
    mixture = unit.mixture
    signal = mixture.signal_hz / (mixture.spread * np.sqrt(2 * np.pi))
    signal = signal * np.exp(-0.5 * ((heights - mixture.height) / mixture.spread) ** 2)
    noise = mixture.null_hz * heights / mixture.tail * np.exp(-(heights**2 - 2.2**2) / (2 * mixture.tail))
    axes.plot(heights, noise * seconds, color=INK, label="noise")
    axes.plot(heights, signal * seconds, color=OWN, label="discharges")
    axes.set(title="noise and discharges", xlabel="height [noise SDs]", ylabel="number", ylim=(0, 60))
    axes.legend(frameon=False, fontsize=8)
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def main() -> None:
    """Make all of them."""
    draw_method().savefig(PICTURES / "detector_method.png", dpi=110)
    for name, file in REAL.items():
        measurement = measure(DATA / file)
        save_picture(draw_recording(measurement.recording, measurement.twitches), PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
