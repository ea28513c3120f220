"""What the roles of members and of the department's staff are called, in each place that names them."""

from bot.domain.people.member import Role, StaffRole

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
# «Пригласить ...»
INVITED = {
    StaffRole.ADMIN: "администратора",
    StaffRole.CURATOR: "куратора",
    StaffRole.VIEWER: "наблюдателя",
}


def role_name(role: Role | StaffRole) -> str:
    """What the role is called within a sentence."""
    return (ROLES | STAFF_ROLES)[role].lower()
