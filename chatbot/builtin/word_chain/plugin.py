"""The plugin itself and what its owner may set. Knows nothing of the game."""

from pydantic import BaseModel, ConfigDict, Field

from chatbot import Plugin


class Settings(BaseModel):
    """What may be set under ``plugins.끝말잇기`` in config.yaml.

    Attributes:
        min_syllables: how long a word must be.
        fair_words: how many words must have been said before one may be said that nothing can follow; 0 allows them at
            once.
        tries: after so many words in one turn that do not count, the turn is lost.
        hints: how many hints there are in one game.
        kiwi: whether kiwipiepy, where it is installed, is asked about words that are not in our list. It takes about
            300 MB of memory from the first such word on.
        bot_plays: whether the bot takes part when a whole room plays.
        seconds: how long each has for a word when a whole room plays.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_syllables: int = Field(2, ge=1, le=3)
    fair_words: int = Field(10, ge=0, le=1000)
    tries: int = Field(3, ge=1, le=10)
    hints: int = Field(3, ge=0, le=100)
    kiwi: bool = True
    bot_plays: bool = True
    seconds: int = Field(60, ge=10, le=600)


plugin = Plugin("끝말잇기", about="말의 끝 글자를 이어 가는 끝말잇기를 해요.", settings=Settings)
