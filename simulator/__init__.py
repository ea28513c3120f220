"""A Telegram on this machine: a strict Bot API server on loopback, with people to act as."""

from simulator.client import RemoteTelegram, Telegram
from simulator.errors import PersonError
from simulator.person import Person, origin
from simulator.server import Simulator

__all__ = ["Person", "PersonError", "RemoteTelegram", "Simulator", "Telegram", "origin"]
