"""What somebody is limited to comes back from a dialogue and from the database whole."""

from dataclasses import fields

from bot.domain.people.member import Limits


def test_each_limit_comes_back() -> None:
    limits = Limits(**{field.name: frozenset({field.name, "b"}) for field in fields(Limits)})
    assert Limits.load({**limits.dump(), "page": 3}) == limits
    assert not limits.are_none


def test_no_limits() -> None:
    assert Limits().dump() == {}
    assert Limits.load(None) == Limits.load({}) == Limits()
    assert Limits().are_none
