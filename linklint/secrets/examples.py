"""Recognise values that nobody uses as a real secret: words of examples, and names that stand in the same file.

`secret`, `mysecretpassword`, `root123` and `p@ssw0rd` consist of words of examples only. `geonetwork` is an example if
an image, a user or a database of the file has this name. The words come from values in public repositories.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from linklint.secrets.variables import MAX_VALUE, TOKENS, URL_PASSWORD
from linklint.text.regex import lazy_compile

SHORT = 7  # nobody trusts a password of so few letters
MAX_LENGTH = 80  # no longer value is put together from words
WORDS = frozenset(
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
LONGEST = max(map(len, WORDS))
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
            ends[start] and (letters[start:end] in WORDS or letters[start:end] in names)
            for start in range(max(0, end - longest), end)
        )
    return bool(letters) and ends[-1]
