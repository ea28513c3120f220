"""A table as Telegram's rich message (Bot API 10.1), which it draws itself."""

from aiogram.types import (
    InputRichBlockParagraph,
    InputRichBlockSectionHeading,
    InputRichBlockTable,
    InputRichBlockUnion,
    InputRichMessage,
    RichBlockTableCell,
    RichTextBold,
)

from bot.domain.screen import Column, Table

# Telegram's sizes of a heading go from 1, the largest, to 6.
_HEADING = 3


def rich_message(table: Table) -> InputRichMessage:
    """A message with the table; what people typed stays plain text in it, links and commands too."""
    header = [_cell(RichTextBold(text=column.heading), column, is_header=True) for column in table.columns]
    body = [[_cell(text, column) for text, column in _paired(row, table)] for row in table.rows]
    totals = [
        [_cell(RichTextBold(text=text) if text else "", column) for text, column in _paired(row, table)]
        for row in (table.totals,)
        if row
    ]
    blocks: list[InputRichBlockUnion] = [
        InputRichBlockSectionHeading(text=table.title, size=_HEADING),
        *(InputRichBlockParagraph(text=text) for text in table.above),
        InputRichBlockTable(cells=[header, *body, *totals], is_bordered=True, is_striped=True, is_compact=True),
        *(InputRichBlockParagraph(text=text) for text in table.below),
    ]
    return InputRichMessage(blocks=blocks, skip_entity_detection=True)


def _paired(row: tuple[str, ...], table: Table) -> list[tuple[str, Column]]:
    return list(zip(row, table.columns, strict=True))


def _cell(text: str | RichTextBold, column: Column, *, is_header: bool = False) -> RichBlockTableCell:
    return RichBlockTableCell(
        # Telegram hides a cell without text, its borders too.
        text=text or "\u00a0",
        align="right" if column.is_number else "left",
        valign="top",
        is_header=is_header or None,
    )
