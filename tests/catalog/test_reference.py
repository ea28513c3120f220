"""Whoever edits a file of data/ finds each of its keys explained at its top."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from bot.catalog import schema
from bot.catalog.schema import Shape
from tests.catalog.sheets import DATA


def keys(shape: type[Shape]) -> Iterator[str]:
    """The keys of the shape and of those within it."""
    for name, info in shape.model_fields.items():
        yield name
        for inner in shapes(info.annotation):
            yield from keys(inner)


def shapes(hint: Any) -> Iterator[type[Shape]]:
    if isinstance(hint, type) and issubclass(hint, Shape):
        yield hint
    for argument in get_args(hint):
        yield from shapes(argument)


@pytest.mark.parametrize(
    ("file", "shape"),
    [
        ("directives.yaml", schema.DirectivesFile),
        ("calendar.yaml", schema.CalendarFile),
        ("organizations.example.yaml", schema.OrganizationsFile),
    ],
)
def test_each_key_is_explained(file: str, shape: type[Shape]) -> None:
    comments = [line for line in (DATA / file).read_text("utf-8").splitlines() if line.startswith("#")]
    words = set(re.findall(r"[\w]+", " ".join(comments)))
    assert set(keys(shape)) - words == set()
    # Of what the file is a list of too.
    assert len(set(keys(shape))) > len(shape.model_fields)
