"""``python -m streams``: the command line, also where its script is not on the path."""

from streams.commands import main

main()
