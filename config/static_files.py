"""How static files are stored for production: each under a name that changes with its content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORTS = (
    (r"""(?P<matched>\bfrom\s+["'](?P<url>\.[^"']+)["'])""", 'from "%(url)s"'),
    (r"""(?P<matched>\bimport\(["'](?P<url>\.[^"']+)["']\))""", 'import("%(url)s")'),
)
"""How a script of ours names another, and how it does once that has a name of its content."""


class HashedFilesStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's, which also rewrites what our scripts import from one another.

    So the scripts of a page are all of one build: a page that a device kept goes on working with
    those that it was made with, whatever was deployed since.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", IMPORTS))
