"""The errors of Footnote, split by who must act.

RagError
├── UserError              the request or the files; the message says what to do
│   ├── NoLibrary          there is no library here yet
│   ├── LibraryLocked      another process is writing
│   ├── LibraryMismatch    made by another embedder, or by another version
│   ├── Unreadable         one file cannot be read; ingest lists it and goes on
│   ├── ConfigurationError a setting is missing or impossible
│   └── BudgetSpent        the next call could cost more than what is left
├── ProviderError          the language model's or embedder's server
│   ├── NotAsked           no connection, a busy server or the breaker: no model has read anything
│   ├── ProviderRefused    the key, the model or the quota; asking again does not help
│   ├── ContextTooLong     the prompt is more than the model takes
│   └── ReplyRejected      a reply came that is no answer: cut off, filtered, empty, not JSON
└── IntegrityError         our own files are damaged; the message says how to mend it

A message says what was wanted, what was found, and what to do. Foreign errors are translated once,
at the edge, with `raise ... from error`. Abstaining is a result, not an error.
"""


class RagError(Exception):
    """Anything that Footnote raises on purpose."""


class UserError(RagError):
    """What was asked for cannot be done as asked."""


class NoLibrary(UserError):
    """There is no library at this place."""


class LibraryLocked(UserError):
    """Another process is writing to the library; `pid` is the holder's, or None if it could not be read."""

    def __init__(self, message: str, pid: int | None = None) -> None:
        super().__init__(message)
        self.pid = pid


class LibraryMismatch(UserError):
    """The library was made by another embedder or schema."""


class Unreadable(UserError):
    """One file cannot be read; the message is the reason alone, without the file's name."""


class ConfigurationError(UserError):
    """A setting is missing, malformed or impossible."""


class BudgetSpent(UserError):
    """The next call to the language model could cost more than what is left of the budget."""


class ProviderError(RagError):
    """A server that we depend on refused, failed, or replied with something that is no answer."""


class NotAsked(ProviderError):
    """The server could not be reached, turned the call away, or was left alone: no model has read anything."""


class ProviderRefused(ProviderError):
    """The key, the model's name, the quota or the request: asking again does not help."""


class ContextTooLong(ProviderError):
    """The prompt is longer than what the model takes."""


class ReplyRejected(ProviderError):
    """A reply came, and it is not a whole answer; `again`: another try may bring one."""

    def __init__(self, message: str, again: bool = True) -> None:
        super().__init__(message)
        self.again = again


class IntegrityError(RagError):
    """A file of the library or of the package is missing or damaged."""
