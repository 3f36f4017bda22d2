"""Backgrounds of scenes: real rest put together from its stretches, and noise with real spectra."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.materials import NEEDLE_RATE_HZ, SURFACE_RATE_HZ, Materials, Samples, band_passed

DURATION_S = 60.0
CROSSFADE_S = 0.02


def real_rest(
    pieces: list[Samples], rate_hz: float, chance: np.random.Generator, duration_s: float = DURATION_S
) -> Samples:
    """Return real rest: pieces in random order, turned over and back to front at random, cross-faded."""
    fade = round(CROSSFADE_S * rate_hz)
    rise = np.sin(np.linspace(0, np.pi / 2, fade))
    length = round(duration_s * rate_hz)
    made = np.zeros((pieces[0].shape[0], length + 1))
    filled = 0
    while filled < length:
        piece = pieces[chance.integers(len(pieces))].copy()
        piece = piece[:, :: chance.choice([-1, 1])] * chance.choice([-1, 1])
        piece[:, :fade] *= rise
        piece[:, -fade:] *= rise[::-1]
        start = max(0, filled - fade)
        stop = min(length, start + piece.shape[1])
        made[:, start:stop] += piece[:, : stop - start]
        filled = stop
    return made[:, :length]


def surface_background(
    materials: Materials, chance: np.random.Generator, duration_s: float = DURATION_S, channels: int = 1
) -> Samples:
    """Return real rest of bipolar channels; each channel takes all of it from one recording."""
    rows = []
    for _ in range(channels):
        pieces = materials.surface_rest[chance.integers(len(materials.surface_rest))]
        rows.append(real_rest(pieces, SURFACE_RATE_HZ, chance, duration_s))
    return np.vstack(rows)


def fresh_background(
    materials: Materials, chance: np.random.Generator, duration_s: float = DURATION_S, channels: int = 1
) -> Samples:
    """Return noise with the spectrum of real rest, none of which comes twice.

    Real rest at hand is shorter than a scene, so that scenes of it repeat themselves; here nothing does, but spikes of
    real rest are lost, as phases are drawn anew.
    """
    rows = []
    for _ in range(channels):
        pieces = materials.surface_rest[chance.integers(len(materials.surface_rest))]
        longest = max(pieces, key=lambda piece: piece.shape[1])
        rows.append(same_spectrum(longest, SURFACE_RATE_HZ, chance, duration_s))
    return np.vstack(rows)


def same_spectrum(
    piece: Samples, rate_hz: float, chance: np.random.Generator, duration_s: float = DURATION_S
) -> Samples:
    """Return noise with the spectra, and between channels the cross-spectra, of a short real piece.

    The phases of the piece are drawn again for every stretch of its length, the same for all channels.
    """
    spectrum = np.fft.rfft(piece * np.hanning(piece.shape[1]) / np.sqrt(3 / 8), axis=1)
    stretches = []
    for _ in range(int(np.ceil(duration_s * rate_hz / piece.shape[1] * 1.5)) + 2):
        turn = np.exp(2j * np.pi * chance.random(spectrum.shape[1]))
        stretches.append(np.fft.irfft(spectrum * turn, piece.shape[1], axis=1))
    return real_rest(stretches, rate_hz, chance, duration_s)


def noise_sd(background: Samples, rate_hz: float) -> Samples:
    """Return the robust SD of each channel in the band in which signal-to-noise is stated (surface: 20 to 450 Hz)."""
    signal = band_passed(background, rate_hz, 20.0, 450.0 if rate_hz < NEEDLE_RATE_HZ else 1900.0)
    return np.asarray(np.median(np.abs(signal), axis=1) / 0.6745)


def column_of_sd(samples: Samples, rate_hz: float) -> Samples:
    """Return `noise_sd` as a column, to scale what is added to every channel."""
    return noise_sd(samples, rate_hz)[:, np.newaxis]
