"""AppSettings: what the app is told before it starts."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from myotwitch.errors import RequestError

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class AppSettings:
    """What the app is told before it starts.

    Parameters
    ----------
    store
        Where the diaries are kept: a file, or the address of a PostgreSQL database.
    recordings
        The folder in which recordings are kept; beside the store if none is given.
    host
        Address on which it listens; other than loopback only with password and TLS.
    port
        Port on which it listens.
    names
        Further names under which it may be reached, such as that of this machine in the home network.
    password_hash
        Argon2 hash of the password; None where the one-time link alone opens it.
    certificate, private_key
        Files for TLS; None on loopback.
    largest_upload_bytes
        Size of the largest file that may be uploaded.
    person
        Name of the person whose diary is shown first.

    Raises
    ------
    RequestError
        If it would be open to others without a password and TLS.
    """

    store: str
    recordings: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8765
    names: tuple[str, ...] = ()
    password_hash: str | None = None
    certificate: Path | None = None
    private_key: Path | None = None
    largest_upload_bytes: int = 2_000 * MEGABYTE
    person: str | None = None

    def __post_init__(self) -> None:
        if not self.is_loopback and (self.password_hash is None or not self.has_tls):
            raise RequestError(
                f"On {self.host} others can reach the app. Give a password (--password-file) and a certificate "
                "(--certificate and --private-key), or leave --host out to keep it on this computer."
            )
        if not 0 < self.port < 65536:
            raise RequestError(f"The port is {self.port}; give 1 to 65535.")

    @property
    def is_loopback(self) -> bool:
        """True if only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    @property
    def has_tls(self) -> bool:
        """True if connections are encrypted."""
        return self.certificate is not None and self.private_key is not None

    @property
    def scheme(self) -> str:
        """``https`` with TLS, else ``http``."""
        return "https" if self.has_tls else "http"

    @property
    def hosts(self) -> frozenset[str]:
        """Every value of the Host header that is answered; anything else is a page of others that rebinds its name."""
        own = LOOPBACK_NAMES if self.is_loopback else (self.host,)
        usual = {"http": 80, "https": 443}[self.scheme]
        names = {name.lower() for name in (*own, *self.names)}
        return frozenset({f"{name}:{self.port}" for name in names} | (names if self.port == usual else set()))

    @property
    def address(self) -> str:
        """The address to open, by a name where it listens to others under one."""
        name = self.host if self.is_loopback or not self.names else self.names[0]
        return f"{self.scheme}://{name}:{self.port}"
