"""A MAX on this machine, beside the Telegram: its API on loopback, with people to act as."""

from simulator.max.person import MaxPerson
from simulator.max.server import Max, RemoteMax

__all__ = ["Max", "MaxPerson", "RemoteMax"]
