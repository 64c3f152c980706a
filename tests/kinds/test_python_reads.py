"""Reads of link variables in Python, idiom by idiom, and what is not a read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
X = "DB_PORT_5432_TCP_ADDR"

READS = [
    f"import os\nh = os.environ['{X}']\n",
    f"import os\nh = os.environ.get('{X}')\n",
    f"import os\nh = os.environ.get('{X}', 'localhost')\n",
    f"import os\nh = os.getenv('{X}', default='x')\n",
    f"import os\nh = os.environ.get('{X}') or 'localhost'\n",
    f"from os import environ\nh = environ['{X}']\n",
    f"from os import environ as e\nh = e['{X}']\n",
    f"from os import getenv\nh = getenv('{X}')\n",
    f"from os import getenv as g\nh = g('{X}')\n",
    f"import os\nenv = os.environ\nh = env['{X}']\n",
    f"import os as o\nh = o.environ['{X}']\n",
    f"import os\nENV = os.environ.get\nh = ENV('{X}')\n",
    f"from decouple import config\nh = config('{X}', default='x')\n",
    f"import environ\nenv = environ.Env()\nh = env('{X}')\n",
    f"import environ\nenv = environ.Env()\nh = env.str('{X}')\n",
    f"from envparse import env\nh = env.str('{X}')\n",
    f"from pydantic import BaseSettings, Field\nclass S(BaseSettings):\n    h: str = Field('x', env='{X}')\n",
    f"class S(BaseSettings):\n    {X.lower()}: str = 'x'\n",
    "import os\na = 'DB'\nh = os.environ[f'{a}_PORT_5432_TCP_ADDR']\n",
    "import os\nh = os.environ[name + '_PORT_5432_TCP_ADDR']\n",
    "import os\nh = os.environ['%s_PORT_%s_TCP_ADDR' % (name, port)]\n",
    "import os\nh = os.environ['{}_PORT_{}_TCP_ADDR'.format(name, 5432)]\n",
    "import os\nfor k, v in os.environ.items():\n    if k.endswith('_TCP_ADDR'):\n        print(v)\n",
    "import os, re\nhosts = [v for k, v in os.environ.items() if re.match(r'DB_\\d+_PORT_5432_TCP_ADDR', k)]\n",
    "import os\nhosts = [os.environ[k] for k in os.environ if '_PORT_5432_TCP_ADDR' in k]\n",
    "import os\nEND = '_PORT_%s_TCP' % os.environ.get('P', '80')\nADDR = END + '_ADDR'\nh = [v for k, v in "
    "os.environ.items() if k.endswith(ADDR)]\n",
    "import os\nh = [v for k, v in os.environ.items() if k.endswith('_PORT_%s_TCP_ADDR' % port)]\n",
    "import os\nh = os.environ['{}_PORT_{}_{}_ADDR'.format(name, port, proto.upper())]\n",
    f"import os\nfor k in ('{X}', 'DB_HOST'):\n    if k in os.environ:\n        h = os.environ[k]\n",
    f"import os\nNEEDED = ['{X}']\nmissing = [name for name in NEEDED if name not in os.environ]\n",
    f"import os\nE = os.environ\nh = E['{X}']\n",
    f"import os\ncfg = os.environ.get\nh = cfg('{X}')\n",
    f"import os\nif '{X}' in os.environ:\n    pass\n",
    f"import os\nh = '%({X})s' % os.environ\n",
    f"import os\nh = '{{{X}}}'.format(**os.environ)\n",
    f"import os\nh = os.path.expandvars('${X}')\n",
    f"import os\nh = os.environ.pop('{X}')\n",
    "import os\nu = urlparse(os.environ['DB_PORT'])\n",
    "import os\nhost = os.environ['REDIS_PORT'].replace('tcp://', '')\n",
    "import os\np = os.environ['DB_ENV_POSTGRES_PASSWORD']\n",
    f"import os\nprint 'x'\nh = os.environ['{X}']\n",
    f"import os\nDATABASES = {{'default': {{'HOST': os.environ.get('{X}')}}}}\n",
    f"import os\ndef f(host=os.environ.get('{X}')):\n    pass\n",
    f"import os\ndef f(*, host=os.environ['{X}']):\n    pass\n",
    f"import os\n@option(default=os.environ['{X}'])\ndef f():\n    pass\n",
    f"@click.option('--db', envvar='{X}')\ndef f():\n    pass\n",
    f"import os\nclass A(B, host=os.environ['{X}']):\n    pass\n",
    f"import os\nhosts[os.environ['{X}']] = 1\n",
    f"import os\nf = lambda: os.environ['{X}']\n",
]
NONE = [
    f"import os\nos.environ['{X}'] = 'x'\n",
    f"import os\nos.environ.setdefault('{X}', 'x')\n",
    f"import os\nos.putenv('{X}', 'x')\n",
    f"monkeypatch.setenv('{X}', 'x')\n",
    f"import os\ndel os.environ['{X}']\n",
    f"# os.environ['{X}']\nimport os\n",
    f'"""Set os.environ["{X}"] first."""\nimport os\n',
    f"import os\nos.environ.pop('{X}', None)\n",
    f"container.with_env('{X}', 'x')\n",
    f"monkeypatch.setitem(os.environ, '{X}', 'x')\n",
    "import os\ns.bind('tcp://*:' + os.environ['ZMQ_PORT'])\n",
    "import os\ns.bind('tcp://*:%s' % os.environ['ZMQ_PORT'])\n",
    "import os\ns.bind(f\"tcp://*:{os.environ['ZMQ_PORT']}\")\n",
    "import os\nu = urlparse('http://localhost:' + os.environ['APP_PORT'])\n",
    f"import os\nNAMES = ['{X}']\nh = os.environ['HOME']\n",
    f"NAMES = ('{X}', 'A')\nprint(NAMES)\n",
    f"print('{X} is missing')\n",
    f"raise KeyError('{X}')\n",
    f"log.info('%s', '{X}')\n",
    f"{X} = 'db'\n",
    f"env = {{'{X}': 'db'}}\n",
    f"run(environment={{'{X}': 'db'}})\n",
    "import os\np = int(os.environ['DB_PORT'])\n",
    "import os\nn = os.environ.get('DB_NAME')\n",
    "import os\nif name.endswith('.py'):\n    os.environ.get('A')\n",
    f"parser.add_argument('--host', help='as in {X}')\n",
]
FILES = {
    f"{kind}{number}.py": text for kind, texts in (("read", READS), ("none", NONE)) for number, text in enumerate(texts)
}


@pytest.fixture(scope="module")
def found(names_read: Callable[[dict[str, str]], dict[str, list[str]]]) -> dict[str, list[str]]:
    return names_read(FILES)


@pytest.mark.parametrize("path", FILES)
def test_reads(found: dict[str, list[str]], path: str) -> None:
    assert len(found[path]) == path.startswith("read"), FILES[path]


def test_of_a_function_that_may_be_anything_no_default_is_known(ask: Ask) -> None:
    text = "import os\na = endpoint('DB_PORT_5432_TCP', 'amqp')\nb = env('DB_PORT_5432_TCP_ADDR', 'db')\n"
    assert ask({"a.py": text}, "SELECT name, fallback FROM env_read ORDER BY name") == [
        ("DB_PORT_5432_TCP", None),
        ("DB_PORT_5432_TCP_ADDR", "'db'"),
    ]


@pytest.mark.parametrize(
    ("code", "tested"),
    [
        ("h = E and 'db'", 1),
        ("h = other or (E and 'db')", 1),
        ("h = 'db' if E else None", 1),
        ("if E:\n    h = 'db'", 1),
        ("h = ready and E", 0),
        ("h = E or 'db'", 0),
        ("h = E if ready else None", 0),
        ("if connect(E):\n    h = 1", 0),
        ("h = E.split('.') and 1", 0),
    ],
)
def test_a_read_of_which_only_the_truth_counts(ask: Ask, code: str, tested: int) -> None:
    text = f"import os\n{code}\n".replace("E", f"os.environ.get('{X}')")
    assert ask({"a.py": text}, "SELECT tested FROM env_read") == [(tested,)]
