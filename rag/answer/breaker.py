"""A breaker: after failures in a row the provider is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from rag.errors import NotAsked

FAILURES = 5
REST_S = 60.0


class Breaker:
    """Closed it lets calls through; after `failures` in a row it refuses them for `rest_s`, then lets one try."""

    def __init__(
        self, failures: int = FAILURES, rest_s: float = REST_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._rest_s = rest_s
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._opens_at = 0.0

    def check(self) -> None:
        """Raises `NotAsked` while calls are refused."""
        with self._lock:
            if self._failures < self._limit:
                return
            left = self._opens_at - self._clock()
            if left > 0:
                raise NotAsked(
                    f"the model failed {self._failures} times in a row and is left alone for another {left:.0f} s"
                )
            self._opens_at = self._clock() + self._rest_s  # one caller tries, the others wait for what it finds

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._opens_at = self._clock() + self._rest_s

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0
