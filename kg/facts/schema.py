"""JSON Schemas (draft-07) of what people write, generated from the format and the concepts.

Editors complete and explain by them. They never refuse what `kg check` takes: the ids of a
project are examples, not enumerations, since the schema is older than the entry made just now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from kg.facts import format as fmt
from kg.facts.known import Known
from kg.rdf.vocabulary import Vocabulary

SCHEMAS: Mapping[str, str] = {
    "facts": "Facts of one article",
    "registry": "Registry of a project",
    "settings": "Settings of a project (kg.yaml)",
    "import": "Specification of an import",
}
_ID = {"type": ["string", "number"], "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$"}
_NODE = "^[a-z]+(/[A-Za-z0-9][A-Za-z0-9._-]{0,199}){1,2}$"
# An editor reads 12:30 or 2023-10-31 as another type; the project reads text.
_TEXT = {"type": ["string", "number", "boolean"]}
# Schemes whose words stand as `words = word`, without those that nobody writes.
_SCHEMES = ("Statuses", "EventKinds", "Measures", "Positions")
_DERIVED = ("disputed",)


def json_schema(name: str, vocabulary: Vocabulary, known: Known | None = None) -> str:
    """The schema `name`, a key of SCHEMAS, as JSON; `known` are ids to complete."""
    builder = _Builder(vocabulary, known or {})
    builder.mapping(name)
    # What is open to anybody has an address; that of one project has none.
    address = {} if known else {"$id": f"https://w3id.org/parley/schema/{name}.schema.json"}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **address,
        "title": SCHEMAS[name],
        **_ref(name),
        "definitions": dict(sorted(builder.definitions.items())),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{name}"}


class _Builder:
    """Definitions by name, each made when something first refers to it."""

    def __init__(self, vocabulary: Vocabulary, known: Known) -> None:
        self.definitions: dict[str, Any] = {}
        self._vocabulary = vocabulary
        self._known = known

    def _define(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        name = name.replace(" ", "-").replace("|", "-or-")
        if name not in self.definitions:
            self.definitions[name] = {}  # a mapping may lead back to itself
            self.definitions[name] = make()
        return _ref(name)

    def mapping(self, name: str) -> dict[str, Any]:
        """A mapping of the format."""
        return self._define(name, lambda: self._object(fmt.keys(name), self._property))

    def _object(
        self, keys: Mapping[str, fmt.Key], value: Callable[[fmt.Key], dict[str, Any]]
    ) -> dict[str, Any]:
        required = [word for word, key in keys.items() if key.required]
        beside = {word: [key.beside] for word, key in keys.items() if key.beside in keys}
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {word: value(key) for word, key in keys.items()},
            **({"required": required} if required else {}),
            **({"dependencies": beside} if beside else {}),
        }

    def _property(self, key: fmt.Key) -> dict[str, Any]:
        one = self._one(key)
        described: dict[str, Any] = {"description": key.doc}
        if key.example:
            described["examples"] = [key.example]
        if key.many:
            return {**described, "anyOf": [one, {"type": "array", "items": one}]}
        # What stands beside a $ref is not looked at (draft-07, section 8.3 of the core).
        return {**described, **({"allOf": [one]} if "$ref" in one else one)}

    def _one(self, key: fmt.Key) -> dict[str, Any]:
        match key.takes:
            case fmt.Takes.TEXT:
                return {"enum": list(key.words)} if key.words else _TEXT
            case fmt.Takes.ID:
                return self._ids(key)
            case fmt.Takes.CONCEPT:
                return self._scheme(key.of)
            case fmt.Takes.MAP:
                nested = self.mapping(key.of)
                if key.of == "by":
                    return {"anyOf": [self._ids(fmt.Key(fmt.Takes.ID, "", "utterance")), nested]}
                return {"anyOf": [{"const": "event"}, nested]} if key.of == "event keys" else nested
            case fmt.Takes.ENTRIES:
                return {
                    "type": "object",
                    "propertyNames": {
                        "pattern": _NODE if key.of == "retired entry" else _ID["pattern"]
                    },
                    "additionalProperties": self.mapping(key.of),
                }
            case fmt.Takes.VALUE | fmt.Takes.DATE | fmt.Takes.NUMBER:
                return {"anyOf": [self._short(key), self._long(key)]}

    def _ids(self, key: fmt.Key) -> dict[str, Any]:
        ids = [id_ for section in key.of.split("|") for id_ in self._known.get(section, ())]
        if not ids:
            return _ID
        return self._define(f"ids of {key.of}", lambda: {**_ID, "examples": ids})

    def _scheme(self, name: str) -> dict[str, Any]:
        terms = self._vocabulary.concepts(name)
        return self._define(
            name,
            lambda: {
                "enum": list(terms),
                # Read by the YAML language server; a keyword that others pass over.
                "enumDescriptions": [term.definition for term in terms.values()],
            },
        )

    def _written(self, scheme: str) -> list[str]:
        if scheme not in _SCHEMES:
            return []
        return [word for word in self._vocabulary.concepts(scheme) if word not in _DERIVED]

    def _short(self, key: fmt.Key) -> dict[str, Any]:
        """A value on one line: `words = id`."""
        concepts = self._written(key.of)
        if concepts:
            return self._define(f"{key.of} in words", lambda: self._in_words(key, concepts))
        text: dict[str, Any] = {"type": ["string", "number"]}
        examples = [
            f"{name} = {id_}" if name and fmt.bare_is_words(key) else id_
            for section in key.of.split("|")
            for id_, name in self._known.get(section, {}).items()
        ]
        if not examples:
            return text
        return self._define(f"{key.of} in words", lambda: {**text, "examples": examples})

    def _in_words(self, key: fmt.Key, concepts: list[str]) -> dict[str, Any]:
        terms = self._vocabulary.concepts(key.of)
        told = " · ".join(f"{word}: {terms[word].definition}" for word in concepts)
        if key.takes is fmt.Takes.NUMBER:
            return {"type": ["string", "number"], "description": told, "examples": concepts}
        pattern = f"(^|= )({'|'.join(concepts)})$"
        return {"type": "string", "description": told, "pattern": pattern, "examples": concepts}

    def _long(self, key: fmt.Key) -> dict[str, Any]:
        """A value as a mapping, with the keys that say something of it."""
        allowed = fmt.value_keys(key)
        keys = {word: spec for word, spec in fmt.keys("value").items() if word in allowed}
        concepts = self._written(key.of)
        ids = self._ids(key)

        def one(spec: fmt.Key) -> dict[str, Any]:
            if spec is keys["is"] and concepts and key.takes is fmt.Takes.VALUE:
                return {"description": spec.doc, "enum": concepts}
            if spec is keys["is"] and "$ref" in ids:
                return {"description": spec.doc, "allOf": [ids]}
            return self._property(spec)

        kind = key.of if concepts or "$ref" in ids or "actor" in key.of else key.takes.name.lower()
        return self._define(f"value of {kind}", lambda: self._object(keys, one))
