"""The probes of Telegram, in the order in which they are tried."""

from bot.probe.telegram import lasting, refused, seen

PROBES = (*seen.PROBES, *refused.PROBES, *lasting.PROBES)

# What is assumed of Telegram and cannot be tried here, and why: lines of the simulator's README and words of its
# refusals (* is anything), and questions of our own.
UNTRIED = {
    "changing a message after 48 hours": "no message of a run of ten minutes is that old",
    "which kinds are never copied": "needs paid media, a giveaway and an invoice",
    "rights in supergroups": "needs a group, and this is tried with one person",
    "TOPIC_*": "needs a group with topics",
    "slow mode for bots: issue tdlib/telegram-bot-api #75": "needs a group with slow mode",
    "file of size {} is too big for a photo; {}": "the answer has been seen in life, and needs 10 MB sent",
}
