"""Directives as they were when their rounds opened: an edit of the YAML never changes what was asked."""

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.domain.directives.directive import Directive
from bot.domain.timing.schedule import Cron, Daily, Dates, Monthly, Quarterly, Rule, Weekly
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import insert

# The ledger keeps these names for years: never rename one. Monthly and Quarterly have the same keys, so a stored rule
# carries its name.
RULES: Final[dict[str, type[Rule]]] = {
    "dates": Dates,
    "daily": Daily,
    "weekly": Weekly,
    "monthly": Monthly,
    "quarterly": Quarterly,
    "cron": Cron,
}
_NAMES = {rule: name for name, rule in RULES.items()}
_DIRECTIVE = TypeAdapter(Directive)
_RULES: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(rule) for name, rule in RULES.items()}


def dump(directive: Directive) -> str:
    """Canonical JSON: the same directive is always the same text.

    Defaults are written out, so that a default that changes later does not change what was asked; but for what came
    later than versions that are kept: written out, it would make the same directive another one.
    """
    data: dict[str, Any] = _DIRECTIVE.dump_python(directive, mode="json")
    for part in data["audience"]:
        if not part["territories"]:
            del part["territories"]
    for field in data["fields"]:
        if field["sums"] is None:
            del field["sums"]
    data["schedule"]["rule"]["kind"] = _NAMES[type(directive.schedule.rule)]
    if directive.source is None:
        # What comes from no document is stored as it was before that was noted.
        del data["source"]
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# A region has thousands of obligations of one round: its directive is read once.
@lru_cache(maxsize=2048)
def restore(text: str) -> Directive:
    """The directive of a text that `dump` wrote, also that of an older or newer program.

    Unknown keys are ignored, missing keys take their defaults. Raises ValueError if it is no directive.
    """
    data = json.loads(text)
    try:
        schedule = data["schedule"]
        rule = dict(schedule["rule"])
        adapter = _RULES[rule.pop("kind")]
        return _DIRECTIVE.validate_python({**data, "schedule": {**schedule, "rule": adapter.validate_python(rule)}})
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a stored directive: {error!r}") from error


def digest(text: str) -> str:
    """SHA-256 of the text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


async def keep(tx: Tx, directive: Directive, now: datetime) -> int:
    """Stores this version of the directive if it is new; returns the version's id."""
    body = dump(directive)
    statement = insert(tx, t.directive_versions).values(
        directive_id=directive.id, digest=digest(body), body=body, stored_at=now
    )
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["digest"]))
    query = sa.select(t.directive_versions.c.id).where(t.directive_versions.c.digest == digest(body))
    return int((await tx.execute(query)).scalar_one())


async def newest(tx: Tx) -> dict[str, Directive]:
    """All directives and questions that were ever asked, each as it was the last time; the last asked come first."""
    last = sa.select(sa.func.max(t.directive_versions.c.id)).group_by(t.directive_versions.c.directive_id)
    rows = await tx.execute(
        sa.select(t.directive_versions.c.directive_id, t.directive_versions.c.body)
        .where(t.directive_versions.c.id.in_(last))
        .order_by(t.directive_versions.c.id.desc())
    )
    return {row.directive_id: restore(row.body) for row in rows}
