"""Band-pass and mains removal that give the same samples however the recording is cut into blocks.

One linear-phase FIR kernel does both, applied through the FFT with its delay taken off, so that nothing moves in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from myotwitch.errors import RequestError
from myotwitch.recordings.recording import Channel, ChannelKind

SURFACE_BAND_HZ = (20.0, 300.0)
NEEDLE_BAND_HZ = (20.0, 5000.0)
LOW_EDGE_HZ = 10.0
"""Width of the transition below the band; sets the kernel's length to 0.36 s."""
HIGH_EDGE = 0.4
"""Width of the transition above the band as a share of its upper end: gentle, so that sharp events do not ring."""
NOTCH_HALF_WIDTH_HZ = 1.0
NOTCH_KERNEL_S = 2.0
"""Length of the kernel where mains is removed: a notch of 1 Hz needs about its inverse, twice."""
NARROWEST_BAND = 1.5
"""Least upper end of the band over its lower end."""
STOP_BAND_DB = 60.0
LARGEST_VALUE = 1e15
SHORTEST_TRANSFORM = 5120
SAMPLES_AT_ONCE = 100_000
"""Samples of pieces that are transformed together: as many as stay in the processor's own memory."""
CONTINUED_FROM_S = 0.5
"""Length of signal from which mains is continued over the ends; short, since its frequency is not exactly nominal."""


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
    sampling_rate_hz
        For which it is made **[Hz]**.
    """

    kernel: NDArray[np.float32]
    low_hz: float
    high_hz: float
    sampling_rate_hz: float
    notches_hz: tuple[float, ...] = ()

    @property
    def reach(self) -> int:
        """Samples on either side on which an output sample depends."""
        return self.kernel.size // 2


def pass_band(channel: Channel, low_hz: float | None, high_hz: float | None) -> tuple[float, float]:
    """Return the pass band for a channel **[Hz]**: as asked, else by its kind, within 0.45 of its sampling rate.

    Raises
    ------
    RequestError
        If nothing is left of the band at this sampling rate.

    Examples
    --------
    >>> pass_band(Channel(name="calf", sampling_rate_hz=500.0), None, None)
    (20.0, 225.0)
    """
    usual = NEEDLE_BAND_HZ if channel.kind is ChannelKind.NEEDLE_EMG else SURFACE_BAND_HZ
    low = usual[0] if low_hz is None else low_hz
    high = usual[1] if high_hz is None else high_hz
    highest = min(high, 0.45 * channel.sampling_rate_hz)
    if highest < NARROWEST_BAND * low:
        raise RequestError(
            f"The pass band {low:g} to {high:g} Hz leaves nothing of channel {channel.name!r} at "
            f"{channel.sampling_rate_hz:g} Hz; choose low_hz below {highest / NARROWEST_BAND:g} Hz."
        )
    return low, highest


def design_filter(sampling_rate_hz: float, low_hz: float, high_hz: float, notches_hz: tuple[float, ...] = ()) -> Filter:
    """Return the band-pass with a notch at each of `notches_hz`.

    Method
    ------
    A Kaiser window with 60 dB in the stop band; each notch is the complement of a 2 s band-pass of 2 Hz, so an event
    that crosses it loses about 2 % of its amplitude a notch. Kernels are convolved into one.
    """
    low_edge = min(LOW_EDGE_HZ, low_hz)
    high_edge = min(HIGH_EDGE * high_hz, sampling_rate_hz / 2 - high_hz)
    high_pass = _edge_kernel(sampling_rate_hz, low_hz - low_edge / 2, low_edge, is_high_pass=True)
    low_pass = _edge_kernel(sampling_rate_hz, high_hz + high_edge / 2, high_edge, is_high_pass=False)
    kernel = np.convolve(high_pass, low_pass)
    if notches_hz:
        kernel = _with_notches(kernel, sampling_rate_hz, notches_hz)
    return Filter(
        kernel=kernel.astype(np.float32),
        low_hz=low_hz,
        high_hz=high_hz,
        sampling_rate_hz=sampling_rate_hz,
        notches_hz=notches_hz,
    )


def apply_filter(samples: NDArray[np.float32], chosen: Filter) -> NDArray[np.float32]:
    """Return the filtered samples, same shape and times; both ends are continued.

    Samples nearer than `Filter.reach` to an end depend on that continuation: the first and last value are held, and
    mains that is to be taken out goes on, or else half of it would stay at the ends.

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
    filtered = np.empty_like(samples)
    filter_into(filtered, samples, chosen)
    return filtered


def filter_into(filtered: NDArray[np.float32], samples: NDArray[np.float32], chosen: Filter) -> None:
    """Write the filtered samples into an array of the same shape; see `apply_filter`."""
    reach, length = chosen.reach, samples.shape[1]
    size = next_fast_len(max(4 * chosen.kernel.size, SHORTEST_TRANSFORM), real=True)
    step = size - 2 * reach
    spectrum = rfft(chosen.kernel, size)
    before = np.ascontiguousarray(_continuation(samples[:, ::-1], chosen)[:, ::-1])
    after = _continuation(samples, chosen)
    count = samples.shape[0] * -(-length // step)
    at_once = min(count, max(1, SAMPLES_AT_ONCE // size))
    pieces = np.empty((at_once, size), dtype=np.float32)
    for first in range(0, count, at_once):
        some = pieces[: count - first]
        _cut_out(some, samples, before, after, step, first)
        seen = rfft(some, axis=1)
        seen *= spectrum
        result = np.asarray(irfft(seen, size, axis=1, overwrite_x=True), dtype=np.float32)
        _put_back(filtered, result, step, reach, first)


@njit(cache=True, nogil=True)
def _cut_out(
    pieces: NDArray[np.float32],
    samples: NDArray[np.float32],
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    step: int,
    first: int,
) -> None:  # pragma: no cover  (compiled)
    """Fill `pieces` with those from number `first` on, less the first value of their channel; row follows row."""
    length, reach = samples.shape[1], before.shape[1]
    in_row = (length + step - 1) // step
    for number in range(pieces.shape[0]):
        row, start = (first + number) // in_row, (first + number) % in_row * step
        piece, own = pieces[number], samples[row]
        offset = own[0]
        begin, end = start - reach, min(start + step, length) + reach
        low, high = max(begin, 0), min(end, length)
        for index in range(begin, low):
            piece[index - begin] = before[row, reach + index] - offset
        part, inner = piece[low - begin : high - begin], own[low:high]
        for index in range(inner.size):
            part[index] = inner[index] - offset
        for index in range(high, end):
            piece[index - begin] = after[row, index - length] - offset
        piece[end - begin :] = 0.0


@njit(cache=True, nogil=True)
def _put_back(
    filtered: NDArray[np.float32], pieces: NDArray[np.float32], step: int, reach: int, first: int
) -> None:  # pragma: no cover  (compiled)
    length = filtered.shape[1]
    in_row = (length + step - 1) // step
    for number in range(pieces.shape[0]):
        row, start = (first + number) // in_row, (first + number) % in_row * step
        stop = min(start + step, length)
        filtered[row, start:stop] = pieces[number, 2 * reach : 2 * reach + stop - start]


def _continuation(samples: NDArray[np.float32], chosen: Filter) -> NDArray[np.float32]:
    """Return `Filter.reach` samples that may follow the last: its value held, and mains going on."""
    held = np.repeat(samples[:, -1:], chosen.reach, axis=1)
    known = min(samples.shape[1], round(CONTINUED_FROM_S * chosen.sampling_rate_hz))
    if not chosen.notches_hz or known < 4 * len(chosen.notches_hz) + 2:
        return held
    fit, waves = _fit_of_mains(chosen.sampling_rate_hz, chosen.notches_hz, known, chosen.reach)
    hum = (samples[:, -known:] @ fit) @ waves
    return np.asarray(held + hum[:, 1:] - hum[:, :1], dtype=np.float32)


@lru_cache(maxsize=8)
def _fit_of_mains(
    sampling_rate_hz: float, notches_hz: tuple[float, ...], known: int, reach: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what turns `known` samples into amounts of mains, and mains from the last of them on.

    Shapes are (known, waves) and (waves, 1 + reach).
    """
    angle = 2 * np.pi / sampling_rate_hz * np.outer(np.arange(-known, reach), notches_hz)
    waves = np.concatenate((np.cos(angle), np.sin(angle)), axis=1)
    design = np.concatenate((waves[:known], np.ones((known, 1))), axis=1)
    return np.linalg.pinv(design)[:-1].T, waves[known - 1 :].T


def without_garbage(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the samples with values that no converter gives (infinite, or beyond 1e15) as missing."""
    if is_complete(samples).all():
        return samples
    with np.errstate(invalid="ignore"):
        is_garbage = ~(np.abs(samples) <= LARGEST_VALUE)
    return np.where(is_garbage, np.float32(np.nan), samples) if is_garbage.any() else samples


def is_complete(samples: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return for each row whether it holds nothing but values that a converter gives, none missing.

    Examples
    --------
    >>> is_complete(np.array([[1.0, -2.0], [1.0, np.nan], [1e20, 0.0]], dtype=np.float32)).tolist()
    [True, False, False]
    """
    # Without their sign, numbers, infinities and NaN stand in the same order as their bits.
    bits = np.ascontiguousarray(samples, dtype=np.float32).view(np.int32)
    return np.asarray(_largest_without_sign(bits) <= np.float32(LARGEST_VALUE).view(np.int32))


@njit(cache=True, nogil=True)
def _largest_without_sign(bits: NDArray[np.int32]) -> NDArray[np.int32]:  # pragma: no cover  (compiled)
    largest = np.zeros(bits.shape[0], dtype=np.int32)
    for row in range(bits.shape[0]):
        most = np.int32(0)
        for index in range(bits.shape[1]):
            most = max(most, bits[row, index] & np.int32(0x7FFFFFFF))
        largest[row] = most
    return largest


def fill_missing(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the samples with NaN replaced by a straight line between its neighbours; a channel without any is zero.

    The filled stretches are excluded later; filling keeps their edges from ringing into what is searched.
    """
    if is_complete(samples).all():
        return samples
    is_missing = ~np.isfinite(samples)
    filled = samples.copy()
    index = np.arange(samples.shape[1])
    for row in np.flatnonzero(is_missing.any(axis=1)):
        known = ~is_missing[row]
        filled[row] = np.interp(index, index[known], samples[row, known]) if known.any() else 0.0
    return filled


def _edge_kernel(
    sampling_rate_hz: float, cutoff_hz: float, width_hz: float, *, is_high_pass: bool
) -> NDArray[np.float64]:
    taps = _odd((STOP_BAND_DB - 7.95) / 14.36 * sampling_rate_hz / width_hz)
    shape = np.kaiser(taps, 0.1102 * (STOP_BAND_DB - 8.7))
    cutoff = min(cutoff_hz, 0.499 * sampling_rate_hz) / (sampling_rate_hz / 2)
    place = np.arange(taps) - taps // 2
    kernel = cutoff * np.sinc(cutoff * place) * shape
    if not is_high_pass:
        return np.asarray(kernel / kernel.sum())
    kernel = np.sinc(place) * shape - kernel
    kernel /= (kernel * np.cos(np.pi * place)).sum()
    # 60 dB is not enough for a constant: a step of 100 mV would leave 100 µV behind it for ever.
    return np.asarray(kernel - kernel.sum() * shape / shape.sum())


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
