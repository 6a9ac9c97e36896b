"""What is fast, measured beside its peer in one run. `make bench` prints the table.

`__main__` starts throw-away databases and runs each part in a process of its own, which
finds the database and the settings of production in its environment. Importing a part
there means having Django set up.
"""

from __future__ import annotations

import os

import django

if "DJANGO_SETTINGS_MODULE" in os.environ:
    django.setup()
