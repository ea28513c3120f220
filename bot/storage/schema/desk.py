"""Tables: announcements and their recipients, threads and their notes."""

import sqlalchemy as sa

from bot.storage.schema.columns import Moment, by, identity, metadata, person, to

announcements = sa.Table(
    "announcements",
    metadata,
    identity(),
    # Emptied when the author's data are erased; what has been sent stays.
    by(),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    # The author's messages that are copied: their chat and their numbers (several: an album).
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
    # Whoever joins before that gets it too; empty: nobody does.
    sa.Column("current_until", Moment),
    sa.Column("approved_at", Moment),
    by("approved_by"),
    # What was sent to be agreed to, {"now": ..., "before": ...}: a consent is to exactly that.
    sa.Column("submitted", sa.JSON(none_as_null=True)),
    # Corrected words that wait for somebody's consent, {"text": ..., "at": ...}, and whose they are.
    sa.Column("proposed", sa.JSON(none_as_null=True)),
    by("proposed_by"),
    sa.Column("started_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("corrected_at", Moment),
    # When Telegram said that the author's message is gone: nobody else can get it.
    sa.Column("lost_at", Moment),
    # Whether its copies say who speaks; those that were begun before the bot did do not.
    sa.Column("headed", sa.Boolean, nullable=False, server_default=sa.false()),
    # The message in the author's chat that shows how far it is.
    sa.Column("progress_message_id", sa.BigInteger),
)

# Who gets an announcement, and what became of it.
recipients = sa.Table(
    "recipients",
    metadata,
    to("announcements", primary_key=True),
    person(primary_key=True, index=True),
    sa.Column("organization_id", sa.ForeignKey("organizations.id", ondelete="SET NULL")),
    sa.Column("added_at", Moment, nullable=False),
    # Telegram's numbers of the copies, and of the button below an album.
    sa.Column("messages", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("sent_at", Moment),
    # Why it was not delivered, a word of Failure; and what Telegram said, if it would not take it.
    sa.Column("failure", sa.Text),
    sa.Column("words", sa.Text),
    sa.Column("acknowledged_at", Moment),
    sa.Column("withdrawn_at", Moment),
)

# The organizations that an announcement was for when it went out, and what came of it there. It is kept beside the
# recipients: one person may sit at several, several at one, and people have their data erased.
destinations = sa.Table(
    "destinations",
    metadata,
    to("announcements", primary_key=True),
    to("organizations", primary_key=True, index=True),
    sa.Column("added_at", Moment, nullable=False),
    # Whether nobody sat there then.
    sa.Column("vacant", sa.Boolean, nullable=False),
    # Of which types it was then; empty: nobody has noted it.
    sa.Column("types", sa.Text),
    # Of which territory it was then; "": of none. Empty: nobody has noted it.
    sa.Column("territory", sa.Text),
    # When the first of its people got a copy.
    sa.Column("reached_at", Moment),
    # When the first of its people acknowledged it, and who did.
    sa.Column("acknowledged_at", Moment),
    by("acknowledged_by"),
)

# The people who were to get it there; or, where an obstacle stands, who could not be written to then.
addressees = sa.Table(
    "addressees",
    metadata,
    to("announcements", primary_key=True),
    person(primary_key=True, index=True),
    to("organizations", primary_key=True),
    sa.Column("obstacle", sa.Text),
)

# Messages that show an announcement to somebody of the department, beside the copies that its recipients got.
showings = sa.Table(
    "showings",
    metadata,
    person(primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    to("announcements", nullable=False, index=True),
)

# A matter between a person and the department.
threads = sa.Table(
    "threads",
    metadata,
    identity(),
    person(nullable=False, index=True),
    sa.Column("organization_id", sa.ForeignKey("organizations.id", ondelete="SET NULL")),
    sa.Column("obligation_id", sa.ForeignKey("obligations.id", ondelete="SET NULL"), index=True),
    # The announcement that it replies to.
    sa.Column("announcement_id", sa.ForeignKey("announcements.id", ondelete="SET NULL"), index=True),
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
    identity(),
    to("threads", nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    by(),
    sa.Column("from_staff", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("file_name", sa.Text),
    # The message as it was written, for copying its file.
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger, nullable=False),
    # The message of that chat that it replies to.
    sa.Column("reply_to", sa.BigInteger),
    # Telegram delivers an update again after a crash: one message is one note.
    sa.UniqueConstraint("chat_id", "message_id"),
)

# Messages of any chat that belong to a thread: a reply to one of them goes there.
thread_messages = sa.Table(
    "thread_messages",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    to("threads", nullable=False, index=True),
)
