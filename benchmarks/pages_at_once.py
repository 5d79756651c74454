"""Many people in the chat at once: errors, answers that reach the wrong one, and how long each waits.

python -m benchmarks.pages_at_once --url http://127.0.0.1:8501 --sessions 20 --seconds 120

It speaks Streamlit's own protocol, so that the machine is busy with the server and not with
browsers. Each question bears a word that no other session uses; a session that sees another's word
outside the list of conversations, which all visitors without a login share, is cross-talk.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from dataclasses import dataclass, field

import numpy as np
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

SIDEBAR = 1
"""The second of the page's containers."""
ASKED = "What did Blinken say about Rafah?"
PATIENCE_S = 60.0
PAUSE_S = 2.0


@dataclass
class Tally:
    """What all sessions saw."""

    first_s: list[float] = field(default_factory=list)
    """Seconds until the first words."""
    whole_s: list[float] = field(default_factory=list)
    """Seconds until the numbers can be clicked."""
    errors: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)


class Visitor:
    """One browser's side of the protocol."""

    def __init__(self, number: int, tally: Tally) -> None:
        self.number = number
        self.tally = tally
        self.box = ""

    async def visit(self, url: str, until: float) -> None:
        """Ask again and again until the time is over."""
        address = re.sub("^http", "ws", url) + "/_stcore/stream"
        async with websockets.connect(address, subprotocols=["streamlit"], max_size=None) as self.socket:
            await self._run(BackMsg())
            await self._follow("", time.perf_counter())
            asked = 0
            while time.monotonic() < until:
                asked += 1
                word = f"visitor{self.number}question{asked}end"
                message = BackMsg()
                state = message.rerun_script.widget_states.widgets.add(id=self.box)
                state.chat_input_value.data = f"{ASKED} {word}"
                await self._run(message)
                await self._follow(word, time.perf_counter())
                await asyncio.sleep(PAUSE_S)

    async def _run(self, message: BackMsg) -> None:
        message.rerun_script.SetInParent()
        await self.socket.send(message.SerializeToString())

    async def _follow(self, word: str, started: float) -> None:
        """Read until the answer under the question is there, or, with no word, until there is a box to ask in."""
        first, question = 0.0, ""
        while time.perf_counter() - started < PATIENCE_S:
            try:
                message = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), PATIENCE_S))
            except TimeoutError:
                break
            if message.WhichOneof("type") != "delta":
                continue
            self._look(message)
            element, now = message.delta.new_element, time.perf_counter() - started
            if element.WhichOneof("type") == "chat_input":
                self.box = element.chat_input.id
                if not word:
                    return
            if element.markdown.body.startswith("#### "):
                question = element.markdown.body
            if word and "▍" in element.markdown.body:
                first = first or now
            answered = element.bidi_component.component_name == "footnote.answer"
            if word and word in question and (answered or element.markdown.body.startswith("The documents do not")):
                self.tally.whole_s.append(now)
                self.tally.first_s.append(first or now)
                return
        self.tally.errors.append(f"visitor {self.number}: nothing came for {word or 'the page'}")

    def _look(self, message: ForwardMsg) -> None:
        if message.metadata.delta_path[0] == SIDEBAR:
            return
        element = message.delta.new_element
        if element.WhichOneof("type") in ("alert", "exception"):
            self.tally.errors.append(f"visitor {self.number}: {str(element)[:200]}")
        for number, question in re.findall(r"visitor(\d+)question(\d+)end", str(message.delta)):
            if int(number) != self.number:
                self.tally.crossed.append(f"visitor {self.number} saw {number}.{question}")


async def _all(url: str, sessions: int, seconds: float) -> Tally:
    tally = Tally()
    until = time.monotonic() + seconds
    visits = (Visitor(number, tally).visit(url, until) for number in range(sessions))
    for found in await asyncio.gather(*visits, return_exceptions=True):
        if isinstance(found, BaseException):
            tally.errors.append(f"{type(found).__name__}: {found}")
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8501")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120)
    given = parser.parse_args()
    tally = asyncio.run(_all(given.url, given.sessions, given.seconds))
    print(f"{given.sessions} sessions, {given.seconds:.0f} s: {len(tally.whole_s)} answers")
    for name, seconds in (("first words", tally.first_s), ("whole answer", tally.whole_s)):
        if seconds:
            print(f"{name}: median {np.median(seconds):.2f} s, 95% within {np.percentile(seconds, 95):.2f} s")
    print(f"errors: {len(tally.errors)}", *tally.errors[:5], sep="\n  ")
    print(f"seen by the wrong one: {len(tally.crossed)}", *tally.crossed[:5], sep="\n  ")


if __name__ == "__main__":
    main()
