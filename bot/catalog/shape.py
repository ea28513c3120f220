"""Compares a document with its shape: finds what does not fit, and reads the parts that do."""

from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.catalog.faults import did_you_mean
from bot.catalog.places import Loc, place_of
from bot.catalog.scalars import kind_of
from bot.catalog.schema import Shape
from bot.catalog.yaml_lines import Document
from bot.domain.catalog.faults import Fault

S = TypeVar("S", bound=Shape)

_OF_FRACTION = ": дробь пишут с точкой, например 0.5"
_OF_TEXT = ": если это часть текста с запятой, возьмите весь текст в кавычки"


def validate(shape: type[S], document: Document) -> tuple[S | None, list[Fault]]:
    """Reads the document as that shape; None if it does not fit, with a fault for each misfit."""
    try:
        return shape.model_validate(document.data), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [_fault(detail, shape, document) for detail in details]


def _fault(error: ErrorDetails, shape: type[Shape], document: Document) -> Fault:
    loc: Loc = tuple(step for step in error["loc"] if step != "[key]")
    kind, last = error["type"], str(loc[-1]) if loc else ""
    if kind == "missing":
        return document.fault(loc[:-1], f"не хватает ключа {last}")
    if kind == "extra_forbidden":
        # «{label: Кружки, секции}» and «{min: 0,5}» have a key without a value behind the comma.
        parted = _OF_FRACTION if last.isdecimal() else _OF_TEXT
        hint = did_you_mean(last, _keys_at(shape, loc[:-1])) or (parted if error["input"] is None else "")
        message = f"лишний ключ {last}{hint}"
        return Fault(document.file, document.line(loc), place_of(loc[:-1], document.data), message)
    return document.fault(loc, _message(error))


def _message(error: ErrorDetails) -> str:
    context: dict[str, Any] = error.get("ctx") or {}
    given = kind_of(error["input"])
    messages = {
        "model_type": f"нужны ключи со значениями (ключ: значение), а здесь {given}",
        "dict_type": f"нужны ключи со значениями (ключ: значение), а здесь {given}",
        "list_type": f"нужен список, а здесь {given}",
        "int_type": f"нужно целое число, а здесь {given}",
        "bool_type": f"нужно true или false, а здесь {given}",
        "greater_than_equal": f"не меньше {context.get('ge')}",
        "less_than_equal": f"не больше {context.get('le')}",
        "too_short": "список пуст: впишите хотя бы одно",
        "too_long": f"их {context.get('actual_length')}, а поместится не больше {context.get('max_length')}",
        "literal_error": f"можно {str(context.get('expected')).replace(' or ', ' или ').replace(chr(39), '')}",
        "value_error": str(context.get("error", "")),
    }
    return messages.get(error["type"]) or error["msg"]


def _keys_at(shape: type[Shape], loc: Loc) -> list[str]:
    """The keys that the shape allows at a place."""
    annotation: Any = shape
    for step in loc:
        model = _model_in(annotation)
        if isinstance(step, str) and model is not None and step in model.model_fields:
            annotation = model.model_fields[step].annotation
        # For an index of a list or a free key of a mapping the model is inside the annotation.
    model = _model_in(annotation)
    return list(model.model_fields) if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    models = (_model_in(part) for part in get_args(annotation))
    return next((model for model in models if model is not None), None)


def value_of(shape: type[Shape], key: str, raw: Any) -> Any:
    """The value of one key if it is there and fits by itself, otherwise None."""
    if not isinstance(raw, dict) or key not in raw:
        return None
    try:
        return _adapter(shape, key).validate_python(raw[key])
    except ValidationError:
        return None


def each_of(shape: type[Shape], key: str, raw: Any) -> list[tuple[int, Any]]:
    """The items of a list that fit by themselves, with their indexes."""
    items = raw.get(key) if isinstance(raw, dict) else None
    if not isinstance(items, list):
        return []
    values = ((index, value_of(shape, key, {key: [item]})) for index, item in enumerate(items))
    return [(index, value[0]) for index, value in values if value is not None]


def column_of(shape: type[Shape], key: str, raw: Any) -> list[Any]:
    """The value of one key of each item of a list, None where it is not readable."""
    return [value_of(shape, key, item) for item in raw] if isinstance(raw, list) else []


@cache
def _adapter(shape: type[Shape], key: str) -> TypeAdapter[Any]:
    return TypeAdapter(shape.model_fields[key].rebuild_annotation())
