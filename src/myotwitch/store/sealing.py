"""Encryption of backups by a passphrase, in the format of age."""

from __future__ import annotations

from myotwitch.errors import StoreError
from myotwitch.language import _

AGE_HEAD = b"age-encryption.org/v1"


def sealed(content: bytes, passphrase: str) -> bytes:
    """Return the content as an age file that the passphrase opens.

    Raises
    ------
    StoreError
        If the passphrase is empty.
    """
    from pyrage import passphrase as age

    if not passphrase:
        raise StoreError(
            _("The passphrase is empty; choose one of several words, or ask for a plain backup with --plain.")
        )
    return bytes(age.encrypt(content, passphrase))


def opened(content: bytes, passphrase: str, name: str) -> bytes:
    """Return what an age file holds.

    Raises
    ------
    StoreError
        If the passphrase does not open it.
    """
    from pyrage import DecryptError
    from pyrage import passphrase as age

    try:
        return bytes(age.decrypt(content, passphrase))
    except DecryptError as error:
        raise StoreError(
            _(
                "The passphrase does not open the backup {name}: it is another one, or the file is damaged or cut off."
            ).format(name=name)
        ) from error
