"""The probes of MAX, in the order in which they are tried."""

from bot.probe.max import measured, seen

PROBES = (*seen.PROBES, *measured.PROBES)

# What is not known of MAX and cannot be tried so, and why.
UNTRIED = {
    "whether a repeated event keeps its timestamp": "only deliveries to a webhook are repeated, and this polls",
    "whether a changed message sends a notification": "the chat would have to be closed meanwhile, and it leads on",
    "whether somebody can be written to who has never started": "needs a second person",
}
