"""The commands; each one's module is loaded when it is called."""

from __future__ import annotations

from cyclopts import App, Group

from cityebb import __version__
from cityebb.cli._help import Help
from cityebb.words import say

COMMANDS = ("demo", "simulate", "new", "read", "identify", "check", "run", "data", "doctor")
"""In the order in which a newcomer needs them."""


def build_app() -> App:
    """Return the command line in the language in force."""
    options = Group(say("cli.help.options"), sort_key=2)
    app = App(
        name="cityebb",
        help=say("cli.help.about"),
        usage=say("cli.help.line"),
        version=f"cityebb {__version__}",
        help_format="plaintext",
        help_formatter=Help(last=say("cli.help.options")),
        group_commands=Group(say("cli.help.commands"), sort_key=1),
        group_parameters=options,
        group_arguments=Group(say("cli.help.arguments"), sort_key=0),
        suppress_keyboard_interrupt=False,
    )
    for flag, key in (("--help", "cli.help.help"), ("--version", "cli.help.version")):
        app[flag].help = say(key)
        app[flag].group = options
    for place, name in enumerate(COMMANDS):
        about = say(f"cli.{name}.about")
        app.command(f"cityebb.cli.{name}:{name}", name=name, help=about, sort_key=place)
    return app
