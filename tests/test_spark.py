"""Imports on a real standalone cluster of Apache Spark: the same quads as on one machine.

Master and two workers come from the package `pyspark`, on loopback. Java is the system's: the
module jdk.incubator.vector, which Spark asks for, is in no trimmed one.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from kg.bulk import Imported, Options, Progress, _settings
from kg.check.diagnostic import Findings
from kg.cli import main
from kg.imports.faults import LIMIT, Faults, TooManyFaults
from kg.rdf.vocabulary import Vocabulary
from kg.rdf.zstd import decompress
from tests.golden import TESTS
from tests.imports.importing import BASE, TABLES, imported, inputs, project, spec_of
from tests.imports.test_slices import EVENTS, rows, written

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ICEWS = TABLES / "icews.tab"
PARTITIONS = 12
RUN = """
import sys
from pathlib import Path
from kg.bulk import Options
from kg.spark.run import import_on_spark
root, table, master, partitions = sys.argv[1:]
options = Options(partitions=int(partitions))
done = import_on_spark(Path(root), "icews", [table], options, master)
print(*[item.message for item in done.findings], sep="\\n")
sys.exit(done.folder is None)
"""


def missing() -> str:
    """What a cluster needs and is not here; nothing if all is."""
    if importlib.util.find_spec("pyspark") is None:
        return "the package pyspark is missing: install the extra `spark`"
    java = java_home() / "bin" / "java"
    if not java.is_file():
        return "Java is missing: install Java 17 or newer, or set JAVA_HOME"
    found = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=False)
    if "jdk.incubator.vector" not in found.stdout:
        return f"{java} has no module jdk.incubator.vector: set JAVA_HOME to a whole Java"
    return ""


@functools.cache
def java_home() -> Path:
    given = os.environ.get("JAVA_HOME")
    return Path(given) if given else Path(shutil.which("java") or "/java").resolve().parents[1]


@dataclass(slots=True)
class Cluster:
    """A master and two workers, each with one core; `workers` lead process groups of their own."""

    url: str
    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]]

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        run = [f"{self.environment['SPARK_HOME']}/bin/spark-class", *arguments]
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                run, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        return process

    def told(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def workers(self) -> list[subprocess.Popen[bytes]]:
        return self.processes[1:]


def wait(what: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def registered(cluster: Cluster, worker: str) -> bool:
    return "Successfully registered with master" in cluster.told(worker)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if lacks := missing():
        pytest.skip(lacks)
    folder = tmp_path_factory.mktemp("cluster")
    port = free_port()
    spec = importlib.util.find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    environment = {
        **os.environ,
        "SPARK_HOME": str(Path(spec.origin).parent),
        "JAVA_HOME": str(java_home()),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": "--driver-memory 512m --conf spark.executor.memory=512m "
        "--conf spark.ui.enabled=false pyspark-shell",
        "PYTHONPATH": str(TESTS.parent),
    }
    made = Cluster(f"spark://127.0.0.1:{port}", folder, environment, [])
    package = "org.apache.spark.deploy"
    here = ("--host", "127.0.0.1", "--webui-port", "0")
    try:
        made.start("master", f"{package}.master.Master", *here, "--port", str(port))
        wait(lambda: "I have been elected leader" in made.told("master"))
        for name in ("one", "two"):
            size = ("--cores", "1", "--memory", "512m", "--work-dir", str(folder / name))
            made.start(name, f"{package}.worker.Worker", *here, *size, made.url)
        for name in ("one", "two"):
            wait(functools.partial(registered, made, name))
        yield made
    finally:
        for process in made.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def quads(folder: Path) -> list[str]:
    """The lines of all shards that the manifest names, sorted."""
    outputs = json.loads((folder / "manifest.json").read_bytes())["outputs"]
    names = [name for name in outputs if name.endswith(".nq.zst")]
    assert {path.name for path in folder.iterdir()} == {*outputs, "manifest.json"}
    return sorted(
        line
        for name in names
        for line in decompress((folder / name).read_bytes()).decode().splitlines()
    )


def test_the_command_writes_the_same_as_on_one_machine(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path / "p")
    text = ICEWS.read_text("utf-8")
    (root / "bad.tab").write_text(text.replace("2018-06-01", "2018-06-31", 1), encoding="utf-8")
    arguments = ["import", "icews", str(ICEWS), "bad.tab", "--on-error", "quarantine"]
    monkeypatch.chdir(root)
    assert main([*arguments, "--output", "here"]) == 0
    run = subprocess.run(
        [sys.executable, "-m", "kg.cli", *arguments, "--engine", "spark", "--master", cluster.url],
        env=cluster.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    here, there = root / "here", root / "out" / "imports" / "icews"
    assert "24 rows read, 17 kept, 6 dropped" in run.stderr
    assert "         1 bad" in run.stderr
    assert "6 events validated" in run.stderr
    assert quads(there) == quads(here)
    assert (there / "quarantine.csv").read_bytes() == (here / "quarantine.csv").read_bytes()
    manifests = [json.loads((folder / "manifest.json").read_bytes()) for folder in (here, there)]
    graphs = [
        [name for name in one.pop("outputs") if name.endswith(".nq.zst")] for one in manifests
    ]
    seals = {one.pop("sha256") for one in manifests}
    assert (len(seals), manifests[0]) == (2, manifests[1])
    assert graphs == [["graph.nq.zst"], [f"part-{number:05}.nq.zst" for number in range(3)]]


def test_the_same_quads_when_a_worker_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    table = written(tmp_path / "icews.tab", rows())
    root = project(tmp_path / "p")
    output = root / "out" / "imports"
    arguments = [str(root), str(table), cluster.url, str(PARTITIONS)]
    with (tmp_path / "driver.log").open("wb") as log:
        driver = subprocess.Popen(
            [sys.executable, "-c", RUN, *arguments],
            env=cluster.environment,
            stdout=log,
            stderr=log,
        )

    def shards() -> set[str]:
        """The partitions of events of which some attempt has written its shard."""
        found = output.glob(".icews.*/rows/event-*.nq.zst")
        return {path.name.split("-")[1] for path in found}

    try:
        wait(lambda: shards() or driver.poll() is not None)
        assert driver.poll() is None, (tmp_path / "driver.log").read_text("utf-8")
        victim = cluster.workers()[0]
        os.killpg(victim.pid, signal.SIGKILL)
        at_kill = shards()
        assert 0 < len(at_kill) < PARTITIONS
        assert driver.wait(600) == 0, (tmp_path / "driver.log").read_text("utf-8")
    finally:
        driver.kill()
        driver.wait()
    wait(lambda: "Removing worker" in cluster.told("master"))
    done, lines = imported(project(tmp_path / "q"), "icews", table, options=Options(partitions=3))
    found = quads(output / "icews")
    assert found == lines
    assert len(found) == len(set(found))
    manifests = [
        json.loads((folder / "manifest.json").read_bytes())
        for folder in (output / "icews", tmp_path / "q" / "out" / "imports" / "icews")
    ]
    assert manifests[0]["counts"] == manifests[1]["counts"]
    assert manifests[0]["counts"]["triples"] == len(found)
    assert done.counts.rows > EVENTS
    assert len(manifests[0]["outputs"]) == 1 + 2 * PARTITIONS + 1  # and the scheme
    assert [path.name for path in output.iterdir()] == ["icews"]


@pytest.mark.parametrize(("bad", "shown"), [(3, 6), (15, 20), (600, 20), (1000, 20)])
def test_bad_rows_are_told_as_on_one_machine(bad: int, shown: int, tmp_path: Path) -> None:
    """What the tasks hand back, as Spark would, becomes the findings of one machine."""
    pytest.importorskip("pyspark", reason="install the extra `spark`")
    from kg.spark.run import _SparkRun
    from kg.spark.tasks import EVENT, PART, TOLD, WHAT, Job, Judged, judge

    root = project(tmp_path / "p")
    header, row = ICEWS.read_text("utf-8").splitlines()[:2]
    paths = [root / f"{name}.tab" for name in "ab"]
    for number, path in enumerate(paths):
        good = row.replace("Lake Times", path.stem)
        wrong = good.replace("2018-06-01", f"2018-0{number + 6}-32")
        path.write_text("\n".join([header, good, *[wrong] * bad]) + "\n", encoding="utf-8")
    here, _ = imported(root, "icews", *paths)
    there, findings = Imported(), Findings()
    spec, settings = spec_of("icews"), _settings(root, findings)
    assert settings is not None
    files, folder = inputs(*paths), tmp_path / "rows"
    options, vocabulary = Options(), Vocabulary.builtin()
    job = Job(spec, files, vocabulary, BASE, folder, 5, False, None, False)
    batches = [batch.to_pydict() for batch in judge(iter((0, 1)), job, lambda: 7)]
    lines = [line for batch in batches for line in batch[TOLD] if line is not None]
    told: list[Judged] = [pickle.loads(line) for line in lines]
    assert [one.file for one in told] == [0, 1]
    both = [pair for batch in batches for pair in zip(batch[WHAT], batch[PART], strict=True)]
    parts = {part for what, part in both if what == EVENT}
    lowest = [one.lowest for one in told if one.lowest is not None]
    assert min(parts, default=None) == min(lowest, default=None)
    session = cast("SparkSession", None)  # only what comes before and after Spark is looked at
    run = _SparkRun(session, root, settings, vocabulary, spec, files, options, Progress(), there)
    try:
        run._take(told, Faults(there.findings), folder)
    except TooManyFaults:
        assert 2 * bad >= LIMIT
    else:
        assert 2 * bad < LIMIT
        assert there.counts == here.counts
    assert there.counts.bad == here.counts.bad
    assert list(there.findings) == list(here.findings)
    assert len(there.findings) == shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--master", "spark://127.0.0.1:1"], "--master is of a cluster: add --engine spark"),
        (["--engine", "spark", "--sorted"], "--sorted makes one file on this machine"),
        (["--engine", "spark", "--dry-run"], "--dry-run runs on this machine"),
    ],
)
def test_what_does_not_go_together(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(project(tmp_path / "p"))
    assert main(["import", "icews", str(ICEWS), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_without_spark_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project(tmp_path / "p"))
    monkeypatch.delitem(sys.modules, "kg.spark.run", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    assert main(["import", "icews", str(ICEWS), "--engine", "spark"]) == 2
    assert "Spark is not installed" in capsys.readouterr().err
