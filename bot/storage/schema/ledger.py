"""Tables: what was asked, what is owed, what was answered."""

import sqlalchemy as sa

from bot.storage.schema.columns import Moment, by, identity, metadata, person, to

directive_versions = sa.Table(
    "directive_versions",
    metadata,
    identity(),
    sa.Column("directive_id", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("stored_at", Moment, nullable=False),
)

rounds = sa.Table(
    "rounds",
    metadata,
    identity(),
    sa.Column("directive_id", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("directive_version_id", sa.ForeignKey("directive_versions.id"), nullable=False),
    sa.Column("opens_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("closes_at", Moment, nullable=False, index=True),
    # When it opened. Empty: its time passed during a downtime, and the department decides whether it is still asked.
    sa.Column("opened_at", Moment),
    sa.Column("skipped_at", Moment),
    # When the department last had everybody reminded by hand.
    sa.Column("reminded_at", Moment),
    # When the reports on the closed round were ordered.
    sa.Column("reported_at", Moment),
    # Who asked a question of the department's own, or opened the round before its time; empty: the clock did.
    by(),
    # Once per period is a constraint, not a promise: a repeated or concurrent tick changes nothing.
    sa.UniqueConstraint("directive_id", "period"),
)

# When a round opens, is due and closes in a territory whose times differ from the department's. If there is one, all
# the others have a row of no territory. The round itself closes with the last of all.
openings = sa.Table(
    "openings",
    metadata,
    to("rounds", primary_key=True),
    sa.Column("territory", sa.Text, primary_key=True),
    sa.Column("opens_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("closes_at", Moment, nullable=False),
    # When its organizations were asked; since when the department is to decide whether they are, because the bot was
    # down; and when it was settled that they are not. Empty, all three: their hour has not come.
    sa.Column("opened_at", Moment),
    sa.Column("missed_at", Moment),
    sa.Column("skipped_at", Moment),
)

# An idle tick looks at those only whose hour has not come.
OPENING_WAITS = sa.and_(openings.c.opened_at.is_(None), openings.c.missed_at.is_(None), openings.c.skipped_at.is_(None))

sa.Index(
    "ix_openings_waiting",
    openings.c.opens_at,
    sqlite_where=OPENING_WAITS,
    postgresql_where=OPENING_WAITS,
)

obligations = sa.Table(
    "obligations",
    metadata,
    identity(),
    to("rounds", nullable=False),
    to("organizations", nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    # When it was due at first, and until when the organization may answer. Empty: when the round is due, and closes.
    sa.Column("first_due_at", Moment),
    sa.Column("closes_at", Moment),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("seen_at", Moment),
    by("seen_by"),
    # The next rung of the ladder of reminders; empty: none is left, or the answer has come.
    sa.Column("next_reminder_at", Moment),
    sa.Column("next_reminder_days", sa.Integer),
    # When the last rung came.
    sa.Column("reminded_at", Moment),
    # The department's last decision (accepted, returned, excused), and its word about it.
    sa.Column("decided_at", Moment),
    by("decided_by"),
    sa.Column("comment", sa.Text),
    # Of which types the organization was when it was asked, or last while it owed the answer: they say whose matter
    # the answer is. Empty: nobody has noted it.
    sa.Column("types", sa.Text),
    # Of which territory it was when it was asked; "": of none. Empty: nobody has noted it.
    sa.Column("territory", sa.Text),
    # The newest version of the answer that says «не относится к нам»; a newer one makes that void.
    sa.Column("not_ours_version", sa.Integer),
    sa.UniqueConstraint("round_id", "organization_id"),
)

sa.Index("ix_obligations_organization_id_state", obligations.c.organization_id, obligations.c.state)

# How a round stands is counted from this index alone: the ledger itself is not read.
sa.Index(
    "ix_obligations_standing",
    obligations.c.round_id,
    obligations.c.state,
    obligations.c.due_at,
    obligations.c.types,
    obligations.c.organization_id,
)

_HAS_TERRITORY = obligations.c.territory != sa.literal_column("''")

sa.Index(
    "ix_obligations_territory",
    obligations.c.round_id,
    obligations.c.territory,
    obligations.c.state,
    sqlite_where=_HAS_TERRITORY,
    postgresql_where=_HAS_TERRITORY,
)

OBLIGATION_NOT_OURS = obligations.c.not_ours_version.is_not(None)

sa.Index(
    "ix_obligations_not_ours",
    obligations.c.round_id,
    obligations.c.state,
    obligations.c.not_ours_version,
    obligations.c.version,
    sqlite_where=OBLIGATION_NOT_OURS,
    postgresql_where=OBLIGATION_NOT_OURS,
)

# Nobody has opened the request or answered it, nor has the department.
OBLIGATION_IS_UNTOUCHED = sa.and_(obligations.c.version == sa.literal_column("0"), obligations.c.seen_at.is_(None))

# Whom a round has not reached is looked for among these alone, and the ledger itself is not read.
sa.Index(
    "ix_obligations_untouched",
    obligations.c.round_id,
    obligations.c.state,
    obligations.c.organization_id,
    obligations.c.id,
    sqlite_where=OBLIGATION_IS_UNTOUCHED,
    postgresql_where=OBLIGATION_IS_UNTOUCHED,
)

# An idle tick looks at the top of this index only, however long the ledger is.
sa.Index(
    "ix_obligations_next_reminder_at",
    obligations.c.next_reminder_at,
    sqlite_where=obligations.c.next_reminder_at.is_not(None),
    postgresql_where=obligations.c.next_reminder_at.is_not(None),
)

# A head asks for more time; the curator grants or refuses.
extensions = sa.Table(
    "extensions",
    metadata,
    identity(),
    to("obligations", nullable=False, index=True),
    by("asked_by"),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided_at", Moment),
    by("decided_by"),
    sa.Column("granted", sa.Boolean),
)

EXTENSION_WAITS = extensions.c.decided_at.is_(None)

sa.Index(
    "uq_extensions_one_waiting",
    extensions.c.obligation_id,
    unique=True,
    sqlite_where=EXTENSION_WAITS,
    postgresql_where=EXTENSION_WAITS,
)

replies = sa.Table(
    "replies",
    metadata,
    identity(),
    to("obligations", nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("not_ours", sa.Text),
    sa.Column("at", Moment, nullable=False),
    by(),
    # Whether the department gave it for the organization.
    sa.Column("entered", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("obligation_id", "version"),
)

remarks = sa.Table(
    "remarks",
    metadata,
    identity(),
    to("obligations", nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    by(),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("text", sa.Text),
    sa.Column("file_id", sa.Text),
    sa.Column("file_name", sa.Text),
    sa.UniqueConstraint("by_id", "message_id"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    person(primary_key=True),
    to("obligations", primary_key=True),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("skipped", sa.JSON, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("field", sa.Text),
    sa.Column("base_version", sa.Integer, nullable=False),
    sa.Column("not_ours", sa.Text),
    sa.Column("updated_at", Moment, nullable=False, index=True),
)
# A draft over an answer that was sent. Few are, and each tick asks for them.
DRAFT_CORRECTS = drafts.c.base_version > sa.literal_column("0")

sa.Index(
    "ix_drafts_correcting",
    drafts.c.obligation_id,
    drafts.c.person_id,
    sqlite_where=DRAFT_CORRECTS,
    postgresql_where=DRAFT_CORRECTS,
)

# What a message of a person's chat is about: an obligation, and a field if the person typed its value.
messages = sa.Table(
    "messages",
    metadata,
    person(primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    to("obligations", nullable=False, index=True),
    sa.Column("field", sa.Text),
)

# Obligations that a person has been asked for: a late joiner or a successor is asked for the rest.
askings = sa.Table(
    "askings",
    metadata,
    person(primary_key=True),
    to("obligations", primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index(None, "obligation_id"),
)

# By what the events of a person's own calendar are known.
own_calendars = sa.Table(
    "own_calendars",
    metadata,
    person(primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
)

# What that calendar has been told, by the files that the person was sent. No reference to the obligation: what is gone
# has to be taken back.
own_deadlines = sa.Table(
    "own_deadlines",
    metadata,
    person(primary_key=True),
    sa.Column("obligation_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("cancelled", sa.Boolean, nullable=False),
)

# Directives that are or were paused; `resumed_at`: from then on they are asked again.
directive_pauses = sa.Table(
    "directive_pauses",
    metadata,
    sa.Column("directive_id", sa.Text, primary_key=True),
    sa.Column("paused_at", Moment),
    sa.Column("resumed_at", Moment),
    by(),
)

# Directives that were sent to the bot as a file: the YAML, which is read beside the main file.
sent_directives = sa.Table(
    "sent_directives",
    metadata,
    sa.Column("directive_id", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    by(),
)

# The text of the files that the catalog which holds was made of, by the digest that `meta` names with its edition, and
# of those before it.
adopted_files = sa.Table(
    "adopted_files",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("directives", sa.Text, nullable=False),
    sa.Column("calendar", sa.Text, nullable=False),
    # Empty: there is no such file.
    sa.Column("organizations", sa.Text),
    # The name of the department's time zone.
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

# One-off questions: being composed, asked (then it has a round), or kept as a template.
questions = sa.Table(
    "questions",
    metadata,
    identity(),
    by(),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("round_id", sa.ForeignKey("rounds.id", ondelete="SET NULL"), index=True),
    sa.Column("template", sa.Boolean, nullable=False),
)
