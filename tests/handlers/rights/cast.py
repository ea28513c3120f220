"""Who is who in the district months later, and what they were before."""

from bot.domain.people.member import Limits, Role, StaffRole
from tests.handlers.rights.office import ADMIN, AUTHOR, STRANGER

# A school, and its heads: the present one, the one before, the deputy, and who would like to be one.
HEAD, FORMER_HEAD, DEPUTY, APPLICANT = 110, 111, 112, 113
# Of another school and of a kindergarten; of organizations that are of another type now, of two types, and gone.
OF_TWO, GARDEN_HEAD, CENTRE_HEAD, BOTH_HEAD, CHANGED_HEAD, GONE_HEAD = 120, 130, 140, 150, 160, 170
ERASED_HEAD, ERASED_CURATOR, UNASKED = 180, 181, 182
VIEWER, SCHOOLS, GARDENS, TOPIC, SCHOOL_TOPIC = 303, 304, 305, 306, 307
# What they were and are no more; and who has got a role since.
FORMER, DEMOTED, NARROWED, FORMER_ADMIN, GRANTED, SCHOOL_VIEWER, SCHOOL_AUTHOR = 308, 309, 310, 311, 312, 313, 314
# Of a territory: its chief, a curator, and who was an administrator everywhere.
CHIEF, SOUTHERN, SOUTHERN_CHIEF = 315, 316, 317

_CURATOR, _VIEWER = StaffRole.CURATOR, StaffRole.VIEWER
# As it was, and as it is; None: no role.
STAFF_THEN_AND_NOW: dict[int, tuple[tuple[StaffRole, Limits] | None, tuple[StaffRole, Limits] | None]] = {
    ADMIN: ((StaffRole.ADMIN, Limits()),) * 2,
    AUTHOR: ((_CURATOR, Limits()),) * 2,
    VIEWER: ((_VIEWER, Limits()),) * 2,
    SCHOOLS: ((_CURATOR, Limits(frozenset({"general"}))),) * 2,
    GARDENS: ((_CURATOR, Limits(frozenset({"preschool"}))),) * 2,
    TOPIC: ((_CURATOR, Limits(topics=frozenset({"olympiad"}))),) * 2,
    SCHOOL_TOPIC: ((_CURATOR, Limits(frozenset({"general"}), frozenset({"sport-clubs"}))),) * 2,
    SCHOOL_AUTHOR: ((_CURATOR, Limits(frozenset({"general"}))),) * 2,
    FORMER: ((_CURATOR, Limits()), None),
    DEMOTED: ((_CURATOR, Limits()), (_VIEWER, Limits())),
    NARROWED: ((_CURATOR, Limits()), (_CURATOR, Limits(frozenset({"supplementary"})))),
    FORMER_ADMIN: ((StaffRole.ADMIN, Limits()), (_CURATOR, Limits(frozenset({"preschool"})))),
    GRANTED: (None, (_CURATOR, Limits())),
    CHIEF: ((StaffRole.ADMIN, Limits(territories=frozenset({"north"}))),) * 2,
    SOUTHERN: ((_CURATOR, Limits(territories=frozenset({"south"}))),) * 2,
    SOUTHERN_CHIEF: ((StaffRole.ADMIN, Limits()), (StaffRole.ADMIN, Limits(territories=frozenset({"south"})))),
    SCHOOL_VIEWER: (None, (_VIEWER, Limits(frozenset({"general"})))),
    ERASED_CURATOR: ((_CURATOR, Limits()), None),
}
STAFF = {person_id: now for person_id, (_, now) in STAFF_THEN_AND_NOW.items() if now is not None}
PEOPLE = (
    STRANGER, UNASKED, HEAD, FORMER_HEAD, DEPUTY, APPLICANT, OF_TWO, GARDEN_HEAD, CENTRE_HEAD, BOTH_HEAD, CHANGED_HEAD,
    GONE_HEAD, *(person_id for person_id in STAFF_THEN_AND_NOW if person_id != ERASED_CURATOR),
)  # fmt: skip
# Nothing is theirs from before: the district without what is beyond their limits is the same to them.
COMPARED = (SCHOOLS, GARDENS, SCHOOL_TOPIC, FORMER_ADMIN, CHIEF, SOUTHERN)

TYPES = {
    "school": {"general"},
    "other": {"general"},
    "garden": {"preschool"},
    "second": {"preschool"},
    "centre": {"supplementary"},
    "both": {"general", "preschool"},
    "changed": {"general"},
    "gone": {"general"},
}
# As spring found it: "changed" has become a kindergarten.
TYPES_NOW = TYPES | {"changed": {"preschool"}}
# The last one belongs to none; "changed" goes over to the south.
TERRITORIES = {
    "school": "north",
    "garden": "north",
    "gone": "north",
    "changed": "north",
    "other": "south",
    "second": "south",
    "centre": "south",
}
TERRITORIES_NOW = TERRITORIES | {"changed": "south"}
SEATS = {
    FORMER_HEAD: ("school", Role.HEAD),
    DEPUTY: ("school", Role.DEPUTY),
    OF_TWO: ("other", Role.HEAD),
    GARDEN_HEAD: ("second", Role.HEAD),
    CENTRE_HEAD: ("centre", Role.HEAD),
    BOTH_HEAD: ("both", Role.HEAD),
    CHANGED_HEAD: ("changed", Role.HEAD),
    GONE_HEAD: ("gone", Role.HEAD),
    ERASED_HEAD: ("centre", Role.DEPUTY),
}
