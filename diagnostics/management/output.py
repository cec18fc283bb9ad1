"""Where commands write: the screen, or the file that --output names."""

from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper


def write_out(screen: OutputWrapper, lines: Iterable[str], output: Path | None, *, encoding: str = "utf-8") -> None:
    """Write `lines`, which bring their own line ends, as they come: none is held back.

    Raises:
        CommandError: the file cannot be written.
    """
    if output is None:
        for line in lines:
            screen.write(line, ending="")
        return
    try:
        # The lines' own ends, not the machine's: a table's are \r\n everywhere.
        with output.open("w", encoding=encoding, newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from error
