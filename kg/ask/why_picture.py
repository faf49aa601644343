"""An answer of `why` as a picture: a Mermaid flowchart from those who say so to the event."""

from __future__ import annotations

from collections import defaultdict

from kg.ask.answers import Answer, Statement, Why
from kg.ask.origins_text import counted

# Mermaid reads these inside a quoted label; its own escapes are numeric entities.
_ENTITIES = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;", "\n": " "}
_SHAPES = {"article": ("[", "]"), "utterance": ("([", "])"), "curator": ("{{", "}}")}


def as_mermaid(why: Why) -> str:
    """Chains of sources from left to right, what each says on its arrow to the event."""
    names: dict[str, str] = {}
    said: dict[str, list[str]] = defaultdict(list)
    chains: set[tuple[str, str]] = set()
    for field in why.fields:
        for answer in field.answers:
            for statement in answer.statements:
                source = statement.inferred_by or statement.according_to
                line = _said(field.name, answer, statement)
                if line not in said[source]:
                    said[source].append(line)
                chains |= set(zip(statement.chain[1:], statement.chain, strict=False))
                names.update({node: why.sources.get(node, "") for node in statement.chain})
                names.setdefault(source, why.sources.get(source, ""))
    ids = {node: f"n{index}" for index, node in enumerate(sorted(names), 1)}
    told = "<br>".join(map(_escaped, (_short(why.event), *_origins(why))))
    lines = ["flowchart LR", f'  event[["{told}"]]']
    for node, id_ in ids.items():
        opening, closing = _SHAPES.get(node.split("/", 1)[0], ("(", ")"))
        parts = dict.fromkeys(part for part in (_short(node), names[node]) if part)
        label = "<br>".join(map(_escaped, parts))
        lines.append(f'  {id_}{opening}"{label}"{closing}')
    lines += [f"  {ids[origin]} -.-> {ids[reporter]}" for origin, reporter in sorted(chains)]
    for source, what in sorted(said.items()):
        label = "<br>".join(_escaped(line) for line in what)
        lines.append(f'  {ids[source]} -- "{label}" --> event')
    return "\n".join(lines) + "\n"


def _origins(why: Why) -> list[str]:
    """On how many origins the facts rest: the fields, with their value where there are several."""
    found: dict[str, list[str]] = defaultdict(list)
    for field in why.fields:
        for answer in field.answers:
            if answer.direct:
                value = f" {_short(answer.label)}" if len(field.answers) > 1 else ""
                found[counted(answer.independence)].append(field.name + value)
    return [f"{', '.join(fields)}: {number}" for number, fields in found.items()]


def _said(name: str, answer: Answer, statement: Statement) -> str:
    stance = statement.stance.removeprefix("kg:")
    words = f" “{statement.as_stated[0]}”" if name == "when" and statement.as_stated else ""
    return (f"{stance} " if stance else "") + f"{name}: {_short(answer.label)}{words}"


def _short(node: str) -> str:
    return node.split("/", 1)[-1] if "/" in node and " " not in node else node


def _escaped(text: str) -> str:
    return "".join(_ENTITIES.get(char, char) for char in text)
