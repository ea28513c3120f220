"""Everything that can be tried, with the right that it takes, and whose matter it is.

The second telling of what handlers declare is meant: a declaration that is made weaker is held against this one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import count, product
from typing import Any, Literal, get_args, get_origin

from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberBanned,
    ChatMemberMember,
    ChatMemberUpdated,
    Document,
    Message,
    Update,
    User,
)

from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.post.dialogues import Dialogue
from bot.views import callbacks, placing
from bot.views.callbacks import announcements as a
from bot.views.callbacks import audience as e
from bot.views.callbacks import control as k
from bot.views.callbacks import department as d
from bot.views.callbacks import directives as v
from bot.views.callbacks import entering as n
from bot.views.callbacks import extending as f
from bot.views.callbacks import journal as z
from bot.views.callbacks import people as w
from bot.views.callbacks import placing as g
from bot.views.callbacks import questions as q
from bot.views.callbacks import reports as r
from bot.views.callbacks import threads as x
from bot.views.department import panel
from bot.views.department.directives.reloading import admins_only
from bot.views.department.panel import staff_only
from bot.views.department.threads import may_not
from handlers.department import group
from handlers.entry import conversations
from tests.handlers.rights.office import (
    ADMIN,
    ANSWERED,
    AUTHOR,
    BOUND,
    CENTRE_HEAD,
    ELSEWHERE,
    FORM,
    GROUP,
    HEAD,
    IN_GROUP,
    INSIDE,
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

# Whose matter the objects are, right or no right.
HEADS = frozenset({HEAD})
SEATED = frozenset({HEAD, OTHER})
AUTHORS = frozenset({AUTHOR})
UNLIMITED = frozenset({AUTHOR, ADMIN})
# The school's answers; and what is asked of many, among whom the organizations of some limits are.
MATTER = frozenset({VIEWER, INSIDE, AUTHOR, ADMIN})
OF_ALL = MATTER | {OUTSIDE, BOUND}
# The school itself, and what is announced to schools: limits to topics say nothing of them.
PLACE = MATTER | {ELSEWHERE}
CENTRE = frozenset({VIEWER, OUTSIDE, ELSEWHERE, AUTHOR, ADMIN, BOUND})
# An announcement may be decided about by anybody but its author.
SECOND = PLACE - {AUTHOR}
NOT_OWN = MATTER - {HEAD}

_MESSAGE = 900
# aiogram remembers of the latest updates what they are, and finds them by their number.
_numbers = count(1)


@dataclass(frozen=True)
class Deed:
    """Something that somebody does. `whose` None: anybody's who has the right.

    `refused`: what those hear who lack the right, where it is not what they hear as a rule; `ends`: a conversation
    that is going on is over then; `silent`: they hear nothing; `kept`: whose message is kept, and they are asked where
    it belongs, in those words. `hidden`: what those people must not read of it. `consent`: whether announcements need a
    second person's. `turn`: it does not come in its turn. `touches`: so many rows are written whoever does it.
    `spared`: nobody has these written to.
    """

    name: str
    right: Right
    whose: frozenset[int] | None = None
    press: str | None = None
    content: dict[str, Any] = field(default_factory=dict)
    kind: str = "message"
    talk: Dialogue | None = None
    refused: Screen | None = None
    ends: bool = True
    silent: bool = False
    kept: frozenset[int] = frozenset()
    group: bool = False
    hidden: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    consent: bool = True
    turn: Turn | None = None
    kept_with: str = placing.UNASKED_FILE
    touches: int = 0
    spared: frozenset[int] = frozenset()

    def update(self, person_id: int) -> Update:
        """As it comes."""
        who = User(id=person_id, is_bot=False, first_name="Человек")
        chat = Chat(id=GROUP, type="supergroup") if self.group else Chat(id=person_id, type="private")
        if self.kind == "my_chat_member":
            bot = User(id=42, is_bot=True, first_name="Бот")
            here, out = ChatMemberMember(user=bot), ChatMemberBanned(user=bot, until_date=NOW)
            before, after = (here, out) if self.content["banned"] else (out, here)
            event = ChatMemberUpdated(chat=chat, from_user=who, date=NOW, old_chat_member=before, new_chat_member=after)
            return Update(update_id=next(_numbers), my_chat_member=event)
        if self.press is not None:
            below = Message(message_id=_MESSAGE, date=NOW, chat=chat, text="экран")
            query = CallbackQuery(id="1", from_user=who, chat_instance="1", data=self.press, message=below)
            return Update(update_id=next(_numbers), callback_query=query)
        content: dict[str, Any] = {"message_id": _MESSAGE, **self.content}
        if (pointed := content.pop("reply_to", None)) is not None:
            content["reply_to_message"] = Message(message_id=pointed, date=NOW, chat=chat, text="раньше")
        if content["message_id"] == IN_GROUP:
            content["message_id"] += person_id
        if self.kind == "edited_message":
            content["edit_date"] = int(NOW.timestamp())
        message = Message(date=NOW, chat=chat, from_user=who, **content)
        return Update.model_validate({"update_id": next(_numbers), self.kind: message})


def registered() -> list[HandlerObject]:
    """All handlers, in the order in which they are asked."""
    return [
        handler
        for root in (*conversations(), group.setup())
        for router in root.chain_tail
        for observer in router.observers.values()
        for handler in observer.handlers
    ]


def every(ids: Ids) -> list[Deed]:
    """All of them."""
    return [
        *_presses(ids),
        *_commands(),
        *_typed(ids),
        *_typed_by_curators(ids),
        *_typed_by_others(),
        *_out_of_the_blue(ids),
        *_out_of_order(ids),
        *_by_links(ids),
        *_in_group(ids),
    ]


def _variants(of: type[CallbackData], fixed: dict[str, Any]) -> Iterator[CallbackData]:
    """The button with every value of its steps and switches; what is no id and not given is as its class says."""
    ways: dict[str, list[Any]] = {name: [value] for name, value in fixed.items()}
    for name, info in of.model_fields.items():
        annotation: Any = info.annotation
        if name in ways:
            continue
        if get_origin(annotation) is Literal:
            ways[name] = list(get_args(annotation))
        elif annotation is bool:
            ways[name] = [False, True]
        elif isinstance(annotation, type) and issubclass(annotation, Enum) and info.is_required():
            ways[name] = list(annotation)
    for values in product(*ways.values()):
        yield of(**dict(zip(ways, values, strict=True)))


def _buttons(
    right: Right,
    *buttons: type[CallbackData],
    whose: frozenset[int] | None = None,
    talk: Dialogue | None = None,
    **fixed: Any,
) -> Iterator[Deed]:
    for of in buttons:
        given = {name: value for name, value in fixed.items() if name in of.model_fields}
        for each in _variants(of, given):
            yield Deed(f"{of.__module__.rpartition('.')[2]} {each.pack()}", right, whose, each.pack(), talk=talk)


def _presses(ids: Ids) -> Iterator[Deed]:
    yield from _of_heads(ids)
    yield from _of_control(ids)
    yield from _of_catalog()
    yield from _of_people(ids)
    yield from _of_announcements(ids)
    yield from _of_questions(ids)
    yield from _of_audiences(ids)
    yield from _of_threads(ids)
    yield from _of_reports(ids)


def _of_heads(ids: Ids) -> Iterator[Deed]:
    agreed = Right.AGREED
    yield from _buttons(Right.ANYBODY, callbacks.Consent)
    yield from _buttons(agreed, callbacks.PickType, type="general", talk=Dialogue("registration", {"types": []}))
    talk = Dialogue("registration", {"step": "types", "types": ["general"]})
    for step in ("organizations", "unlisted", "types", "again"):
        yield from _buttons(agreed, callbacks.Registration, step=step, talk=talk)
    named = Dialogue("registration", {"step": "unlisted", "types": ["general"], "name": "Школа № 99"})
    yield from _buttons(agreed, callbacks.Registration, step="new", talk=named)
    yield from _buttons(agreed, callbacks.PickOrganization, id=ids.school, talk=talk)
    at_role = Dialogue("registration", {"step": "role", "types": ["general"], "organization": ids.school})
    yield from _buttons(agreed, callbacks.PickRole, role="deputy", talk=at_role)
    yield from _buttons(agreed, callbacks.MoreTasks, page=0)
    yield from _buttons(
        agreed,
        callbacks.Tasks,
        callbacks.History,
        callbacks.HistoryFile,
        callbacks.InCalendar,
        callbacks.Subscription,
        x.Mine,
    )
    for screen in ("main", "types", "topics", "pause", "seats"):
        yield from _buttons(agreed, callbacks.Settings, screen=screen)
    yield from _buttons(agreed, callbacks.Mute, scope="topic", value="olympiad")
    yield from _buttons(agreed, callbacks.Pause, days=5)
    yield from _buttons(agreed, callbacks.Pause, days=0)
    yield from _buttons(agreed, callbacks.Leave, whose=HEADS, seat=ids.seat)
    yield from _buttons(agreed, callbacks.Delete)
    yield Deed("nonsense", agreed, press="nonsense:1")
    sent: dict[str, Any] = {"obligation": ids.answered, "field": 2}
    yield from _buttons(agreed, callbacks.Day, whose=HEADS, day=20261001, **sent)
    yield from _buttons(agreed, callbacks.Month, whose=HEADS, month=202610, **sent)
    yield from _buttons(agreed, callbacks.Same, whose=HEADS, **sent)
    for step in ("done", "skip", "blank", "nought"):
        yield from _buttons(agreed, callbacks.Step, whose=HEADS, step=step, **sent)
    for one in (ids.answered, ids.owed):
        forms = (callbacks.Open, callbacks.Edit, callbacks.NotOurs, callbacks.Versions, f.More)
        yield from _buttons(agreed, *forms, whose=HEADS, obligation=one)
        yield from _buttons(agreed, callbacks.Choose, whose=HEADS, obligation=one, field=0, option=1)
        yield from _buttons(agreed, callbacks.Send, whose=HEADS, obligation=one, version=0)
        for step in ("clear", "go", "back", "fields", "check", "drop"):
            yield from _buttons(agreed, callbacks.Step, whose=HEADS, obligation=one, field=0, step=step)
        for step in ("ask", "until", "send"):
            yield from _buttons(agreed, f.Extend, whose=HEADS, obligation=one, step=step, day=20261201)
    for of in (g.ToRequest, g.ToDepartment, g.Nowhere):
        whose = HEADS if of is g.ToRequest else None
        yield from _buttons(agreed, of, whose=whose, message=_MESSAGE, obligation=ids.owed)
    yield from _buttons(agreed, g.MorePlaces, message=_MESSAGE, page=0)
    yield from _buttons(agreed, g.ToField, whose=HEADS, message=_MESSAGE, obligation=ids.owed, field=0)
    yield from _buttons(agreed, g.ToDepartmentAbout, whose=HEADS, message=_MESSAGE, obligation=ids.owed)
    yield from _buttons(agreed, callbacks.InDistrict, whose=HEADS, obligation=ids.answered)
    yield from _buttons(agreed, a.Acknowledge, whose=HEADS, id=ids.sending)


def _of_control(ids: Ids) -> Iterator[Deed]:
    view, curate = Right.VIEW, Right.CURATE
    yield from _buttons(view, d.Panel, d.Digest, d.Control, k.Finished, f.Extensions)
    yield from _buttons(view, k.InRound, whose=MATTER, round=ids.club_round)
    yield from _buttons(view, k.InRound, whose=OF_ALL, round=ids.correction_round)
    yield from _buttons(view, k.InRound, whose=MATTER | {ELSEWHERE}, round=ids.by_hand_round)
    yield from _buttons(view, f.Extension, whose=MATTER, extension=ids.extension)
    yield from _buttons(curate, f.Grant, whose=MATTER, extension=ids.extension)
    for one in (ids.answered, ids.owed):
        yield from _buttons(view, k.Answer, whose=MATTER, obligation=one)
        for what in ("versions", "history", "files"):
            yield from _buttons(view, k.Detail, whose=MATTER, obligation=one, what=what)
        version = 1 if one == ids.answered else 0
        yield from _buttons(curate, k.OnBehalf, whose=MATTER, obligation=one)
        yield from _buttons(curate, k.Accept, k.Return, k.Excuse, whose=MATTER, obligation=one, version=version)
        yield from _buttons(curate, k.Withdraw, whose=MATTER, obligation=one)
        talk = Dialogue("control.return", {**_about(one, version), "comment": "Уточните число"})
        yield from _buttons(
            curate, k.ReturnDue, whose=MATTER, talk=talk, obligation=one, version=version, day=0
        )  # fmt: skip
    for id, whose in ((ids.club_round, MATTER), (ids.correction_round, OF_ALL)):
        yield from _buttons(curate, k.RemindNow, whose=whose, round=id)
        for what in ("accept", "excuse") if id == ids.club_round else ("excuse",):
            yield from _buttons(curate, k.Together, whose=whose, round=id, what=what)
            yield from _buttons(curate, k.Together, whose=whose, round=id, what=what, at=10**14)
        yield from _buttons(curate, k.Due, whose=whose, round=id, sure=False)
        yield from _buttons(curate, k.Due, whose=whose, round=id, day=20261201)
    for day in (0, 20261201):
        owed: dict[str, Any] = {"round": ids.correction_round, "obligation": ids.owed, "day": day}
        yield from _buttons(curate, k.Due, whose=MATTER, **owed)
    yield from _buttons(curate, n.Enter, mark="x", talk=Dialogue("entering", {"step": "file"}))
    for what in ("registrations", "missed"):
        yield from _buttons(Right.ADMIN, callbacks.Pending, what=what)
    yield from _buttons(Right.ADMIN, callbacks.Missed, round=ids.missed)


def _about(obligation: int, version: int) -> dict[str, Any]:
    return {"obligation": obligation, "version": version, "part": "all", "page": 0, "screen": _MESSAGE - 1}


def _of_catalog() -> Iterator[Deed]:
    club, correction, admin = "school-sports-clubs", "programme-correction", Right.ADMIN
    yield from _buttons(Right.VIEW, d.Directives)
    for id, whose in ((club, MATTER), (correction, OF_ALL)):
        yield from _buttons(Right.VIEW, v.Card, whose=whose, id=id)
        # Whoever opens it asks all whom it is for.
        whole = whose if id == club else frozenset({AUTHOR, ADMIN})
        yield from _buttons(Right.CURATE, v.OpenNow, whose=whole, id=id)
    yield from _buttons(admin, v.Pause, v.Resume, v.Unsend, id=club)
    yield from _buttons(admin, v.Reload, v.AdoptSent)
    yield from _buttons(admin, v.AdoptSent, mark="x", edition=0)


def _of_people(ids: Ids) -> Iterator[Deed]:
    view, admin = Right.VIEW, Right.ADMIN
    yield from _buttons(view, d.Roster)
    yield from _buttons(view, w.Listed, type="")
    yield from _buttons(view, w.Card, whose=PLACE, organization=ids.school)
    # What it owes of other topics is nobody's of these.
    (card,) = _buttons(view, w.Card, whose=PLACE, organization=ids.school)
    yield replace(card, hidden={ELSEWHERE: ("без ответа",)})
    yield from _buttons(view, w.Card, whose=CENTRE, organization=ids.centre)
    yield from _buttons(admin, w.Invite, whose=PLACE, organization=ids.school)
    yield from _buttons(admin, w.Vacate, whose=PLACE, seat=ids.seat)
    yield from _buttons(admin, w.Applications)
    yield from _buttons(admin, w.Application, w.Beside, callbacks.Decide, seat=ids.applied)
    yield from _buttons(admin, w.Replace, seat=ids.applied, former=ids.seat)
    yield from _buttons(admin, w.Print, type="general")
    yield from _buttons(admin, w.PrintNow, talk=Dialogue("printing", {"type": "general", "show": "all"}))
    yield from _buttons(admin, w.Members, w.Limits, page=0)
    limits = Dialogue("limits", {"person": VIEWER, "types": [], "topics": [], "page": 0, "screen": None})
    yield from _buttons(admin, w.Limits, page=0, talk=limits)
    yield from _buttons(admin, w.Limit, scope="types", value="general", talk=limits)
    yield from _buttons(admin, w.Member, w.Grant, w.Withdraw, person=VIEWER)
    yield from _buttons(admin, w.Grant, person=0)
    yield from _buttons(admin, w.Links, w.EndLinks)
    yield from _buttons(admin, w.Links, organization=ids.school)
    yield from _buttons(admin, w.EndLink, whose=PLACE, to="seat", id=ids.link)
    yield from _buttons(Right.CURATE, w.Successor, w.Succeed, whose=PLACE, invitation=ids.succession)
    yield from _buttons(admin, w.Import)
    shown = Dialogue("import", {"step": "apply", "mark": "x", "entries": [["new-1", "Лицей", ["general"], []]]})
    yield from _buttons(admin, w.Pair, w.Leaving, mark="x", talk=shown)
    for to in ("", "p", "o", "d", "a", "s", "f"):
        yield from _buttons(admin, z.Page, to=to, span="a")
    yield from _buttons(admin, d.Journal)


def _of_announcements(ids: Ids) -> Iterator[Deed]:
    curate = Right.CURATE
    yield from _buttons(curate, d.Announcements, a.NewAnnouncement)
    yield from _buttons(curate, a.OpenAnnouncement, a.ShowCopy, whose=AUTHORS, id=ids.announcement)
    yield from _buttons(curate, a.OpenAnnouncement, a.ShowCopy, whose=PLACE, id=ids.approval)
    yield from _buttons(curate, a.OpenAnnouncement, a.ShowCopy, whose=PLACE, id=ids.sending)
    for deed in _buttons(curate, a.Compose, whose=AUTHORS, id=ids.announcement):
        # There is nothing to take back of a draft.
        if not deed.name.endswith("recall"):
            yield deed
    yield from _buttons(curate, a.Compose, whose=AUTHORS, id=ids.approval, do="recall")
    for deed in _buttons(curate, a.Compose, whose=PLACE, id=ids.scheduled, do="recall"):
        # What is a draft again is its author's alone.
        yield replace(deed, hidden=dict.fromkeys(PLACE - AUTHORS, ("Собрание 3",)))
    yield from _buttons(curate, a.Agree, whose=SECOND, id=ids.approval)
    yield from _buttons(curate, a.AgreeTo, whose=SECOND, id=ids.approval, mark="x")
    yield from _buttons(curate, a.AgreeToWords, whose=SECOND, id=ids.sending, mark="x")
    yield from _buttons(curate, a.Recipients, a.RecipientsFile, whose=PLACE, id=ids.sending)
    yield from _buttons(curate, a.Broadcast, whose=PLACE, id=ids.sending)
    # Whose it is does not change with who is left of those whom it went to.
    for sent in (ids.to_unanswered, ids.to_unacknowledged):
        yield from _buttons(
            curate, a.OpenAnnouncement, a.ShowCopy, a.Recipients, a.RecipientsFile, whose=PLACE, id=sent
        )
        yield from _buttons(curate, a.Broadcast, whose=PLACE, id=sent)
    for deed in _buttons(curate, a.Broadcast, whose=PLACE, id=ids.narrowed):
        # Whoever may not say anything to schools any more can only take back what they have said.
        takes_back = deed.name.rpartition(":")[2] in ("pause", "stopping", "stop", "deleting", "delete")
        retries = "retry" in deed.name
        if not retries:
            yield replace(deed, whose=PLACE | {OUTSIDE}) if takes_back else deed
    yield from _buttons(curate, a.AgreeToWords, whose=PLACE - AUTHORS, id=ids.narrowed, mark=ids.narrowed_mark)
    nobody = frozenset[int]()
    yield from _buttons(curate, a.AgreeToWords, whose=nobody, id=ids.rewording, mark=ids.rewording_mark)
    own = frozenset({OUTSIDE})
    for deed in _buttons(curate, a.Compose, whose=own, id=ids.to_all):
        if not deed.name.endswith("recall"):
            yield deed
            yield replace(deed, name=f"{deed.name} without consent", consent=False)


def _of_questions(ids: Ids) -> Iterator[Deed]:
    curate = Right.CURATE
    yield from _buttons(curate, d.Questions, q.NewQuestion, q.ListQuestions, q.Sample)
    mine = (q.OpenQuestion, q.Write, q.Kinds, q.AddField, q.NextReminding, q.ShowSample, q.Confirm, q.RemoveQuestion)
    yield from _buttons(curate, *mine, q.PickDue, q.More, whose=AUTHORS, question=ids.draft)
    yield from _buttons(curate, q.OpenField, q.ChangeField, whose=AUTHORS, question=ids.draft, field=1)
    yield from _buttons(curate, q.PickTopic, whose=AUTHORS, question=ids.draft, topic="sport-clubs")
    yield from _buttons(curate, q.Ask, whose=AUTHORS, question=ids.draft, seen=int(NOW.timestamp() * 1000))
    yield from _buttons(curate, q.OpenQuestion, q.CopyQuestion, q.RemoveQuestion, whose=MATTER, question=ids.template)
    for deed in _buttons(curate, q.OpenQuestion, whose=MATTER, question=ids.wide_template):
        yield replace(deed, hidden={INSIDE: ("Удалить", "Дошкольн")})
    yield from _buttons(curate, q.RemoveQuestion, whose=frozenset({AUTHOR, ADMIN}), question=ids.wide_template)
    for deed in _buttons(curate, q.OpenQuestion, whose=MATTER, question=ids.asked):
        yield replace(deed, hidden={INSIDE: ("ошкольн",)})
    by_hand = (q.OpenQuestion, q.CopyQuestion, q.KeepTemplate)
    yield from _buttons(curate, *by_hand, whose=MATTER | {ELSEWHERE}, question=ids.by_hand)
    yield from _buttons(curate, q.OpenQuestion, q.CopyQuestion, q.KeepTemplate, whose=MATTER, question=ids.asked)
    # It was asked of kindergartens too; by hand, of the school alone.
    thoughts = (q.Reword, q.Reworded, q.CloseQuestion, q.TakeBack)
    yield from _buttons(curate, *thoughts, whose=UNLIMITED, question=ids.asked)
    yield from _buttons(curate, *thoughts, whose=MATTER | {ELSEWHERE}, question=ids.by_hand)
    to_all: dict[str, Any] = {"whose": frozenset({OUTSIDE}), "question": ids.question_to_all}
    yield from _buttons(curate, q.OpenQuestion, q.ShowSample, q.Confirm, q.RemoveQuestion, **to_all)
    yield from _buttons(curate, q.Ask, seen=int(NOW.timestamp() * 1000), **to_all)
    yield from _buttons(curate, q.PickTopic, whose=frozenset({INSIDE}), question=ids.question_of_inside, set=False)
    beyond: dict[str, Any] = {"set": True, "topic": "olympiad"}
    yield from _buttons(curate, q.PickTopic, whose=frozenset[int](), question=ids.question_of_inside, **beyond)


def _of_audiences(ids: Ids) -> Iterator[Deed]:
    curate = Right.CURATE
    for of, id in (("a", ids.announcement), ("q", ids.draft)):
        buttons = (e.Audiences, e.Everyone, e.FindPlaces, e.LeavePicker, e.Picked)
        yield from _buttons(curate, *buttons, whose=AUTHORS, of=of, id=id)
        yield from _buttons(curate, e.TickType, whose=AUTHORS, of=of, id=id, type="general")
        yield from _buttons(curate, e.TickTag, whose=AUTHORS, of=of, id=id, tag="upper-secondary")
        yield from _buttons(curate, e.TickPlace, whose=AUTHORS, of=of, id=id, organization=ids.school)
        yield from _buttons(curate, e.Owing, whose=AUTHORS, of=of, id=id, round=ids.club_round)
    own, nobody = frozenset({OUTSIDE}), frozenset[int]()
    for of, id in (("a", ids.of_outside), ("q", ids.question_of_outside)):
        for view, word in (
            ("all", "Все организации"),
            ("types", "Дошкольное"),
            ("tags", ""),
            ("places", ""),
            ("rounds", ""),
            ("silent", ""),
        ):
            for deed in _buttons(curate, e.Audiences, whose=own, of=of, id=id, view=view):
                yield replace(deed, hidden={OUTSIDE: (word,)} if word else {})
        yield from _buttons(curate, e.Everyone, whose=own, of=of, id=id)
        yield from _buttons(curate, e.TickType, whose=own, of=of, id=id, type="supplementary")
        yield from _buttons(curate, e.TickPlace, whose=own, of=of, id=id, organization=ids.centre)
        yield from _buttons(curate, e.Owing, whose=own, of=of, id=id, round=ids.correction_round)
        # What is beyond their limits they cannot choose in their own either.
        yield from _buttons(curate, e.TickType, whose=nobody, of=of, id=id, type="general")
        yield from _buttons(curate, e.TickPlace, whose=nobody, of=of, id=id, organization=ids.school)
        yield from _buttons(curate, e.Owing, whose=nobody, of=of, id=id, round=ids.club_round)
    for of, id in (("a", ids.to_all), ("q", ids.question_to_all)):
        yield from _buttons(curate, e.Audiences, e.Picked, whose=own, of=of, id=id)
    yield from _buttons(curate, e.Picked, whose=nobody, of="a", id=ids.to_schools)
    yield from _buttons(curate, e.Silent, whose=nobody, of="a", id=ids.of_outside, announcement=ids.sending)
    yield from _buttons(curate, e.Silent, whose=nobody, of="a", id=ids.of_outside, announcement=ids.to_unacknowledged)
    yield from _buttons(curate, e.Owing, whose=nobody, of="a", id=ids.of_outside, round=ids.by_hand_round)
    yield from _buttons(curate, e.Silent, whose=AUTHORS, of="a", id=ids.announcement, announcement=ids.sending)


def _of_threads(ids: Ids) -> Iterator[Deed]:
    agreed, curate = Right.AGREED, Right.CURATE
    yield from _buttons(agreed, x.Write)
    yield from _buttons(agreed, x.Write, whose=HEADS, obligation=ids.owed)
    yield from _buttons(agreed, x.Continue, x.Own, whose=HEADS, thread=ids.thread)
    yield from _buttons(agreed, x.Cancel)
    yield from _buttons(agreed, x.Cancel, whose=HEADS, obligation=ids.owed)
    yield from _buttons(agreed, x.Whole, whose=HEADS | NOT_OWN - {VIEWER}, note=ids.note)
    yield from _buttons(agreed, x.Continue, x.Own, whose=frozenset(), thread=ids.unasked_thread)
    yield from _buttons(agreed, x.Whole, whose=frozenset({ELSEWHERE, AUTHOR, ADMIN}), note=ids.unasked_note)
    yield from _buttons(curate, d.Threads)
    yield from _buttons(curate, x.View, x.Answer, x.Done, whose=NOT_OWN, thread=ids.thread)
    yield from _buttons(curate, x.Drop, thread=ids.thread)
    # Nobody answers themselves.
    yield from _buttons(curate, x.Answer, whose=frozenset({ELSEWHERE, ADMIN}), thread=ids.own_thread)


def _of_reports(ids: Ids) -> Iterator[Deed]:
    view = Right.VIEW
    yield from _buttons(view, r.Reports, r.Spans, r.Curves, r.OnSchedule)
    yield from _buttons(view, r.Make, span="y")
    yield from _buttons(view, r.OfDirective, whose=MATTER, id="school-sports-clubs")
    yield from _buttons(view, r.OfRound, whose=MATTER, round=ids.club_round)
    yield from _buttons(view, r.OfRound, whose=OF_ALL, round=ids.correction_round)
    yield from _buttons(view, r.OfRound, whose=MATTER | {ELSEWHERE}, round=ids.by_hand_round)
    yield from _buttons(view, r.OfDirective, whose=MATTER | {ELSEWHERE}, id=f"question-{ids.by_hand}")
    yield from _buttons(view, r.OfOrganization, whose=PLACE, organization=ids.school)


def _commands() -> Iterator[Deed]:
    yield Deed("/start", Right.ANYBODY, content={"text": "/start"})
    for command in ("tasks", "history", "help", "settings", "stop", "delete", "write", "nonsense"):
        yield Deed(f"/{command}", Right.AGREED, content={"text": f"/{command}"})
    form = Dialogue("form", {"obligation": 0})
    for command, right, refused in (
        ("panel", Right.VIEW, staff_only()),
        ("status", Right.VIEW, staff_only()),
        ("reload", Right.ADMIN, admins_only()),
    ):
        # What somebody without the right is in the middle of goes on.
        words = {"text": f"/{command}"}
        yield Deed(f"/{command}", right, content=words, talk=form, refused=refused, ends=False)
    writing = Dialogue("writing", {"step": "write", "screen": None, "organization": None})
    yield Deed("/tasks instead of writing", Right.AGREED, content={"text": "/tasks"}, talk=writing)


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
    preview = {"step": "preview", "until": "2026-12-01T10:00:00+00:00", "reason": "Нужно время", "message": _MESSAGE}
    waits = Dialogue("extension", {"obligation": ids.owed, **preview})
    corrected = {"text": "Нужно больше времени"}
    yield Deed("a reason is edited", agreed, HEADS, content=corrected, kind="edited_message", talk=waits)
    yield _said("Исполнено", agreed, Dialogue("form", {"obligation": ids.owed}))
    writing = {"step": "write", "screen": None}
    yield _said("Добрый день", agreed, Dialogue("writing", writing | {"organization": None}))
    yield _said("Ещё одно", agreed, Dialogue("writing", writing | {"thread": ids.thread}), HEADS)
    yield _said("О запросе", agreed, Dialogue("writing", writing | {"obligation": ids.owed}), HEADS)
    yield _said("О школе", agreed, Dialogue("writing", writing | {"organization": ids.school}), HEADS)


def _typed_by_curators(ids: Ids) -> Iterator[Deed]:
    curate = Right.CURATE
    answering = Dialogue("answering", {"step": "write", "thread": ids.thread, "screen": None})
    yield Deed("answering", curate, NOT_OWN, content={"text": "Ответ"}, talk=answering, refused=may_not())
    gone = Dialogue("answering", {"step": "write", "thread": ids.thread + 100, "screen": None})
    yield Deed("answering what is gone", curate, content={"text": "Ответ"}, talk=gone, refused=may_not())
    for one, version in ((ids.answered, 1), (ids.owed, 0)):
        yield _said("Уточните число", curate, Dialogue("control.return", _about(one, version)), MATTER)
        yield _said("Не относится к ним", curate, Dialogue("control.excuse", _about(one, version)), MATTER)
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


def _typed_by_others() -> Iterator[Deed]:
    view, admin = Right.VIEW, Right.ADMIN
    yield _said("01.09–30.09", view, Dialogue("report-period", {"screen": None}))
    listed = {"type": "", "show": "all", "page": 0, "typed": "", "screen": None}
    yield _said("Солнышко", view, Dialogue("roster", listed))
    for to in ("p", "o", "d", "a"):
        yield _said("Чел", admin, Dialogue("journal", {"about": z.Page(to=to).pack(), "screen": None}))
    file = {"step": "file", "screen": None}
    yield _said("слова", admin, Dialogue("import", file))
    yield _said("список", admin, Dialogue("import", file), document=_document("roster", "список.csv"))


def _document(file_id: str, name: str) -> Document:
    return Document(file_id=file_id, file_unique_id="u", file_name=name, file_size=9)


def _out_of_the_blue(ids: Ids) -> Iterator[Deed]:
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
    source = {"message_id": SOURCE, "text": "Иначе"}
    yield Deed("a source is edited", Right.ANYBODY, content=source, kind="edited_message")
    pointed = {"document": _document("yaml", "приказ.pdf"), "reply_to": FORM}
    yield Deed("a file as a reply to a form", agreed, HEADS, content=pointed, kept=SEATED - HEADS)
    remark = {"message_id": REMARK, "text": "Другое пояснение"}
    yield Deed("a remark is edited", agreed, HEADS, content=remark, kind="edited_message")
    yield Deed("words are edited", agreed, content={"text": "Иначе"}, kind="edited_message")
    for banned in (True, False):
        content = {"banned": banned}
        yield Deed(f"the bot is banned: {banned}", Right.ANYBODY, content=content, kind="my_chat_member")


def _out_of_order(ids: Ids) -> Iterator[Deed]:
    """What was meant for a form that is somebody else's: it comes late, or was typed over a press."""
    agreed, forms = Right.AGREED, Dialogue("form", {"obligation": ids.owed})
    late: dict[str, Any] = {"turn": Turn(forms), "kept_with": placing.LATE}
    kept = SEATED - HEADS
    yield Deed("words come late", agreed, HEADS, content={"text": "5"}, kept=kept, **late)
    swiped = {"text": "5", "reply_to": FORM}
    yield Deed("words by a swipe come late", agreed, HEADS, content=swiped, kept=kept, **late)
    unseen, astray = Turn(forms, late=False), placing.ASTRAY
    yield Deed(
        "words over a press", agreed, HEADS, content={"text": "5"}, talk=forms, turn=unseen, kept=kept,
        kept_with=astray,
    )  # fmt: skip
    ended = Dialogue("form", {"obligation": ids.ended})
    yield Deed("words for what is over", agreed, HEADS, content={"text": "5"}, talk=ended, kept=kept, kept_with=astray)


def _by_links(ids: Ids) -> Iterator[Deed]:
    """Links for a head's place that is taken."""
    unknown = frozenset({STRANGER, UNASKED})
    waits = {"text": f"/start inv_{ids.waited_by}"}
    yield Deed("a link by which somebody waits", Right.ANYBODY, unknown | {OTHER}, content=waits, touches=1)
    yield from _buttons(Right.AGREED, callbacks.GiveUp, whose=frozenset({OTHER}), invitation=ids.waits)
    yield from _buttons(Right.AGREED, callbacks.GiveUp, whose=frozenset[int](), invitation=ids.link)
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
