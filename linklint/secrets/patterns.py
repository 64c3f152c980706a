"""Find secrets in any text by the place where they are written: assignments, URLs, connection strings, options of
clients, headers, defaults.

Every pattern takes linear time, because lines of any length are searched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from linklint.secrets.variables import PLACEHOLDER, TOKENS, classify_secret, is_secret_name
from linklint.text.regex import lazy_compile

Named = Callable[[str], bool | None]  # whether a name is that of a secret; None: as usual
Hidden = tuple[int, int, str]  # start, end, and what is shown instead

# Most texts have none of these, and are not searched further.
TRIGGERS = tuple(
    """pass pw secret token key credential login auth bearer @ -----begin identified redis-cli cookie salt ldap mysql
    mariadb mongo curl wget rabbitmqctl sqlcmd cqlsh twine sqlplus jwt cred sig tcp( gho_ ghp_ ghs_ ghu_ ghr_ glpat-
    xox k_live_ aiza npm_ sg. eyj""".split()
)
QUOTED = (
    r"(?:[bBrRfFuUN]{1,2}(?=[\"']))?\$?(?:(?P<quote>\\+[\"'`])(?P<quoted>(?:(?!(?P=quote))[^\n]){0,20000})(?P=quote)?"
    r"|(?P<plain>[\"'`])(?P<inner>(?:\\[^\n]|(?!(?P=plain))[^\n]){0,20000})(?P=plain)?)"
)
VALUE = rf"(?:{QUOTED}|(?P<bare>(?:\\[^\n]|[^\s\"'`|;&)\]}}>\\]){{1,4000}}))"
REST = r"(?P<rest>(?:\\\r?\n|\"[^\"\n]*\"|'[^'\n]*'|[^|;&\n])*+)"  # the rest of a command

BLANKS = r"[ \t]{0,50}"
OR = rf"(?:,|\)?[ \t]*\{{|\.or_?[eE]lse\(|\|\||\?\?|\?:|\bor\b|//|\|{BLANKS}default{BLANKS}\(?){BLANKS}(?=[\"'`])"
ECHO = r"\b(?:echo|printf)(?:[ \t]{1,50}-\w{1,20}){0,5}[ \t]{1,50}"
TO_LOGIN = r"[ \t]*\|(?:[ \t]{0,50}\\?\r?\n)?[^\n]{0,300}?(?:--password-stdin|\blogin\b)"
FROM_LOGIN = r"(?:\blogin\b|--password-stdin)[^\n|;&]{0,300}?"

# Patterns are compiled when they are first needed: only in a text that has their needle.
compiled = lru_cache(maxsize=None)(re.compile)
DEFAULT = r"\$\{[\w.-]{1,200}:?[-=?+](?P<bare>[^}\n]{1,500})"
IN_BRACES = r"(?P<bare>[^}\n]{1,500})"
BARE_END = r",(?=\s*[\w.-]{1,100}[=:]|\s*\Z)|,(?=[\w+.-]{1,30}://)"  # `A=x,B=y`, `A=x,https://…`
URL = (
    r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,30}://(?:(?P<user>[^/\s:@\"'`]*):"
    r"(?P<password>(?:(?![,;]\s*[A-Za-z][\w+.-]{0,30}://)[^/\s\"'`]"
    r"|/(?=[^\s\"'`/@]*@)(?<!:\d/)(?<!:\d\d/)(?<!:\d\d\d/)(?<!:\d\d\d\d/)(?<!:\d\d\d\d\d/))*)|(?P<only>[^/\s:@\"'`]+))@"
)
PASSES = rf"(?<!\S)(?:-e|--env)[ \t]+(?P<name>[A-Za-z_]\w{{0,200}})[ \t]+(?![-$\\]){VALUE}"
IMAGE = r"[a-z0-9][a-z0-9._/:-]*(?:@sha256:[0-9a-f]+)?"

# What stands before a value: the name of a variable, a field or an option.
NAMES = (
    # A=x, a: x, "a": "x", 'a' => 'x'
    (
        "",
        r"(?<![\w.$-])(?P<name>[A-Za-z_][\w.-]{0,200})"
        rf"(?:\\*[\"']{BLANKS}(?::|=>)\s{{0,50}}(?:[\[{{]\s{{0,50}}(?:[\"'](?:value|data)[\"']{BLANKS}:{BLANKS})?)?"
        rf"|{BLANKS}=>?{BLANKS}|:[ \t]{{1,50}})(?=\S)",
    ),
    # get("A", "x"), env["A"] || "x"
    ('"', rf"\"(?P<name>[\w.-]{{1,200}})\"[ \t\])]{{0,5}}{BLANKS}{OR}"),
    ("'", rf"'(?P<name>[\w.-]{{1,200}})'[ \t\])]{{0,5}}{BLANKS}{OR}"),
    ("env.", rf"\benv\.(?P<name>\w{{1,200}}){BLANKS}{OR}"),
    ("default", rf"(?<![\w.])(?P<name>[A-Za-z_]\w{{0,200}}){BLANKS}{OR}"),
    ("${", r"\$\{(?P<name>[\w.-]{1,200})(?::?[-=?+]|:)(?=(?P<end>[^}\n]))"),
    # name: A, value: x
    (
        "value",
        rf"(?i)\bname[\"']?{BLANKS}[:=]{BLANKS}[\"']?(?P<name>[\w.-]{{1,200}})[\"']?{BLANKS},?\s{{0,50}}"
        rf"[\"']?value[\"']?{BLANKS}[:=]{BLANKS}",
    ),
    # --a x, --a=x, and `- --a` with `- x` on the next line
    (
        "-",
        r"(?<![\w-])--?(?P<name>[A-Za-z][\w.-]{1,200})"
        rf"(?:=|[ \t]{{1,50}}(?:\\\r?\n{BLANKS})?|{BLANKS}\r?\n{BLANKS}-[ \t]{{1,50}})(?![-$|>&])",
    ),
)

# Clients with a short option for a password: the command, and the option in the rest of it. `-p` of docker takes ports.
NO_PORT = r"(?!(?:[\d.]*:)?\d{1,5}(?:-\d+)?(?::\d{1,5}(?:-\d+)?)?(?:/\w+)?(?!\S))"
COMMANDS = (
    ("login", rf"\blogin\b{REST}", rf"(?<!\S)-\w?p[ \t=]*(?:\\\r?\n[ \t]*)?(?!-){NO_PORT}{VALUE}"),
    ("mysql", rf"(?<![\w-])mysql\w*\b{REST}", rf"(?<!\S)-p(?=\S){NO_PORT}{VALUE}"),
    ("mariadb", rf"(?<![\w-])mariadb\w*\b{REST}", rf"(?<!\S)-p(?=\S){NO_PORT}{VALUE}"),
    ("mongo", rf"(?<![\w-])mongo\w*\b{REST}", rf"(?<!\S)-p[ \t=]*(?!-){NO_PORT}{VALUE}"),
    ("sshpass", rf"\bsshpass\b{REST}", rf"(?<!\S)-p[ \t]*{VALUE}"),
    ("redis-cli", rf"\bredis-cli\b{REST}", rf"(?<!\S)-a[ \t]*(?!-){VALUE}"),
    ("ldap", rf"\bldap\w+\b{REST}", rf"(?<!\S)-w[ \t]*(?!-){VALUE}"),
    (
        "curl",
        rf"\bcurl\b{REST}",
        r"(?<!\S)(?:-\w*[uU]|--user|--proxy-user)[ \t=]*(?P<q>[\"']?)[^\s:\"']{0,200}:(?P<bare>(?(q)[^\"'\n]|\S)+)",
    ),
    ("sqlcmd", rf"\bsqlcmd\b{REST}", rf"(?<!\S)-P[ \t]*{VALUE}"),
    ("cqlsh", rf"\bcqlsh\b{REST}", rf"(?<!\S)-p[ \t]*{VALUE}"),
    ("twine", rf"\btwine\b{REST}", rf"(?<!\S)-p[ \t]*{VALUE}"),
    ("mysqladmin", rf"\bmysqladmin\b{REST}", rf"\bpassword[ \t]+{VALUE}"),
    ("sqlplus", rf"\bsqlplus\b{REST}", r"(?<!\S)[\"']?\w+/(?P<bare>[^\s\"'@]+)"),
    ("redis-cli", rf"\bredis-cli\b{REST}", rf"\bAUTH[ \t]+{VALUE}"),
    (
        "htpasswd",
        rf"\bhtpasswd\b{REST}",
        rf"(?<!\S)-(?=\w{{0,20}}b)\w{{1,20}}[ \t]+(?:\S+[ \t]+){{1,2}}?(?!-){VALUE}[ \t]*\Z",
    ),
    ("rabbitmqctl", rf"\b(?:add_user|change_password|authenticate_user)\b{REST}", rf"\A[ \t]+\S+[ \t]+{VALUE}"),
)
OTHERS = (
    ("login", rf"{ECHO}(?!\$[\w{{(]){VALUE}{TO_LOGIN}"),
    ("login", rf"\bprintf[ \t]+(?:--[ \t]+)?[\"']?%s(?:\\n)?[\"']?[ \t]+{VALUE}{TO_LOGIN}"),
    ("login", rf"{FROM_LOGIN}<[ \t]*<\([ \t]*(?:echo|printf)[ \t]+{VALUE}"),
    ("<<<", rf"{FROM_LOGIN}<<<[ \t]*{VALUE}"),
    ("-stdin", r"--password-stdin[^\n]{0,300}?<<-?[ \t]*[\"']?\w+[\"']?[^\n]{0,300}\n(?P<bare>[^\n]{1,4000})"),
    ("-stdin", r"<<-?[ \t]*[\"']?\w{1,50}[\"']?[^\n]{0,300}--password-stdin[^\n]{0,300}\n(?P<bare>[^\n]{1,4000})"),
    ("chpasswd", rf"{ECHO}[\"']?[\w.-]{{1,100}}:(?P<bare>[^\s\"'|]+)[\"']?[ \t]*\|[^|\n]{{0,100}}?chpasswd"),
    ("secret create", rf"{ECHO}{VALUE}[ \t]*\|[ \t]*docker[ \t]+secret[ \t]+create"),
    ("authorization", rf"(?i)\bauthorization[\"']?{BLANKS}[:=]{BLANKS}[\"']?"
     rf"(?:[\w-]{{1,30}}[ \t]+(?=[^\s\"']))?{VALUE}"),
    ("bearer", r"(?i)\bbearer[ \t]+(?=[^\s\"']{6})(?P<bare>[\w+/=.~-]+)"),
    ("auth", r"--(?:auth|basic-auth)[ \t=]+[\"']?[^\s:\"']{0,200}:(?P<bare>[^\s\"']+)"),
    ("cred", r"--(?:creds|credentials)[ \t=]+[\"']?[^\s:\"']{0,200}:(?P<bare>[^\s\"']+)"),
    ("thin:", r"\bthin:[\w.-]{1,100}/(?P<bare>[^\s\"'@/]{1,500})@"),
    ("identified", rf"(?i)\bidentified[ \t]+by[ \t]*(?=['\"]){VALUE}"),
    ("password", rf"(?i)\bpassword(?:[ \t]{{1,50}}|[ \t]{{0,50}}\([ \t]{{0,50}})(?=['\"]){VALUE}"),
    ("requirepass", rf"\brequirepass[\"']?[ \t]*[,=: \t][ \t]*{VALUE}"),
    ("cookie", r"(?i)\bcookie:[ \t]*(?P<bare>[^\n\"']+)"),
    ("token:", r"(?i)[\w-]{0,50}token:(?P<bare>[^\s\"',/{}]{6,})"),
    ("set", rf"(?i)\bset_?(?:password|secret|token)\([ \t]*(?=[\"']){VALUE}"),
    ("auth", rf"\bauth[ \t]*=[ \t]*\([ \t]*[\"'][^\"'\n]{{0,200}}[\"'],[ \t]*(?=[\"']){VALUE}"),
    ('", "-', r"\"(?:mysql\w*|mongo\w*|mariadb\w*)\"[^\n]{0,200}?\"-p(?P<bare>[^\"\n]+)\""),
    ("redis-cli", r"\"redis-cli\"[^\n]{0,200}?\"-a\",[ \t]*\"(?P<bare>[^\"\n]+)\""),
    ("tcp(", r"(?<!\w)\w{1,100}:(?P<bare>[^\s\"'@]{1,500})@tcp\("),
    ("masterauth", rf"\bmasterauth[ \t]+{VALUE}"),
    ("pass:", r"\bpass:(?P<bare>[^\s\"'|;&)]+)"),
    ("pwd", r"(?i)(?:\A|;)[ \t]*pwd[ \t]*=[ \t]*(?P<bare>[^;\s\"'$]+)(?=;)"),
    ("pwd", r"(?i)(?<=;)[ \t]*pwd[ \t]*=[ \t]*(?P<bare>[^;\s\"'$]+)"),
    ("-----begin", r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?P<bare>[^-]+)"),
)  # fmt: skip
TOKEN_NEEDLES = ("gh", "glpat-", "xox", "k_live_", "aiza", "npm_", "sg.", "eyj", "-----begin")
TOKEN_ALONE = 8  # the user of an http URL without a password is a token if it has at least this length
NO_PASSWORDS = frozenset({"", "x", "x-oauth-basic", "x-token-auth"})  # written where the user is a token
TELLING_FIELD = 8
WORD = lazy_compile(r"(?:\\[^\n]|\"[^\"\n]*\"|'[^'\n]*'|[^\s\"';,|&()<>{}\[\]`\\]){1,4000}")  # of a shell
PROSE = lazy_compile(r"[A-Za-z]{1,20}[ \t]+\w")  # `a secret: its name …`
ENDS = ("auth", "identitytoken", "sig", "signature", "jwt", "creds", "ssh_key", "deploy_key", "ssh-key", "passwords")
CODE = lazy_compile(  # an expression, not a value
    r"[\w.$]*[(\[]|(?:process\.env|os|config|settings|self|this|env|args|options|req|params|secrets|vars|local|var|data"
    r"|module|inputs|steps|github|needs|ctx|context|opts|conf|cfg)\."
)
ALONE = frozenset({"pw", "PW", "pwd"})  # names that a variable of a container does not have for a secret
REFERENCES = ("$", "`", "<", "%", "{{", "${")


def redact(value: str) -> str:
    """Return a secret as it is shown: its first characters (fewer if it is short) and `…`; a URL keeps its host."""
    if "@" in value and compiled(URL).match(value):
        return without(value, [*urls(value, every=True), *looks_secret(value)])
    return redact_word(value)


def looks_secret(text: str, named: Named | None = None) -> Iterator[Hidden]:
    """Yield the spans in a text that look like secrets. They may overlap."""
    lowered = text.lower()
    if named is None and not has_trigger(lowered):
        return
    yield from urls(text)
    yield from _passed(text)
    for needle, pattern in NAMES:
        if needle in lowered:
            yield from _named(pattern, text, named)
    yield from _commands(text, lowered)
    for needle, pattern in OTHERS:
        for match in compiled(pattern).finditer(text) if needle in lowered else ():
            yield from _certain(match, text)
    for needle, (token, _) in zip(TOKEN_NEEDLES, TOKENS, strict=True):
        for match in token.finditer(text) if needle in lowered else ():
            yield *match.span(), redact(match[0])


def has_trigger(lowered: str) -> bool:
    """Return whether a text in lower case may hold a secret."""
    for word in TRIGGERS:  # noqa: SIM110 (any() takes twice the time)
        if word in lowered:
            return True
    return False


def _commands(text: str, lowered: str) -> Iterator[Hidden]:
    """Yield the passwords in short options of clients."""
    for needle, command, option in COMMANDS:
        for outer in compiled(command).finditer(text) if needle in lowered else ():
            begin = outer.start("rest")
            for match in compiled(option).finditer(text[begin : outer.end("rest")]):
                yield from _certain(match, text, begin)


def _passed(text: str) -> Iterator[Hidden]:
    """Yield the word after `-e DB_PASSWORD` if it is no image: somebody forgot the `=`."""
    for match in compiled(PASSES).finditer(text) if "-e" in text else ():
        found = _value(match)
        if is_secret_name(match["name"]) and found is not None and not compiled(IMAGE).fullmatch(text[slice(*found)]):
            yield *found, redact(text[slice(*found)])


def _value(match: re.Match[str] | None) -> tuple[int, int] | None:
    """Return the span of the value that a pattern has found."""
    if match is None:
        return None
    names = match.re.groupindex
    for name in ("quoted", "inner", "bare"):
        if name in names and match[name]:
            return match.span(name)
    return None


def _certain(match: re.Match[str], text: str, begin: int = 0) -> Iterator[Hidden]:
    """Yield the value of a place that only takes a secret; the match is in the part of the text from `begin`."""
    found = _value(match)
    if found is not None and not text.startswith(REFERENCES, begin + found[0]):
        start, end = begin + found[0], begin + found[1]
        yield start, end, redact(text[start:end])


def _named(pattern: str, text: str, named: Named | None) -> Iterator[Hidden]:
    """Yield the values that follow the name of a secret."""
    head = compiled(pattern)
    values = compiled(IN_BRACES if "end" in head.groupindex else VALUE)
    at = 0
    while (match := head.search(text, at)) is not None:
        name = match["name"]
        at = max(match.end("name"), match.start() + 1)
        own = named is not None and named(name) is True
        if not own and not takes_secret(name):
            continue
        found = _value(values.match(text, match.end()))
        if found is not None and text.startswith("${", found[0]):
            found = _value(compiled(DEFAULT).match(text, found[0]))  # A_TOKEN=${B:-x}
        if found is None or text.startswith(REFERENCES, found[0]) or text.startswith("id=", found[0]):
            continue
        start, end = found
        if match[0].rstrip(" \t")[-1:] == ":" and PROSE.match(text, start) and text[start - 1] not in "\"'`":
            continue
        around = text[match.start() - 1 : match.start()]  # 'A=x y'
        if around in ("'", '"') and text[start - 1] != around:
            closing = text.find(around, start, start + 4000)
            end = closing if closing >= 0 and "\n" not in text[start:closing] else end
        elif text[start - 1] not in "\"'`" and (cut := compiled(BARE_END).search(text, start, end)):
            end = max(cut.start(), start + 1)
        if around not in ("'", '"') and match[0].endswith("=") and (word := WORD.match(text, match.end())):
            end = word.end() if word.end() > end + 1 else end  # "a"'b', a\\ b
        at = end
        if CODE.match(text, start, end) and text[start - 1] not in "\"'`":
            continue
        if own or _is_secret(name, text[start:end]):
            yield start, end, redact(text[start:end])


@lru_cache(maxsize=4096)
def takes_secret(name: str) -> bool:
    """Return whether what is written after a name is a secret: more names than those of variables count."""
    lowered = name.lower()
    return (is_secret_name(name) or name in ALONE or lowered.endswith(ENDS)) and not lowered.endswith("stdin")


def _is_secret(name: str, value: str) -> bool:
    if not is_secret_name(name) and name not in ALONE and (len(value) < TELLING_FIELD or value.isalpha()):
        return False  # `auth: basic`
    secret = classify_secret(name if is_secret_name(name) else "password", value)
    return secret is not None and not secret.placeholder


def urls(text: str, *, every: bool = False) -> Iterator[Hidden]:
    """Yield the passwords of URLs, and users that are tokens; with `every`, also passwords that are placeholders."""
    if "@" not in text:
        return
    for match in compiled(URL).finditer(text):
        password, user = match["password"] or "", match["user"] or match["only"] or ""
        literal = password and not password.startswith(REFERENCES) and (every or not PLACEHOLDER.fullmatch(password))
        if literal:
            yield *match.span("password"), "…"
        if match["user"] is None:
            is_web = match[0].lower().startswith("http")
            is_secret = len(user) >= TOKEN_ALONE and (is_web or any(map(str.isdigit, user)))
        else:
            is_secret = password in NO_PASSWORDS
        if user and not user.startswith(REFERENCES) and (is_secret or _is_token(user)):
            yield *match.span("user" if match["user"] else "only"), redact_word(user)


def _is_token(user: str) -> bool:
    """Return whether the user of a URL is a token."""
    return len(user) >= 16 and any(map(str.isdigit, user)) or any(token.search(user) for token, _ in TOKENS)


def redact_word(value: str) -> str:
    """Return the first characters of a secret without a URL, and `…`."""
    return value[: min(3, len(value) // 4)] + "…"


def without(text: str, hidden: Iterable[Hidden]) -> str:
    shown: list[str] = []
    at = 0
    for start, end, instead in apart(hidden):
        shown += [text[at:start], instead]
        at = end
    return "".join([*shown, text[at:]])


def mask(text: str) -> str:
    """Return a text with everything masked that looks like a secret."""
    return without(text, looks_secret(text)) if may_hold(text) else text


def may_hold(text: str) -> bool:
    """Return whether a short text can hold a secret at all: most words cannot."""
    return "=" in text or ":" in text or "@" in text or len(text) >= 20 or any(map(str.isspace, text))


def apart(hidden: Iterable[Hidden]) -> list[Hidden]:
    """Return the ranges in order, overlapping ones joined."""
    found: list[Hidden] = []
    for entry in sorted(hidden, key=lambda e: (e[0], -e[1])):
        if not found or entry[0] >= found[-1][1]:
            found.append(entry)
        elif entry[1] > found[-1][1]:
            found[-1] = (found[-1][0], entry[1], found[-1][2])
    return found
