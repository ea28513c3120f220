"""Everything that can be tried, with the right that it takes, and whose matter it is.

The second telling of what handlers declare is meant: a declaration that is made weaker is held against this one.
"""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from aiogram.dispatcher.event.handler import HandlerObject

from bot.domain.ledger.control import Part
from bot.domain.ledger.entered import SheetRow
from bot.domain.people.member import Right
from bot.storage.post.dialogues import Dialogue
from bot.views import callbacks
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
from bot.views.department.control.entering import Beside
from bot.views.department.directives import directives
from bot.views.department.directives.reloading import admins_only
from bot.views.department.panel import staff_only
from bot.views.department.questions import questions
from handlers.department import group
from handlers.entry import conversations
from tests.handlers.rights import messages
from tests.handlers.rights.deed import (
    ADMINS,
    AUTHORS,
    CENTRE,
    HEADS,
    MATTER,
    MESSAGE,
    NOT_OWN,
    OF_ALL,
    PLACE,
    SECOND,
    UNLIMITED,
    Deed,
    about,
    presses,
)
from tests.handlers.rights.office import (
    ADMIN,
    APPLICANT,
    AUTHOR,
    CHIEF,
    CORRECTION,
    ELSEWHERE,
    FORM,
    INSIDE,
    NORTHERN,
    NOW,
    OUTSIDE,
    ROLES,
    STAFF,
    STRAY,
    VIEWER,
    Ids,
)


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
        *messages.every(ids),
    ]


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
    yield from presses(Right.ANYBODY, callbacks.Consent)
    yield from presses(agreed, callbacks.PickType, type="general", talk=Dialogue("registration", {"types": []}))
    talk = Dialogue("registration", {"step": "types", "types": ["general"]})
    for step in ("organizations", "unlisted", "types", "again"):
        yield from presses(agreed, callbacks.Registration, step=step, talk=talk)
    named = Dialogue("registration", {"step": "unlisted", "types": ["general"], "name": "Школа № 99"})
    yield from presses(agreed, callbacks.Registration, step="new", talk=named)
    yield from presses(agreed, callbacks.PickOrganization, id=ids.school, talk=talk)
    at_role = Dialogue("registration", {"step": "role", "types": ["general"], "organization": ids.school})
    yield from presses(agreed, callbacks.PickRole, role="deputy", talk=at_role)
    in_department = Dialogue("registration", at_role.data | {"organization": ids.department})
    for deed in presses(agreed, callbacks.PickRole, role="deputy", talk=in_department):
        others = dict.fromkeys(ROLES.keys() - {ADMIN}, ("Вы зарегистрированы",))
        yield replace(deed, name="a seat in the department", hidden=others)
    yield from presses(agreed, callbacks.MoreTasks, page=0)
    yield from presses(
        agreed,
        callbacks.Tasks,
        callbacks.History,
        callbacks.HistoryFile,
        callbacks.InCalendar,
        callbacks.Subscription,
        x.Mine,
    )
    for screen in ("main", "types", "topics", "pause", "seats"):
        yield from presses(agreed, callbacks.Settings, screen=screen)
    yield from presses(agreed, callbacks.Mute, scope="topic", value="olympiad")
    yield from presses(agreed, callbacks.Pause, days=5)
    yield from presses(agreed, callbacks.Pause, days=0)
    yield from presses(agreed, callbacks.Leave, whose=HEADS, seat=ids.seat)
    yield from presses(agreed, callbacks.Delete)
    yield Deed("nonsense", agreed, press="nonsense:1")
    sent: dict[str, Any] = {"obligation": ids.answered, "field": 2}
    yield from presses(agreed, callbacks.Day, whose=HEADS, day=20261001, **sent)
    yield from presses(agreed, callbacks.Month, whose=HEADS, month=202610, **sent)
    yield from presses(agreed, callbacks.Same, whose=HEADS, **sent)
    yield from presses(agreed, callbacks.TakeSum, whose=HEADS, sum="12", **sent)
    for step in ("done", "skip", "blank", "nought"):
        yield from presses(agreed, callbacks.Step, whose=HEADS, step=step, **sent)
    for one in (ids.answered, ids.owed):
        forms = (callbacks.Open, callbacks.Edit, callbacks.NotOurs, callbacks.Versions, f.More)
        yield from presses(agreed, *forms, whose=HEADS, obligation=one)
        yield from presses(agreed, callbacks.Choose, whose=HEADS, obligation=one, field=0, option=1)
        yield from presses(agreed, callbacks.Send, whose=HEADS, obligation=one, version=0)
        for step in ("clear", "go", "back", "fields", "check", "drop"):
            for deed in presses(agreed, callbacks.Step, whose=HEADS, obligation=one, field=0, step=step):
                # What they have begun themselves anybody may drop.
                yield replace(deed, touches=int(step == "drop"))
        for step in ("ask", "until", "send"):
            yield from presses(agreed, f.Extend, whose=HEADS, obligation=one, step=step, day=20261201)
    for of in (g.ToRequest, g.ToDepartment, g.Nowhere):
        whose = HEADS if of is g.ToRequest else None
        yield from presses(agreed, of, whose=whose, message=MESSAGE, obligation=ids.owed)
    # The form in which they are asked where it belongs is nobody's any more but the head's.
    but_head = dict.fromkeys(ROLES.keys() - HEADS, (CORRECTION,))
    for deed in presses(agreed, g.Nowhere, message=STRAY):
        yield replace(deed, pressed=FORM, hidden=but_head)
    left = Dialogue("writing", {"step": "write", "screen": None, "organization": None, "behind": ids.owed})
    for deed in presses(agreed, x.Cancel, talk=left):
        yield replace(deed, name=f"{deed.name} with a form behind it", hidden=but_head)
    yield from presses(agreed, g.MorePlaces, message=MESSAGE, page=0)
    yield from presses(agreed, g.ToField, whose=HEADS, message=MESSAGE, obligation=ids.owed, field=0)
    yield from presses(agreed, g.ToDepartmentAbout, whose=HEADS, message=MESSAGE, obligation=ids.owed)
    yield from presses(agreed, callbacks.InDistrict, whose=HEADS, obligation=ids.answered)
    yield from presses(agreed, a.Acknowledge, whose=HEADS, id=ids.sending)


def _of_control(ids: Ids) -> Iterator[Deed]:
    view, curate = Right.VIEW, Right.CURATE
    yield from presses(view, d.Panel, d.Digest, d.Control, k.Finished, f.Extensions)
    yield from presses(view, k.InRound, whose=MATTER, round=ids.club_round)
    yield from presses(view, k.InRound, whose=OF_ALL, round=ids.correction_round)
    yield from presses(view, k.InRound, whose=MATTER | {ELSEWHERE}, round=ids.by_hand_round)
    yield from presses(view, k.InRound, whose=OF_ALL, round=ids.round_by_outside, part=Part.UNREACHED)
    yield from presses(view, k.InTerritory, k.Shares, whose=MATTER, round=ids.club_round, territory="north")
    yield from presses(view, f.Extension, whose=MATTER, extension=ids.extension)
    yield from presses(curate, f.Grant, whose=MATTER, extension=ids.extension)
    for one in (ids.answered, ids.owed):
        yield from presses(view, k.Answer, whose=MATTER, obligation=one)
        for what in ("versions", "history", "files"):
            yield from presses(view, k.Detail, whose=MATTER, obligation=one, what=what)
        version = 1 if one == ids.answered else 0
        yield from presses(curate, k.OnBehalf, whose=MATTER, obligation=one)
        yield from presses(curate, k.Accept, k.Return, k.Excuse, whose=MATTER, obligation=one, version=version)
        yield from presses(curate, k.Withdraw, whose=MATTER, obligation=one)
        talk = Dialogue("control.return", {**about(one, version), "comment": "Уточните число"})
        yield from presses(
            curate, k.ReturnDue, whose=MATTER, talk=talk, obligation=one, version=version, day=0
        )  # fmt: skip
    accepted: dict[str, Any] = {"obligation": ids.of_centre, "version": 1, "part": Part.WAITING}
    yield from presses(curate, k.Accept, whose=CENTRE - {ELSEWHERE}, **accepted)
    for id, whose in ((ids.club_round, MATTER), (ids.correction_round, OF_ALL)):
        yield from presses(curate, k.RemindNow, whose=whose, round=id)
        yield from presses(curate, k.RemindIn, whose=MATTER, round=id, territory="north")
        for what in ("accept", "excuse") if id == ids.club_round else ("excuse",):
            yield from presses(curate, k.Together, whose=whose, round=id, what=what)
            yield from presses(curate, k.Together, whose=whose, round=id, what=what, at=10**14)
            yield from presses(curate, k.TogetherIn, whose=MATTER, round=id, what=what, at=10**14, territory="north")
        yield from presses(curate, k.Due, whose=whose, round=id, sure=False)
        yield from presses(curate, k.Due, whose=whose, round=id, day=20261201)
    for day in (0, 20261201):
        owed: dict[str, Any] = {"round": ids.correction_round, "obligation": ids.owed, "day": day}
        yield from presses(curate, k.Due, whose=MATTER, **owed)
    yield from presses(curate, n.Enter, mark="x", talk=Dialogue("entering", {"step": "file"}))
    # By its key the row is the school's: whoever has nothing to do with the answer does not read whose it is.
    beside = Beside(foreign=[], lost=[])
    returned = SheetRow("Спортивный клуб", 4, ids.answered, 1, "Другое название", {"club": "Создаётся"})
    looked_at = {"step": "apply", "mark": "x", "rows": [asdict(returned)], "beside": asdict(beside)}
    yield from presses(curate, n.Enter, mark="x", step="page", talk=Dialogue("entering", looked_at))
    yield from presses(Right.MANAGE, callbacks.Pending, what="registrations")
    yield from presses(Right.MANAGE, callbacks.Pending, whose=frozenset({ADMIN}), what="missed")
    yield from presses(Right.ADMIN, callbacks.Missed, round=ids.missed)


def _of_catalog() -> Iterator[Deed]:
    club, correction, admin = "school-sports-clubs", "programme-correction", Right.ADMIN
    yield from presses(Right.VIEW, d.Directives)
    for id, whose in ((club, MATTER), (correction, OF_ALL)):
        yield from presses(Right.VIEW, v.Card, whose=whose, id=id)
        # Whoever opens it asks all whom it is for.
        whole = whose if id == club else frozenset({AUTHOR, ADMIN})
        for deed in presses(Right.CURATE, v.OpenNow, whose=whole, id=id):
            yield replace(deed, hidden=dict.fromkeys(STAFF.keys() - whose, (directives.BEYOND,)))
    for deed in presses(Right.VIEW, v.Card, id="network-programmes"):
        yield replace(deed, hidden={OUTSIDE: ("Ответы на последний запрос",)})
    yield from presses(admin, v.Pause, v.Resume, v.Unsend, id=club)
    yield from presses(admin, v.Reload, v.AdoptSent)
    yield from presses(admin, v.AdoptSent, mark="x", edition=0)


def _of_people(ids: Ids) -> Iterator[Deed]:
    view, manage, admin = Right.VIEW, Right.MANAGE, Right.ADMIN
    yield from presses(view, d.Roster)
    yield from presses(view, w.Listed, type="")
    yield from presses(view, w.Card, whose=PLACE, organization=ids.school)
    # What it owes of other topics is nobody's of these.
    (card,) = presses(view, w.Card, whose=PLACE, organization=ids.school)
    yield replace(card, hidden={ELSEWHERE: ("без ответа",)})
    yield from presses(view, w.Card, whose=CENTRE, organization=ids.centre)
    yield from presses(manage, w.Invite, whose=PLACE, organization=ids.school)
    yield from presses(manage, w.Vacate, whose=PLACE, seat=ids.seat)
    yield from presses(manage, w.Invite, whose=CENTRE, organization=ids.centre)
    # Of others of the department, and of those who wait elsewhere, a territory's chief hears nothing.
    others = tuple(f"Человек {id}" for id in (APPLICANT, *STAFF) if id != CHIEF)
    for deed in presses(manage, w.Applications, w.Members):
        yield replace(deed, hidden={CHIEF: others})
    yield from presses(manage, w.Application, w.Beside, callbacks.Decide, whose=PLACE, seat=ids.applied)
    yield from presses(manage, w.Replace, whose=PLACE, seat=ids.applied, former=ids.seat)
    yield from presses(manage, callbacks.Decide, whose=CENTRE, seat=ids.applied_to_centre)
    yield from presses(manage, w.Print, type="general")
    yield from presses(manage, w.PrintNow, talk=Dialogue("printing", {"type": "general", "show": "all"}))
    yield from presses(manage, w.Limits, page=0)
    limits = Dialogue("limits", {"person": VIEWER, "types": [], "topics": [], "page": 0, "screen": None})
    elsewhere = ("north", "west")
    for deed in presses(manage, w.Limits, page=0, done=False, talk=limits):
        yield replace(deed, hidden={CHIEF: elsewhere})
    yield from presses(manage, w.Limits, whose=ADMINS, page=0, done=True, talk=limits)
    of_north = Dialogue("limits", limits.data | {"person": 0, "territories": ["north"]})
    yield from presses(manage, w.Limits, whose=ADMINS, page=0, done=True, talk=of_north)
    for scope, value in (("types", "general"), ("topics", "olympiad")):
        yield from presses(manage, w.Limit, scope=scope, value=value, talk=limits)
    # Of one territory there is nothing to choose.
    yield from presses(manage, w.Limit, whose=ADMINS, scope="territories", value="south", talk=limits)
    for person_id in (VIEWER, NORTHERN, CHIEF):
        whose = frozenset({ADMIN, CHIEF}) if person_id == CHIEF else frozenset({ADMIN})
        for deed in presses(manage, w.Member, w.Grant, w.Withdraw, whose=whose, person=person_id):
            yield replace(deed, hidden={CHIEF: ("Ограничить территориями", *elsewhere)})
    for deed in presses(manage, w.Grant, person=0):
        yield replace(deed, hidden={CHIEF: elsewhere})
    yield from presses(manage, w.Links, w.EndLinks)
    yield from presses(manage, w.Links, organization=ids.school)
    yield from presses(manage, w.EndLink, whose=PLACE, to="seat", id=ids.link)
    yield from presses(Right.CURATE, w.Successor, w.Succeed, whose=PLACE, invitation=ids.succession)
    yield from presses(admin, w.Import)
    shown = Dialogue("import", {"step": "apply", "mark": "x", "entries": [["new-1", "Лицей", ["general"], []]]})
    yield from presses(admin, w.Pair, w.Leaving, mark="x", talk=shown)
    yield from presses(admin, w.Place, whose=PLACE, organization=ids.school)
    heirs = Dialogue("heirs", {"organization": ids.school, "heirs": [[], []], "typed": "", "screen": None})
    yield from presses(admin, w.Heir, whose=PLACE, organization=ids.school, talk=heirs)
    for to in ("", "p", "o", "d", "a", "s", "f"):
        yield from presses(manage, z.Page, to=to, span="a")
    for deed in (*presses(manage, z.Page, to="", by=INSIDE), *presses(manage, z.Page, to="", org=ids.school)):
        yield replace(deed, hidden={CHIEF: (f"Человек {INSIDE}",)})
    yield from presses(manage, d.Journal)


def _of_announcements(ids: Ids) -> Iterator[Deed]:
    curate = Right.CURATE
    yield from presses(curate, d.Announcements, a.NewAnnouncement)
    yield from presses(curate, a.FromReply, message=STRAY)
    yield from presses(curate, a.OpenAnnouncement, a.ShowCopy, whose=AUTHORS, id=ids.announcement)
    yield from presses(curate, a.OpenAnnouncement, a.ShowCopy, whose=PLACE, id=ids.approval)
    yield from presses(curate, a.OpenAnnouncement, a.ShowCopy, whose=PLACE, id=ids.sending)
    for deed in presses(curate, a.Compose, whose=AUTHORS, id=ids.announcement):
        # There is nothing to take back of a draft.
        if not deed.name.endswith("recall"):
            yield deed
    yield from presses(curate, a.Compose, whose=AUTHORS, id=ids.approval, do="recall")
    for deed in presses(curate, a.Compose, whose=PLACE, id=ids.scheduled, do="recall"):
        # What is a draft again is its author's alone.
        yield replace(deed, hidden=dict.fromkeys(PLACE - AUTHORS, ("Собрание 3",)))
    yield from presses(curate, a.Agree, whose=SECOND, id=ids.approval)
    yield from presses(curate, a.AgreeTo, whose=SECOND, id=ids.approval, mark="x")
    yield from presses(curate, a.AgreeToWords, whose=SECOND, id=ids.sending, mark="x")
    yield from presses(curate, a.Recipients, a.RecipientsFile, whose=PLACE, id=ids.sending)
    yield from presses(curate, a.Broadcast, whose=PLACE, id=ids.sending)
    # Whose it is does not change with who is left of those whom it went to.
    for sent in (ids.to_unanswered, ids.to_unacknowledged):
        yield from presses(curate, a.OpenAnnouncement, a.ShowCopy, a.Recipients, a.RecipientsFile, whose=PLACE, id=sent)
        yield from presses(curate, a.Broadcast, whose=PLACE, id=sent)
    for deed in presses(curate, a.Broadcast, whose=PLACE, id=ids.narrowed):
        # Whoever may not say anything to schools any more can only take back what they have said.
        takes_back = deed.name.rpartition(":")[2] in ("pause", "stopping", "stop", "deleting", "delete")
        retries = "retry" in deed.name
        if not retries:
            yield replace(deed, whose=PLACE | {OUTSIDE}) if takes_back else deed
    yield from presses(curate, a.AgreeToWords, whose=PLACE - AUTHORS, id=ids.narrowed, mark=ids.narrowed_mark)
    nobody = frozenset[int]()
    for deed in presses(curate, a.AgreeToWords, whose=nobody, id=ids.rewording, mark=ids.rewording_mark):
        # To the words of somebody who may not say them any more nobody can agree, and whoever may say them refuses.
        yield replace(deed, whose=PLACE) if deed.name.endswith(":0") else deed
    own = frozenset({OUTSIDE})
    for deed in presses(curate, a.Compose, whose=own, id=ids.to_all):
        if not deed.name.endswith("recall"):
            yield deed
            yield replace(deed, name=f"{deed.name} without consent", consent=False)


def _of_questions(ids: Ids) -> Iterator[Deed]:
    curate = Right.CURATE
    yield from presses(curate, d.Questions, q.NewQuestion, q.ListQuestions, q.Sample)
    mine = (q.OpenQuestion, q.Write, q.Kinds, q.AddField, q.NextReminding, q.ShowSample, q.Confirm, q.RemoveQuestion)
    yield from presses(curate, *mine, q.PickDue, q.More, whose=AUTHORS, question=ids.draft)
    yield from presses(curate, q.OpenField, q.ChangeField, whose=AUTHORS, question=ids.draft, field=1)
    yield from presses(curate, q.PickTopic, whose=AUTHORS, question=ids.draft, topic="sport-clubs")
    yield from presses(curate, q.Ask, whose=AUTHORS, question=ids.draft, seen=int(NOW.timestamp() * 1000))
    yield from presses(curate, q.OpenQuestion, q.CopyQuestion, q.RemoveQuestion, whose=MATTER, question=ids.template)
    for deed in presses(curate, q.OpenQuestion, whose=MATTER, question=ids.wide_template):
        yield replace(deed, hidden={INSIDE: ("Удалить", "Дошкольн"), NORTHERN: ("Удалить", "west")})
    yield from presses(curate, q.RemoveQuestion, whose=frozenset({AUTHOR, ADMIN}), question=ids.wide_template)
    ending = ("Исправить текст", "Закрыть приём", "Отозвать")
    for deed in presses(curate, q.OpenQuestion, whose=MATTER, question=ids.asked):
        yield replace(deed, hidden={INSIDE: ("ошкольн", *ending), NORTHERN: ("west", *ending)})
    by_hand = (q.OpenQuestion, q.CopyQuestion, q.KeepTemplate)
    yield from presses(curate, *by_hand, whose=MATTER | {ELSEWHERE}, question=ids.by_hand)
    yield from presses(curate, q.OpenQuestion, q.CopyQuestion, q.KeepTemplate, whose=MATTER, question=ids.asked)
    # It was asked of kindergartens too; by hand, of the school alone.
    thoughts = (q.Reword, q.Reworded, q.CloseQuestion, q.TakeBack)
    for deed in presses(curate, *thoughts, whose=UNLIMITED, question=ids.asked):
        yield replace(deed, hidden=dict.fromkeys(STAFF.keys() - MATTER, (questions.BEYOND,)))
    yield from presses(curate, *thoughts, whose=MATTER | {ELSEWHERE}, question=ids.by_hand)
    to_all: dict[str, Any] = {"whose": frozenset({OUTSIDE}), "question": ids.question_to_all}
    yield from presses(curate, q.OpenQuestion, q.ShowSample, q.Confirm, q.RemoveQuestion, **to_all)
    yield from presses(curate, q.Ask, seen=int(NOW.timestamp() * 1000), **to_all)
    yield from presses(curate, q.PickTopic, whose=frozenset({INSIDE}), question=ids.question_of_inside, set=False)
    beyond: dict[str, Any] = {"set": True, "topic": "olympiad"}
    yield from presses(curate, q.PickTopic, whose=frozenset[int](), question=ids.question_of_inside, **beyond)


def _of_audiences(ids: Ids) -> Iterator[Deed]:
    curate = Right.CURATE
    for of, id in (("a", ids.announcement), ("q", ids.draft)):
        buttons = (e.Audiences, e.Everyone, e.FindPlaces, e.LeavePicker, e.Picked)
        yield from presses(curate, *buttons, whose=AUTHORS, of=of, id=id)
        yield from presses(curate, e.TickType, whose=AUTHORS, of=of, id=id, type="general")
        yield from presses(curate, e.TickTag, whose=AUTHORS, of=of, id=id, tag="upper-secondary")
        yield from presses(curate, e.TickTerritory, whose=AUTHORS, of=of, id=id, territory="north")
        yield from presses(curate, e.TickPlace, whose=AUTHORS, of=of, id=id, organization=ids.school)
        yield from presses(curate, e.Owing, whose=AUTHORS, of=of, id=id, round=ids.club_round)
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
            for deed in presses(curate, e.Audiences, whose=own, of=of, id=id, view=view):
                yield replace(deed, hidden={OUTSIDE: (word,)} if word else {})
        yield from presses(curate, e.Everyone, whose=own, of=of, id=id)
        yield from presses(curate, e.TickType, whose=own, of=of, id=id, type="supplementary")
        yield from presses(curate, e.TickPlace, whose=own, of=of, id=id, organization=ids.centre)
        yield from presses(curate, e.Owing, whose=own, of=of, id=id, round=ids.correction_round)
        # What is beyond their limits they cannot choose in their own either.
        yield from presses(curate, e.TickType, whose=nobody, of=of, id=id, type="general")
        yield from presses(curate, e.TickPlace, whose=nobody, of=of, id=id, organization=ids.school)
        yield from presses(curate, e.Owing, whose=nobody, of=of, id=id, round=ids.club_round)
    # A chief's own is for organizations of the territory, whatever is pressed.
    chiefs: dict[str, Any] = {"whose": frozenset({CHIEF}), "of": "a", "id": ids.of_chief}
    for deed in presses(curate, e.Audiences, **chiefs):
        yield replace(deed, hidden={CHIEF: ("По территориям", "north", "west")})
    yield from presses(curate, e.Everyone, **chiefs)
    for deed in presses(curate, e.Everyone, **chiefs | {"id": ids.of_chief_to_all}):
        yield replace(deed, hidden={CHIEF: ("✅ Все мои организации",)})
    yield from presses(curate, e.TickType, **chiefs, type="general")
    yield from presses(curate, e.TickTag, **chiefs, tag="upper-secondary")
    yield from presses(curate, e.TickPlace, **chiefs, organization=ids.centre)
    yield from presses(curate, e.TickTerritory, **chiefs, territory="south")
    yield from presses(curate, e.TickTerritory, **chiefs | {"whose": nobody}, territory="north")
    yield from presses(curate, e.TickPlace, **chiefs | {"whose": nobody}, organization=ids.school)
    yield from presses(curate, e.Owing, **chiefs | {"whose": nobody}, round=ids.club_round)
    for of, id in (("a", ids.to_all), ("q", ids.question_to_all)):
        yield from presses(curate, e.Audiences, e.Picked, whose=own, of=of, id=id)
    yield from presses(curate, e.Picked, whose=nobody, of="a", id=ids.to_schools)
    yield from presses(curate, e.Silent, whose=nobody, of="a", id=ids.of_outside, announcement=ids.sending)
    yield from presses(curate, e.Silent, whose=nobody, of="a", id=ids.of_outside, announcement=ids.to_unacknowledged)
    yield from presses(curate, e.Owing, whose=nobody, of="a", id=ids.of_outside, round=ids.by_hand_round)
    yield from presses(curate, e.Silent, whose=AUTHORS, of="a", id=ids.announcement, announcement=ids.sending)


def _of_threads(ids: Ids) -> Iterator[Deed]:
    agreed, curate = Right.AGREED, Right.CURATE
    yield from presses(agreed, x.Write)
    yield from presses(agreed, x.Write, whose=HEADS, obligation=ids.owed)
    yield from presses(agreed, x.Continue, x.Own, whose=HEADS, thread=ids.thread)
    yield from presses(agreed, x.Cancel)
    yield from presses(agreed, x.Cancel, whose=HEADS, obligation=ids.owed)
    yield from presses(agreed, x.Whole, whose=HEADS | NOT_OWN - {VIEWER}, note=ids.note)
    yield from presses(agreed, x.Continue, x.Own, whose=frozenset(), thread=ids.unasked_thread)
    yield from presses(agreed, x.Whole, whose=frozenset({ELSEWHERE, AUTHOR, ADMIN}), note=ids.unasked_note)
    yield from presses(curate, d.Threads)
    yield from presses(curate, x.View, x.Answer, x.Done, whose=NOT_OWN, thread=ids.thread)
    yield from presses(curate, x.Drop, thread=ids.thread)
    # Nobody answers themselves.
    yield from presses(curate, x.Answer, whose=frozenset({ELSEWHERE, ADMIN}), thread=ids.own_thread)


def _of_reports(ids: Ids) -> Iterator[Deed]:
    view = Right.VIEW
    yield from presses(view, r.Reports, r.Spans, r.Curves, r.OnSchedule)
    yield from presses(view, r.Make, span="y")
    yield from presses(view, r.OfDirective, whose=MATTER, id="school-sports-clubs")
    yield from presses(view, r.OfRound, whose=MATTER, round=ids.club_round)
    yield from presses(view, r.OfRound, whose=OF_ALL, round=ids.correction_round)
    yield from presses(view, r.OfRound, whose=MATTER | {ELSEWHERE}, round=ids.by_hand_round)
    yield from presses(view, r.OfDirective, whose=MATTER | {ELSEWHERE}, id=f"question-{ids.by_hand}")
    yield from presses(view, r.OfOrganization, whose=PLACE, organization=ids.school)


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
