"""The web page: shows what the library finds. It imports `methods`, never torch."""

import os
from contextlib import suppress

# Both have to come before torch. A hosted processor's "core" is half of one: a second thread makes networks no faster
# there, and whenever anything else runs the two wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // 2)))
with suppress(ImportError):
    import spaces  # noqa: F401 - on Spaces with ZeroGPU, see app.models
