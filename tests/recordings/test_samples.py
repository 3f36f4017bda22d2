"""Fetching samples: from a server on this machine, whole, broken off, wrong or not there."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from myotwitch.errors import DownloadError, UnknownNameError
from myotwitch.recordings import SAMPLES, fetch_sample, open_recording


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; a file whose name is in `broken_off` is promised whole and ends early."""

    broken_off: frozenset[str] = frozenset()
    requests_seen: list[str] = []  # noqa: RUF012  (one a test: the fixture makes a subclass)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        self.requests_seen.append(self.path.lstrip("/"))

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        if name not in self.broken_off:
            super().do_GET()
            return
        content = (Path(self.directory) / name).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:50])
        self.close_connection = True


@pytest.fixture
def server(shared_data: Path) -> Iterator[tuple[str, type[QuietHandler]]]:
    handler = type("Handler", (QuietHandler,), {"requests_seen": []})
    serve = functools.partial(handler, directory=str(shared_data / "needle_physionet_emgdb"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", handler
        running.shutdown()
        thread.join()


def test_a_sample_comes_whole_and_opens(server, tmp_path: Path) -> None:
    address, handler = server
    seen: list[tuple[float, float]] = []
    paths = fetch_sample(
        "emgdb", tmp_path / "new" / "folder", base_url=address, progress=lambda *step: seen.append(step)
    )
    assert [path.name for path in paths] == ["emg_healthy.hea", "emg_myopathy.hea", "emg_neuropathy.hea"]
    assert [open_recording(path).sample_count(0) for path in paths] == [50_860, 110_337, 147_858]
    assert seen == [(number, 6) for number in range(1, 7)]
    handler.requests_seen.clear()
    assert fetch_sample("emgdb", tmp_path / "new" / "folder", base_url=address) == paths
    assert handler.requests_seen == []


def test_a_download_that_breaks_off_leaves_nothing_half_and_can_be_repeated(server, tmp_path: Path) -> None:
    address, handler = server
    handler.broken_off = frozenset({"emg_healthy.dat"})
    with pytest.raises(DownloadError, match=r"run the command again"):
        fetch_sample("emgdb", tmp_path, base_url=address)
    assert [path.name for path in tmp_path.iterdir()] == ["emg_healthy.hea"]
    handler.broken_off = frozenset()
    assert len(fetch_sample("emgdb", tmp_path, base_url=address)) == 3


def test_wrong_content_is_not_kept(shared_data: Path, server, tmp_path: Path) -> None:
    address, handler = server
    # Every address is answered with the same file, so the second one has the wrong content.
    handler.translate_path = lambda *_: str(shared_data / "needle_physionet_emgdb" / "emg_healthy.hea")
    with pytest.raises(DownloadError, match=r"emg_healthy\.dat came with unexpected content"):
        fetch_sample("emgdb", tmp_path, base_url=address)
    assert [path.name for path in tmp_path.iterdir()] == ["emg_healthy.hea"]


def test_a_file_that_the_server_does_not_have_is_named(server, tmp_path: Path) -> None:
    address, _ = server
    with pytest.raises(DownloadError, match=r"emg_healthy\.hea answered with status 404"):
        fetch_sample("emgdb", tmp_path, base_url=f"{address}/elsewhere")


def test_without_a_server_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"could not be reached. Check the internet connection"):
        fetch_sample("emgdb", tmp_path, base_url="http://127.0.0.1:9")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DownloadError, match=r"cannot be made"):
        fetch_sample("emgdb", tmp_path / "file" / "folder")


def test_an_unknown_sample_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"there is emgdb. Did you mean 'emgdb'"):
        fetch_sample("emg_db", tmp_path)


def test_every_sample_has_checksums_and_a_licence() -> None:
    for sample in SAMPLES.values():
        assert sample.licence
        assert sample.base_url.startswith("https://")
        assert all(len(checksum) == 64 for checksum in sample.sha256.values())
