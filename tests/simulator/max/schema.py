"""Whether JSON is as the published schema of MAX says: its OpenAPI, as much of it as describes bodies.

The schema is not always true. What live events and its own examples contradict is not asked: see UNTRUE.
"""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# Types by name, and what of them is not so.
UNTRUE = {
    # Dialogs are of a type too.
    "ChatType": "enum",
    # Only the wish to change something may be null, and examples leave out what they do not change.
    "NewMessageBody": "required",
    # Live events leave out what is empty.
    "MessageBody": "required",
    "User": "required",
    "BotInfo": "required",
    "UserWithPhoto": "required",
    "Recipient": "required",
    # Since November 2026 it may have a code.
    "SimpleQueryResult": "properties",
}
# Methods that the schema does not have, and the official client has.
UNKNOWN = {"PATCH /me/commands"}
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "array": (list,), "object": (dict,), "number": (int, float),
    "integer": (int,),
}  # fmt: skip


class Schema:
    """The schema, and what is wrong by it."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._types: Json = document["components"]["schemas"]

    def request(self, method: str, path: str, query: dict[str, str], body: Any) -> list[str]:
        """What is wrong with a call."""
        operation = self._operation(method, path)
        known = {parameter["name"]: parameter for parameter in operation.get("parameters", [])}
        wrong = [f"unknown parameter {name}" for name in query if name not in known]
        wrong += [
            f"no parameter {name}"
            for name, parameter in known.items()
            if parameter.get("required") and parameter["in"] == "query" and name not in query
        ]
        content = operation.get("requestBody", {}).get("content", {})
        if content:
            wrong += self._faults("body", body, content["application/json"]["schema"])
        return [f"{method} {path}: {fault}" for fault in wrong]

    def answer(self, method: str, path: str, body: Any) -> list[str]:
        """What is wrong with the answer of a call that was done."""
        answer = self._resolved(self._operation(method, path)["responses"]["200"])
        faults = self._faults("answer", body, answer["content"]["application/json"]["schema"])
        return [f"{method} {path}: {fault}" for fault in faults]

    def event(self, event: Any) -> list[str]:
        """What is wrong with an event."""
        return list(self._faults(event["update_type"], event, {"$ref": "#/components/schemas/Update"}))

    def _operation(self, method: str, path: str) -> Json:
        for known, operations in self._document["paths"].items():
            pattern = re.sub(r"\{\w+\}", "[^/]+", known)
            # Of two that fit the one by number is meant: channels are not asked for by name.
            if re.fullmatch(pattern, path) and method.lower() in operations and known != "/chats/{chatLink}":
                operation: Json = operations[method.lower()]
                return operation
        raise LookupError(f"the schema has no {method} {path}")

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            found: Any = self._document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema

    def _faults(self, where: str, value: Any, schema: Json, *, whole: bool = True) -> Iterator[str]:
        """`whole`: the schema tells of all properties that there may be."""
        name = schema.get("$ref", "").rpartition("/")[2]
        if value is None and (schema.get("nullable") or self._resolved(schema).get("nullable")):
            return
        schema = self._resolved(schema)
        untrue = UNTRUE.get(name)
        if "discriminator" in schema and whole:
            kind = value.get(schema["discriminator"]["propertyName"]) if isinstance(value, dict) else None
            mapped = schema["discriminator"]["mapping"].get(kind)
            if mapped is None:
                yield f"{where}: unknown kind {kind!r}"
                return
            yield from self._faults(where, value, mapped if isinstance(mapped, dict) else {"$ref": mapped})
            return
        for part in schema.get("allOf", []):
            yield from self._faults(where, value, part, whole=False)
        # What is made of others is what they are: a picture of a video is said to be a text.
        kind = None if "allOf" in schema else schema.get("type")
        if kind and (not isinstance(value, _KINDS[kind]) or isinstance(value, bool) != (kind == "boolean")):
            yield f"{where}: {value!r} is no {kind}"
            return
        yield from self._of_value(where, value, schema, untrue)
        if isinstance(value, dict):
            yield from self._of_object(where, value, schema, untrue, whole=whole)
        if isinstance(value, list):
            for place, item in enumerate(value):
                yield from self._faults(f"{where}[{place}]", item, schema.get("items", {}))

    @staticmethod
    def _of_value(where: str, value: Any, schema: Json, untrue: str | None) -> Iterator[str]:
        if "enum" in schema and value not in schema["enum"] and untrue != "enum":
            yield f"{where}: {value!r} is none of {schema['enum']}"
        if isinstance(value, str) and not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9):
            yield f"{where}: {len(value)} characters"
        if isinstance(value, list) and len(value) > schema.get("maxItems", 10**9):
            yield f"{where}: {len(value)} items"
        if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{where}: {value!r} is not like {schema['pattern']}"

    def _of_object(self, where: str, value: Json, schema: Json, untrue: str | None, *, whole: bool) -> Iterator[str]:
        properties = self._properties(schema)
        for name in self._required(schema):
            if name not in value and untrue != "required" and not properties.get(name, {}).get("nullable"):
                yield f"{where}: no {name}"
        for name, item in value.items():
            if name in schema.get("properties", {}):
                yield from self._faults(f"{where}.{name}", item, schema["properties"][name])
            elif whole and properties and name not in properties and untrue != "properties":
                yield f"{where}: unknown {name}"

    def _properties(self, schema: Json) -> Json:
        """With those of what it is made of."""
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", []):
            found |= self._properties(self._resolved(part))
        return found

    def _required(self, schema: Json) -> list[str]:
        return [name for name in schema.get("required", []) if isinstance(name, str)]
