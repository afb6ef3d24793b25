def name_line(name: str) -> str:
    """Return the words behind the persona marker that tell the model its name, as in training."""
    return f"이름: {name}"
