"""Deep links: to a seat, to a role in the department, and to the first administrator's rights."""

import hmac

from bot.domain.people.member import Invitation, Limits, Role, SeatState, StaffRole
from bot.domain.screen import Screen
from bot.storage.desk import notices
from bot.storage.people import invitations, organizations, seats, staff
from bot.storage.post import dialogues, meta
from bot.views import leaving
from bot.views.department import panel as panel_views
from bot.views.heads import registration as views
from handlers.scene import Scene
from handlers.seating import by_link, show_waiting

INVITATION = "inv_"
CLAIM = "claim_"
STAFF = "staff_"
KINDS = (INVITATION, CLAIM, STAFF)


def token(payload: str) -> str:
    """The deep link's payload, if the bot made it and it fits into a button; otherwise empty."""
    ours = payload.startswith(KINDS) and payload.isascii() and ":" not in payload
    return payload if ours and len(payload) <= 60 else ""


async def follow(scene: Scene, token: str) -> Screen:
    """Follows a deep link: to a seat, a role in the department, or the first administrator's rights."""
    if token.startswith(CLAIM):
        return await _claim(scene, token.removeprefix(CLAIM))
    if token.startswith(STAFF):
        return await _join_staff(scene, token.removeprefix(STAFF))
    token = token.removeprefix(INVITATION)
    offered = await invitations.find(scene.tx, token)
    held = [
        seat
        for seat in await seats.of_person(scene.tx, scene.person.id)
        if offered and offered.organization_id == seat.organization_id
    ]
    if offered is not None and offered.left_at is not None:
        return leaving.not_listed(offered.organization_name)
    sits = offered is not None and bool(held) and held[0].state is SeatState.SEATED
    if offered and sits and (offered.role is held[0].role or (offered.used_at is not None and not offered.waits)):
        # People open a link again that has done its work, or may still serve somebody else.
        return views.seated(held[0])
    if offered is not None and offered.waits and offered.used_by == scene.person.id:
        return views.succeeds(offered)
    invitation = await invitations.use(scene.tx, token, scene.person.id, scene.now)
    if invitation is None:
        return views.bad_invitation()
    await dialogues.end(scene.tx, scene.person.id)
    await organizations.hold(scene.tx, invitation.organization_id)
    if invitation.role is Role.HEAD and not invitation.beside and await _unseats(scene, invitation):
        organization = await organizations.get(scene.tx, invitation.organization_id)
        assert organization is not None
        await notices.succession(scene.tx, invitation, organization, scene.now)
        return views.succeeds(invitation)
    seat = await by_link(scene, invitation, scene.person.id, at_once=True)
    assert seat is not None, "the link was used in this very transaction"
    return views.seated(seat)


async def _unseats(scene: Scene, invitation: Invitation) -> bool:
    """Whether somebody would lose their place to the bearer of the link."""
    heads = await seats.heads(scene.tx, invitation.organization_id)
    return any(head.person_id != scene.person.id for head in heads)


async def _join_staff(scene: Scene, token: str) -> Screen:
    """Gives a role in the department by a link; a link never takes a greater role away."""
    tx, person, now = scene.tx, scene.person, scene.now
    offered = await staff.find_invitation(tx, token)
    if offered is not None and person.staff_role is not None:
        same = (person.staff_role, person.limits) == (offered.role, offered.limits)
        # Whoever has made it for their territory may not take away what others have given.
        beyond = bool(offered.limits.territories) and not offered.limits.include(person.limits)
        if same or beyond or person.staff_role.rank < offered.role.rank or offered.used_by == person.id:
            # The link may serve somebody else.
            return views.staff_already(person.staff_role)
    if offered is not None and not _is_somewhere(scene, offered.limits):
        return views.territory_gone()
    invitation = await staff.use_invitation(tx, token, person.id, now)
    if invitation is None:
        return views.bad_invitation()
    granted = await staff.grant(tx, person.id, invitation.role, person.id, now, invitation.limits)
    if not granted:
        await staff.change(tx, person.id, invitation.role, invitation.limits, person.id, now)
    await dialogues.end(tx, person.id)
    await notices.role(tx, person.id, now)
    await notices.linked(tx, invitation, person.id, now)
    if invitation.role is StaffRole.ADMIN:
        await show_waiting(scene, invitation.limits)
    return views.staff_seated(invitation.role)


def _is_somewhere(scene: Scene, limits: Limits) -> bool:
    """Whether any of the territories is left that the limits name."""
    return not limits.territories or not limits.territories.isdisjoint(scene.catalog.territories)


async def _claim(scene: Scene, token: str) -> Screen:
    expected = await meta.get(scene.tx, meta.CLAIM_HASH) or ""
    fits = hmac.compare_digest(invitations.digest(token), expected)
    # It is for the first administrator: since it was printed the settings may have named one.
    if not fits or await staff.admins(scene.tx) or not await meta.remove(scene.tx, meta.CLAIM_HASH):
        return views.bad_claim()
    await staff.make_admin(scene.tx, scene.person.id, scene.person.id, scene.now)
    await notices.role(scene.tx, scene.person.id, scene.now)
    await show_waiting(scene, Limits())
    return panel_views.welcome()
