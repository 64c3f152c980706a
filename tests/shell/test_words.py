"""The words of a docker statement as bash would pass them: tests/conformance found each of these cases."""

from __future__ import annotations

import pytest

from linklint.context import ExtractionContext
from linklint.docker.cli.command import Invocation
from linklint.facts.collector import FactCollector
from linklint.flow.steps import StepRecorder
from linklint.shell.interpreter import finish_script, new_shell, run_script
from linklint.text.source import Source

CASES = {
    "{a,b}c": ["ac", "bc"],
    "x{1..3}y": ["x1y", "x2y", "x3y"],
    "{1,2}{a,b}": ["1a", "1b", "2a", "2b"],
    "{08..10..2} {c..a}": ["08", "10", "c", "b", "a"],
    "{so-lo} {a,b '{a,b}' a{b": ["{so-lo}", "{a,b", "{a,b}", "a{b"],
    '"${X:=w}" $X': ["w~", "w~"],
    "$((8000 + 80)) $((2 * (3 - 1) % 3))": ["8080", "1"],
    "$((1 + UNKNOWN)) $((1 << 2))": ["?", "?"],
    "~ ~/x a~": ["?", "?/x", "a~"],
    "* a? '*' -e X=*": ["?", "?", "*", "-e", "X=*"],
    "$(echo a b) \"$(echo 'c d')\"": ["a", "b", "c d"],
}
SCRIPTS = {
    "A=('x y' z)\ndocker run ${A[@]} \"${A[@]}\" ${A[-1]} ${#A[@]} \"${A[@]:1}\"": ["x", "y", "z", "x y", "z", "z", "2",
    "z"],
    'A=()\ndocker run "${A[@]}" "${A[*]}" end': ["", "end"],
    "A=(\"$U\" <(true))\ndocker run \"${A[@]}\"": ["*"],
    "X=a\nexport X=b Y=$X\ndocker run $Y": ["a"],
    "X=a\nX=b Y=$X\ndocker run $Y": ["b"],
    "X=abc\ndocker run ${X%[bc]} ${X#[!z]} ${X: -2} ${X/[a-b]/_}": ["ab", "bc", "bc", "_bc"],
    "X='*'\ndocker run ${X#'*'}": ["?"],
    "unset X\ndocker run ${X-d} ${X+set} ${X:-e}": ["d", "e"],
    "X=\ndocker run \"${X-d}\" ${X+set}": ["", "set"],
    "f() { local X=in; docker run $X; }\nX=out\nf\ndocker run $X": ["in", "out"],
    "f() { docker run $2 $#; }\nf a 'b c'": ["b", "c", "2"],
    "let X=5\n((Y++))\ndocker run $X $Y": ["?", "?"],
    "X=a\nfor i in $UNKNOWN; do X=b; done\ndocker run $X": ["?"],
    "X=a\nf() { X=b; }\nfor i in $UNKNOWN; do docker run $X; f; done": ["?"],
    "X=a\nf() { X=b; }\nf &\ndocker run $X": ["a"],
    "for n in web db; do :; done\ndocker run $n": ["db"],
    "eval 'X=1 docker run a'": ["a"],
    "IFS=, read a b <<< 'l,r'\ndocker run $a": ["?"],
    "X=a\nif [ -n \"$Y\" ]; then export X; fi\nbash -c 'docker run $X'": ["?"],
    "set -- o\n(set -- x)\ndocker run \"$1\"": ["o"],
    "f() { N=1; }\n(f() { N=2; })\nf\ndocker run $N": ["1"],
    "N=a\n. ./lib.sh\ndocker run $N": ["a~"],
    "IFS=,\nX=a,b\ndocker run $X \"$X\"": ["?", "a,b"],
    "A=([2]=x [0]=y)\ndocker run \"${A[@]}\"": ["*"],
    "A=(a b)\nunset 'A[1]'\ndocker run \"${A[@]}\"": ["*"],
    "N=a/b\ndocker run \"${N//\"/\"/-}\" ${N/a/x&y}": ["?", "?"],
    "bash <<< 'docker run web'": ["web"],
    "f() { declare -g N=new; }\nN=old\nf\ndocker run $N": ["new"],
    "T=old\nT=new docker run i:$T": ["i:old"],
    "N=web\nbash <<EOF\ndocker run $N \\$N\nEOF": ["web", "?"],
    "N=web\nbash <<'EOF'\ndocker run $N\nEOF": ["?"],
    "f() { N=b; return; N=c; }\nN=a\nf\ndocker run $N": ["b"],
    "f() { [ $x ] && return; N=c; }\nN=a\nf\ndocker run $N": ["?"],
    "for n in a b; do if [ $n = b ]; then continue; fi; Y=$n; done\ndocker run $Y": ["b~"],
    "N=a\ncommand read N\ndocker run $N": ["?"],
    "N=a\nexport \"N=b\"\ndocker run $N": ["b"],
    "N=a\n: $((N+=1))\ndocker run $N": ["?"],
    "for ((N=0; N<2; N++)); do :; done\ndocker run $N": ["?"],
    "declare -i N=1+2\ndocker run $N": ["?"],
    "N='x y'\ndocker run ${N:+--name \"$N\"} img": ["?", "img"],
    "M=~\ndocker run $M -e A=~/b": ["?", "-e", "A=?/b"],
    "declare X=a\nbash -c 'docker run $X'": ["?"],
}  # fmt: skip


def words_of(script: str) -> list[str]:
    """Return the arguments of all docker statements.

    `~` marks likely words, `?` a hole, `*` a word that may be any number of words.
    """
    found: list[str] = []

    def record(_place: object, call: Invocation, *_: object) -> None:
        for word in call.arguments:
            shown, at = "", 0
            for start, end, kind in word.holes:
                shown += word.string[at:start] + (word.string[start:end] + "~" if kind == "default" else "?")
                at = end
            several = word.many and any(c in word.string for c in "[@")
            found.append("*" if several else shown + word.string[at:])

    source = Source("a.sh", script)
    context = ExtractionContext(FactCollector(), lambda _: None)
    shell = new_shell(context, StepRecorder(context, source.whole().span(), "shell", "a.sh"), "", record=record)
    run_script(shell, source.whole())
    finish_script(shell)
    return found


@pytest.mark.parametrize("line", CASES)
def test_words(line: str) -> None:
    assert words_of("docker run " + line) == CASES[line]


@pytest.mark.parametrize("script", SCRIPTS)
def test_words_of_scripts(script: str) -> None:
    assert words_of(script) == SCRIPTS[script]
