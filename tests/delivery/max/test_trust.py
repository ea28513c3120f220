"""The national root certificate: what it is, and for whom it counts."""

import hashlib
import ssl

from bot.delivery.max.trust import ROOT, trust

FINGERPRINT = "D2:6D:2D:02:31:B7:C3:9F:92:CC:73:85:12:BA:54:10:35:19:E4:40:5D:68:B5:BD:70:3E:97:88:CA:8E:CF:31"


def _issued_by_the_nation(context: ssl.SSLContext) -> list[str]:
    """Whom the context believes of what the ministry has issued."""
    return [
        str(known["serialNumber"]) for known in context.get_ca_certs() if "Russian Trusted" in str(known["subject"])
    ]


def test_the_file_is_the_root_alone() -> None:
    (one,) = [part for part in ROOT.read_text(encoding="ascii").split("-----BEGIN CERTIFICATE-----") if part.strip()]
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(f"-----BEGIN CERTIFICATE-----{one}".strip())).hexdigest().upper()
    assert ":".join(digest[place : place + 2] for place in range(0, len(digest), 2)) == FINGERPRINT
    (known,) = [known for known in trust().get_ca_certs() if "Russian Trusted Root CA" in str(known["subject"])]
    assert known["subject"] == known["issuer"]
    assert known["notAfter"] == "Feb 27 21:04:15 2032 GMT"


def test_it_counts_for_this_client_alone() -> None:
    assert len(_issued_by_the_nation(trust())) == 1
    # Whoever asks afterwards believes what the machine believes, and no more.
    assert _issued_by_the_nation(ssl.create_default_context()) == []
    # What the machine believes, this client believes too: files are at other hosts.
    assert len(trust().get_ca_certs()) == len(ssl.create_default_context().get_ca_certs()) + 1


def test_names_and_certificates_are_checked() -> None:
    assert trust().check_hostname
    assert trust().verify_mode is ssl.CERT_REQUIRED
