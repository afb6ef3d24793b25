"""The plugins of bots that are killed from outside, by no fault of their own."""

from killed_plugins import PLUGINS

__all__ = ["MOST_ATTEMPTS", "PLUGINS"]

MOST_ATTEMPTS = 10_000
