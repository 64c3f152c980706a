"""The digest that names findings, and tells whether files have changed."""

from __future__ import annotations

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL: a tenth of the start
except ImportError:
    from hashlib import blake2b


def digest(*words: str) -> str:
    """Return the BLAKE2b digest of some texts, as 32 hexadecimal digits."""
    return blake2b("\0".join(words).encode("utf-8", "replace"), digest_size=16).hexdigest()
