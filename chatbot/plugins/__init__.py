"""Plugins: what their authors declare, how they are found, and how they run. ``docs/plugins.md`` is for authors."""
