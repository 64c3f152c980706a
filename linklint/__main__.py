"""python -m linklint"""

from linklint.cli import main

main()
