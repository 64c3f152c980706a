"""Why a mention of a link is what it is: every reason that the judge can give, as a value.

`linklint upgrade --mentions` prints them, and docs/upgrade.md explains them.
"""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """The class of a mention (fact, comment, prose, other, vendored, not followed), and the rule that says so."""

    reading: str
    why: str = ""


FACT = Reason("fact")  # an extractor has read it
LINK = Reason("fact", "its text shows the link")
READ = Reason("fact", "its text shows the read")
LOOK_UP = Reason("fact", "the alias of a link")  # a look-up in /etc/hosts
NOT_FOLLOWED = Reason("not followed")  # linklint cannot tell
COMMENT = Reason("comment", "a comment")
HISTORY = Reason("prose", "a page of history or of the licence")
OUTSIDE_OF_CODE = Reason("prose", "outside of the code blocks of a document")
PRINTED = Reason("prose", "printed")
DESCRIPTION = Reason("prose", "a description")
SENTENCE = Reason("prose", "a sentence")
LISTED = Reason("prose", "a list, or the output of a program")
VENDORED = Reason("vendored", "the code of another project")
STYLE = Reason("other", "a style")
SEARCHED = Reason("other", "what grep searches for")
DEFINITION = Reason("other", "the definition of a function, or of the type of a name")
OTHER_OPTION = Reason("other", "another option, --link-…")
NO_OPTION = Reason("other", "not an option")
LIST_OF_OPTIONS = Reason("other", "a list of options")
TABLE_OF_OPTIONS = Reason("other", "a table of options")
OTHER_COMMAND = Reason("other", "an option of another command")
PROGRAM_IN_CONTAINER = Reason("other", "an option of the program in the container")
NOT_USED = Reason("other", "the project does not use it")
KUBERNETES = Reason("other", "a variable of Kubernetes")
SERVICE = Reason("other", "a Service of Kubernetes has this name")
NO_SUCH_PREFIX = Reason("other", "no link, and no other link variable, has this prefix")
SET_HERE = Reason("other", "it is set or removed here")
SET_IN_FILE = Reason("other", "the file sets it")
NO_ALIAS = Reason("other", "no link of the tree sets such a name, and nothing takes the value for an address")
SET_FOR_RECIPIENT = Reason("other", "every recipient of this link sets it")
SET_BY_CALLER = Reason("other", "a script that names this file sets it")
BUILD_TIME = Reason("other", "it is expanded while an image is built, without links")
FILLED = Reason("other", "Compose replaces it before a container exists")
HOST_COMMAND = Reason("other", "the shell of the host expands it in a docker command")
NO_READ = Reason("other", "a name of the program, not a read of the environment")
DECLARED_OPTION = Reason("other", "the file declares it as an option of a program")
ADDED_TO_HOSTS = Reason("other", "a line is added to /etc/hosts")
EXAMPLE_OF_HOSTS = Reason("other", "an example in a document")
NO_LOOK_UP = Reason("other", "no look-up")
NO_SUCH_NAME = Reason("other", "no link of the tree has a name that is looked up there")
OWN_NAME = Reason("other", "the own name, or the own address")
TEST_FOR_A_LINE = Reason("other", "a test for a line")
EMPTY = Reason("other", "empty")
OTHER_LINK = Reason("other", "a link of another kind")
SCHEMA = Reason("other", "a schema: it says what such a value looks like")
MAP = Reason("other", "its value is a map")
NO_NAMES = Reason("other", "no name of a container is written in its value")
