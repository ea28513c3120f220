"""Tables: what comes in, what goes out, and the log of deeds."""

import sqlalchemy as sa

from bot.domain.letter import LetterKind, LetterState
from bot.storage.schema.columns import Moment, by, identity, metadata, person

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
    # When its handler recorded what was decided, what is to be said about it, and what is to be noted of its sender.
    sa.Column("applied_at", Moment),
    sa.Column("sayings", sa.JSON),
    sa.Column("noted", sa.JSON),
    # When its handler had finished. From then on the row is the number alone: the update may come again.
    sa.Column("finished_at", Moment, index=True),
    # The replica that handles it.
    sa.Column("owner_id", sa.BigInteger, nullable=False, server_default="0"),
)

# A person's updates are handled in order, whichever replica has them.
sa.Index(
    "ix_inbox_waiting",
    inbox.c.person_id,
    inbox.c.update_id,
    sqlite_where=inbox.c.finished_at.is_(None),
    postgresql_where=inbox.c.finished_at.is_(None),
)

letters = sa.Table(
    "letters",
    metadata,
    identity(),
    sa.Column("kind", sa.Text, nullable=False),
    person(nullable=False, index=True),
    # The chat that it goes to, if not the person's own: the department's group.
    sa.Column("chat_id", sa.BigInteger),
    # The announcement that it copies, which can be paused and stopped as a whole.
    sa.Column("announcement_id", sa.ForeignKey("announcements.id", ondelete="CASCADE")),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("urgency", sa.Integer, nullable=False),
    # One letter waits per key: two rounds that open together are one message.
    sa.Column("dedup", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("send_after", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    # When it was claimed last. From the first time on another of its key may wait beside it.
    sa.Column("claimed_until", Moment),
    # The replica that is sending it, or has settled it.
    sa.Column("claimed_by", sa.BigInteger),
    sa.Column("attempts", sa.Integer, nullable=False),
    # The index serves the upkeep that forgets old letters: a tick must not grow with the ledger.
    sa.Column("settled_at", Moment, index=True),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("error", sa.Text),
)

LETTER_WAITS = letters.c.state == sa.literal_column(f"'{LetterState.WAITING}'")

LETTER_IS_UNCLAIMED = sa.and_(LETTER_WAITS, letters.c.claimed_until.is_(None))

sa.Index(
    "uq_letters_dedup_waiting",
    letters.c.dedup,
    unique=True,
    sqlite_where=LETTER_IS_UNCLAIMED,
    postgresql_where=LETTER_IS_UNCLAIMED,
)

# A report takes seconds to minutes to be made, and other letters must not wait for it.
LETTER_IS_SLOW = letters.c.kind == sa.literal_column(f"'{LetterKind.REPORT}'")

# The courier need not look through an announcement's 50,000 letters for a report.
sa.Index(
    "ix_letters_slow",
    letters.c.send_after,
    sqlite_where=sa.and_(LETTER_WAITS, LETTER_IS_SLOW),
    postgresql_where=sa.and_(LETTER_WAITS, LETTER_IS_SLOW),
)

sa.Index(
    "ix_letters_waiting",
    letters.c.urgency,
    letters.c.send_after,
    # A round has thousands that are equal in both.
    letters.c.id,
    sqlite_where=LETTER_WAITS,
    postgresql_where=LETTER_WAITS,
)

# The few that are being sent.
_IS_CLAIMED = sa.and_(letters.c.claimed_by.is_not(None), letters.c.settled_at.is_(None))
sa.Index("ix_letters_claimed_by", letters.c.claimed_by, sqlite_where=_IS_CLAIMED, postgresql_where=_IS_CLAIMED)

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
    identity(),
    sa.Column("at", Moment, nullable=False, index=True),
    by(),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("organization_id", sa.ForeignKey("organizations.id", ondelete="SET NULL"), index=True),
    sa.Column("directive_id", sa.Text, index=True),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Index(None, "by_id"),
)

# What people have sent that nobody knows the place of: the messages whose senders are asked.
strays = sa.Table(
    "strays",
    metadata,
    person(primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("album", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("file_id", sa.Text),
    sa.Column("file_name", sa.Text),
    sa.Column("file_kind", sa.Text),
    # The message of the chat that it replies to, and the announcement that this shows; and its words as they were
    # formatted, if it may become one itself.
    sa.Column("announcement_id", sa.ForeignKey("announcements.id", ondelete="SET NULL"), index=True),
    sa.Column("reply_to", sa.BigInteger),
    sa.Column("html", sa.Text),
    sa.Column("at", Moment, nullable=False, index=True),
)

# What messages are called where a messenger does not number them, if no rule tells it by their number. `chat_id` is the
# person's number in a private chat.
message_names = sa.Table(
    "message_names",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
)

# Refusals of Telegram's that nobody knows the meaning of: how often since the administrators were told last, and how
# often that telling said.
unheard = sa.Table(
    "unheard",
    metadata,
    sa.Column("method", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("told", sa.Integer, nullable=False),
    sa.Column("last_at", Moment, nullable=False, index=True),
)

# The processes that serve this database, by a server's clock; empty on SQLite, which one alone serves.
replicas = sa.Table(
    "replicas",
    metadata,
    identity(),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    # How many messages it has sent beyond its share of the pace: the others leave it so many.
    sa.Column("ahead", sa.Integer, nullable=False, server_default="0"),
)

# Which of them does what one does for all: a single row.
leader = sa.Table(
    "leader",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("replica_id", sa.BigInteger, nullable=False),
    sa.Column("until", Moment, nullable=False),
)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
