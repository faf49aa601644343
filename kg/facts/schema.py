"""The JSON Schema (draft-07) of a file of facts, generated from the format and the concepts."""

from __future__ import annotations

import json
from typing import Any

from kg.facts import format as fmt
from kg.rdf.vocabulary import Vocabulary

_ID = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$"}


def facts_schema(vocabulary: Vocabulary) -> str:
    """The schema of `facts/*.yaml` as JSON; registry and settings are among its definitions."""
    definitions = {
        name.replace(" ", "-"): _mapping(keys, vocabulary)
        for name, keys in (*fmt.MAPPINGS.items(), *fmt.ENTRIES.items())
    }
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://w3id.org/parley/schema/facts.schema.json",
        "title": "Facts of one article",
        "$ref": "#/definitions/facts",
        "definitions": definitions,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _mapping(keys: Any, vocabulary: Vocabulary) -> dict[str, Any]:
    required = [name for name, key in keys.items() if key.required]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _key(key, vocabulary) for name, key in keys.items()},
        **({"required": required} if required else {}),
    }


def _key(key: fmt.Key, vocabulary: Vocabulary) -> dict[str, Any]:
    one = _one(key, vocabulary)
    described: dict[str, Any] = {"description": key.doc}
    if key.example:
        described["examples"] = [key.example]
    if key.many:
        return {**described, "anyOf": [one, {"type": "array", "items": one}]}
    return {**described, **one}


def _one(key: fmt.Key, vocabulary: Vocabulary) -> dict[str, Any]:
    nested = {"$ref": f"#/definitions/{key.of.replace(' ', '-')}"}
    match key.takes:
        case fmt.Takes.TEXT:
            # An editor reads 12:30 or 2023-10-31 as another type; the project reads text.
            return {"type": ["string", "number", "boolean"]}
        case fmt.Takes.ID:
            return _ID
        case fmt.Takes.CONCEPT:
            return {"enum": list(vocabulary.concepts(key.of))}
        case fmt.Takes.MAP:
            scalar: list[dict[str, Any]] = []
            if key.of == "by":
                scalar = [_ID]
            elif key.of == "event keys":
                scalar = [{"const": "event"}]
            return {"anyOf": [*scalar, nested]} if scalar else {"allOf": [nested]}
        case fmt.Takes.ENTRIES:
            return {"type": "object", "additionalProperties": nested}
        case fmt.Takes.VALUE | fmt.Takes.DATE | fmt.Takes.NUMBER:
            text: dict[str, Any] = {"type": ["string", "number"]}
            concepts = _concepts(key.of, vocabulary)
            if concepts:
                ends = "|".join(concepts)
                text = {"type": "string", "pattern": f"(^|= )({ends})$"}
            return {"anyOf": [text, {"$ref": "#/definitions/value"}]}


def _concepts(of: str, vocabulary: Vocabulary) -> list[str]:
    if of in ("Statuses", "EventKinds", "Measures"):
        return [word for word in vocabulary.concepts(of) if word != "disputed"]
    return []
