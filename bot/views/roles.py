"""What the roles of the department's staff are called, in each place that names them."""

from bot.domain.people.member import StaffRole

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
