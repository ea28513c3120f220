"""Why an announcement did not reach somebody, in words for the department."""

import pytest

from bot.domain.desk.announcement import Delivery
from bot.domain.people.failure import Failure
from bot.views.unreached import FAILURES, why
from tests.storage.seed import NOW
from tests.texts.department import Announcements


def delivery(failure: Failure | None, words: str = "", *, waits: bool = False) -> Delivery:
    return Delivery("Анна", None, waits, failure, words, None)


@pytest.mark.parametrize("failure", Failure)
def test_each_reason_has_words(failure: Failure) -> None:
    assert why(delivery(failure)) == FAILURES[failure]


def test_who_has_it_or_waits_for_it() -> None:
    assert why(Delivery("Анна", NOW, False, None, "", None)) == ""
    assert why(delivery(None, waits=True)) == Announcements.NOT_YET


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "Telegram server says - Bad Request: user restricted receiving of voice note messages",
            "Telegram не принял сообщение: не принимает голосовые и видеосообщения",
        ),
        (
            "Bad Request: VOICE_MESSAGES_FORBIDDEN",
            "Telegram не принял сообщение: не принимает голосовые и видеосообщения",
        ),
        ("Bad Request: message is too long", "Telegram не принял сообщение: сообщение слишком длинное"),
        ("not rendered, see the log", "Telegram не принял сообщение: сбой бота, подробности в журнале сервера"),
        # What nobody has translated is said as it is.
        (
            "Telegram server says - Bad Request: WEBPAGE_CURL_FAILED",
            "Telegram не принял сообщение: WEBPAGE_CURL_FAILED",
        ),
        ("MAX says - whatever", "Telegram не принял сообщение: whatever"),
        ("", "Telegram не принял сообщение"),
    ],
)
def test_what_telegram_refused(words: str, said: str) -> None:
    assert why(delivery(Failure.REFUSED, words)) == said
