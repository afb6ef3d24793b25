"""Where the files that come with the framework lie."""

from pathlib import Path

PACKAGE = Path(__file__).parent
PRETRAINED = PACKAGE / "pretrained"
"""The bundled model with its tokenizer, dialogue format, example memory and matcher."""
