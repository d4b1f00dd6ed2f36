"""What can be wrong with a store, a key file or a request."""


class ReaderError(Exception):
    """A request that cannot be fulfilled, said in one line for people."""


class DamageError(ReaderError):
    """Bytes that are not what the format says: the file, the first byte of what failed, and what was expected."""

    def __init__(self, file: str, offset: int, what: str) -> None:
        super().__init__(f"{file}: byte {offset}: {what}")
        self.file = file
        self.offset = offset
        self.what = what
