"""The commands `compile` and `missing`."""

import sys
from itertools import groupby

from linghang.ui.messages import Message, compile_all, missing


def main(arguments: list[str]) -> int:
    if arguments == ["compile"]:
        sys.stdout.write("".join(f"{path}\n" for path in compile_all()))
        return 0
    if arguments == ["missing"]:
        return _print_missing()
    sys.stderr.write("usage: python -m linghang.ui.messages compile | missing\n")
    return 2


def _print_missing() -> int:
    lacking = missing()
    for room, messages in groupby(lacking, key=lambda message: message.room):
        sys.stdout.write(f"# ---- {room}/locale/en/LC_MESSAGES/django.po\n\n")
        sys.stdout.write("".join(f"{_stub(message)}\n" for message in messages))
    return 1 if lacking else 0


def _stub(message: Message) -> str:
    lines = [f"#: {message.place}"]
    if message.context:
        lines.append(f'msgctxt "{_quoted(message.context)}"')
    lines.append(f'msgid "{_quoted(message.text)}"')
    if message.plural:
        lines += [f'msgid_plural "{_quoted(message.plural)}"', 'msgstr[0] ""', 'msgstr[1] ""']
    else:
        lines.append('msgstr ""')
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
