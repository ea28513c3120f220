"""Answers /health and /metrics, for `bot.listener`. Loaded only where LISTEN is set."""

from functools import partial

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.watch import Watch


def routes(watch: Watch) -> list[web.RouteDef]:
    """The routes of both."""
    return [web.get("/health", partial(_health, watch)), web.get("/metrics", partial(_metrics, watch))]


async def _health(watch: Watch, _request: web.Request) -> web.Response:
    health = await watch.look()
    body = {
        "status": "ok" if not health.problems else "degraded" if health.alive else "down",
        "problems": list(health.problems),
        "database": health.database,
        "seconds_since_tick": round(health.tick, 1),
        "seconds_since_poll": None if health.poll is None else round(health.poll, 1),
        "seconds_since_update": None if health.update is None else round(health.update, 1),
        "undelivered_updates": health.undelivered,
        "oldest_due_letter_seconds": round(health.letter, 1),
        "replica": health.replica,
        "replicas": health.replicas,
        "leads": health.leads,
    }
    return web.json_response(body, status=200 if health.alive else 503)


async def _metrics(watch: Watch, _request: web.Request) -> web.Response:
    health = await watch.look()
    registry = CollectorRegistry()
    for name, text, value in (
        ("database_up", "1: the database can be read", float(health.database)),
        ("tick_age_seconds", "since the clock last asked what is due", health.tick),
        ("poll_age_seconds", "since the messenger last answered a poll or, with a webhook, its state", health.poll),
        ("event_loop_lag_seconds", "how late the event loop is", health.lag),
        ("event_loop_longest_pause_seconds", "since the start: how late it ever was", health.longest_pause),
        ("event_loop_pauses", "since the start: how often it was held for over 20 ms", float(health.pauses)),
        ("oldest_due_letter_seconds", "since the oldest letter was to be sent", health.letter),
        ("letters_waiting", "letters in the outbox, due or not", float(health.letters)),
        ("inbox_waiting", "updates that have not been handled", float(health.inbox)),
        (
            "unknown_refusals",
            "since the start: refusals of the messenger's in words that the bot does not know",
            health.unheard,
        ),
        ("update_age_seconds", "since the last update came", health.update),
        ("undelivered_updates", "updates that wait at the messenger for the webhook", health.undelivered),
        ("replica", "the number of this replica; 0: it serves alone", health.replica),
        ("replicas", "replicas that are alive, this one too", health.replicas),
        ("leads", "1: this replica polls, ticks and alarms for all", float(health.leads)),
    ):
        if value is not None:
            Gauge(f"porucheniya_{name}", text, registry=registry).set(value)
    return web.Response(body=generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"})
