"""The commands that every bot has from the start: what people type behind a slash, and what it does."""
