"""Sealing: AES-256-GCM under a key derived from the deployment's own (`EXDEP_KEY_FILE`).

The key is not in the database, so that whoever reads or writes rows can neither read nor forge
what is sealed. Each purpose has a key of its own (HKDF-SHA256), and each text is bound to its
place: what is moved elsewhere does not open.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12


class BrokenSealError(Exception):
    """What was sealed does not open: altered, moved, or sealed under another key."""


def seal(plain: bytes, *, purpose: str, place: bytes) -> bytes:
    """`plain` sealed for `purpose` and bound to `place`: 12 bytes of nonce, text, 16 of tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key(purpose)).encrypt(nonce, plain, place)


def unseal(sealed: bytes, *, purpose: str, place: bytes) -> bytes:
    """The inverse of `seal`. Raises BrokenSealError."""
    try:
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return AESGCM(_key(purpose)).decrypt(nonce, text, place)
    except (InvalidTag, ValueError):
        raise BrokenSealError(f"The seal of {purpose} is broken.") from None


def _key(purpose: str) -> bytes:
    info = f"exdep-seal-1/{purpose}".encode()
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return derive.derive(settings.EXDEP_KEYS["allocation"])
