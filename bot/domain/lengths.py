"""How long what a person reads may be, in UTF-16 units, which is how Telegram counts."""

# Telegram takes 4096 units a message. A request shows the source, the number and the title, the quoted
# text, the prompt, the period, the due date: 1500 + 1500 leave over 1000 for all but the two long ones.
TEXT, PROMPT = 1500, 1500
# Titles stand on buttons, of which a phone shows about 40 characters.
TITLE = 40
# A label is one line of the form and a column's head in the report; an option is one button.
LABEL, OPTION, UNIT = 100, 60, 20
# Official names of schools reach 200 characters.
NAME = 250


def units(text: str) -> int:
    """How long Telegram takes the text to be: most emoji count twice."""
    return len(text.encode("utf-16-le")) // 2
