"""A request with a field of every kind, answered on the page; and what else a messenger does."""

from pathlib import Path

import aiohttp
import pytest
import yaml
from playwright.async_api import Browser, Page, expect

from tests.demo.conftest import HEAD, OFFICE, Demo, button, opened, phone, running, write
from tests.forge import Forge
from tests.handlers.answering.ledger import EVERY_KIND
from tests.texts.example import Club, Types
from tests.texts.heads import Form, Registration
from tests.world import ROOT


def every_kind(folder: Path) -> Path:
    """The tests' directive with every kind of field, for the organizations that the demo has."""
    real = yaml.safe_load((ROOT / "data/directives.yaml").read_text(encoding="utf-8"))
    tests = EVERY_KIND.read_text(encoding="utf-8")
    found = yaml.safe_load(tests)
    found |= {key: real[key] for key in ("organization_types", "tags")}
    # Called otherwise than by the resolution: its people find it all the same.
    found["organization_types"]["preschool"]["title"] = "Детские сады"
    path = folder / "directives.yaml"
    path.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


@pytest.mark.slow
async def test_every_kind_of_field_and_what_else_a_messenger_does(
    browser: Browser, forge: Forge, tmp_path: Path
) -> None:
    directives = every_kind(tmp_path)
    async with running("--directives", str(directives), forge=forge) as demo, opened(browser, demo) as page:
        head = phone(page, HEAD)
        # It would lead to what other directives do not ask.
        await expect(page.locator("#tour")).to_be_hidden()
        await head.get_by_role("button", name="Старт").click()
        for label in (Registration.AGREE, Types.GENERAL, Registration.DONE, "Сосновоозёрская СОШ", Registration.HEAD):
            await button(head, label).click()
            if label == Types.GENERAL:
                # Whoever reads the screen goes on when it is ticked.
                await expect(button(head, label)).to_contain_text("✅")
        await expect(head.get_by_text(Registration.REGISTERED)).to_be_visible()
        await page.get_by_role("button", name="Следующее событие").click()
        await fill(page, tmp_path)
        given = (await demo.texts(HEAD))[-1] + "\n".join(await demo.texts(HEAD))
        for shown in ("Лыжи, Борьба", "41 чел.", "12,5 %", "Зал на ремонте", "https://school.ru/club", "приказ.pdf"):
            assert shown in given
        await commands_and_block(page)
        await somebody_new(page)
        await others_are_kept_out_and_nonsense_breaks_nothing(demo)


async def fill(page: Page, folder: Path) -> None:
    """One field after another, each in its own way."""
    head = phone(page, HEAD)
    form = head.locator(".row.theirs", has_text=Club.TITLE).last
    await button(form, Club.WORKS).click()
    for label in ("Лыжи", "Борьба"):
        await button(form, label).click()
        # Whoever reads the screen goes on when it is ticked.
        await expect(button(form, label)).to_contain_text("✅")
    await button(form, Form.DONE).click()
    await button(form, "Да").click()
    for number in ("41", "17", "12,5"):
        await write(head, number)
    await button(form, Form.YESTERDAY).click()
    await expect(button(form, Form.SKIP)).to_be_visible()
    await write(head, "Зал на ремонте")
    await expect(form).to_contain_text(Form.LINK)
    await write(head, "school.ru/club")
    order = folder / "приказ.pdf"
    order.write_bytes(b"%PDF-1.4 demo")
    await expect(form).to_contain_text("Прикрепите")
    await head.locator("input[type=file]").set_input_files(order)
    await expect(form).to_contain_text("приказ.pdf")
    await button(form, Form.DONE).click()
    await button(form, Form.SEND).click()
    await expect(head.get_by_text(Form.ACCEPTED).last).to_be_visible()


async def commands_and_block(page: Page) -> None:
    """The menu of commands; a bot that is blocked is not written to, and comes back."""
    head = phone(page, HEAD)
    await head.get_by_role("button", name="Команды").click()
    await head.locator(".list button", has_text="/help").click()
    await expect(head.locator(".row.mine", has_text="/help")).to_be_visible()
    await head.locator(".menu summary").click()
    await head.get_by_role("button", name="Заблокировать бота").click()
    await expect(head.locator(".role")).to_have_text("бот заблокирован")
    await write(head, "/tasks")
    await expect(head.locator(".toast")).to_have_text("Бот заблокирован")
    await head.locator(".menu summary").click()
    await head.get_by_role("button", name="Разблокировать бота").click()
    await write(head, "/tasks")
    await expect(head.locator(".row.mine", has_text="/tasks")).to_be_visible()


async def somebody_new(page: Page) -> None:
    """One more participant, by name."""
    page.once("dialog", lambda dialog: dialog.accept("Сидорова <b>Анна"))
    await page.locator("#add").click()
    await expect(page.get_by_role("heading", name="Сидорова <b>Анна")).to_be_visible()
    await phone(page, 201).get_by_role("button", name="Старт").click()
    await expect(phone(page, 201).get_by_text(Registration.GREETING)).to_be_visible()
    await expect(phone(page, OFFICE)).to_be_visible()


async def others_are_kept_out_and_nonsense_breaks_nothing(demo: Demo) -> None:
    """Pages of other sites, and what this one would not send."""
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "https://example.com"}, {"Host": "example.com"}):
            async with session.post(f"{demo.url}demo/kill", json={}, headers=headers) as response:
                assert response.status == 403
            async with session.get(f"{demo.url}sim/people", headers=headers) as response:
                assert response.status == 403
        assert (await demo.state())["bot"]["starts"] == 1
        await nonsense(demo)
        async with session.get(f"{demo.url}demo/file/none") as response:
            assert response.status == 404
        async with session.get(f"{demo.url}web/../../README.md") as response:
            assert response.status == 404
        async with session.get(demo.url) as response:
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]


async def nonsense(demo: Demo) -> None:
    """What a page would not send."""
    before = (await demo.state())["now"][:10]
    for verb, body in (
        ("nothing", {}),
        ("send", {"person_id": HEAD}),
        ("send", {"person_id": 1, "text": "x"}),
        ("send_file", {"person_id": HEAD, "name": "a", "content_base64": "!"}),
        ("person", {"name": "   "}),
        ("automatic", {"id": 1, "on": True}),
        ("fault", {"name": "flood", "on": True}),
        ("move", {"to": "2020-01-01"}),
        ("move", {"to": "yesterday"}),
        ("move", {}),
    ):
        assert (await demo.call(verb, **body))["ok"] is False
    assert (await demo.state())["now"][:10] == before
