"""The noise of rest as a filter sees it: how it goes together over time and over channels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.ndimage import uniform_filter1d

from myotwitch.detection.excerpts import Samples

QUIET_LIMIT = 4.5
"""A window in which no channel deflects further **[noise SDs]** is rest."""
WINDOW_S = 0.25
WINDOWS_OF_BLOCK = 24
"""Quiet windows kept of a block; more say nothing new about a covariance."""
FEWEST_WINDOWS = 4
RIDGE = 0.05
"""Share of white noise that is added: what the filter took away must not be divided by."""
SHRINKAGE = 0.05
"""Share by which covariances between channels are pulled to zero."""
ENERGY_S = 0.003
LEAST_CORRELATION = 0.15
"""Channels less alike than this in everything are taken as independent."""
LEAST_VARIANCE = 1e-3
LEAST_EIGENVALUE = 0.02
MOST_CHANNELS = 16
"""Channels from which the covariance over time is taken; more say the same."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Background:
    """Covariance of the noise, as the product of one over time and one over channels.

    Parameters
    ----------
    temporal
        Shape (lags,): autocorrelation, the first entry 1 plus a ridge.
    whitening
        Shape (channels, channels): turns samples **[noise SDs]** into such as are independent over channels.
    colouring
        Its inverse.
    """

    temporal: Floats
    whitening: Floats
    colouring: Floats

    def divide(self, templates: Floats) -> Floats:
        """Return templates of whitened samples, shape (..., lags), divided by the covariance over time."""
        flat = templates.reshape(-1, templates.shape[-1])
        divided = solve_toeplitz(self.temporal[: flat.shape[1]], flat.T).T
        return np.asarray(divided.reshape(templates.shape))

    def whiten(self, samples: Samples) -> Samples:
        """Return samples of shape (channels, samples), independent over channels."""
        if self.is_apart:
            return samples
        return np.asarray(self.whitening.astype(np.float32) @ samples)

    @property
    def is_apart(self) -> bool:
        """True if the channels are independent as they are."""
        return bool(np.array_equal(self.whitening, np.eye(len(self.whitening))))


def joint_energy(white: Samples, sampling_rate_hz: float) -> Samples:
    """Return how far all channels together stand out of their noise, shape (samples,) **[SDs of rest]**.

    Method
    ------
    Energy of all channels, smoothed over `ENERGY_S`, and standardised by its own median and spread. The samples are
    whitened over channels before, so that what is common to all counts once.
    """
    return energy_over_rest(np.einsum("cn,cn->n", white, white), sampling_rate_hz)


def energy_over_rest(energy: Samples, sampling_rate_hz: float) -> Samples:
    """Return the energy of all channels smoothed and standardised, shape (samples,); see `joint_energy`."""
    smooth = uniform_filter1d(energy, max(1, round(ENERGY_S * sampling_rate_hz)))
    thinned = smooth[:: max(1, smooth.size // 20_000)]
    low, middle = np.quantile(thinned, (0.159, 0.5))
    return np.asarray((smooth - middle) / max(float(middle - low), 1e-6), dtype=np.float32)


def quiet_windows(samples: Samples, sampling_rate_hz: float) -> Samples:
    """Return some windows of rest of a block, shape (windows, channels, samples of a window).

    Parameters
    ----------
    samples
        Shape (channels, samples) **[noise SDs]**.
    """
    size = round(WINDOW_S * sampling_rate_hz)
    count = samples.shape[1] // size
    if not count:
        return np.zeros((0, samples.shape[0], size), dtype=np.float32)
    chosen = np.unique(np.linspace(0, count - 1, min(count, 4 * WINDOWS_OF_BLOCK)).astype(int))
    windows = np.stack([samples[:, row * size : (row + 1) * size] for row in chosen])
    loudest = np.abs(windows).max(axis=(1, 2))
    is_read = np.abs(windows).max(axis=2).min(axis=1) > 0
    quietest = np.argsort(np.where(is_read, loudest, np.inf))[:WINDOWS_OF_BLOCK]
    return np.asarray(windows[quietest[is_read[quietest]]])


def background_of(quiet: Samples, lags: int) -> Background:
    """Return the covariance of quiet windows (windows, channels, samples); white noise's where they are too few."""
    channels = quiet.shape[1]
    loudest = np.abs(quiet).max(axis=2)
    rest = quiet[(loudest < QUIET_LIMIT).all(axis=1)]
    if len(rest) < FEWEST_WINDOWS:
        rest = quiet[np.argsort(loudest.max(axis=1), kind="stable")[: max(FEWEST_WINDOWS, len(quiet) // 4)]]
    centred = rest - rest.mean(axis=2, keepdims=True) if len(rest) else rest
    if len(rest) < FEWEST_WINDOWS or rest.shape[2] <= lags or not _is_alive(centred):
        white = np.zeros(lags)
        white[0] = 1 + RIDGE
        return Background(temporal=white, whitening=np.eye(channels), colouring=np.eye(channels))
    whitening, colouring = _roots(centred.transpose(1, 0, 2).reshape(channels, -1).astype(np.float64))
    step = max(1, channels // MOST_CHANNELS)
    apart = np.einsum("cd,ndl->ncl", whitening[::step], centred, optimize=True)
    power = (np.abs(np.fft.rfft(apart, 2 * rest.shape[2], axis=2)) ** 2).mean(axis=(0, 1))
    temporal = np.fft.irfft(power)[:lags]
    temporal = temporal / temporal[0]
    temporal[0] += RIDGE
    return Background(temporal=temporal, whitening=whitening, colouring=colouring)


def _is_alive(samples: Samples) -> bool:
    """Tell whether there is anything in the samples that a covariance can be taken of."""
    energy = float(np.square(samples, dtype=np.float64).sum())
    return bool(np.isfinite(energy) and energy > 0)


def _roots(samples: Floats) -> tuple[Floats, Floats]:
    """Return the symmetric matrix that makes channels of unit variance independent, and its inverse."""
    covariance = samples @ samples.T / samples.shape[1]
    scale = np.sqrt(np.maximum(np.diag(covariance), LEAST_VARIANCE))
    correlation = covariance / np.outer(scale, scale) * (1 - SHRINKAGE)
    np.fill_diagonal(correlation, 1.0)
    if np.abs(correlation - np.eye(len(correlation))).max() < LEAST_CORRELATION:
        return np.eye(len(correlation)), np.eye(len(correlation))
    values, vectors = np.linalg.eigh(correlation)
    roots = np.sqrt(np.maximum(values, LEAST_EIGENVALUE))
    return (vectors / roots) @ vectors.T, (vectors * roots) @ vectors.T
