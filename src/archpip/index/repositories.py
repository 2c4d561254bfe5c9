"""Checkouts from version control with the user's own git, hg, svn or bzr, run by unearth."""

import logging
import shutil
from pathlib import Path

from unearth.errors import UnpackError, URLError, VCSBackendError
from unearth.link import Link as UnearthLink
from unearth.vcs import vcs_support

from archpip.index.errors import CheckoutError
from archpip.redaction import redact

# unearth also logs its results and errors, to stderr if logging is not configured.
logging.getLogger("unearth").addHandler(logging.NullHandler())


_FAILURES = ("fatal: ", "abort: ", "svn: E", "bzr: ERROR: ")
"""The starts of error lines of git, Mercurial, Subversion and Bazaar."""


class Repositories:
    """Checks repositories out. Safe to use from several threads."""

    def checkout(self, url: str, revision: str | None, folder: Path) -> str:
        """Check a repository out into a folder, and return the full commit.

        Args:
            url: With the version control system as prefix: `git+https://…`, without a revision.
            revision: A branch, tag or commit; the default branch if `None`.
            folder: Must not exist yet; it does not exist either if this fails.

        Raises:
            CheckoutError: It cannot be fetched, or its version control system is not installed.
        """
        system = url.partition("+")[0]
        if revision is not None and revision.startswith("-"):
            # It would be parsed as an option of the command.
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
    """Return the command's error message; git's does not name the revision.

    The last lines of git's output are advice on access rights, whatever the error is.
    """
    lines = [line.strip() for line in redact(str(error)).splitlines() if line.strip()]
    if not lines:
        return f"{system} finds no revision '{revision}' there" if revision else f"{system} failed"
    failure = next((line for line in lines if line.startswith(_FAILURES)), lines[-1])
    return failure.removeprefix("fatal: ")
