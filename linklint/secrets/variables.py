"""Recognise variables that hold a secret.

A name is split into words (`DB_ROOT_PASSWORD`, `apiKey`). Some words mean a secret; some later words cancel that
(`…_FILE`, `…_TTL`, `…_URL`). The value counts, too: switches, paths and references to a secret store are not secrets;
tokens of a known form and passwords in URLs are secrets whatever the variable is called.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Set
from functools import lru_cache
from typing import NamedTuple

from linklint.text.regex import lazy_compile

WORDS = lazy_compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

STRONG = frozenset(
    "password passwd passwort passphrase pass pw pwd secret secrets passwords token authtoken accesstoken apitoken "
    "apikey secretkey privatekey credential credentials".split()
)
KEYS = frozenset(
    "api access private secret encryption encrypt signing sign master auth license fernet service jwt app session "
    "account"
    " storage admin application security crypto cipher hmac".split()
)
HARMLESS_END = frozenset(
    """file files path paths dir directory url uri host hosts port ttl expiry expires expiration timeout length size
    min max algorithm algo type name names id user username enabled disabled required policy sock socket header field
    lifetime age count rounds prefix suffix issuer endpoint duration interval limit limits store provider method mode
    format location version validity seconds minutes hours days regex pattern strength audience env var variable arn
    ref reference encryption hint check realm bundle connector cookie through auth authentication login validation
    validator manager service class stdin prompt filter dn salt score""".split()
)
HARMLESS_START = frozenset(
    "allow enable disable use require skip has is no random max min generate show hide validate force without "
    "ignore num".split()
)
PAIRS = frozenset({("key", "base"), ("erlang", "cookie"), ("auth", "salt"), ("nonce", "salt")})
GLUED = lazy_compile(
    r"(?:\w+(password|passwd|passphrase)s?|(?:pg|ssh|db|root|mysql|redis|ftp|smtp|mail|ldap|vnc|sudo)(pass))"
)
SWITCHES = frozenset(
    "yes no true false on off 0 1 y n t f none null nil random auto enabled disabled optional required".split()
)

PLACEHOLDER = lazy_compile(
    r"""<[^<>]*> | \[[^\]]*\] | \{\{?[^{}]*\}\}? | x{3,} | (?=.*x{5})[x_-]+ | \w+[_-]x{3,}
    | \*{3,} | \.{3,} | …+ | -{3,} | _{3,} | \?{2,} | %\(.*\)[sd] | @\w+@
    | .*change[-_. ]?(me|this|it|to).* | .*to[-_. ]be[-_. ].* | (please|set|use)[-_. ].*
    | (your|my|the|some|a|an)[-_. ].* | your.* | my[-_]?(secret|super).*
    | mypass(word|wd)?
    | .*(replace|insert|put|fill|enter)[-_. ]?(me|this|with|your|in|here).* | .*[-_. ]here | todo | fixme | tbd
    | dummy.* | placeholder.*
    | .*random[-_ ]?(and[-_ ]|alpha|string|value|char).* | .*[-_ ]string
    | (?-i:[A-Z_]*(PASSWORD|SECRET|TOKEN|KEY|PASS)[A-Z_]*) | (an?)?example.* | foo | bar
    | foobar | baz | redacted | hidden | sample.* | fake.* | not[-_ ]?a[-_ ].*
    | (?=\S*?\*\*\*)\S+ | \*\*\w+\*\*""",
    re.IGNORECASE | re.VERBOSE,
)
LDAP_FILTER = lazy_compile(r"\([&|!(\w].*=.*\)", re.DOTALL)
REFERENCE = lazy_compile(
    r"""(vault|op|ssm|secretref|secretsmanager|keyvault|sops|awssm|gcpsm|akv|doppler|bao|ref)[:+].* | arn:aws.*
    | projects/[^/]+/secrets/.* | @Microsoft\.KeyVault.* | \$\{\{\s*secrets\..*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
PATH = lazy_compile(
    r"(~|\.{0,2})/[\w.@%+~/-]*|[\w./-]+\.(pem|key|crt|cer|txt|json|ya?ml|p12|pfx|jks|pub|gpg|asc)|[A-Za-z]:\\.*|file:.*"
)
TOKENS = (
    (lazy_compile(r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}"), "a GitHub token"),
    (lazy_compile(r"glpat-[A-Za-z0-9_-]{16,}"), "a GitLab token"),
    (lazy_compile(r"xox[abprs]-[A-Za-z0-9-]{10,}"), "a Slack token"),
    (lazy_compile(r"sk_live_[A-Za-z0-9]{16,}|rk_live_[A-Za-z0-9]{16,}"), "a Stripe key"),
    (lazy_compile(r"AIza[A-Za-z0-9_-]{35}"), "a Google API key"),
    (lazy_compile(r"npm_[A-Za-z0-9]{36}"), "an npm token"),
    (lazy_compile(r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"), "a SendGrid key"),
    (
        lazy_compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{8,}"),
        "a JSON web token",
    ),
    (lazy_compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"), "a private key"),
)
URL_PASSWORD = lazy_compile(
    r"(?<![A-Za-z0-9+.-])[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@]*:(?P<password>(?:(?![,;]\s*[a-zA-Z][\w+.-]*://)[^/\s])+)@"
)
MAX_VALUE = 4000  # the number of characters of a value that are examined


class Secret(NamedTuple):
    """Why a variable is considered a secret, and whether its value is a placeholder."""

    reason: str
    placeholder: bool


def classify_secret(name: str, value: str | None) -> Secret | None:
    """Return why a variable is a secret, or None. `value` is None if it is not in the file (`-e NAME`, `$OTHER`)."""
    if value is not None:
        value = value[:MAX_VALUE]
        by_value = _by_value(value)
        if by_value:
            return by_value
    if name.startswith(("affinity:", "constraint:")):
        return None
    word = _by_name(name)
    if word is None:
        return None
    reason = f"its name contains {word}"
    if value is None:
        return Secret(reason, False)
    value = value.strip().strip("\"'")
    if _is_harmless(value, word):
        return None
    return Secret(reason, PLACEHOLDER.fullmatch(value) is not None)


def _by_value(value: str) -> Secret | None:
    for pattern, what in TOKENS:
        if pattern.search(value):
            return Secret(f"its value is {what}", False)
    passwords = [url["password"] for url in URL_PASSWORD.finditer(value)] if "@" in value else []
    given = [password for password in passwords if not password.startswith(("$", "%", "{"))]
    if given:
        return Secret("the URL contains a password", all(map(PLACEHOLDER.fullmatch, given)))
    return None


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Return whether a variable of this name holds a secret."""
    return _by_name(name) is not None


def _by_name(name: str) -> str | None:
    words = [word.lower() for word in WORDS.findall(name)]
    for first, second in itertools.pairwise(words):
        if (first, second) in PAIRS:
            return f"{first} {second}"
    if (
        not words
        or words[0] in HARMLESS_START
        or words == ["pwd"]
        or words == ["old", "pwd"]
        or name in ("PWD", "OLDPWD")
    ):
        return None
    if "public" in words or "pub" in words or len(words) > 1 and words[-1] in HARMLESS_END:
        return None
    if {"empty", "random", "blank"} & set(words) or "reset" in words or "max" in words:
        return None
    for word in words:
        glued = GLUED.fullmatch(word)
        if glued:
            return glued[1] or glued[2]
        if word in STRONG:
            return word if word not in ("pw", "pwd") or len(words) > 1 else None
    for first, second in itertools.pairwise(words):
        if second == "key" and first in KEYS:
            return f"{first} key"
    return None


def _is_harmless(value: str, word: str) -> bool:
    """Return whether a value is not a secret whatever the name: empty, a switch, a path, a reference to a secret
    store.
    """
    if not value or value.lower() in SWITCHES or REFERENCE.fullmatch(value) or LDAP_FILTER.fullmatch(value):
        return True
    if len(value) > 1 and PATH.fullmatch(value):
        return True
    return word in ("token", "pass") and value.isdigit()


OWN = "its name matches secret-names"


def by_own_names(value: str | None, *, named: bool, known: str | None) -> str | None:
    """Return why a variable is a secret, if `secret-names` says something about its name: `named`, or excluded.

    `known` is the result without these patterns.
    """
    if not named:
        return None if known is not None and known.startswith("its name") else known
    return known or (None if value is not None and _is_harmless(value, "") else OWN)


SHORT = 7  # nobody trusts a password of so few letters
MAX_LENGTH = 80  # no longer value is put together from words
EXAMPLE_WORDS = frozenset(
    """password passwd passwort passw pass pwd pw secret secrets key keys token root admin administrator user
    username toor test testing tester tests demo dev devel develop development developer local localhost example
    examples sample default docker container compose db database data my your our the this that is a an very super
    top strong secure safe secured new old fairly pretty really extra complex not so some simple plain easy weak bad
    insecure unsafe temp tmp foo bar baz qux quux qwerty asdf asdfgh abc abcd abcdef xyz let me in letmein welcome
    hello world guest change changed changeme changeit it please here for only and of to use used be with
    master login service app application web www api server client site system backend frontend node java python
    ruby php rails django laravel symfony spring jwt session cookie encryption encrypt signing sign salt auth access
    private id base value string random long length character characters minimum least must should replace insert
    put fill set enter todo fixme placeholder dummy fake mock something anything whatever nothing none empty monkey
    dragon sunshine iloveyou trustno spam eggs mysecret topsecret postgres postgresql
    pg pgsql mysql maria mariadb mongo mongodb mongoexpress redis rabbit rabbitmq rmq elastic elasticsearch kibana
    minio minioadmin wordpress wp drupal joomla gitlab gitea grafana influx influxdb influxadmin neoj couch
    couchbase couchdb debian centos fedora alpine config nonce cassandra oracle mssql sql sqlserver sa ldap openldap
    keycloak sonar sonarqube nexus jenkins airflow superset metabase kafka consul vault nextcloud owncloud odoo
    magento moodle ghost strapi directus hasura traefik portainer pgadmin phpmyadmin adminer zabbix mattermost
    redmine bitnami vagrant ubuntu kong graylog activemq artemis solr neo clickhouse timescale cockroach memcached
    celery flower proxy mail smtp ftp ssh vnc""".split()
)
LONGEST = max(map(len, EXAMPLE_WORDS))
LEET = str.maketrans("013457@$!", "oleastasi")
COUNTED = "01234567890123456789"
NAMES_IN = lazy_compile(r"[A-Za-z][A-Za-z]+")
CAPITAL_INSIDE = lazy_compile(r"[a-z][A-Z]")
SEPARATOR = lazy_compile(r"[^a-z0-9]")


def is_example(value: str, names: Set[str] = frozenset(), *, shown: bool = False) -> bool:
    """Return whether a value is only an example. `names` are words that stand in the same file, in lower case.

    What a document shows (`shown`) is an example unless it looks generated.
    """
    value = value[:MAX_VALUE].strip().strip("\"'")
    if any(pattern.search(value) for pattern, _ in TOKENS):
        return False
    passwords = [url["password"] for url in URL_PASSWORD.finditer(value)] if "@" in value else []
    return all(_is_example(text, names) or shown and not _is_generated(text) for text in passwords or [value])


def _is_generated(value: str) -> bool:
    """Return whether a value looks as if a program chose it: long, with digits or capitals between its letters."""
    letters = SEPARATOR.sub("", value.lower()).strip("0123456789")
    return len(letters) >= 12 and (any(map(str.isdigit, letters)) or len(CAPITAL_INSIDE.findall(value)) > 2)


def words_of(names: Iterable[str | None]) -> frozenset[str]:
    """Return the words of some names, as `is_example` takes them: letters only, in lower case, whole and apart."""
    found: set[str] = set()
    for name in names:
        if name:
            parts = [part.lower() for part in NAMES_IN.findall(name[:MAX_LENGTH])]
            found |= {*parts, "".join(parts)}
    return frozenset(word for word in found if len(word) > 2)


def _is_example(value: str, names: Set[str]) -> bool:
    lowered = value.lower()
    if len(lowered) > MAX_LENGTH or not lowered.isascii():
        return False
    if lowered.isdigit():
        return lowered in COUNTED or lowered in COUNTED[::-1] or len(set(lowered)) == 1
    if len(lowered) < SHORT and lowered.isalpha():
        return True
    letters = SEPARATOR.sub("", lowered).strip("0123456789")
    without_end = lowered.rstrip("0123456789!@#$%*._-").translate(LEET)
    return any(_from_words(text, names) for text in (letters, SEPARATOR.sub("", without_end)))


def _from_words(letters: str, names: Set[str]) -> bool:
    """Return whether letters can be cut into words. Takes time that grows linearly with the letters."""
    longest = max(LONGEST, max(map(len, names), default=0))
    ends = [True] + [False] * len(letters)
    for end in range(1, len(letters) + 1):
        ends[end] = any(
            ends[start] and (letters[start:end] in EXAMPLE_WORDS or letters[start:end] in names)
            for start in range(max(0, end - longest), end)
        )
    return bool(letters) and ends[-1]
