"""Each messenger is called by its name on every screen that names one; Telegram's screens are as they were."""

from datetime import timedelta

import pytest

from bot.domain.desk.announcement import Delivery
from bot.domain.people.failure import Failure
from bot.domain.people.messenger import Messenger, account_of, messenger_of
from bot.domain.screen import Screen
from bot.views import alarm, reports
from bot.views.department import panel
from bot.views.department.announcements import source
from bot.views.department.control import entering
from bot.views.department.people import importing, invitations
from bot.views.heads import registration, tasks
from bot.views.unreached import why
from tests.storage.seed import NOW

OLGA = 300_000_007


def _shown(messenger: Messenger) -> dict[str, str]:
    """What these screens say in that messenger."""
    person = messenger.person(OLGA)
    screens: dict[str, Screen] = {
        "consent": registration.consent(messenger),
        "help": tasks.help_(person, staff=True),
        "staff's help": panel.help_(person, curates=True),
        "webhook": alarm.alarm(("webhook",), messenger),
        "clock": alarm.clock_is_wrong(NOW, NOW + timedelta(days=3), messenger),
        "not copied": source.cannot_be_copied(messenger),
        "too long": source.too_long(messenger),
        "no answers": entering.try_again(messenger),
        "no roster": importing.try_again(messenger),
        "not taken": reports.not_taken(messenger),
        "too large": reports.too_large(messenger),
    }
    refused = Delivery("Анна", None, False, Failure.REFUSED, "", None, person)
    page = invitations.page([("Школа № 1", messenger.link("bot", "inv_1"))], "до завтра", messenger)
    return {name: screen.text for name, screen in screens.items()} | {"refused": why(refused), "paper": page.decode()}


def test_everybody_reads_the_name_of_their_messenger() -> None:
    telegram, max_ = _shown(Messenger.TELEGRAM), _shown(Messenger.MAX)
    assert [name for name, text in telegram.items() if "Telegram" not in text or "MAX" in text] == []
    assert [name for name, text in max_.items() if "MAX" not in text or "Telegram" in text or "t.me" in text] == []


def test_consent_names_the_account_that_is_kept() -> None:
    assert "номер вашей учётной записи в MAX," in registration.consent(Messenger.MAX).text
    assert "номер вашей учётной записи в Telegram," in registration.consent(Messenger.TELEGRAM).text


def test_people_read_the_number_that_their_messenger_gave_them() -> None:
    """It is what ADMIN_IDS wants to know: not the number that the database has."""
    person = Messenger.MAX.person(OLGA)
    assert person != OLGA
    assert f"Ваш номер в MAX: <code>{OLGA}</code>" in tasks.help_(person, staff=False).text
    assert f"Ваш номер в Telegram: <code>{OLGA}</code>" in panel.help_(OLGA, curates=False).text


def test_links_open_the_bot_where_it_serves() -> None:
    assert Messenger.MAX.link("vrn_bot", "inv_1") == "https://max.ru/vrn_bot?start=inv_1"
    assert Messenger.TELEGRAM.link("vrn_bot", "inv_1") == "https://t.me/vrn_bot?start=inv_1"


@pytest.mark.parametrize("account", [1, OLGA, 2**52 - 1])
def test_two_people_are_never_one(account: int) -> None:
    telegram, max_ = (messenger.person(account) for messenger in Messenger)
    assert telegram != max_
    assert [messenger_of(person) for person in (telegram, max_)] == [*Messenger]
    assert [account_of(person) for person in (telegram, max_)] == [account, account]
    # What is JSON, and what is a number of PostgreSQL's or SQLite's, holds it exactly.
    assert int(float(max_)) == max_ < 2**53


@pytest.mark.parametrize("account", [0, -5, 2**52, 2**63])
@pytest.mark.parametrize("messenger", Messenger)
def test_what_is_no_number_of_an_account_becomes_nobody(messenger: Messenger, account: int) -> None:
    with pytest.raises(ValueError, match="no number of an account"):
        messenger.person(account)
