"""Sign-in and encryption: when the server does not give what the settings ask for, nothing goes and nothing is lost."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.core.app import Portal
from portal.outbox import sending
from portal.outbox.health import outbox_health
from portal.outbox.models import SendState
from portal.outbox.worker import Outcome, drain
from tests.factories import accounts
from tests.outbox.kit import Queue, fresh
from tests.outbox.smtp import MailServer, listening

pytestmark = pytest.mark.either_database

HOST = "127.0.0.1"


def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword) -> AuthResult:
    """The one account of the test's server."""
    return AuthResult(success=data == LoginPassword(b"portal", b"right"), handled=False)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for the loopback address that nobody else vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize(("password", "outcome"), [("right", Outcome.SENT), ("wrong", Outcome.AWAY)])
def test_the_portal_signs_in(
    app: Portal,
    away_server: MailServer,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    outcome: Outcome,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = app.extensions["mail"]
    monkeypatch.setattr(settings, "username", "portal")
    monkeypatch.setattr(settings, "password", password)
    row = queue()
    with listening(away_server, authenticator=check, auth_require_tls=False):
        assert drain() == Counter({outcome: 1})
    assert fresh(row).state is (SendState.SENT if outcome is Outcome.SENT else SendState.QUEUED)
    assert len(away_server.accepted) == (outcome is Outcome.SENT)
    assert ("cannot be used (535 5.7.8)" in caplog.text) == (outcome is Outcome.AWAY)


def test_a_refused_sign_in_is_told_at_once_in_a_sentence_and_mended_by_the_right_password(
    app: Portal,
    away_server: MailServer,
    queue: Queue,
    client: FlaskClient,
    client_for: Callable[[User], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = app.extensions["mail"]
    monkeypatch.setattr(settings, "username", "portal")
    monkeypatch.setattr(settings, "password", "wrong")
    administrator = client_for(accounts.administrator())
    row, other = queue("a@firm.example"), queue("b@firm.example")
    with listening(away_server, authenticator=check, auth_require_tls=False):
        drain()
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.json is not None
        said = answer.json["mail"]
        assert (said["trouble"], said["codes"]) == ("sign_in_refused", "535 5.7.8")
        assert "refuses the portal’s sign-in" in said["sentence"]
        assert said["sentence"] in administrator.get("/admin/mails/queue").text
        monkeypatch.setattr(settings, "password", "right")
        assert drain() == Counter({Outcome.SENT: 2})
    assert [mail.message_id for mail in away_server.accepted] == [row.message_id, other.message_id]
    assert client.get("/healthz").status_code == 200
    assert "refuses the portal" not in administrator.get("/admin/mails/queue").text


def test_nothing_goes_unencrypted_where_encryption_is_asked_for(
    app: Portal, server: MailServer, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["mail"], "use_tls", True)
    row = queue()
    assert drain() == Counter({Outcome.AWAY: 1})
    assert (fresh(row).state, server.accepted) == (SendState.QUEUED, [])
    assert (outbox_health()["ok"], outbox_health()["trouble"]) == (False, "not_offered")


@pytest.mark.parametrize(
    ("host", "is_known", "outcome"),
    [
        ("localhost", True, Outcome.SENT),
        ("localhost", False, Outcome.AWAY),  # nobody vouches for the certificate
        (HOST, True, Outcome.AWAY),  # it is another server's
    ],
)
def test_the_servers_certificate_is_checked(
    app: Portal,
    away_server: MailServer,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
    certificate: Path,
    host: str,
    is_known: bool,
    outcome: Outcome,
) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate) if is_known else None)
    monkeypatch.setattr(sending.ssl, "create_default_context", lambda: trusted)
    monkeypatch.setattr(app.extensions["mail"], "use_tls", True)
    monkeypatch.setattr(app.extensions["mail"], "server", host)
    queue()
    with listening(away_server, tls_context=serving(certificate), require_starttls=True):
        assert drain() == Counter({outcome: 1})
    assert len(away_server.accepted) == (outcome is Outcome.SENT)
    assert outbox_health()["trouble"] == (None if outcome is Outcome.SENT else "not_encrypted")
