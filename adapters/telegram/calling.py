"""How the library's ``Bot`` calls Telegram, over aiohttp; it is made to be given such a thing. Knows no method of the API.

Beside keeping the token to itself, it is quicker than the library's own way, which looks through all its connections at
every call.
"""

import json
from typing import Any, cast

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

STAND_IN = "TOKEN"
"""What the library takes for the token."""

_CONNECTIONS = 64
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 20.0


class Request(BaseRequest):
    """Calls Telegram.

    Args:
        token: put in place of its stand-in.
    """

    def __init__(self, token: str) -> None:
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """The seconds that an answer may take."""
        return _READ_SECONDS

    async def initialize(self) -> None:
        """Nothing to do: the first call opens what it needs."""

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Return the status and the body of an answer. Of the library's timeouts only the reading one is heeded.

        Raises:
            TelegramError: there is none.
        """
        seconds = read_timeout if isinstance(read_timeout, int | float) else _READ_SECONDS
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=seconds)
        try:
            async with self._open().request(
                method, self._with_token(url), data=_form(request_data), timeout=timeout, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:  # whose words may have the address in them
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Return an answer's JSON; what is none is logged by the library, and not by us.

        Raises:
            TelegramError: it is none.
        """
        try:
            return json.loads(payload)
        except ValueError:
            raise TelegramError("Invalid server response") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True)  # HTTPS_PROXY
        return self._session

    def _with_token(self, url: str) -> str:
        return url.replace(f"/bot{STAND_IN}/", f"/bot{self._token}/", 1)


class UpdatesRequest(Request):
    """One that keeps the updates of the last answer back, and tells the library of none."""

    fetched: list[dict[str, Any]]

    def parse_json_payload(self, payload: bytes) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return an answer's JSON without its updates.

        Raises:
            TelegramError: it is none.
        """
        answer = Request.parse_json_payload(payload)
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        answer = cast("dict[str, Any]", answer)
        if isinstance(answer.get("result"), list):
            self.fetched = [one for one in answer["result"] if isinstance(one, dict) and "update_id" in one]
            return {**answer, "result": []}
        return answer


def _form(data: RequestData | None) -> aiohttp.FormData | None:
    if data is None:
        return None
    form = aiohttp.FormData(data.json_parameters, quote_fields=False)  # quoted, a Korean file name is shown as %EB%82…
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
