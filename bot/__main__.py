"""`python -m bot` is `xuefa`."""

from bot.cli import main

main(prog_name="xuefa")
