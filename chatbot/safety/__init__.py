"""What keeps people safe from each other, from themselves and from the bot. Knows nothing of models or adapters."""
