"""`python -m archpip`, and the `archpip` console script."""

import sys

from archpip.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
