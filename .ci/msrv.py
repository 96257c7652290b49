"""Reads `cargo metadata` and fails if a dependency of the library or the tool needs a newer Rust than we
promise. Dependencies of the tests alone may."""

import json
import sys


def version(text):
    parts = [int(part) for part in text.split(".")]
    return tuple(parts + [0] * (3 - len(parts)))


metadata = json.load(sys.stdin)
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
root = metadata["resolve"]["root"]
promised = version(packages[root]["rust_version"])

todo, seen = [root], set()
while todo:
    package = todo.pop()
    if package in seen:
        continue
    seen.add(package)
    for dependency in nodes[package]["deps"]:
        if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
            todo.append(dependency["pkg"])

newer = [
    f"{packages[package]['name']} needs Rust {packages[package]['rust_version']}"
    for package in seen
    if packages[package].get("rust_version") and version(packages[package]["rust_version"]) > promised
]
print(f"{len(seen)} packages, {len(newer)} too new")
sys.exit("\n".join(newer) if newer else 0)
