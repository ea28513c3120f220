"""What a head sees: a request, its form, what to do when there is no time, the answer before it is sent."""

from playwright.async_api import Locator, Page, expect

from tests.demo.conftest import HEAD, OFFICE, Demo, button, phone, write
from tests.demo.pictures.camera import Camera
from tests.demo.test_tour import subscribe_by_keyboard
from tests.texts.department import Extensions, Threads
from tests.texts.example import Club, Titles
from tests.texts.heads import Extending, Form, Registration

# A school that asks for more time, and a kindergarten that writes to the department.
LATE, ASKING = 102, 103


async def requests(page: Page, demo: Demo, camera: Camera) -> None:
    """Registers, is asked, answers."""
    head = phone(page, HEAD)
    await subscribe_by_keyboard(page)
    await demo.call("automatic", id=LATE, on=False)
    await page.get_by_role("button", name="На 5 октября").click()
    await expect(head.get_by_text(Titles.SCHOOL_SPORTS_CLUB).first).to_be_visible()
    await camera.phone(head, "request", _form(head))
    await button(_form(head), Form.MORE).click()
    await expect(button(_form(head), Extending.ASK)).to_be_visible()
    await camera.phone(head, "more", _form(head))
    await button(_form(head), Extending.TO_REQUEST).click()
    await button(_form(head), Club.WORKS).click()
    await button(_form(head), Form.NO).click()
    await expect(_form(head)).to_contain_text("3 из 5")
    await write(head, "41")
    await expect(_form(head)).to_contain_text("4 из 5")
    await camera.phone(head, "form", _form(head))
    await write(head, "3")
    await expect(_form(head)).to_contain_text("5 из 5")
    await write(head, "2")
    await expect(_form(head)).to_contain_text(Form.CHECK)
    await camera.phone(head, "preview", _form(head))
    await button(_form(head), Form.SEND).click()
    await expect(head.get_by_text(Form.ACCEPTED).last).to_be_visible()


async def in_max(page: Page, camera: Camera) -> None:
    """The same in MAX: a request, what to do beside answering, the answer before it is sent."""
    head = phone(page, HEAD)
    await head.get_by_role("button", name="Начать").click()
    await button(head, Registration.AGREE).click()
    await button(head, "Общее образование").click()
    await expect(button(head, "Общее образование")).to_contain_text("✅")
    for label in (Registration.DONE, "Сосновоозёрская СОШ", Registration.HEAD):
        await button(head, label).click()
    await page.get_by_role("button", name="На 5 октября").click()
    await expect(_form(head)).to_be_visible()
    await camera.phone(head, "max-request", _form(head))
    await button(_form(head), Form.MORE).click()
    await expect(button(_form(head), "Попросить продлить")).to_be_visible()
    await camera.phone(head, "max-more", _form(head))
    await button(_form(head), "‹ К запросу").click()
    await button(_form(head), Club.WORKS).click()
    await button(_form(head), Form.NO).click()
    for number, place in (("41", "3 из 5"), ("3", "4 из 5"), ("2", "5 из 5")):
        await expect(_form(head)).to_contain_text(place)
        await write(head, number)
    await expect(_form(head)).to_contain_text(Form.CHECK)
    await camera.phone(head, "max-preview", _form(head))


async def wishes(page: Page, camera: Camera) -> None:
    """More time, a word to the department: what comes of them there."""
    late, asking, office = phone(page, LATE), phone(page, ASKING), phone(page, OFFICE)
    await button(_form(late), Form.MORE).click()
    await button(_form(late), Extending.ASK).click()
    await button(_form(late), Extending.WEEK).click()
    await write(late, "Тренер вернётся из отпуска 16 октября")
    await expect(late.get_by_text(Extending.CHECK)).to_be_visible()
    await button(late, Extending.SEND).click()
    await camera.phone(office, "extension", await _came(office, Extensions.ASKED))
    await write(asking, "/write")
    await expect(asking.locator(".row").last).to_contain_text("сообщением")
    await write(asking, "Добрый день! Кому отвечать, если корпусов два?")
    await camera.phone(office, "thread", await _came(office, Threads.HEADING))


def _form(head: Locator) -> Locator:
    return head.locator(".row.theirs", has_text=Titles.SCHOOL_SPORTS_CLUB).last


async def _came(office: Locator, words: str) -> Locator:
    card = office.locator(".row.theirs", has_text=words).last
    await expect(card).to_be_visible()
    return card
