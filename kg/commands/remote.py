"""What goes to a store elsewhere: push, and query with an endpoint."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kg.commands.common import CLEAN, Declare, UsageError, project_root, tell_stale

if TYPE_CHECKING:
    from kg.push.lines import Source
    from kg.push.push import Plan, Push, Pushed
    from kg.rdf.remote import Remote

_STORES = ("oxigraph", "virtuoso", "fuseki", "graphdb")
_LARGE = 1 << 30
"""Bytes from which on a store's own loader is worth a word."""


def declare(command: Declare) -> None:
    """Declare the commands of this module."""
    added = command("push", push, "Bring the last good build into a triplestore's named graph.")
    added.add_argument("url", metavar="URL", help="of the store; with --update-url, for queries")
    added.add_argument("--store", choices=_STORES, help="what the store is, if it does not say")
    added.add_argument("--update-url", metavar="URL", help="where another store takes updates")
    added.add_argument("--graph-url", metavar="URL", help="its Graph Store Protocol, if it has one")
    added.add_argument(
        "--default-graph", action="store_true", help="into the default graph, which must be empty"
    )
    added.add_argument("--delta", action="store_true", help="send only what changed")
    added.add_argument(
        "--verify",
        choices=("samples", "full"),
        default="samples",
        help="full reads everything back",
    )
    added.add_argument("--dry-run", action="store_true", help="say what would be done")
    added.add_argument(
        "--timeout",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="without an answer; 300 if left out",
    )


def push(options: argparse.Namespace) -> int:
    """Push the last good build."""
    from kg.push.names import Names
    from kg.push.progress import Bar
    from kg.push.push import Push
    from kg.rdf.credentials import AddressError
    from kg.rdf.http import RemoteError

    if not options.timeout > 0:
        raise UsageError("--timeout takes seconds, more than 0")
    start = time.monotonic()
    try:
        remote = _remote(options)
        source, base = _source(options)
        bar = Bar(source.size)
        names = Names(base, options.default_graph)
        job = Push(remote, source, names, _tell, bar, full=options.verify == "full")
        if source.size >= _LARGE or options.dry_run:
            _tell_loader(remote, source, names.target)
        notes = job.book.read()
        plan = job.plan(notes)
        if options.dry_run:
            _tell(f"would {_intent(plan)}: {plan.why}")
            return CLEAN
        try:
            done = _delta(job, plan) if options.delta else None
            done = done or job.run(notes, plan)
        finally:
            bar.clear()
    except AddressError as error:
        raise UsageError(str(error)) from None
    except RemoteError as error:
        print(f"kg: {error}", file=sys.stderr)
        return error.exit_code
    _report(done, names.target, time.monotonic() - start)
    return CLEAN


def query_endpoint(options: argparse.Namespace) -> int:
    """Ask a store elsewhere a named query or a SPARQL file."""
    from kg.ask.errors import QueryError
    from kg.ask.parameters import values_of
    from kg.ask.remote import Endpoint
    from kg.ask.results import Style
    from kg.built import settings_of
    from kg.push.names import Names
    from kg.rdf.credentials import AddressError, checked, credentials
    from kg.rdf.http import Client, RemoteError, origin
    from kg.rdf.vocabulary import PREFIXES

    if not options.timeout > 0:
        raise UsageError("--timeout takes seconds, more than 0")
    base = settings_of(project_root(options)).base
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    try:
        values = values_of(options.param)
        url = checked(options.endpoint)
        client = Client(origin(url), credentials(url), options.timeout, _tell)
        graph = None if options.default_graph else Names(base).target
        endpoint = Endpoint(url, graph, client, options.timeout)
        style = Style(base, PREFIXES, width)
        endpoint.ask(options.query, values, options.format, sys.stdout.buffer, style)
    except AddressError as error:
        raise UsageError(str(error)) from None
    except (QueryError, RemoteError) as error:
        print(f"kg: {error}", file=sys.stderr)
        return error.exit_code
    return CLEAN


def _remote(options: argparse.Namespace) -> Remote:
    from kg.rdf.credentials import checked, credentials
    from kg.rdf.http import Client, origin
    from kg.rdf.remote import Remote, store_at, store_named, store_of

    url = checked(options.url)
    if options.graph_url and not options.update_url:
        raise UsageError("--graph-url goes with --update-url")
    client = Client(origin(url), credentials(url), options.timeout, _tell)
    if options.update_url:
        store = store_of(url, options.update_url, options.graph_url)
        if {origin(address) for address in (store.update, store.graphs or url)} != {origin(url)}:
            raise UsageError("all addresses of a store have one scheme, host and port")
    else:
        store = store_named(options.store, url) if options.store else store_at(url, client)
    return Remote(client, store)


def _source(options: argparse.Namespace) -> tuple[Source, str]:
    """The graph of the last good build, and its base."""
    from kg.built import GRAPH, open_built
    from kg.push.lines import Source
    from kg.write import MANIFEST

    built = open_built(project_root(options))
    tell_stale(built.stale)
    path = built.folder / GRAPH
    try:
        entry = json.loads((built.folder / MANIFEST).read_bytes())["outputs"][GRAPH]
        source = Source(path, int(entry["bytes"]), str(entry["sha256"]))
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{built.folder / MANIFEST} is no manifest: run `kg build`") from None
    if path.stat().st_size != source.size:
        raise UsageError(f"{path} is not what its manifest says: run `kg build`")
    return source, built.settings.base


def _delta(job: Push, plan: Plan) -> Pushed | None:
    """Send what changed; None where everything has to be sent, with the reason told."""
    from kg.push.delta import delta, push_delta

    if plan.way == "unchanged":
        return None
    notes = job.book.read()
    found = delta(job) if plan.known else plan.why
    if isinstance(found, str):
        _tell(f"{found}: sending everything")
        return None
    return push_delta(job, notes, found)


def _intent(plan: Plan) -> str:
    return {
        "unchanged": "change nothing",
        "fill": "fill the graph directly",
        "stage": "stage, compare and swap",
    }[plan.way]


def _report(done: Pushed, graph: str | None, seconds: float) -> None:
    where = f"<{graph}>" if graph else "the default graph"
    if done.way == "unchanged":
        _tell(f"nothing to do: {where} holds these {done.triples:,} triples already")
        return
    parts = [f"{done.sent:,} sent in {seconds:.1f} s", f"{done.compared:,} compared"]
    if done.resumed and done.way != "delta":
        parts.append(f"{done.resumed:,} were there from a push before")
    _tell(f"{where} holds {done.triples:,} triples: {', '.join(parts)}")


def _tell_loader(remote: Remote, source: Source, graph: str | None) -> None:
    """The store's own loader, for files too large for HTTP; it has not been tried here."""
    if not remote.store.loader or graph is None:
        return
    path = Path(source.path).as_posix()
    _tell("for large data the store's own loader is faster (not tried here; then push again, which")
    _tell("finds and notes what is there):")
    _tell(f"  sed -E 's| <[^<>]*> \\.$| .|' {path} | uniq > main.nt")
    _tell(f"  {remote.store.loader.format(graph=graph)}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
