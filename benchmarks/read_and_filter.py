"""The least that a search for twitches can take: reads an EDF file with edfio, band-passes it with SciPy, nothing else.

    python benchmarks/read_and_filter.py FILE.edf

Blocks of ten seconds of all channels in 32-bit numbers, 20 to 450 Hz, fourth order, the filter's state carried on.
"""

from __future__ import annotations

import sys

import edfio
import numpy as np
from scipy import signal

BLOCK_S = 10


def main() -> None:
    file = edfio.read_edf(sys.argv[1], lazy_load_data=True)
    rate_hz = file.signals[0].sampling_frequency
    band = signal.butter(4, (20, 450), "bandpass", fs=rate_hz, output="sos").astype(np.float32)
    state = np.zeros((band.shape[0], len(file.signals), 2), dtype=np.float32)
    largest = 0.0
    for start_s in range(0, int(file.duration), BLOCK_S):
        stop_s = min(start_s + BLOCK_S, file.duration)
        samples = np.stack([row.get_data_slice(start_s, stop_s).astype(np.float32) for row in file.signals])
        filtered, state = signal.sosfilt(band, samples, axis=1, zi=state)
        largest = max(largest, float(filtered.max()))
    print(largest)


if __name__ == "__main__":
    main()
