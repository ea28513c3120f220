"""A Telegram on this machine: a strict Bot API server on loopback, with people to act as."""

from simulator.client import Person, RemoteTelegram, Telegram
from simulator.errors import PersonError
from simulator.server import Simulator

__all__ = ["Person", "PersonError", "RemoteTelegram", "Simulator", "Telegram"]
