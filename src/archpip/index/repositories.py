"""Files out of version control, by the user's own git, hg, svn or bzr; unearth runs them."""

import logging
import shutil
from pathlib import Path

from unearth.errors import UnpackError, URLError, VCSBackendError
from unearth.link import Link as UnearthLink
from unearth.vcs import vcs_support

from archpip.index.errors import CheckoutError
from archpip.redaction import redact

# unearth also logs what it returns or raises, to stderr where nobody configured logging.
logging.getLogger("unearth").addHandler(logging.NullHandler())


_FAILURES = ("fatal: ", "abort: ", "svn: E", "bzr: ERROR: ")
"""How git, Mercurial, Subversion and Bazaar begin the line that names a failure."""


class Repositories:
    """Checks repositories out. Safe to use from several threads."""

    def checkout(self, url: str, revision: str | None, folder: Path) -> str:
        """Put a repository's files into a folder, and return the full commit.

        Args:
            url: With its system in front: `git+https://…`, without a revision.
            revision: A branch, tag or commit; the default branch where `None`.
            folder: Not there yet; it is not there either where this fails.

        Raises:
            CheckoutError: It cannot be had, or its system is not installed.
        """
        system = url.partition("+")[0]
        if revision is not None and revision.startswith("-"):
            # It would be read as an option of the command.
            raise CheckoutError(url=url, reason=f"{revision} is no revision")
        link = UnearthLink(f"{url}@{revision}" if revision else url)
        try:
            backend = vcs_support.get_backend(system)
            backend.fetch(link, folder)
            return backend.get_revision(folder)
        except (UnpackError, URLError, VCSBackendError, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise CheckoutError(url=url, reason=_find_reason(error, system, revision)) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _find_reason(error: Exception, system: str, revision: str | None) -> str:
    """Return what the command says is wrong; git says nothing of a revision.

    git's last words are advice on access rights, whatever was wrong.
    """
    lines = [line.strip() for line in redact(str(error)).splitlines() if line.strip()]
    if not lines:
        return f"{system} finds no revision '{revision}' there" if revision else f"{system} failed"
    failure = next((line for line in lines if line.startswith(_FAILURES)), lines[-1])
    return failure.removeprefix("fatal: ")
