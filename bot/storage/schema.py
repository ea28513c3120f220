"""Tables. Times are UTC and aware on both engines; ids of people are Telegram's."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite would hand it back naive and compares text, so both ends convert."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """ValueError for a naive datetime: it would be taken for UTC silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware, UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# Constraint names are fixed so that migrations can name what they change on either engine.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only numbers rows by itself in a column of type INTEGER.
_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", _Id, primary_key=True)


def _person(name: str = "person_id", **options: Any) -> sa.Column[int]:
    """A reference that goes with the person's data."""
    return sa.Column(name, sa.ForeignKey("people.id", ondelete="CASCADE"), **options)


def _by(name: str = "by_id") -> sa.Column[int]:
    """Who did it; emptied when the person's data are erased, so that the ledger stays whole."""
    return sa.Column(name, sa.ForeignKey("people.id", ondelete="SET NULL"))


def _to(table: str, **options: Any) -> sa.Column[int]:
    return sa.Column(f"{table.removesuffix('s')}_id", sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), **options)


people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("consent_at", Moment),
    sa.Column("stopped_at", Moment),
    sa.Column("paused_until", Moment, index=True),
    sa.Column("unreachable_at", Moment),
    # The reminder that stands in the chat; it is removed when a newer one is sent.
    sa.Column("reminder_message_id", sa.BigInteger),
)

staff = sa.Table(
    "staff",
    metadata,
    _person(primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    # What a curator is limited to, {"types": [...], "topics": [...]}; empty: nothing.
    sa.Column("limits", sa.JSON, nullable=False, server_default="{}"),
    # Whether the person wants the daily digest, and when the last one was written.
    sa.Column("digest", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("digest_at", Moment),
)

# One-time deep links that make their bearer staff.
staff_invitations = sa.Table(
    "staff_invitations",
    metadata,
    _id(),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("limits", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    _by("used_by"),
    _by(),
)

organizations = sa.Table(
    "organizations",
    metadata,
    _id(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

organization_types = sa.Table(
    "organization_types",
    metadata,
    _to("organizations", primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),
    sa.Index(None, "type"),
)

organization_tags = sa.Table(
    "organization_tags",
    metadata,
    _to("organizations", primary_key=True),
    sa.Column("tag", sa.Text, primary_key=True),
)

seats = sa.Table(
    "seats",
    metadata,
    _id(),
    _to("organizations", nullable=False, index=True),
    _person(nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("since", Moment),
    sa.Column("until", Moment),
    _by("decided_by"),
)
# Of partial indexes: written out, not bound. PostgreSQL plans a statement for any value after it has run a few
# times, and then `state = $1` no longer names the index: its ON CONFLICT fails.
SEAT_IS_LIVE = seats.c.state.in_([sa.literal_column("'waiting'"), sa.literal_column("'seated'")])
sa.Index(
    "uq_seats_one_per_person",
    seats.c.organization_id,
    seats.c.person_id,
    unique=True,
    sqlite_where=SEAT_IS_LIVE,
    postgresql_where=SEAT_IS_LIVE,
)

# What a person does not want to be written about: scope `type` or `topic`. The obligation itself stays.
mutes = sa.Table(
    "mutes",
    metadata,
    _person(primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
)

invitations = sa.Table(
    "invitations",
    metadata,
    _id(),
    # SHA-256 of the token: a copy of the database opens no seat.
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    _to("organizations", nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    _by("used_by"),
)

directive_versions = sa.Table(
    "directive_versions",
    metadata,
    _id(),
    sa.Column("directive_id", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("stored_at", Moment, nullable=False),
)

rounds = sa.Table(
    "rounds",
    metadata,
    _id(),
    sa.Column("directive_id", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("directive_version_id", sa.ForeignKey("directive_versions.id"), nullable=False),
    sa.Column("opens_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("closes_at", Moment, nullable=False, index=True),
    # Empty: its time passed during a downtime, and the department decides whether it is still asked.
    sa.Column("opened_at", Moment),
    sa.Column("skipped_at", Moment),
    # When the department last had everybody reminded by hand.
    sa.Column("reminded_at", Moment),
    # Who asked a question of their own, or opened the round before its time; empty: the clock did.
    _by(),
    # Once per period is a constraint, not a promise: a repeated or concurrent tick changes nothing.
    sa.UniqueConstraint("directive_id", "period"),
)

obligations = sa.Table(
    "obligations",
    metadata,
    _id(),
    _to("rounds", nullable=False),
    _to("organizations", nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("seen_at", Moment),
    _by("seen_by"),
    # The next rung of the ladder; empty: none is left, or the answer has come.
    sa.Column("next_reminder_at", Moment),
    sa.Column("next_reminder_days", sa.Integer),
    # When the last rung came.
    sa.Column("reminded_at", Moment),
    # The department's last decision (accepted, returned, excused), and its word about it.
    sa.Column("decided_at", Moment),
    _by("decided_by"),
    sa.Column("comment", sa.Text),
    sa.UniqueConstraint("round_id", "organization_id"),
)
sa.Index("ix_obligations_organization_id_state", obligations.c.organization_id, obligations.c.state)
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
    _id(),
    _to("obligations", nullable=False, index=True),
    _by("asked_by"),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided_at", Moment),
    _by("decided_by"),
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
    _id(),
    _to("obligations", nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("not_ours", sa.Text),
    sa.Column("at", Moment, nullable=False),
    _by(),
    sa.UniqueConstraint("obligation_id", "version"),
)

remarks = sa.Table(
    "remarks",
    metadata,
    _id(),
    _to("obligations", nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    _by(),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("text", sa.Text),
    sa.Column("file_id", sa.Text),
    sa.Column("file_name", sa.Text),
    sa.UniqueConstraint("by_id", "message_id"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    _person(primary_key=True),
    _to("obligations", primary_key=True),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("skipped", sa.JSON, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("field", sa.Text),
    sa.Column("base_version", sa.Integer, nullable=False),
    sa.Column("not_ours", sa.Text),
    sa.Column("updated_at", Moment, nullable=False),
)

# Which message of the chat is about which obligation, and, for what a person typed, about which field.
messages = sa.Table(
    "messages",
    metadata,
    _person(primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _to("obligations", nullable=False, index=True),
    sa.Column("field", sa.Text),
)

# Who has been asked for what: a late joiner or a successor is asked for the rest.
askings = sa.Table(
    "askings",
    metadata,
    _person(primary_key=True),
    _to("obligations", primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index(None, "obligation_id"),
)

# Directives that are not asked for the time being; `resumed_at`: from when on they are again.
directive_pauses = sa.Table(
    "directive_pauses",
    metadata,
    sa.Column("directive_id", sa.Text, primary_key=True),
    sa.Column("paused_at", Moment),
    sa.Column("resumed_at", Moment),
    _by(),
)

# Directives that were sent to the bot as a file: the text of the YAML, which is read with the main file's.
sent_directives = sa.Table(
    "sent_directives",
    metadata,
    sa.Column("directive_id", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    _by(),
)

# One-off questions: being composed, asked (then it has a round), or kept as a template.
questions = sa.Table(
    "questions",
    metadata,
    _id(),
    _by(),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("round_id", sa.ForeignKey("rounds.id", ondelete="SET NULL"), index=True),
    sa.Column("template", sa.Boolean, nullable=False),
)

announcements = sa.Table(
    "announcements",
    metadata,
    _id(),
    # Emptied when the author's data are erased; what has been sent stays.
    _by(),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    # The author's own messages that are copied: their chat, and their numbers (several: an album).
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("messages", sa.JSON, nullable=False),
    sa.Column("album", sa.Text),
    # text, or caption, or empty where the message has neither; and its HTML, for corrections and lists.
    sa.Column("wording", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("audience", sa.JSON, nullable=False),
    sa.Column("acknowledge", sa.Boolean, nullable=False),
    # Empty: as soon as it is sent off.
    sa.Column("send_at", Moment),
    # Who joins before that gets it too; empty: nobody.
    sa.Column("current_until", Moment),
    sa.Column("approved_at", Moment),
    _by("approved_by"),
    sa.Column("started_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("corrected_at", Moment),
    # When Telegram said that the author's message is gone: nobody else can get it.
    sa.Column("lost_at", Moment),
    # The message in the author's chat that shows how far it is.
    sa.Column("progress_message_id", sa.BigInteger),
)

# Who gets an announcement, and what became of it.
recipients = sa.Table(
    "recipients",
    metadata,
    _to("announcements", primary_key=True),
    _person(primary_key=True, index=True),
    sa.Column("organization_id", sa.ForeignKey("organizations.id", ondelete="SET NULL")),
    sa.Column("added_at", Moment, nullable=False),
    # Telegram's numbers of the copies, and of the button below an album.
    sa.Column("messages", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("sent_at", Moment),
    # Why it was not delivered: unreachable, refused, stopped.
    sa.Column("failure", sa.Text),
    sa.Column("acknowledged_at", Moment),
    sa.Column("withdrawn_at", Moment),
)

# A matter between a person and the department.
threads = sa.Table(
    "threads",
    metadata,
    _id(),
    _person(nullable=False, index=True),
    sa.Column("organization_id", sa.ForeignKey("organizations.id", ondelete="SET NULL")),
    sa.Column("obligation_id", sa.ForeignKey("obligations.id", ondelete="SET NULL"), index=True),
    sa.Column("opened_at", Moment, nullable=False),
    # When somebody last wrote, and whether the department owes the next word.
    sa.Column("spoken_at", Moment, nullable=False, index=True),
    sa.Column("waits", sa.Boolean, nullable=False),
    # Its topic in the department's forum.
    sa.Column("topic_id", sa.BigInteger),
)

# What was written in a thread, by its person or by staff.
notes = sa.Table(
    "notes",
    metadata,
    _id(),
    _to("threads", nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    _by(),
    sa.Column("from_staff", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("file_name", sa.Text),
    # The message as it was written, for copying its file.
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger, nullable=False),
    # Telegram delivers an update again after a crash: one message is one note.
    sa.UniqueConstraint("chat_id", "message_id"),
)

# Which messages of any chat belong to which thread: a reply to one of them goes there.
thread_messages = sa.Table(
    "thread_messages",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _to("threads", nullable=False, index=True),
)

dialogues = sa.Table(
    "dialogues",
    metadata,
    sa.Column("person_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("person_id", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    # What was decided is recorded together with what is to be said about it.
    sa.Column("applied_at", Moment),
    sa.Column("sayings", sa.JSON),
)

letters = sa.Table(
    "letters",
    metadata,
    _id(),
    sa.Column("kind", sa.Text, nullable=False),
    _person(nullable=False, index=True),
    # Where it goes, if not to the person's own chat: the department's group.
    sa.Column("chat_id", sa.BigInteger),
    # Of an announcement: it can be paused and stopped as a whole.
    sa.Column("announcement_id", sa.ForeignKey("announcements.id", ondelete="CASCADE")),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("urgency", sa.Integer, nullable=False),
    # One waiting letter per key: two rounds that open together are one message.
    sa.Column("dedup", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("send_after", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("claimed_until", Moment),
    sa.Column("attempts", sa.Integer, nullable=False),
    # Indexed for the upkeep that forgets old letters: a tick must not grow with the ledger.
    sa.Column("settled_at", Moment, index=True),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("error", sa.Text),
)
LETTER_WAITS = letters.c.state == sa.literal_column("'waiting'")
LETTER_IS_UNCLAIMED = sa.and_(LETTER_WAITS, letters.c.claimed_until.is_(None))
sa.Index(
    "uq_letters_dedup_waiting",
    letters.c.dedup,
    unique=True,
    sqlite_where=LETTER_IS_UNCLAIMED,
    postgresql_where=LETTER_IS_UNCLAIMED,
)
sa.Index(
    "ix_letters_waiting",
    letters.c.urgency,
    letters.c.send_after,
    sqlite_where=LETTER_WAITS,
    postgresql_where=LETTER_WAITS,
)

sa.Index(
    "ix_letters_announcement_id_state",
    letters.c.announcement_id,
    letters.c.state,
    sqlite_where=letters.c.announcement_id.is_not(None),
    postgresql_where=letters.c.announcement_id.is_not(None),
)

audit = sa.Table(
    "audit",
    metadata,
    _id(),
    sa.Column("at", Moment, nullable=False, index=True),
    _by(),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("organization_id", sa.ForeignKey("organizations.id", ondelete="SET NULL"), index=True),
    sa.Column("directive_id", sa.Text, index=True),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Index(None, "by_id"),
)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
