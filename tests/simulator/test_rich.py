"""Rich messages: what a bot may write as blocks, what is refused, and how people read them."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputRichBlockDetails,
    InputRichBlockDivider,
    InputRichBlockFooter,
    InputRichBlockParagraph,
    InputRichBlockSectionHeading,
    InputRichBlockTable,
    InputRichMessage,
    Message,
    RichBlockDetails,
    RichBlockTable,
    RichBlockTableCell,
    RichTextBold,
    RichTextItalic,
)

from simulator import Person, Simulator
from simulator.content.rich import as_text, rich_message, tables
from simulator.errors import ApiError

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Обновить", callback_data="again")]])


async def refused(awaitable: Any, text: str) -> None:
    """The call must end in 400 with exactly this description."""
    with pytest.raises(TelegramBadRequest) as caught:
        await awaitable
    assert caught.value.message == f"Bad Request: {text}"


def cell(text: Any = None, align: str = "left", **fields: Any) -> RichBlockTableCell:
    """A cell of a table."""
    return RichBlockTableCell(text=text, align=align, valign="middle", **fields)


def summary(answered: str = "17") -> InputRichMessage:
    """A report as the bot writes it."""
    table = InputRichBlockTable(
        cells=[
            [cell("Организация", is_header=True, rowspan=2), cell("Питание", "center", is_header=True, colspan=2)],
            [cell("Дети", "right"), cell("%", "right")],
            [cell([RichTextBold(text="Школа"), " № 1"]), cell(answered, "right"), cell()],
        ],
        caption=RichTextItalic(text="Октябрь"),
        is_bordered=True,
        is_striped=False,
    )
    return InputRichMessage(
        blocks=[
            InputRichBlockSectionHeading(text="Горячее питание", size=2),
            InputRichBlockParagraph(text=["Представили ", RichTextBold(text=["17 из ", "24"])]),
            table,
            InputRichBlockDivider(),
            InputRichBlockDetails(
                summary="Не представили: 2", blocks=[InputRichBlockParagraph(text="СОШ № 2\nСОШ № 3")]
            ),
            InputRichBlockFooter(text="На 12 октября"),
        ]
    )


CELLS = [["Организация", "Питание", ""], ["", "Дети", "%"], ["Школа № 1", "17", ""]]
LINES = [
    "Горячее питание", "Представили 17 из 24", "Октябрь", *(" | ".join(row) for row in CELLS), "———",
    "Не представили: 2", "СОШ № 2", "СОШ № 3", "На 12 октября",
]  # fmt: skip


async def test_a_rich_message_arrives_and_is_read(bot: Bot, head: Person, sim: Simulator) -> None:
    sent = await bot.send_rich_message(101, summary(), reply_markup=KEYBOARD)
    assert sent.text is None
    assert sent.rich_message is not None
    table = sent.rich_message.blocks[2]
    assert isinstance(table, RichBlockTable)
    assert (table.is_bordered, table.is_striped, type(table.caption)) == (True, None, RichTextItalic)
    wide, shut = table.cells[0][1], table.cells[2][2]
    assert (wide.text, wide.is_header, wide.colspan, wide.rowspan, wide.align) == ("Питание", True, 2, None, "center")
    assert shut.text is None
    assert isinstance(sent.rich_message.blocks[4], RichBlockDetails)

    seen = await head.last_message()
    assert (seen["kind"], seen["text"].split("\n"), seen["tables"]) == ("rich_message", LINES, [CELLS])
    assert await head.table() == CELLS
    assert (await head.find("17 из 24"))["message_id"] == sent.message_id
    assert await head.wait_for("На 12 октября", timeout=1) == "\n".join(LINES)
    screen = await head.screen()
    assert "<rich_message>" in screen
    assert all(line in screen for line in LINES)
    assert (await sim.stats())["max_sends_in_a_second"] == 1

    await head.press("Обновить")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    assert query.message.rich_message == sent.rich_message

    other = await sim.person("Петров Иван", id=7)
    await other.start()
    with pytest.raises(LookupError, match="no table"):
        await other.table()
    await bot.copy_message(7, 101, sent.message_id)
    assert (await bot.forward_message(7, 101, sent.message_id)).rich_message == sent.rich_message
    assert [item["tables"] for item in await other.messages()] == [[CELLS], [CELLS]]
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_rich_message(999, summary())


async def test_edits_between_rich_and_plain(bot: Bot, head: Person) -> None:
    place: dict[str, Any] = {"chat_id": 101}
    place["message_id"] = (await bot.send_rich_message(101, summary())).message_id
    same = (
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    await refused(bot.edit_message_text(rich_message=summary(), **place), same)
    await bot.edit_message_reply_markup(**place, reply_markup=KEYBOARD)
    assert (await head.table(), await head.buttons()) == (CELLS, ["Обновить"])
    edited = await bot.edit_message_text(rich_message=summary("18"), **place)
    assert isinstance(edited, Message)
    assert edited.edit_date
    assert ((await head.table())[2][1], await head.buttons()) == ("18", [])

    plain = await bot.edit_message_text("<b>Сводка</b>", **place)
    assert isinstance(plain, Message)
    assert (plain.html_text, plain.rich_message, (await head.last_message())["tables"]) == ("<b>Сводка</b>", None, [])
    await bot.edit_message_text(rich_message=summary(), **place)
    seen = await head.last_message()
    assert (seen["tables"], seen["entities"]) == ([CELLS], [])
    both = "simulator: both text and rich_message are given"
    await refused(bot.edit_message_text("x", rich_message=summary(), **place), both)
    await refused(bot.edit_message_text(rich_message=InputRichMessage(blocks=[]), **place), EMPTY)
    await refused(bot.edit_message_caption(**place, caption="x"), "there is no caption in the message to edit")
    photo = await bot.send_photo(101, BufferedInputFile(PNG, "a.png"))
    place["message_id"] = photo.message_id
    await refused(bot.edit_message_text(rich_message=summary(), **place), "there is no text in the message to edit")


async def test_a_refusal_to_order(bot: Bot, head: Person, sim: Simulator) -> None:
    await sim.order_fault("400", method="sendRichMessage", count=1, description="RICH_MESSAGE_UNSUPPORTED")
    await refused(bot.send_rich_message(101, summary()), "RICH_MESSAGE_UNSUPPORTED")
    await bot.send_message(101, "Сводка текстом")
    await bot.send_rich_message(101, summary())
    await sim.order_fault("400", method="sendRichMessage")
    await refused(bot.send_rich_message(101, summary()), "simulator: refused as ordered")
    assert [item["kind"] for item in await head.messages()] == ["text", "rich_message"]
    assert [call["code"] for call in await sim.calls("sendRichMessage")] == [400, 200, 400]


EMPTY = "rich message must be non-empty"
CROOKED = "simulator: the rows of a table are not equally long"
WORDS = {"type": "paragraph", "text": "да"}


def table_of(*rows: Any, **fields: Any) -> dict[str, Any]:
    """A table, right or wrong, of rows of cells."""
    return {"type": "table", "cells": list(rows), **fields}


def nested(depth: int) -> Any:
    """A text of so many levels of bold."""
    return "да" if not depth else {"type": "bold", "text": nested(depth - 1)}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, EMPTY),
        ("да", "object expected as rich message"),
        ({}, EMPTY),
        ({"blocks": []}, EMPTY),
        ({"blocks": {}}, 'can\'t parse rich message: Field "blocks" must be of type Array'),
        ({"html": "<p>да</p>"}, "simulator: rich messages are played only as blocks"),
        ({"blocks": [WORDS], "rtl": True}, "simulator: unknown field rtl of a rich message"),
        ({"blocks": [WORDS], "is_rtl": 1}, 'can\'t parse a rich message: Field "is_rtl" must be of type Boolean'),
        (["да"], "object expected as InputRichMessageBlock"),
        ([{"type": "list", "items": []}], "simulator: rich blocks of type 'list' are not known"),
        ([{"type": ["table"]}], "simulator: rich blocks of type ['table'] are not known"),
        ([{"text": "да"}], "simulator: rich blocks of type None are not known"),
        ([{"type": "paragraph"}], "can't parse a paragraph: Can't find field \"text\""),
        ([{**WORDS, "size": 1}], "simulator: unknown field size of a paragraph"),
        ([{**WORDS, "text": None}], "invalid rich text specified"),
        ([{**WORDS, "text": ["да", 5]}], "invalid rich text specified"),
        ([{**WORDS, "text": " "}, {"type": "divider"}], EMPTY),
        ([{**WORDS, "text": "\ud800"}], "strings must be encoded in UTF-8"),
        ([{**WORDS, "text": {"type": "url", "text": "да"}}], "simulator: rich texts of type 'url' are not known"),
        ([{**WORDS, "text": {"type": "bold"}}], "can't parse a text of type bold: Can't find field \"text\""),
        (
            [{**WORDS, "text": {"type": "bold", "text": "да", "url": ""}}],
            "simulator: unknown field url of a text of type bold",
        ),
        ([{"type": "heading", "text": "да"}], "can't parse a heading: Can't find field \"size\""),
        ([{"type": "heading", "text": "да", "size": 7}], "invalid section heading size specified"),
        (
            [{"type": "heading", "text": "да", "size": True}],
            'can\'t parse a heading: Field "size" must be of type Number',
        ),
        ([{"type": "divider", "text": "да"}], "simulator: unknown field text of a divider"),
        ([{"type": "details", "summary": "да"}], "can't parse details: Can't find field \"blocks\""),
        (
            [{"type": "details", "summary": "да", "blocks": [table_of([{}], rows=1)]}],
            "simulator: unknown field rows of a table",
        ),
        ([table_of()], "simulator: a table has no rows"),
        ([table_of([])], CROOKED),
        ([table_of("да")], 'can\'t parse a table: Field "cells" must be of type Array of Array'),
        ([table_of(["да"])], "richBlockTableCell must be an object"),
        ([table_of([{"text": "да", "width": 3}])], "simulator: unknown field width of a cell"),
        ([table_of([{"align": "justify"}])], "invalid horizontal alignment specified"),
        ([table_of([{"valign": "center"}])], "invalid vertical alignment specified"),
        ([table_of([{"colspan": -1}])], "invalid table cell colspan specified"),
        ([table_of([{"colspan": "2"}])], 'can\'t parse a cell: Field "colspan" must be of type Number'),
        ([table_of([{"rowspan": 2}])], CROOKED),
        ([table_of([{}, {}], [{}])], CROOKED),
        ([table_of([{}, {"rowspan": 2}], [{"colspan": 2}])], CROOKED),
        ([table_of([{}] * 21)], "simulator: a table has more than 20 columns"),
        ([table_of([{"colspan": 10**9}])], "simulator: a table has more than 20 columns"),
        ([WORDS] * 501, "simulator: a rich message has more than 500 blocks"),
        ([table_of(*[[{"text": "да"}]] * 500)], "simulator: a rich message has more than 500 blocks"),
        ([{**WORDS, "text": ["я" * 16_384] * 2 + ["!"]}], "MESSAGE_TOO_LONG"),
        ([{**WORDS, "text": nested(15)}], "simulator: a rich message is nested deeper than 16 levels"),
    ],
)
def test_what_is_refused(raw: Any, text: str) -> None:
    with pytest.raises(ApiError) as caught:
        rich_message({"blocks": raw} if isinstance(raw, list) else raw)
    assert caught.value.description == f"Bad Request: {text}"


@pytest.mark.slow
def test_what_just_fits() -> None:
    rich_message({"blocks": [{**WORDS, "text": ["😀" * 16_384] * 2}, {**WORDS, "text": ""}]})
    rich_message({"blocks": [{**WORDS, "text": nested(14)}]})
    kept = rich_message({"blocks": [table_of(*[[{"text": "да"}] * 20] * 499)], "is_rtl": True})
    assert (kept["is_rtl"], len(tables(kept)[0]), as_text(kept).count("да")) == (True, 499, 9980)
    # what is not said has its usual value, and what is as usual is not told
    row = [{"text": "№", "is_header": True, "colspan": 1}, {"text": "", "rowspan": 0, "is_header": False}]
    short = {"blocks": [table_of(row, caption="", is_compact=True)], "skip_entity_detection": True}
    assert rich_message(short)["blocks"] == [
        {
            "type": "table",
            "cells": [
                [
                    {"align": "center", "valign": "middle", "is_header": True, "text": "№"},
                    {"align": "left", "valign": "middle"},
                ]
            ],
            "is_compact": True,
        }
    ]


async def test_photos_and_albums_of_the_bot(bot: Bot, head: Person) -> None:
    with pytest.raises(LookupError, match="no album"):
        await head.album()
    await bot.send_photo(101, BufferedInputFile(PNG + b"0", "matrix.png"), caption="<b>Контроль</b>")
    photos: list[Any] = [
        InputMediaPhoto(media=BufferedInputFile(PNG + b"1", "1.png"), caption="Динамика"),
        InputMediaPhoto(media=BufferedInputFile(PNG + b"2", "2.png")),
    ]
    sent = await bot.send_media_group(101, photos)
    assert [message.photo[-1].width for message in sent if message.photo] == [640, 640]
    assert await head.files("photo") == [("matrix.png", PNG + b"0"), ("1.png", PNG + b"1"), ("2.png", PNG + b"2")]
    assert await head.album() == [("1.png", PNG + b"1"), ("2.png", PNG + b"2")]
    assert [item["text"] for item in await head.messages()] == ["Контроль", "Динамика", ""]
    reports: list[Any] = [
        InputMediaDocument(media=BufferedInputFile(b"PK1", "свод.xlsx")),
        InputMediaDocument(media=BufferedInputFile(b"PK2", "справка.docx"), caption="<i>Октябрь</i>"),
    ]
    await bot.send_media_group(101, reports)
    assert await head.album() == await head.files() == [("свод.xlsx", b"PK1"), ("справка.docx", b"PK2")]
    broken = [photos[0], InputMediaPhoto(media=BufferedInputFile(b"text", "a.png"))]
    await refused(bot.send_media_group(101, broken), "IMAGE_PROCESS_FAILED")
    assert len(await head.messages()) == 5
