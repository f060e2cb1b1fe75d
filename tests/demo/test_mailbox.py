"""The demonstration's mailbox: what its SMTP server caught, shown so that nothing in a mail can do harm."""

from __future__ import annotations

import os
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from config import Config
from portal import create_app
from portal.demo.catcher import save_message
from portal.demo.mailbox import heads, read
from tests.own_database import DATA_KEY

BOX = "/demo/mailbox"
HTML = '<!DOCTYPE html><html lang="sv"><head><title>x</title></head><body><a href="http://localhost/p">Se</a></body></html>'


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def demo_client(data_dir: Path) -> FlaskClient:
    """A visitor of a demonstration without a database: the mailbox reads files alone."""
    config = Config(
        data_dir=data_dir,
        database_url=f"sqlite:///{data_dir}/none.db",
        secret_key="only for tests, and long enough to be taken for one",
        data_keys=(DATA_KEY,),
        base_url="http://localhost",
        demo=True,
        extra={"TESTING": True},
    )
    browser = create_app(config).test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.fixture
def box(data_dir: Path) -> Iterator[Path]:
    folder = data_dir / "mailbox"
    yield folder
    for file in folder.glob("*"):
        file.unlink()


def deliver(box: Path, to: str, subject: str = "Ny kandidat", html: str = HTML, text: str = "Hej,\n") -> str:
    """Put a mail into the box as the SMTP server does; returns its name."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Rekrybron <no-reply@rekrybron.example>", to, subject
    message["Message-ID"] = "<1@localhost>"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="meeting.ics")
    return save_message(box, "no-reply@rekrybron.example", [to], message.as_bytes()).stem


def test_mails_are_listed_newest_first_and_found_by_reader(demo_client: FlaskClient, box: Path) -> None:
    deliver(box, "anna@firm.example", "Första")
    deliver(box, "bo@firm.example", "Andra")
    page = demo_client.get(BOX).text
    assert page.index("Andra") < page.index("Första")
    found = demo_client.get(f"{BOX}?reader=ANNA@").text
    assert "Första" in found
    assert "Andra" not in found
    assert "No mail for this address" in demo_client.get(f"{BOX}?reader=eve").text


def test_an_empty_box_says_so(demo_client: FlaskClient) -> None:
    assert "No mail yet" in demo_client.get(BOX).text


def test_a_long_box_has_pages(demo_client: FlaskClient, box: Path) -> None:
    for number in range(26):
        deliver(box, "anna@firm.example", f"Mail {number:02}")
    assert "Mail 00" not in demo_client.get(BOX).text
    assert "Mail 00" in demo_client.get(f"{BOX}?page=2").text
    assert demo_client.get(f"{BOX}?page=3").status_code == 404


def test_a_mail_is_shown_with_its_frame_text_headers_and_files(demo_client: FlaskClient, box: Path) -> None:
    text = "Hej,\n\nSe: http://localhost/proposals/abc?x=1\n<script>alert(1)</script>\n"
    name = deliver(box, "anna@firm.example", "Ny <b>kandidat</b>", text=text)
    page = demo_client.get(f"{BOX}/{name}").text
    assert f'src="{BOX}/{name}/html"' in page
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page
    assert 'href="http://localhost/proposals/abc?x=1"' in page
    assert "<script>alert" not in page
    assert "<b>kandidat" not in page
    assert "&lt;1@localhost&gt;" in page
    assert "BEGIN:VCALENDAR" in page


def test_the_frame_may_bring_style_and_nothing_else(demo_client: FlaskClient, box: Path) -> None:
    name = deliver(box, "anna@firm.example")
    answer = demo_client.get(f"{BOX}/{name}/html")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'unsafe-inline'"
    assert policy["frame-ancestors"] == "'self'"
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-same-origin" not in policy["sandbox"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_top">' in answer.text
    around = demo_client.get(f"{BOX}/{name}").headers
    assert "unsafe-inline" not in around["Content-Security-Policy"]
    assert around["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "name",
    ["absent", "..%2Fsecret", "%2e%2e%2fsecret", "..\\secret", ".hidden", "link", "secret%00", "a" * 100, "secret.eml"],
)
def test_only_mails_can_be_asked_for(demo_client: FlaskClient, data_dir: Path, box: Path, name: str) -> None:
    deliver(box, "anna@firm.example")
    for place in (data_dir / "secret.eml", data_dir / "secret", box / ".hidden.eml"):
        place.write_text("To: x\n\nhidden words")
    (box / "link.eml").symlink_to(data_dir / "secret.eml")
    for address in (f"{BOX}/{name}", f"{BOX}/{name}/html"):
        answer = demo_client.get(address)
        assert answer.status_code == 404
        assert "hidden words" not in answer.text
    (box / "link.eml").unlink()


def test_a_name_with_a_slash_is_no_name(data_dir: Path, box: Path) -> None:
    deliver(box, "anna@firm.example")
    (data_dir / "secret.eml").write_text("To: x\n\nhidden words")
    assert read(box, f"..{os.sep}secret") is None
    assert read(box, str(data_dir / "secret")) is None


def test_a_mail_that_is_still_being_written_is_not_listed(box: Path) -> None:
    deliver(box, "anna@firm.example")
    (box / ".20261123T091400.000000Z-00000000").write_bytes(b"To: half")
    assert [head.reader for head in heads(box)] == ["anna@firm.example"]


def test_there_is_no_mailbox_where_no_demonstration_runs(client: FlaskClient) -> None:
    assert client.get(BOX).status_code == 404
