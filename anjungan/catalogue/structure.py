"""Turning what a file holds into typed values, every mistake of shape told at once.

msgspec stops at the first mistake. Where it finds one, this module walks the same types and asks
msgspec piece by piece, so that whoever wrote the file sees all of them in one go.
"""

import re
import types
import typing
from collections.abc import Iterator
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

_EXPECTED: Final = re.compile(r"Expected `(?P<want>[^`]+)`, got `(?P<got>[^`]+)`")
_NAMES: Final = {
    "str": "teks",
    "int": "bilangan bulat",
    "float": "bilangan",
    "bool": "true atau false",
    "array": "daftar",
    "object": "tabel",
    "date": "tanggal",
    "datetime": "tanggal dan jam",
    "null": "kosong",
}

Mistake = tuple[str, str]
"""Where (a path of keys) and why."""


def convert(value: object, shape: type[T]) -> T | tuple[Mistake, ...]:
    """Return `value` as `shape`, or all mistakes that keep it from being one."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        found = tuple(_mistakes(value, shape, ""))
        return found or (("", _plain(str(error))),)


def _mistakes(value: object, shape: Any, where: str) -> Iterator[Mistake]:
    try:
        msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        message = str(error)
    else:
        return
    members = _members(shape)
    if isinstance(value, dict):
        struct = _struct_of(value, members)
        if struct is not None:
            yield from _struct_mistakes(value, struct, where)
            return
        tags = [str(member.__struct_config__.tag) for member in members if _is_tagged(member)]
        if tags:
            choices = ", ".join(tags)
            yield _join(where, "type"), f"jenis harus salah satu dari: {choices}"
            return
    if isinstance(value, list):
        item_shapes = [typing.get_args(member)[0] for member in members if _is_list(member)]
        if item_shapes:
            for index, item in enumerate(value):
                yield from _mistakes(item, item_shapes[0], f"{where}[{index}]")
            return
    yield where, _plain(message)


def _struct_mistakes(
    value: dict[str, object], struct: type[msgspec.Struct], where: str
) -> Iterator[Mistake]:
    tag_field = struct.__struct_config__.tag_field
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for key in value:
        if key not in fields and key != tag_field:
            yield _join(where, key), "kunci ini tidak dikenal; periksa ejaannya"
    for key, field in fields.items():
        if key in value:
            yield from _mistakes(value[key], field.type, _join(where, key))
        elif field.required:
            yield _join(where, key), "wajib ada"


def _members(shape: Any) -> tuple[Any, ...]:
    """Return the members of a union, or `shape` alone."""
    if typing.get_origin(shape) in (types.UnionType, typing.Union):
        return typing.get_args(shape)
    return (shape,)


def _is_struct(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, msgspec.Struct)


def _is_tagged(shape: Any) -> bool:
    return _is_struct(shape) and shape.__struct_config__.tag is not None


def _is_list(shape: Any) -> bool:
    return typing.get_origin(shape) is tuple


def _struct_of(value: dict[str, object], members: tuple[Any, ...]) -> type[msgspec.Struct] | None:
    """Return the Struct among `members` that `value` means to be, by its tag where it has one."""
    structs = [member for member in members if _is_struct(member)]
    if len(structs) == 1 and not _is_tagged(structs[0]):
        return typing.cast("type[msgspec.Struct]", structs[0])
    for struct in structs:
        config = struct.__struct_config__
        if config.tag is not None and value.get(config.tag_field) == config.tag:
            return typing.cast("type[msgspec.Struct]", struct)
    return None


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _plain(message: str) -> str:
    """Return a message of msgspec in plain words, its own place left out."""
    text = message.split(" - at `", maxsplit=1)[0]
    match = _EXPECTED.search(text)
    if match is None:
        return f"nilai tidak sah ({text})"
    want = " atau ".join(
        _NAMES.get(name.strip(), name.strip()) for name in match["want"].split("|")
    )
    return f"harus berupa {want}, bukan {_NAMES.get(match['got'], match['got'])}"
