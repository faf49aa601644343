"""Who we are to a store: from the environment, netrc or the keyring, and never shown."""

from __future__ import annotations

import base64
import hashlib
import importlib
import netrc
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

USER, PASSWORD, TOKEN = "KG_PUSH_USER", "KG_PUSH_PASSWORD", "KG_PUSH_TOKEN"
_HIDDEN = "***"
_DIGESTS = {"md5": hashlib.md5, "sha-256": hashlib.sha256}
_PAIR = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


class AddressError(ValueError):
    """An address of a store that is not to be used, or credentials that cannot be read."""


def checked(url: str) -> str:
    """An http or https address without a user name in it; raises AddressError, which hides it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressError("the address of the store is no URL") from None
    if "@" in parts.netloc:
        hidden = urlunsplit(parts._replace(netloc=f"{_HIDDEN}@{parts.netloc.rpartition('@')[2]}"))
        raise AddressError(
            f"{hidden} holds a user name or password, which others can see in the list of "
            f"processes: put them into {USER} and {PASSWORD}, netrc or the keyring"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise AddressError(f"{url!r} is no address of a store: write http://… or https://…")
    if parts.fragment or not re.fullmatch(r"[!-~]+", url):
        raise AddressError(f"{url!r} holds a fragment, a space or a character to be escaped")
    return url


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, or a token; neither shows when printed."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def plain(self) -> str:
        """The header that tells them as they are: Bearer or Basic (RFC 6750, RFC 7617)."""
        return f"Bearer {self.token}" if self.token else f"Basic {self._pair()}"

    def answer(self, challenge: str, method: str, target: str, count: int) -> str | None:
        """The header that answers a challenge; None for a scheme that is not known here.

        `count` says how often the challenge was answered, this time included (RFC 7616).
        """
        scheme, _, rest = challenge.strip().partition(" ")
        if self.token or scheme.lower() == "basic":
            return self.plain()
        if scheme.lower() != "digest":
            return None
        given = {key.lower(): inside or word for key, inside, word in _PAIR.findall(rest)}
        name = given.get("algorithm", "MD5")
        digest = _DIGESTS.get(name.lower())
        if digest is None or "nonce" not in given:
            return None

        def hashed(*parts: str) -> str:
            return digest(":".join(parts).encode(), usedforsecurity=False).hexdigest()

        secret = hashed(self.user, given.get("realm", ""), self.password)
        quoted = {"username": self.user, "uri": target}
        quoted |= {key: given[key] for key in ("realm", "nonce", "opaque") if key in given}
        bare = {"algorithm": name}
        middle = [given["nonce"]]
        if "auth" in re.split(r"\s*,\s*", given.get("qop", "")):
            bare |= {"qop": "auth", "nc": f"{count:08x}"}
            quoted["cnonce"] = secrets.token_hex(8)
            middle += [bare["nc"], quoted["cnonce"], "auth"]
        quoted["response"] = hashed(secret, *middle, hashed(method, target))
        parts = [f'{key}="{_escaped(value)}"' for key, value in quoted.items()]
        return "Digest " + ", ".join(parts + [f"{key}={value}" for key, value in bare.items()])

    def hide(self, text: str) -> str:
        """A text without the password and the token, in whatever form we send them."""
        told = [self.password, self.token, self._pair() if self.password else ""]
        told += [quote(value, safe="") for value in told]
        for secret in sorted(filter(None, told), key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        return text

    def _pair(self) -> str:
        return base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def credentials(url: str, environment: Mapping[str, str] = os.environ) -> Credentials | None:
    """What is known for an address: the environment first, then netrc, then the keyring.

    Raises AddressError for what is there and cannot be read.
    """
    if token := environment.get(TOKEN):
        return _sendable(Credentials(token=token))
    if user := environment.get(USER):
        return _sendable(Credentials(user, environment.get(PASSWORD, "")))
    if environment.get(PASSWORD):
        raise AddressError(f"{PASSWORD} is set and {USER} is not")
    found = _from_netrc(url, environment) or _from_keyring(url)
    return _sendable(found) if found else None


def _escaped(text: str) -> str:
    """As it stands in a quoted string of a header."""
    return re.sub(r'(["\\])', r"\\\1", text)


def _sendable(found: Credentials) -> Credentials:
    """Refuse what would break out of its header."""
    if not (found.user + found.password + found.token).isprintable() or ":" in found.user:
        raise AddressError("the user name, password or token cannot be sent: it holds a control "
                           "character, or the user name a colon")  # fmt: skip
    return found


def _from_netrc(url: str, environment: Mapping[str, str]) -> Credentials | None:
    """The entry of this very host; a `default` is not meant for stores."""
    path = Path(environment.get("NETRC") or Path.home() / ".netrc")
    if not path.is_file():
        return None
    try:
        entry = netrc.netrc(path).hosts.get(urlsplit(url).hostname or "")
    except netrc.NetrcParseError as error:
        # The error's own words may hold a password.
        raise AddressError(f"{path}:{error.lineno}: this is no netrc file") from None
    return Credentials(entry[0], entry[2]) if entry else None


def _from_keyring(url: str) -> Credentials | None:
    """The keyring's entry for the service `kg push HOST:PORT`, where `keyring` is installed."""
    if find_spec("keyring") is None:
        return None
    keyring = importlib.import_module("keyring")
    try:
        found = keyring.get_credential(f"kg push {urlsplit(url).netloc}", None)
    except importlib.import_module("keyring.errors").KeyringError:
        return None
    return Credentials(found.username, found.password) if found else None
