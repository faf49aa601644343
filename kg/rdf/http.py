"""HTTP to stores that may misbehave: bounded in time, bytes and attempts; no redirect is followed.

On the standard library's client alone. All that is delicate here – redirects, retries, netrc,
compression, who gets the credentials – is what other clients do by themselves and would have to
be kept from doing.
"""

from __future__ import annotations

import email.utils
import http.client
import io
import random
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar
from urllib.parse import urlsplit

from kg.rdf.credentials import Credentials

SMALL = 1 << 20
"""Bytes that a reply may have where a short one is expected."""

ATTEMPTS = 5
LONGEST_WAIT = 120.0
"""Seconds that a store may ask us to wait before the next attempt."""

_T = TypeVar("_T")
_AGAIN = frozenset([429, 500, 502, 503, 504])
_BLOCK = 1 << 18
_EXCERPT = 300
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class RemoteError(Exception):
    """A store or the way to it failed us; run the same command again when it is mended."""

    exit_code: ClassVar[int] = 3


class Refused(RemoteError):
    """The store answered, and its answer is an error that another attempt does not mend."""


class _Again(Exception):
    """This attempt failed and another may not; `after` are the seconds the store asks for."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked; it may be sent more than once, so it must bear that.

    A body of which the length is not known is an iterable that can be read again.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""


@dataclass(slots=True)
class Reply:
    """A reply as it comes: at most `limit` bytes, each read within `timeout` seconds."""

    response: http.client.HTTPResponse
    limit: int
    timeout: float
    whole: float | None
    media_type: str
    length: int | None
    taken: int = 0

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes, none at the end; raises RemoteError."""
        start = time.monotonic()
        size = _BLOCK if size < 0 else min(size, _BLOCK)
        if self.length is not None:
            size = min(size, self.length - self.taken)
        try:
            data = self.response.read1(size) if size else b""
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RemoteError(f"the reply broke off: {_reason(error)}") from error
        if self.whole is not None:
            self.whole -= time.monotonic() - start
            if self.whole < 0:
                raise Refused(f"the reply was not whole after {self.timeout:g} seconds")
        self.taken += len(data)
        if self.taken > self.limit:
            raise Refused(f"the reply is longer than the {self.limit:,} bytes allowed for it")
        if not data and size and self.length is not None:
            missing = self.length - self.taken
            raise RemoteError(f"the reply broke off: {missing} bytes are missing")
        return data

    def all(self) -> bytes:
        """The whole of it."""
        return b"".join(iter(self.read, b""))

    def lines(self) -> Iterator[bytes]:
        """Its lines, without their ends."""
        rest = b""
        while data := self.read():
            *whole, rest = (rest + data).split(b"\n")
            yield from whole
        if rest:
            yield rest


@dataclass(slots=True)
class Client:
    """Sends requests, with credentials to the one origin they are meant for.

    `timeout` are the seconds without a byte that are borne; `tell` gets a line for each attempt
    that failed, `wait` sleeps.
    """

    origin: str
    credentials: Credentials | None = None
    timeout: float = 60.0
    tell: Callable[[str], None] = lambda _: None
    wait: Callable[[float], None] = time.sleep
    _challenges: dict[str, tuple[str, int]] = field(default_factory=dict)
    _warned: bool = False

    def ask(self, request: Request, limit: int = SMALL) -> tuple[str, bytes]:
        """Media type and body of a reply with success; raises RemoteError."""

        def whole() -> tuple[str, bytes]:
            with self._reply(request, limit, self.timeout) as reply:
                return reply.media_type, reply.all()

        return self._patiently(request.url, whole)

    @contextmanager
    def stream(self, request: Request, limit: int, seconds: float | None = None) -> Iterator[Reply]:
        """A reply with success, to be read once; `seconds` are those spent waiting for bytes.

        Raises RemoteError; what was read until then stays read.
        """

        def begin() -> tuple[Reply, Callable[[], object]]:
            manager = self._reply(request, limit, seconds)
            reply = manager.__enter__()
            return reply, lambda: manager.__exit__(None, None, None)

        reply, close = self._patiently(request.url, begin)
        try:
            yield reply
        finally:
            close()

    def server(self, url: str) -> str:
        """What the server at an address calls itself, whatever it answers, told no credentials."""

        def look() -> str:
            connection, response = self._open(Request("GET", url), None)
            connection.close()
            return response.getheader("Server") or ""

        return self._patiently(url, look)

    def _patiently(self, url: str, attempt: Callable[[], _T]) -> _T:
        """What an attempt gives, made anew with growing pauses where that may help."""
        for number in range(1, ATTEMPTS + 1):
            try:
                return attempt()
            except _Again as failed:
                reason, after = self._hidden(str(failed)), failed.after
            except Refused:
                raise
            except RemoteError as failed:
                reason, after = self._hidden(str(failed)), None
            pause = after if after is not None else _pause(number)
            if pause > LONGEST_WAIT:
                raise RemoteError(f"{_place(url)}: {reason}; it asks to come back in {pause:g} s")
            if number < ATTEMPTS:
                self.tell(f"{_place(url)}: {reason}; attempt {number + 1} in {pause:.1f} s")
                self.wait(pause)
        raise RemoteError(f"{_place(url)}: {reason}; gave up after {ATTEMPTS} attempts")

    @contextmanager
    def _reply(self, request: Request, limit: int, whole: float | None) -> Iterator[Reply]:
        authorization = self._authorization(request)
        connection, response = self._open(request, authorization)
        try:
            if response.status == 401 and (answer := self._answered(request, response)):
                connection.close()
                connection, response = self._open(request, answer)
            self._judge(request, response)
            media_type = (response.getheader("Content-Type") or "").partition(";")[0].strip()
            yield Reply(response, limit, self.timeout, whole, media_type.lower(), response.length)
        finally:
            connection.close()

    def _open(
        self, request: Request, authorization: str | None
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        """The head of the reply to one request; raises _Again, or Refused for a bad certificate."""
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {
            "User-Agent": "kg",
            # A packed reply may unpack to anything.
            "Accept-Encoding": "identity",
            "Connection": "close",
            **(_framing(request.body) if request.method == "POST" else {}),
            **request.headers,
        }
        if authorization is not None and _origin(request.url) == self.origin:
            headers["Authorization"] = authorization
            self._warn(request.url, authorization)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else None
        connection = (kind or http.client.HTTPConnection)(
            parts.hostname or "", parts.port, timeout=self.timeout, blocksize=_BLOCK
        )
        try:
            try:
                # Block by block, since the time-out holds for each.
                body = _blocks(request.body)
                connection.request(request.method, target, body, headers, encode_chunked=True)
            except (BrokenPipeError, ConnectionResetError):
                # It may have answered before it had read everything.
                return connection, connection.getresponse()
            return connection, connection.getresponse()
        except ssl.SSLCertVerificationError as error:
            connection.close()
            why = error.verify_message
            raise Refused(f"{_place(request.url)}: its certificate is not valid: {why}") from None
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise _Again(_reason(error)) from None
        except BaseException:  # what is sent could not be read
            connection.close()
            raise

    def _authorization(self, request: Request) -> str | None:
        """A token, or the answer to the challenge of this place, once it has made one."""
        if self.credentials is None or _origin(request.url) != self.origin:
            return None
        if self.credentials.token:
            return self.credentials.plain()
        challenge, count = self._challenges.get(_place(request.url), ("", 0))
        if not challenge:
            return None
        parts = urlsplit(request.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self._challenges[_place(request.url)] = (challenge, count + 1)
        return self.credentials.answer(challenge, request.method, target, count + 1)

    def _answered(self, request: Request, response: http.client.HTTPResponse) -> str | None:
        """The answer to a challenge that was not answered before; None where there is none."""
        place = _place(request.url)
        challenges = response.headers.get_all("WWW-Authenticate") or []
        digests = [text for text in challenges if text.lower().startswith("digest")]
        known = self._challenges.get(place)
        if known and not any("stale=true" in text.replace('"', "").lower() for text in digests):
            return None
        if not self.credentials or self.credentials.token or _origin(request.url) != self.origin:
            return None
        for challenge in digests or challenges or ["Basic"]:
            self._challenges[place] = (challenge, 0)
            if answer := self._authorization(request):
                return answer
        return None

    def _warn(self, url: str, authorization: str) -> None:
        parts = urlsplit(url)
        open_to_all = parts.scheme == "http" and parts.hostname not in _LOOPBACK
        if open_to_all and not authorization.startswith("Digest") and not self._warned:
            self._warned = True
            self.tell(f"{_place(url)}: the password goes there unencrypted; use https")

    def _judge(self, request: Request, response: http.client.HTTPResponse) -> None:
        """Raise what a reply calls for that is no success with a body we can read."""
        status, place = response.status, _place(request.url)
        if 300 <= status < 400:
            where = urlsplit(response.getheader("Location") or "").hostname or "another place"
            raise Refused(
                f"{place}: it redirects to {self._hidden(where)!r}, where nothing was sent: "
                "give the address itself"
            )
        if status in (401, 403):
            if self.credentials is None:
                what = "it wants credentials: set KG_PUSH_USER and KG_PUSH_PASSWORD"
            else:
                what = "it refuses these credentials"
            raise Refused(f"{place}: {what} ({status})")
        if status in _AGAIN:
            raise _Again(f"it answered {status}: {self._excerpt(response)}", _retry_after(response))
        if not 200 <= status < 300:
            raise Refused(f"{place}: it answered {status}: {self._excerpt(response)}")
        packed = response.getheader("Content-Encoding") or "identity"
        if packed.lower() != "identity":
            raise Refused(f"{place}: it answered in {packed[:20]!r}, which was not asked for")

    def _excerpt(self, response: http.client.HTTPResponse) -> str:
        try:
            text = response.read1(_BLOCK).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return "(nothing more)"
        shown = "".join(char if char.isprintable() else " " for char in self._hidden(text))
        return " ".join(shown.split())[:_EXCERPT]

    def _hidden(self, text: str) -> str:
        return self.credentials.hide(text) if self.credentials else text


def _framing(body: bytes | Iterable[bytes]) -> dict[str, str]:
    """The header that says where a body ends (RFC 9112, 6)."""
    if isinstance(body, bytes):
        return {"Content-Length": str(len(body))}
    return {"Transfer-Encoding": "chunked"}


def _blocks(body: bytes | Iterable[bytes]) -> io.BytesIO | Iterator[bytes] | None:
    if isinstance(body, bytes):
        return io.BytesIO(body) if body else None
    return iter(body)


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    return _origin(url)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _place(url: str) -> str:
    """An address as messages show it, without its query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _pause(number: int) -> float:
    """Seconds before the next attempt: doubled each time, spread so that many do not meet."""
    return float(0.5 * 2 ** (number - 1) * random.uniform(0.8, 1.2))  # noqa: S311


def _retry_after(response: http.client.HTTPResponse) -> float | None:
    text = (response.getheader("Retry-After") or "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        when = email.utils.parsedate_to_datetime(text)
        return max(0.0, when.timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer within the time-out"
    if isinstance(error, http.client.IncompleteRead):
        return "bytes are missing at its end"
    if isinstance(error, http.client.RemoteDisconnected):
        return "the connection was closed without an answer"
    if isinstance(error, http.client.HTTPException):
        return f"what it answered is not HTTP ({type(error).__name__})"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
