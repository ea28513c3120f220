"""Reads events of MAX from its input, one JSON a line, with the models of `maxapi`; says what it understood of each."""

import json
import sys

from maxapi.types.updates import UpdateUnionAdapter  # type: ignore[import-not-found]

for line in sys.stdin:
    event = UpdateUnionAdapter.validate_python(json.loads(line))
    body = event.message.body if getattr(event, "message", None) is not None else None
    understood = {
        "kind": str(event.update_type.value),
        "mid": body.mid if body else None,
        "seq": body.seq if body else None,
        "text": body.text if body else None,
        "attachments": [str(getattr(one.type, "value", one.type)) for one in (body.attachments or [])] if body else [],
        "markup": [type(one).__name__ for one in (body.markup or [])] if body else [],
        "link": str(event.message.link.type.value) if body and event.message.link else None,
        "payload": getattr(event, "payload", None) or getattr(getattr(event, "callback", None), "payload", None),
    }
    print(json.dumps(understood, ensure_ascii=False))
