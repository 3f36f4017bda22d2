"""Fetches public sample recordings for a user who has the internet; the only thing here that goes online."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from myotwitch.errors import DownloadError, UnknownNameError, nearest_name

_TIMEOUT_S = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A public set of recordings.

    Parameters
    ----------
    title
        What it holds, for a reader.
    base_url
        Address under which its files lie, ending in a slash.
    sha256
        Checksum of each file, by file name.
    licence
        The licence under which its owner publishes it.
    """

    title: str
    base_url: str
    sha256: Mapping[str, str]
    licence: str


SAMPLES: Mapping[str, Sample] = MappingProxyType(
    {
        "emgdb": Sample(
            title="Needle EMG of tibialis anterior: healthy, myopathy, neuropathy (PhysioNet emgdb 1.0.0)",
            base_url="https://physionet.org/files/emgdb/1.0.0/",
            sha256=MappingProxyType(
                {
                    "emg_healthy.hea": "466466f9e1bd9ba5f34359877ca7eac6ac285878987a860534f6820291f5856b",
                    "emg_healthy.dat": "4990f34f0ffb314f6ce70c1d2089b7ce41fa96d19fcd9fb334815ca5033966fd",
                    "emg_myopathy.hea": "06e54a3b50e9481fb23fc7b8b4f5e6c57bd00c560171f9989eb2f8286778ba74",
                    "emg_myopathy.dat": "2c310a0f61843a5a5e906d413b6ff7f51370a91e516344af511c7fe6da9eaf7f",
                    "emg_neuropathy.hea": "135e42361c5cf680e8212cfabfcdcf2c1eb203c707599c586bc6521fb92288e2",
                    "emg_neuropathy.dat": "108c6c71d3792f3dba645539bd9241119fb4c6a3a0f3e515399694b072375dd5",
                }
            ),
            licence="ODC-By 1.0",
        )
    }
)
"""The samples by name. Their checksums were computed from a local copy of the files, not taken from their publisher."""


def fetch_sample(
    name: str,
    folder: Path,
    *,
    base_url: str | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> tuple[Path, ...]:
    """Return the recordings of the sample `name`, which afterwards lie whole and checked in `folder`.

    Files that lie there already and are right are not fetched again. A file appears in the folder only once it has
    come whole and its checksum is right.

    Parameters
    ----------
    name
        A name of `SAMPLES`.
    folder
        Where to put the files; made where it does not exist.
    base_url
        Where to fetch from instead, such as a mirror.
    progress
        Called after each file with the number of files that lie there and that there are.

    Returns
    -------
    The files that `open_recording` opens, one a recording.

    Raises
    ------
    UnknownNameError
        If there is no such sample.
    DownloadError
        If the folder cannot be written, a file cannot be fetched, or its content is not the expected one.
    """
    if name not in SAMPLES:
        raise UnknownNameError(
            f"There is no sample {name!r}; there is {', '.join(SAMPLES)}.{nearest_name(name, [*SAMPLES])}"
        )
    sample = SAMPLES[name]
    address = (base_url or sample.base_url).rstrip("/") + "/"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(f"The folder {folder} cannot be made: {error.strerror or error}. Name another.") from error
    for number, file_name in enumerate(sample.sha256, start=1):
        _fetch_file(sample, file_name, folder, address)
        if progress is not None:
            progress(number, len(sample.sha256))
    return tuple(folder / file_name for file_name in sample.sha256 if file_name.endswith(".hea"))


def _fetch_file(sample: Sample, file_name: str, folder: Path, address: str) -> None:
    import pooch
    import requests

    pooch.get_logger().setLevel("ERROR")
    store = pooch.create(
        path=folder,
        base_url=address,
        registry={file_name: f"sha256:{sample.sha256[file_name]}"},
        retry_if_failed=1,
    )
    try:
        store.fetch(file_name, downloader=pooch.HTTPDownloader(timeout=_TIMEOUT_S))
    except requests.exceptions.HTTPError as error:
        status = "an error" if error.response is None else f"status {error.response.status_code}"
        raise DownloadError(
            f"{address}{file_name} answered with {status}. Try again later, or fetch the files of {sample.title} "
            f"yourself and lay them in {folder}."
        ) from error
    except requests.exceptions.RequestException as error:
        raise DownloadError(
            f"{address}{file_name} could not be reached. Check the internet connection and run the command again: what "
            f"came whole is kept. Without internet, copy {', '.join(sample.sha256)} into {folder} from elsewhere."
        ) from error
    except ValueError as error:  # pooch's error for a wrong checksum
        raise DownloadError(
            f"{address}{file_name} came with unexpected content (its checksum differs) and was not kept. The download "
            "was interrupted or altered on its way; run the command again."
        ) from error
    except OSError as error:
        raise DownloadError(f"{folder / file_name} cannot be written: {error.strerror or error}.") from error
