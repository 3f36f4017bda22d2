"""Band-pass and mains removal that give the same samples however the recording is cut into blocks.

One linear-phase FIR kernel does both, applied through the FFT with its delay taken off, so that nothing moves in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import firwin

from myotwitch.recordings.recording import Channel, ChannelKind

SURFACE_BAND_HZ = (20.0, 450.0)
NEEDLE_BAND_HZ = (20.0, 5000.0)
LOW_EDGE_HZ = 10.0
"""Width of the transition at both edges of the band; sets the kernel's length to 0.36 s."""
NOTCH_HALF_WIDTH_HZ = 1.0
NOTCH_KERNEL_S = 2.0
"""Length of the kernel where mains is removed: a notch of 1 Hz needs about its inverse, twice."""
STOP_BAND_DB = 60.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Filter:
    """A linear-phase FIR filter of odd length.

    Parameters
    ----------
    kernel
        Its impulse response, shape (taps,).
    low_hz, high_hz
        Its pass band **[Hz]**.
    notches_hz
        Frequencies taken out **[Hz]**.
    """

    kernel: NDArray[np.float32]
    low_hz: float
    high_hz: float
    notches_hz: tuple[float, ...] = ()

    @property
    def reach(self) -> int:
        """Samples on either side on which an output sample depends."""
        return self.kernel.size // 2


def pass_band(channel: Channel, low_hz: float | None, high_hz: float | None) -> tuple[float, float]:
    """Return the pass band for a channel **[Hz]**: as asked, else by its kind, within 0.45 of its sampling rate.

    Examples
    --------
    >>> pass_band(Channel(name="calf", sampling_rate_hz=500.0), None, None)
    (20.0, 225.0)
    """
    usual = NEEDLE_BAND_HZ if channel.kind is ChannelKind.NEEDLE_EMG else SURFACE_BAND_HZ
    low = usual[0] if low_hz is None else low_hz
    high = usual[1] if high_hz is None else high_hz
    return low, min(high, 0.45 * channel.sampling_rate_hz)


def design_filter(sampling_rate_hz: float, low_hz: float, high_hz: float, notches_hz: tuple[float, ...] = ()) -> Filter:
    """Return the band-pass with a notch at each of `notches_hz`.

    Method
    ------
    A Kaiser window with 60 dB in the stop band; each notch is the complement of a 2 s band-pass of 2 Hz, so an event
    that crosses it loses about 2 % of its amplitude a notch. Kernels are convolved into one.
    """
    edge = min(LOW_EDGE_HZ, low_hz)
    taps = _odd((STOP_BAND_DB - 7.95) / 14.36 * sampling_rate_hz / edge)
    beta = 0.1102 * (STOP_BAND_DB - 8.7)
    kernel = firwin(taps, [low_hz - edge / 2, high_hz], pass_zero=False, window=("kaiser", beta), fs=sampling_rate_hz)
    if notches_hz:
        kernel = _with_notches(kernel, sampling_rate_hz, notches_hz)
    return Filter(kernel=kernel.astype(np.float32), low_hz=low_hz, high_hz=high_hz, notches_hz=notches_hz)


def apply_filter(samples: NDArray[np.float32], chosen: Filter) -> NDArray[np.float32]:
    """Return the filtered samples, same shape and times; the ends are continued by their first and last value.

    Samples nearer than `Filter.reach` to an end depend on that continuation.

    Parameters
    ----------
    samples
        Shape (channels, samples), without NaN.
    chosen
        The filter.

    Method
    ------
    Overlap-save in pieces of a length that suits the FFT. The first value of each channel is taken off before, so that
    a large constant costs no precision.
    """
    reach, length = chosen.reach, samples.shape[1]
    size = next_fast_len(max(4 * chosen.kernel.size, 8192), real=True)
    step = size - 2 * reach
    spectrum = rfft(chosen.kernel, size)
    offset = samples[:, :1]
    filtered = np.empty_like(samples)
    for start in range(0, length, step):
        stop = min(start + step, length)
        first, last = start - reach, stop + reach
        piece = samples[:, max(first, 0) : min(last, length)] - offset
        piece = np.pad(piece, ((0, 0), (max(-first, 0), max(last - length, 0))), mode="edge")
        result = irfft(rfft(piece, size, axis=1) * spectrum, size, axis=1)
        filtered[:, start:stop] = result[:, 2 * reach : 2 * reach + stop - start]
    return filtered


def fill_missing(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the samples with NaN replaced by a straight line between its neighbours; a channel without any is zero.

    The filled stretches are excluded later; filling keeps their edges from ringing into what is searched.
    """
    is_missing = ~np.isfinite(samples)
    if not is_missing.any():
        return samples
    filled = samples.copy()
    index = np.arange(samples.shape[1])
    for row in np.flatnonzero(is_missing.any(axis=1)):
        known = ~is_missing[row]
        filled[row] = np.interp(index, index[known], samples[row, known]) if known.any() else 0.0
    return filled


def _with_notches(
    kernel: NDArray[np.float64], sampling_rate_hz: float, notches_hz: tuple[float, ...]
) -> NDArray[np.float64]:
    taps = _odd(NOTCH_KERNEL_S * sampling_rate_hz)
    window = np.hamming(taps)
    times = (np.arange(taps) - taps // 2) / sampling_rate_hz
    lowpass = np.sinc(2 * NOTCH_HALF_WIDTH_HZ * times) * window
    lowpass /= lowpass.sum()
    removed = sum(2 * np.cos(2 * np.pi * notch * times) for notch in notches_hz) * lowpass
    notch_kernel = -np.asarray(removed)
    notch_kernel[taps // 2] += 1.0
    size = next_fast_len(taps + kernel.size, real=True)
    full = irfft(rfft(kernel, size) * rfft(notch_kernel, size), size)
    return np.asarray(full[: taps + kernel.size - 1])


def _odd(count: float) -> int:
    return 2 * round(count / 2) + 1
