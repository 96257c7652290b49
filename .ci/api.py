"""The public interface of the library, an item a line, from rustdoc's JSON on standard input.

Not every change of a signature shows, but every name that comes or goes does, with the names of
arguments, fields and variants.
"""
import json
import sys

crate = json.load(sys.stdin)
index = crate["index"]
lines = set()


def item(number):
    return index.get(str(number))


def public(entry):
    return entry["visibility"] in ("public", "default")


def walk(entry, path, seen):
    """Writes what is public of an item whose path is `path`."""
    kind, inner = next(iter(entry["inner"].items()))
    name = entry["name"]
    if kind == "use":
        target = item(inner["id"]) if inner["id"] is not None else None
        if target is not None and (target["id"], inner["name"]) not in seen:
            if inner["is_glob"]:
                walk(target, path, seen)
            else:
                walk({**target, "name": inner["name"]}, path, seen)
        return
    here = path + [name] if name else path
    shown = "::".join(here)
    if kind == "module":
        if entry["id"] in seen:
            return
        seen = seen | {entry["id"]}
        lines.add(f"mod {shown}")
        for child in inner["items"]:
            child = item(child)
            if child and public(child):
                walk(child, here, seen)
    elif kind == "function":
        arguments = ", ".join(argument for argument, _ in inner["sig"]["inputs"])
        lines.add(f"fn {shown}({arguments})")
    elif kind in ("struct", "enum", "union", "trait"):
        lines.add(f"{kind} {shown}")
        children = inner.get("variants") or inner.get("items") or []
        if kind == "struct":
            plain = inner["kind"]
            if isinstance(plain, dict):
                fields = plain.get("plain", {}).get("fields") or plain.get("tuple") or []
                children = [field for field in fields if field is not None]
        for child in children:
            child = item(child)
            if child and public(child):
                walk(child, here, seen)
        for block in inner.get("impls", []):
            block = item(block)
            if not block:
                continue
            of = block["inner"]["impl"]
            if of["is_synthetic"] or of["blanket_impl"]:
                continue
            if of["trait"] and of["trait"]["path"].endswith("StructuralPartialEq"):
                continue
            if of["trait"]:
                lines.add(f"impl {of['trait']['path'].split('::')[-1]} for {shown}")
                continue
            for child in of["items"]:
                child = item(child)
                if child and public(child):
                    walk(child, here, seen)
    elif kind == "variant":
        lines.add(f"variant {shown}")
        plain = inner["kind"]
        if isinstance(plain, dict) and "struct" in plain:
            for field in plain["struct"]["fields"]:
                walk(item(field), here, seen)
    elif kind == "struct_field":
        lines.add(f"field {shown}")
    elif kind in ("constant", "assoc_const", "static", "type_alias", "macro"):
        lines.add(f"{kind} {shown}")


walk(item(crate["root"]), [], frozenset())
print("\n".join(sorted(lines)))
