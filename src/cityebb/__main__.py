"""``python -m cityebb``: the command line, where the ``cityebb`` script is not on the path."""

from cityebb.cli import main

if __name__ == "__main__":
    main()
