"""The action, the workflows and the hook: their structure, and their shell steps run for real."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.golden import TESTS

ROOT = TESTS.parent
ACTION = ROOT / "action.yml"
WORKFLOWS = [
    ROOT / ".github" / "workflows" / "check.yml",
    ROOT / "kg" / "new" / "templates" / "check.yml",
]
KG = Path(sys.executable).with_name("kg")


def loaded(path: Path) -> Any:
    # In YAML 1.1 the key `on` is a truth value; here every scalar is text.
    return yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)


def steps() -> list[tuple[str, dict[str, Any]]]:
    """Every step of the action and of the workflows, with the file it stands in."""
    found = [(ACTION.name, step) for step in loaded(ACTION)["runs"]["steps"]]
    for path in WORKFLOWS:
        for job in loaded(path)["jobs"].values():
            found += [(path.name, step) for step in job["steps"]]
    return found


# --- Structure ---------------------------------------------------------------------------------


def test_the_action_is_composite_and_says_what_it_takes() -> None:
    action = loaded(ACTION)
    assert action["runs"]["using"] == "composite"
    assert all(entry["description"] for entry in action["inputs"].values())
    assert action["inputs"]["base"]["default"] == "${{ github.event.pull_request.base.sha }}"
    used = set(re.findall(r"inputs\.([a-z-]+)", ACTION.read_text("utf-8")))
    assert used == set(action["inputs"])
    for step in action["runs"]["steps"]:
        assert ("uses" in step) != ("run" in step)
        assert "uses" in step or step["shell"] == "bash"


def test_nothing_from_outside_is_put_into_a_script() -> None:
    scripts = [(file, step["run"]) for file, step in steps() if "run" in step]
    assert len(scripts) >= 12
    assert [script for _, script in scripts if "${{" in script] == []


def test_actions_are_pinned() -> None:
    used = [step["uses"] for _, step in steps() if "uses" in step]
    assert len(used) >= 8
    assert [name for name in used if name != "./" and not re.search(r"@v[0-9]+$", name)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=["own", "of a new project"])
def test_workflows_run_on_pull_requests_with_few_rights(path: Path) -> None:
    workflow = loaded(path)
    assert set(workflow["on"]) == {"pull_request", "push"}
    assert "pull_request_target" not in path.read_text("utf-8")
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        rights = job.get("permissions", {})
        assert {key for key, right in rights.items() if right == "write"} <= {"security-events"}
        (checkout,) = [s for s in job["steps"] if "checkout" in s.get("uses", "")]
        assert checkout["with"]["persist-credentials"] == "false"
    assert "secrets." not in path.read_text("utf-8")


def test_findings_of_a_fork_are_not_sent_and_stop_nothing() -> None:
    (upload,) = [s for _, s in steps() if "upload-sarif" in s.get("uses", "")]
    assert upload["if"] == "inputs.upload-sarif == 'true'"
    assert upload["continue-on-error"] == "true"
    assert loaded(ACTION)["inputs"]["upload-sarif"]["default"] == (
        "${{ github.event_name != 'pull_request' || "
        "github.event.pull_request.head.repo.full_name == github.repository }}"
    )


def test_the_hook() -> None:
    (hook,) = loaded(ROOT / ".pre-commit-hooks.yaml")
    assert (hook["id"], hook["entry"], hook["language"]) == ("kg-check", "kg check", "python")
    assert hook["pass_filenames"] == "false"
    touched = ("kg.yaml", "seeds/kg.yaml", "seeds/facts/x.yaml", "articles/x.txt", "shapes/a.ttl")
    assert all(re.search(hook["files"], path) for path in touched)
    assert not re.search(hook["files"], "kg/facts.py")


# --- The steps of the action, run --------------------------------------------------------------


class Runner:
    """A repository with a base and a pull request, and the files that a runner gives to steps."""

    def __init__(self, folder: Path) -> None:
        self.repository = folder / "repository"
        self.temp = folder / "temp"
        shutil.copytree(TESTS / "project", self.repository / "data")
        (self.temp / "parley" / "bin").mkdir(parents=True)
        (self.temp / "parley" / "bin" / "kg").symlink_to(KG)
        self.git("init", "-q")
        self.base = self.commit()

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        command = ["git", *identity, *arguments]
        run = subprocess.run(
            command, cwd=self.repository, check=True, capture_output=True, text=True
        )
        return run.stdout.strip()

    def commit(self) -> str:
        self.git("add", ".")
        self.git("commit", "-qm", "x")
        return self.git("rev-parse", "HEAD")

    def step(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the shell step whose name begins so, as a runner does."""
        (step,) = [s for s in loaded(ACTION)["runs"]["steps"] if s.get("name", "").startswith(name)]
        env = {key: inputs[key] for key in step.get("env", {})}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.repository,
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                **env,
                "PYTHONPATH": str(ROOT),
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_OUTPUT": str(self.temp / "output"),
                "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
                "GITHUB_ACTION_PATH": str(ROOT),
            },
        )

    def read(self, name: str) -> str:
        return (self.temp / name).read_text("utf-8")

    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.read("output").splitlines())


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_a_good_pull_request_passes(runner: Runner) -> None:
    run = runner.step("Check", PROJECT="data", FAIL_ON="error")
    assert (run.returncode, run.stdout) == (0, "")
    assert runner.outputs() == {"sarif": str(runner.temp / "parley.sarif"), "code": "0"}
    sarif = json.loads(runner.read("parley.sarif"))
    assert (sarif["version"], sarif["runs"][0]["results"]) == ("2.1.0", [])
    assert runner.step("Say", CODE="0").returncode == 0


def test_findings_are_annotated_sent_and_fail_the_job(runner: Runner) -> None:
    facts = runner.repository / "data" / "facts" / "geneva.yaml"
    facts.write_text(facts.read_text("utf-8").replace("= 2024-03-11", "= 2024-03-12", 1), "utf-8")
    run = runner.step("Check", PROJECT="data", FAIL_ON="error")
    assert run.returncode == 0
    assert run.stdout.startswith("::error ")
    assert "file=data/facts/geneva.yaml,line=13," in run.stdout
    (result,) = json.loads(runner.read("parley.sarif"))["runs"][0]["results"]
    assert result["ruleId"] == "date-mismatch"
    assert runner.outputs()["code"] == "1"
    assert runner.step("Say", CODE="1").returncode == 1


def test_settings_and_shapes_are_those_of_the_base(runner: Runner) -> None:
    data = runner.repository / "data"
    before = (data / "kg.yaml").read_text("utf-8")
    (data / "shapes").mkdir()
    (data / "shapes" / "own.ttl").write_text("# of the base\n")
    base = runner.commit()
    (data / "kg.yaml").write_text(before.replace("A small", "Another"), "utf-8")
    (data / "shapes" / "own.ttl").write_text("# of the pull request\n")
    (data / "shapes" / "off.ttl").write_text("# switches a shape off\n")
    (data / "ontology").mkdir()
    (data / "ontology" / "own.ttl").write_text("# of the pull request\n")
    (data / "articles" / "new.txt").write_text("They met.\n")
    runner.commit()
    run = runner.step("Take", PROJECT="data", BASE=base)
    assert (run.returncode, run.stderr) == (0, "")
    assert (data / "kg.yaml").read_text("utf-8") == before
    assert [path.name for path in (data / "shapes").iterdir()] == ["own.ttl"]
    assert (data / "shapes" / "own.ttl").read_text() == "# of the base\n"
    assert not (data / "ontology").exists()
    assert (data / "articles" / "new.txt").exists()


def test_a_base_that_was_not_checked_out_is_fetched(runner: Runner) -> None:
    origin = runner.repository
    clone = origin.parent / "clone"
    (origin / "data" / "articles" / "new.txt").write_text("They met.\n")
    runner.commit()
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{origin}", str(clone)], check=True)
    (clone / "data" / "kg.yaml").write_text("changed\n")
    runner.repository = clone
    run = runner.step("Take", PROJECT="data", BASE=runner.base)
    assert (run.returncode, run.stderr) == (0, "")
    assert (clone / "data" / "kg.yaml").read_text().startswith("base: ")


def test_a_project_that_the_base_does_not_have_keeps_its_own(runner: Runner) -> None:
    other = runner.repository / "other"
    shutil.copytree(runner.repository / "data", other)
    runner.commit()
    run = runner.step("Take", PROJECT="other", BASE=runner.base)
    assert (run.returncode, run.stderr) == (0, "")
    assert (other / "kg.yaml").is_file()


def test_the_summary_tells_what_changes(runner: Runner) -> None:
    facts = runner.repository / "data" / "facts" / "geneva.yaml"
    text = facts.read_text("utf-8")
    facts.write_text(text.replace("        where: Geneva\n", "", 1), "utf-8")
    run = runner.step("Tell", PROJECT="data", BASE=runner.base)
    assert (run.returncode, run.stderr) == (0, "")
    summary = runner.read("summary")
    assert "lind-berg-geneva-2024-03-11" in summary
    assert "- removed where: geneva" in summary
    facts.write_text("article: [", "utf-8")
    assert runner.step("Tell", PROJECT="data", BASE=runner.base).returncode == 0
    assert runner.read("summary").endswith(
        "The claims cannot be compared: the base has no facts, or one side has errors.\n"
    )


def test_the_new_projects_workflow_takes_the_base_too(runner: Runner) -> None:
    job = loaded(WORKFLOWS[1])["jobs"]["check"]
    (step,) = [s for s in job["steps"] if "git checkout" in s.get("run", "")]
    assert step["if"] == "github.event_name == 'pull_request'"
    (runner.repository / "data" / "kg.yaml").write_text("changed\n")
    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=runner.repository / "data",
        env={**os.environ, "BASE": runner.base},
        check=True,
    )
    assert (runner.repository / "data" / "kg.yaml").read_text().startswith("base: ")


# --- Without Parley ----------------------------------------------------------------------------


def test_plain_pyshacl_checks_the_published_graph(tmp_path: Path) -> None:
    """The commands of the workflow's job, without the package in reach."""
    job = loaded(WORKFLOWS[0])["jobs"]["plain-pyshacl"]
    commands = [step["run"] for step in job["steps"] if "run" in step and "pip" not in step["run"]]
    assert len(commands) == 2
    shutil.copytree(ROOT / "shapes", tmp_path / "shapes")
    (tmp_path / "out").mkdir()
    graph = tmp_path / "out" / "graph.ttl"
    shutil.copyfile(ROOT / "out" / "graph.ttl", graph)
    env = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
    }

    def validated() -> subprocess.CompletedProcess[str]:
        script = "\n".join(commands)
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    run = validated()
    assert (run.returncode, run.stdout) == (0, "Validation Report\nConforms: True\n")
    text = graph.read_text("utf-8")
    assert "kg:status kg:held" in text
    graph.write_text(text.replace("kg:status kg:held", "kg:status kg:hold", 1), "utf-8")
    run = validated()
    assert run.returncode == 1
    assert "Source Shape: ksh:Event-status" in run.stdout
