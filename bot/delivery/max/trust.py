"""Whom the client of MAX believes to be MAX.

The certificate of its host is issued by the national authority, whose root no ordinary store has. So the root lies
beside this file, and counts for this client alone: whoever holds its key could otherwise pass for Telegram, too. What
the root has issued to issue others (the "Sub CA", until 6 March 2027) comes with each answer and is not kept.
"""

import ssl
from pathlib import Path

# Russian Trusted Root CA of Минцифры, until 27 February 2032; its fingerprint stands in docs/max.md.
ROOT = Path(__file__).with_name("russian_trusted_root_ca.pem")


def trust() -> ssl.SSLContext:
    """What an ordinary client believes, and beside that the national root."""
    context = ssl.create_default_context()
    context.load_verify_locations(ROOT)
    return context
