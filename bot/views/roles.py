"""What the roles of members and of the department's staff are called, in each place that names them."""

from bot.domain.people.member import Limits, Role, StaffRole

ROLES = {Role.HEAD: "Руководитель", Role.DEPUTY: "Заместитель"}
STAFF_ROLES = {
    StaffRole.ADMIN: "Администратор",
    StaffRole.CURATOR: "Куратор",
    StaffRole.VIEWER: "Наблюдатель",
}
MAY = {
    StaffRole.ADMIN: "Администратор может всё: люди, роли, объявления, запросы, контроль.",
    StaffRole.CURATOR: "Куратор спрашивает, объявляет и проверяет ответы.",
    StaffRole.VIEWER: "Наблюдатель смотрит и скачивает, но ничего не меняет.",
}
_CHIEF = "Администратор территории может в ней всё: люди, роли, объявления, запросы, контроль."
# «Пригласить ...»
INVITED = {
    StaffRole.ADMIN: "администратора",
    StaffRole.CURATOR: "куратора",
    StaffRole.VIEWER: "наблюдателя",
}


def may(role: StaffRole, limits: Limits) -> str:
    """What somebody with the role and the limits may do, in a sentence."""
    return _CHIEF if role is StaffRole.ADMIN and limits.territories else MAY[role]


def role_name(role: Role | StaffRole) -> str:
    """What the role is called within a sentence."""
    return (ROLES | STAFF_ROLES)[role].lower()
