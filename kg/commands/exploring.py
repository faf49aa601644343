"""Commands that show the graph as pages: site, serve."""

from __future__ import annotations

import argparse
import gc
import os
import socket
import sys
from pathlib import Path

from kg.commands.common import CLEAN, Declare, UsageError, project_root, tell_stale

_MOST_WORKERS = 4


def declare(command: Declare) -> None:
    """Declare the commands of this module."""
    added = command(
        "site", site, "Write the graph as pages into a folder, to be published anywhere."
    )
    added.add_argument(
        "folder", type=Path, metavar="DIR", help="a new folder, or that of an earlier site"
    )
    added.add_argument(
        "--base-url", default="", metavar="URL", help="where it will be published: adds a site map"
    )
    added = command("serve", serve, "Show the graph as pages, live, with questions to ask.")
    added.add_argument(
        "--bind",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="127.0.0.1, this machine alone, if left out",
    )
    added.add_argument(
        "--port", type=int, default=8000, metavar="N", help="8000 if left out; 0 for any"
    )
    added.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name it is reached by, with its port if any; may be repeated",
    )
    added.add_argument(
        "--timeout",
        type=float,
        default=20.0,
        metavar="SECONDS",
        help="for a query of somebody's own; 20 if left out",
    )
    added.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="processes that make pages; as many as there are cores, at most 4, if left out",
    )


def site(options: argparse.Namespace) -> int:
    """Write the pages."""
    from kg.built import open_built
    from kg.web.explorer import Address, Explorer
    from kg.web.site import write_site

    root = project_root(options)
    built = open_built(root)
    tell_stale(built.stale)
    written = write_site(Explorer(built, root, Address(_url(options.base_url))), options.folder)
    print(
        f"{options.folder}: wrote {written.pages} pages, {written.files} files in all, "
        f"{written.bytes:,} bytes",
        file=sys.stderr,
    )
    return CLEAN


def serve(options: argparse.Namespace) -> int:
    """Serve the pages until interrupted."""
    from kg.built import open_built

    try:
        import uvicorn

        from kg.web.serve import application
    except ModuleNotFoundError as error:
        raise UsageError(
            f"`kg serve` needs {error.name}: install it with `pip install 'parley-kg[serve]'`"
        ) from None
    from kg.web.replies import Begin

    if options.workers is not None and options.workers < 1:
        raise UsageError("--workers: write 1 or more")
    root = project_root(options)
    built = open_built(root)
    tell_stale(built.stale)
    listening = _listening(options.bind, options.port)
    port = listening.getsockname()[1]
    names = {"127.0.0.1", "localhost", "[::1]", options.bind}
    hosts = [f"{name}:{port}" for name in names] + options.host
    hosts += [name for name in names if port == 80]
    shown = f"[{options.bind}]" if ":" in options.bind else options.bind
    _tell(f"serving at http://{shown}:{port}/ until interrupted")
    size = (built.folder / "graph.nq").stat().st_size
    _tell(f"opening the graph ({size / 1e6:,.0f} MB) …")
    failures: list[str] = []

    def failed() -> None:
        failures.append("the pages cannot be made: what is wrong stands above")
        server.should_exit = True

    workers = options.workers or min(_MOST_WORKERS, os.cpu_count() or 1)
    begin = Begin(str(root), built.digest, options.timeout)
    server = uvicorn.Server(
        uvicorn.Config(
            application(begin, built.settings.base, hosts, workers, _tell, failed),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=15,
            h11_max_incomplete_event_size=1 << 16,
            http="h11",
            ws="none",
            lifespan="on",
        )
    )
    # What is there by now stays; looking through it for what may be freed would hold up answers.
    gc.collect()
    gc.freeze()
    server.run(sockets=[listening])
    if failures:
        raise OSError(failures[0])
    return CLEAN


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _listening(address: str, port: int) -> socket.socket:
    """A socket that listens; raises OSError with the address where it cannot."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # asyncio sends small answers at once only where the protocol is named.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        made.listen(1024)
    except OSError as error:
        made.close()
        raise OSError(f"cannot serve at {address}, port {port}: {error.strerror}") from None
    return made


def _url(text: str) -> str:
    from kg.rdf.escape import TermError, check_base

    url = text and text.rstrip("/") + "/"
    if url:
        try:
            check_base(url)
        except TermError:
            raise UsageError(
                f"--base-url {text}: write where the site will be, with https://"
            ) from None
    return url
