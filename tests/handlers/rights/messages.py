"""What people write and send, to the bot or in the group of the department, in turn or not."""

from collections.abc import Iterator
from typing import Any

from aiogram.types import Document

from bot.domain.people.member import Right
from bot.storage.post.dialogues import Dialogue
from bot.views import callbacks, placing
from bot.views.callbacks import journal as z
from bot.views.callbacks import threads as x
from bot.views.department import panel
from bot.views.department.threads import may_not
from tests.handlers.rights.deed import (
    AUTHORS,
    CENTRE,
    HEADS,
    MATTER,
    MESSAGE,
    NOT_OWN,
    OF_ALL,
    PLACE,
    SEATED,
    SECOND,
    UNLIMITED,
    Deed,
    about,
    presses,
)
from tests.handlers.rights.office import (
    ADMIN,
    ANSWERED,
    AUTHOR,
    CENTRE_HEAD,
    ELSEWHERE,
    FORM,
    FORMER,
    IN_GROUP,
    NEWS,
    NOW,
    OTHER,
    OUTSIDE,
    OWN_IN_GROUP,
    PART,
    REMARK,
    ROLES,
    SOURCE,
    STRANGER,
    UNASKED,
    VIEWER,
    WRITTEN,
    Ids,
    Turn,
)


def every(ids: Ids) -> list[Deed]:
    """All of them."""
    return [
        *_typed(ids),
        *_typed_by_curators(ids),
        *_rest_of_words(ids),
        *_typed_by_others(),
        *_out_of_the_blue(),
        *_out_of_order(ids),
        *_by_links(ids),
        *_in_group(ids),
    ]


# Whoever has agreed, with a right or without.
_AGREED = OF_ALL | PLACE | CENTRE | SEATED


def _said(name: str, right: Right, talk: Dialogue, whose: frozenset[int] | None = None, **content: Any) -> Deed:
    return Deed(f"{talk.kind} {name}", right, whose, content=content or {"text": name}, talk=talk)


def _typed(ids: Ids) -> Iterator[Deed]:
    agreed = Right.AGREED
    organizations = {"step": "organizations", "types": ["general"]}
    yield _said("Сосновоозёрская", agreed, Dialogue("registration", organizations))
    yield _said("Не знаю, что нажать", agreed, Dialogue("registration", {"step": "types", "types": ["general"]}))
    yield _said("МБОУ Новая", agreed, Dialogue("registration", {"step": "unlisted", "types": ["general"]}))
    yield _said("20.10.2026", agreed, Dialogue("pause"))
    extension = Dialogue("extension", {"obligation": ids.owed, "step": "until"})
    yield _said("01.12.2026", agreed, extension, HEADS)
    preview = {"step": "preview", "until": "2026-12-01T10:00:00+00:00", "reason": "Нужно время", "message": MESSAGE}
    waits = Dialogue("extension", {"obligation": ids.owed, **preview})
    heirs = {"organization": ids.school, "heirs": [[], []], "typed": "", "screen": None}
    yield _said("Солнышко", Right.ADMIN, Dialogue("heirs", heirs))
    corrected = {"text": "Нужно больше времени"}
    yield Deed("a reason is edited", agreed, HEADS, content=corrected, kind="edited_message", talk=waits)
    yield _said("Исполнено", agreed, Dialogue("form", {"obligation": ids.owed}))
    writing = {"step": "write", "screen": None}
    yield _said("Добрый день", agreed, Dialogue("writing", writing | {"organization": None}))
    yield _said("Ещё одно", agreed, Dialogue("writing", writing | {"thread": ids.thread}), HEADS)
    for matter in ({"obligation": ids.owed}, {"organization": ids.school}):
        its = Dialogue("writing", writing | matter)
        yield Deed(
            f"writing of {matter}", agreed, HEADS, content={"text": "О школе"}, talk=its,
            kept=_AGREED - HEADS, kept_with=placing.WROTE_FROM_ELSEWHERE,
        )  # fmt: skip


def _typed_by_curators(ids: Ids) -> Iterator[Deed]:
    curate = Right.CURATE
    answering = Dialogue("answering", {"step": "write", "thread": ids.thread, "screen": None})
    yield Deed("answering", curate, NOT_OWN, content={"text": "Ответ"}, talk=answering, refused=may_not())
    gone = Dialogue("answering", {"step": "write", "thread": ids.thread + 100, "screen": None})
    yield Deed("answering what is gone", curate, content={"text": "Ответ"}, talk=gone, refused=may_not())
    for one, version in ((ids.answered, 1), (ids.owed, 0)):
        yield _said("Уточните число", curate, Dialogue("control.return", about(one, version)), MATTER)
        yield _said("Не относится к ним", curate, Dialogue("control.excuse", about(one, version)), MATTER)
    due = {"part": "all", "page": 0, "screen": None}
    all_of = {"round": ids.club_round, "obligation": 0}
    yield _said("01.12.2026", curate, Dialogue("control.due", due | all_of), MATTER)
    one_of = {"round": ids.correction_round, "obligation": ids.owed}
    yield _said("02.12.2026", curate, Dialogue("control.due", due | one_of), MATTER)
    for of, id in (("a", ids.announcement), ("q", ids.draft)):
        said = {"of": of, "id": id, "typed": "", "screen": None}
        yield _said(f"школа {of}", curate, Dialogue("audience", said), AUTHORS)
    own = {"of": "a", "id": ids.of_viewer, "typed": "", "screen": None}
    yield _said("школа для своего", curate, Dialogue("audience", own), frozenset())
    of_draft = {"id": ids.announcement, "screen": None}
    yield _said("Собрание в среду", curate, Dialogue("announcement", {"step": "message", "screen": None}))
    yield _said("Вместо того", curate, Dialogue("announcement", {"step": "message", **of_draft}), AUTHORS)
    yield _said("12.10.2026 10:00", curate, Dialogue("announcement", {"step": "when", **of_draft}), AUTHORS)
    yield _said("12.10.2026", curate, Dialogue("announcement", {"step": "current", **of_draft}), AUTHORS)
    yield _said("Ещё", curate, Dialogue("announcement", {"step": "draft", **of_draft}), AUTHORS)
    for sent in (ids.sending, ids.to_unanswered):
        yield _said("Поправка", curate, Dialogue("correction", {"id": sent, "screen": None}), PLACE)
    yield _said("Поправка", curate, Dialogue("correction", {"id": ids.narrowed, "screen": None}), PLACE)
    yield _said("Уточните место", curate, Dialogue("approving", {"step": "comment", "id": ids.approval}), SECOND)
    for step, words in (("text", "Сколько секций?"), ("name", "Секции"), ("due", "21.10.2026")):
        yield _said(words, curate, Dialogue("question", {"step": step, "q": ids.draft, "screen": None}), AUTHORS)
    reworded = {"step": "reword", "q": ids.asked, "screen": None}
    yield _said("Иначе?", curate, Dialogue("question", reworded), UNLIMITED)
    yield _said("Новый вопрос", curate, Dialogue("question", {"step": "text", "q": None, "screen": None}))
    label = {"step": "label", "q": ids.draft, "field": "whole", "screen": None}
    yield _said("Секций", curate, Dialogue("question", label), AUTHORS)
    chosen = {"step": "label", "q": ids.draft, "field": "choice", "screen": None}
    yield _said("Какие", curate, Dialogue("question", chosen), AUTHORS)
    amend = {"step": "amend", "q": ids.draft, "f": 1, "what": "label", "screen": None}
    yield _said("Кружки", curate, Dialogue("question", amend), AUTHORS)
    yield _said("файл вместо слов", curate, Dialogue("question", label), document=_document("answers", "a.bin"))
    file = {"step": "file", "screen": None}
    yield _said("слова", curate, Dialogue("entering", file))
    yield _said("свод", curate, Dialogue("entering", file), document=_document("answers", "Свод.xlsx"))


def _rest_of_words(ids: Ids) -> Iterator[Deed]:
    """Words that somebody has corrected go on in another message, not of those who may not any more."""
    beginning = {
        "first": MESSAGE - 1, "last": MESSAGE - 1, "date": int(NOW.timestamp()), "units": 4000, "text": "Собрание",
        "reply_to": None, "forwarded": False,
    }  # fmt: skip
    corrected = {"id": ids.sending, "message": MESSAGE - 1, "was": "Собрание"}
    talk = Dialogue(data={"corrected": corrected, "cut": beginning})
    rest = {"text": "я" * 200}
    yield Deed("the rest of corrected words", Right.CURATE, content=rest, talk=talk, refused=panel.staff_only())


def _typed_by_others() -> Iterator[Deed]:
    view, manage, admin = Right.VIEW, Right.MANAGE, Right.ADMIN
    yield _said("01.09–30.09", view, Dialogue("report-period", {"screen": None}))
    listed = {"type": "", "show": "all", "page": 0, "typed": "", "screen": None}
    yield _said("Солнышко", view, Dialogue("roster", listed))
    for to in ("p", "o", "d", "a"):
        yield _said("Чел", manage, Dialogue("journal", {"about": z.Page(to=to).pack(), "screen": None}))
    file = {"step": "file", "screen": None}
    yield _said("слова", admin, Dialogue("import", file))
    yield _said("список", admin, Dialogue("import", file), document=_document("roster", "список.csv"))


def _document(file_id: str, name: str) -> Document:
    return Document(file_id=file_id, file_unique_id="u", file_name=name, file_size=9)


def _out_of_the_blue() -> Iterator[Deed]:
    # Heads are asked where their file belongs; of the others who have agreed, all are staff.
    agreed, astray = Right.AGREED, panel.astray()
    for file_id, name, right in (
        ("yaml", "новое.yaml", Right.ADMIN),
        ("answers", "Свод.xlsx", Right.CURATE),
        ("roster", "список.csv", Right.ADMIN),
    ):
        file = {"document": _document(file_id, name)}
        yield Deed(name, right, content=file, refused=astray, kept=SEATED)
    yield Deed("a file", agreed, content={"document": _document("yaml", "приказ.pdf")})
    yield Deed("words", agreed, content={"text": "Добрый день"})
    yield Deed("a reply to nothing", agreed, content={"text": "Да", "reply_to": 5})
    swiped = {"text": "Спасибо", "reply_to": WRITTEN}
    yield Deed("a reply in a thread", agreed, content=swiped)
    swiped = {"text": "Спасибо", "reply_to": ANSWERED}
    yield Deed("a reply of the department's", agreed, NOT_OWN - {VIEWER} | HEADS, content=swiped)
    answer = {"message_id": ANSWERED, "text": "Исправленный ответ"}
    editors = NOT_OWN - {VIEWER}
    yield Deed("an answer is edited", agreed, editors, content=answer, kind="edited_message")
    part = {
        "message_id": PART + 1,
        "media_group_id": "album",
        "caption": "",
        "document": _document("roster", "a.bin"),
    }
    yield Deed("a part of an album", Right.CURATE, content=part, refused=astray, kept=SEATED)
    yield Deed("a reply to a source", agreed, content={"text": "Да", "reply_to": SOURCE})
    source = {"message_id": SOURCE, "text": "Иначе"}
    yield Deed("a source is edited", Right.ANYBODY, content=source, kind="edited_message")
    # Nothing is said of those who have got it to somebody who may not say anything to them any more.
    sent = {"message_id": SOURCE + 50, "text": "Иначе"}
    yield Deed(
        "what went is edited", Right.ANYBODY, content=sent, kind="edited_message", consent=False,
        hidden={OUTSIDE: ("меняет «Исправить текст»",)},
    )  # fmt: skip
    pointed = {"document": _document("yaml", "приказ.pdf"), "reply_to": FORM}
    yield Deed("a file as a reply to a form", agreed, HEADS, content=pointed, kept=SEATED - HEADS)
    pointed = {"document": _document("yaml", "приказ.pdf"), "reply_to": NEWS}
    yield Deed("a file as a reply to news of a form", agreed, HEADS, content=pointed, kept=SEATED - HEADS)
    remark = {"message_id": REMARK, "text": "Другое пояснение"}
    yield Deed("a remark is edited", agreed, HEADS, content=remark, kind="edited_message")
    yield Deed("words are edited", agreed, content={"text": "Иначе"}, kind="edited_message")
    for banned in (True, False):
        content = {"banned": banned}
        yield Deed(
            f"the bot is banned: {banned}", Right.ANYBODY, content=content, kind="my_chat_member", blocked=not banned
        )


def _out_of_order(ids: Ids) -> Iterator[Deed]:
    """What was meant for a form that is somebody else's: it comes late, or was typed over a press."""
    agreed, forms = Right.AGREED, Dialogue("form", {"obligation": ids.owed})
    late: dict[str, Any] = {"turn": Turn(forms), "kept_with": placing.LATE}
    kept = SEATED - HEADS
    yield Deed("words come late", agreed, HEADS, content={"text": "5"}, kept=kept, **late)
    swiped = {"text": "5", "reply_to": FORM}
    yield Deed("words by a swipe come late", agreed, HEADS, content=swiped, kept=kept, **late)
    unseen = Turn(forms, late=False)
    yield Deed(
        "words over a press", agreed, HEADS, content={"text": "5"}, talk=forms, turn=unseen, kept=kept,
        kept_with=placing.NOT_THEIRS,
    )  # fmt: skip
    ended = Dialogue("form", {"obligation": ids.ended})
    yield Deed(
        "words for what is over",
        agreed,
        HEADS,
        content={"text": "5"},
        talk=ended,
        kept=kept,
        kept_with=placing.NOT_THEIRS,
    )


def _by_links(ids: Ids) -> Iterator[Deed]:
    """Links for a head's place that is taken."""
    unknown = frozenset({STRANGER, FORMER, UNASKED})
    waits = {"text": f"/start inv_{ids.waited_by}"}
    yield Deed("a link by which somebody waits", Right.ANYBODY, unknown | {OTHER}, content=waits, touches=1)
    yield from presses(Right.AGREED, callbacks.GiveUp, whose=frozenset({OTHER}), invitation=ids.waits)
    yield from presses(Right.AGREED, callbacks.GiveUp, whose=frozenset[int](), invitation=ids.link)
    open_ = {"text": f"/start inv_{ids.for_head}"}
    spared = frozenset({CENTRE_HEAD})
    yield Deed("a link for another's place", Right.ANYBODY, frozenset(ROLES), content=open_, spared=spared)


def _in_group(ids: Ids) -> Iterator[Deed]:
    curate = Right.CURATE
    reply = {"text": "Отвечаю", "reply_to": IN_GROUP + AUTHOR}
    theirs = NOT_OWN - {VIEWER}
    yield Deed("group: a reply", curate, theirs, content=reply, group=True, silent=True)
    own = {"message_id": IN_GROUP, "text": "Иначе"}
    yield Deed(
        "group: an answer is edited", curate, theirs, content=own, kind="edited_message", group=True, silent=True
    )
    to_own = {"text": "Отвечаю", "reply_to": OWN_IN_GROUP}
    others = frozenset({ELSEWHERE, ADMIN})
    yield Deed("group: a reply to one's own", curate, others, content=to_own, group=True, silent=True)
    of_author = {"message_id": IN_GROUP + AUTHOR, "text": "Иначе"}
    yield Deed(
        "group: somebody's answer is edited", curate, AUTHORS, content=of_author, kind="edited_message", group=True,
        silent=True,
    )  # fmt: skip
    yield Deed("group: done", curate, theirs, press=x.Done(thread=ids.thread).pack(), group=True)
    content = {"banned": False}
    yield Deed("group: the bot is there", Right.ANYBODY, content=content, kind="my_chat_member", group=True)
