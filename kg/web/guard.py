"""What stands before every request when the explorer is live: hosts, origins, sizes, headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

from kg.web.policy import POLICY

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST = 1 << 20
"""Bytes that the body of a request may have."""

TOO_LARGE = f"The request is larger than {LARGEST:,} bytes."

HEADERS = (
    (b"content-security-policy", f"{POLICY}; frame-ancestors 'none'".encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


class TooLarge(Exception):
    """A body larger than LARGEST."""


class Guard:
    """Refuses what another site made a browser send: a foreign Host, a POST from elsewhere."""

    def __init__(self, app: App, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name for name, _ in message.get("headers", ())}
                added = [pair for pair in HEADERS if pair[0] not in known]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        headers = {name.lower(): value for name, value in scope["headers"]}
        refused = self._refused(scope["method"], headers)
        if refused:
            await _answer(guarded, *refused)
            return
        size = 0

        async def measured() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST:
                raise TooLarge
            return message

        await self._app(scope, measured, guarded)

    def _refused(
        self, method: str, headers: MutableMapping[bytes, bytes]
    ) -> tuple[int, str] | None:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if host not in self._hosts:
            return 403, "This host name is not served here; start with --host to allow it."
        if method not in ("GET", "HEAD"):
            origin = headers.get(b"origin")
            if origin is not None and origin.decode("latin-1").lower() not in {
                f"http://{allowed}" for allowed in self._hosts
            } | {f"https://{allowed}" for allowed in self._hosts}:
                return 403, "Requests from other sites are refused."
            if headers.get(b"sec-fetch-site") in (b"cross-site", b"same-site"):
                return 403, "Requests from other sites are refused."
        length = headers.get(b"content-length", b"0")
        if not length.isdigit():
            return 400, "Content-Length is no number."
        if int(length) > LARGEST:
            return 413, TOO_LARGE
        return None


async def _answer(send: Send, status: int, text: str) -> None:
    body = (text + "\n").encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
