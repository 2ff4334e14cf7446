"""The door: what gunicorn and `flask` open."""

import sys

from app import Misconfigured, create_app

# gunicorn stops at this status; at any other it would start the worker again and again.
NEVER_BOOTS = 3

try:
    app = create_app()
except Misconfigured as wrong:
    print(f"siaga: {wrong}", file=sys.stderr)
    sys.exit(NEVER_BOOTS)
