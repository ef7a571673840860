"""A small judge of JSON Schema: the words that this project's schemas use, no more.

An unknown word is an error, so that a schema cannot promise what nobody looks at.
"""

import re

JSON_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool,
              "null": type(None)}
ANNOTATIONS = {"$schema", "$id", "title", "description", "$defs", "definitions",
               "examples", "default", "$comment", "format"}
WORDS = {"type", "properties", "required", "additionalProperties", "items", "enum",
         "const", "pattern", "minimum", "maximum", "minItems", "maxItems", "minLength",
         "maxLength", "oneOf", "anyOf", "allOf", "$ref", "propertyNames", "uniqueItems",
         "patternProperties", "minProperties"}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, JSON_TYPES[name])


def resolve(root, ref):
    node = root
    for part in ref.lstrip("#/").split("/"):
        node = node[part]
    return node


def errors(value, schema, root=None, at="$"):
    """Yield one line for each place where value breaks schema."""
    root = schema if root is None else root
    if schema is True:
        return
    if schema is False:
        yield f"{at}: not allowed"
        return
    for word in sorted(set(schema) - WORDS - ANNOTATIONS):
        yield f"schema: the word '{word}' is unknown to this judge"
    if "$ref" in schema:
        yield from errors(value, resolve(root, schema["$ref"]), root, at)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_type(value, t) for t in types):
        yield f"{at}: {value!r} is not {' or '.join(types)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    yield from combined(value, schema, root, at)
    if isinstance(value, str):
        yield from of_string(value, schema, at)
    elif isinstance(value, dict):
        yield from of_object(value, schema, root, at)
    elif isinstance(value, list):
        yield from of_array(value, schema, root, at)
    elif is_type(value, "number"):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            yield f"{at}: {value} is out of range"


def combined(value, schema, root, at):
    for part in schema.get("allOf", []):
        yield from errors(value, part, root, at)
    for word, right in (("oneOf", lambda n: n == 1), ("anyOf", lambda n: n >= 1)):
        if word in schema:
            fitting = sum(not list(errors(value, s, root, at)) for s in schema[word])
            if not right(fitting):
                yield f"{at}: {fitting} of {word} fit {value!r}"


def of_string(value, schema, at):
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} does not match {schema['pattern']}"
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 1 << 30):
        yield f"{at}: length {len(value)} is out of range"


def of_object(value, schema, root, at):
    known = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    for key in schema.get("required", []):
        if key not in value:
            yield f"{at}: '{key}' is missing"
    if len(value) < schema.get("minProperties", 0):
        yield f"{at}: too few members"
    for key, member in value.items():
        place = f"{at}.{key}"
        if "propertyNames" in schema:
            yield from errors(key, schema["propertyNames"], root, place)
        if key in known:
            yield from errors(member, known[key], root, place)
            continue
        fitting = [s for p, s in patterns.items() if re.search(p, key)]
        for part in fitting or [schema.get("additionalProperties", True)]:
            yield from errors(member, part, root, place)


def of_array(value, schema, root, at):
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 1 << 30):
        yield f"{at}: {len(value)} items are out of range"
    if schema.get("uniqueItems") and len({repr(v) for v in value}) != len(value):
        yield f"{at}: items repeat"
    for i, item in enumerate(value):
        yield from errors(item, schema.get("items", True), root, f"{at}[{i}]")


def is_closed(schema):
    """Does every object of the schema refuse members that it does not name?"""
    if isinstance(schema, list):
        return all(is_closed(s) for s in schema)
    if not isinstance(schema, dict):
        return True
    if "properties" in schema and schema.get("additionalProperties") is not False:
        return False
    return all(is_closed(s) for s in schema.values())
