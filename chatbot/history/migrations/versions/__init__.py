"""One file a step; a file's name is its revision."""
