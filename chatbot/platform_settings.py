"""What the owner decides about the platforms that come with 말동무. Tokens are no settings: the environment has them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Url = Annotated[str, Field(pattern=r"^(https?|wss?)://\S+$")]
Port = Annotated[int, Field(ge=0, le=65_535)]


class TelegramSettings(BaseModel):
    """How the bot talks on Telegram."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    stream: bool = False
    webhook_url: Url | None = None
    webhook_host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    webhook_port: Port = 8081
    api_url: Url | None = None


class DiscordSettings(BaseModel):
    """How the bot talks on Discord."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    prefix: Annotated[str, Field(min_length=1, max_length=5)] = "/"
    slash_commands: bool = True
    stream: bool = False
    api_url: Url | None = None
    gateway_url: Url | None = None
