"""Web Push: a note to a browser that asked for it, encrypted so that only that browser reads it.

Sources: RFC 8030 (delivery), RFC 8188 and 8291 (encryption), RFC 8292 (VAPID: who sends).
"""

from __future__ import annotations

import base64
import json
import os
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from accounts.messages import outside
from accounts.messages.outcome import SENT, Outcome, failed, rejected
from accounts.models import PushSubscription

CURVE = ec.SECP256R1()
# The order of the curve's group (SEC 2, 2.4.2): a private key is a number below it.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
RECORD_BYTES = 4096
TOKEN_LASTS = timedelta(hours=12)
# The push services of the browsers there are. A browser names its own, so that whoever made up an
# address could send this site anywhere.
SERVICES = (
    "fcm.googleapis.com", "android.googleapis.com", "push.services.mozilla.com",
    "push.apple.com", "notify.windows.com",
)  # fmt: skip
GONE = frozenset({404, 410})


def is_push_service(endpoint: str) -> bool:
    """Whether an address belongs to one of the known services, over TLS on the usual port."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    known = any(host == service or host.endswith(f".{service}") for service in SERVICES)
    return parts.scheme == "https" and port in {None, 443} and "@" not in parts.netloc and known


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether a browser's keys are a point of the curve and 16 secret bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unbase64(p256dh))
        return len(unbase64(auth)) == 16
    except ValueError:
        return False


def send(
    subscription: PushSubscription, payload: dict[str, str], *, now: datetime, lasts: timedelta
) -> Outcome:
    """Hand a note over. It waits at the service for `lasts` at most while the phone is off."""
    endpoint = subscription.endpoint
    body = encrypt(
        json.dumps(payload, ensure_ascii=False).encode(),
        p256dh=unbase64(subscription.p256dh), auth=unbase64(subscription.auth),
        salt=os.urandom(16), own=ec.generate_private_key(CURVE),
    )  # fmt: skip
    headers = {
        "Authorization": vapid(endpoint, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(lasts.total_seconds())),
        "Topic": "note",
    }
    try:
        status = outside.post(endpoint, body=body, headers=headers)
    except outside.UnreachableError as error:
        return failed(str(error))
    except outside.NoAnswerError as error:
        return failed(str(error), perhaps=True)
    if 200 <= status < 300:
        return SENT
    return rejected(f"HTTP {status}") if status in GONE else failed(f"HTTP {status}")


def encrypt(
    text: bytes, *, p256dh: bytes, auth: bytes, salt: bytes, own: ec.EllipticCurvePrivateKey
) -> bytes:
    """RFC 8291: `text` as one record of aes128gcm, for the browser's keys."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh)
    mine = _point(own.public_key())
    shared = own.exchange(ec.ECDH(), theirs)
    material = _derive(auth, shared, b"WebPush: info\0" + p256dh + mine, 32)
    key = _derive(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(salt, material, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(mine)]) + mine
    return head + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def vapid(endpoint: str, now: datetime) -> str:
    """RFC 8292: the Authorization that says which site sends, signed with the site's key."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + TOKEN_LASTS).timestamp()),
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    signed = ".".join(_base64(json.dumps(part).encode()) for part in (
        {"typ": "JWT", "alg": "ES256"}, claims,
    ))  # fmt: skip
    r, s = decode_dss_signature(_site_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{signed}.{_base64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={public_key()}"


def public_key() -> str:
    """The site's key as a browser wants it for `applicationServerKey`."""
    return _base64(_point(_site_key().public_key()))


def _site_key() -> ec.EllipticCurvePrivateKey:
    """Made from the deployment's own key (EXDEP_KEY_FILE), so that it outlives every restart: a
    browser takes notes from the key it was shown and from no other."""
    derive = HKDF(algorithm=hashes.SHA256(), length=48, salt=None, info=b"exdep-vapid-1")
    number = int.from_bytes(derive.derive(settings.EXDEP_KEYS["allocation"]), "big")
    return ec.derive_private_key(number % (ORDER - 1) + 1, CURVE)


def _derive(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64(text: str) -> bytes:
    """The inverse of what browsers write. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
