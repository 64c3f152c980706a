"""Container names.

Source: the engine's pattern `^/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$` (engines 26.1 and 29.0; the CLI and Compose do not check
it), and the word lists of all versions of moby's names-generator.
"""

from __future__ import annotations

from linklint.docker.links import is_id
from linklint.text.regex import lazy_compile
from linklint.text.word import Word

VALID = lazy_compile(r"/?[a-zA-Z0-9][a-zA-Z0-9_.-]+")

ADJECTIVES = frozenset(
    """admiring adoring affectionate agitated amazing angry awesome backstabbing beautiful berserk blissful bold
    boring brave busy charming clever cocky compassionate competent condescending confident cool cranky crazy
    dazzling desperate determined distracted dreamy drunk eager ecstatic elastic elated elegant eloquent epic evil
    exciting fervent festive flamboyant focused friendly frosty funny furious gallant gifted gigantic gloomy goofy
    gracious grave great happy hardcore heuristic high hopeful hungry infallible insane inspiring intelligent
    interesting jolly jovial keen kickass kind laughing lonely loving lucid mad magical modest musing mystifying
    naughty nauseous nervous nice nifty nostalgic objective optimistic peaceful pedantic pensive practical priceless
    prickly quirky quizzical recursing relaxed reverent romantic sad serene sharp sick silly sleepy small stoic
    strange stupefied suspicious sweet tender thirsty tiny trusting unruffled upbeat vibrant vigilant vigorous
    wizardly wonderful xenodochial youthful zealous zen""".split()
)
SURNAMES = frozenset(
    """agnesi albattani allen almeida antonelli archimedes ardinghelli aryabhata austin babbage banach banzai bardeen
    bartik bassi beaver bell benz bhabha bhaskara black blackburn blackwell bohr booth borg bose bouman boyd
    brahmagupta brattain brown buck burnell cannon carson cartwright carver cerf chandrasekhar chaplygin chatelet
    chatterjee chaum chebyshev clarke cohen colden cori cray curie curran darwin davinci dewdney dhawan diffie
    dijkstra dirac driscoll dubinsky easley edison einstein elbakyan elgamal elion ellis engelbart euclid euler ewald
    faraday feistel fermat fermi feynman franklin gagarin galileo galois ganguly gates gauss germain goldberg
    goldstine goldwasser golick goodall gould greider grothendieck haibt hamilton haslett hawking heisenberg hellman
    hermann herschel hertz heyrovsky hodgkin hofstadter hoover hopper hugle hypatia ishizaka jackson jang jemison
    jennings jepsen johnson joliot jones kalam kapitsa kare keldysh keller kepler khayyam khorana kilby kirch knuth
    kowalevski lalande lamarr lamport leakey leavitt lederberg lehmann lewin lichterman liskov lovelace lumiere
    mahavira margulis matsumoto maxwell mayer mccarthy mcclintock mclaren mclean mcnulty meitner mendel mendeleev
    meninsky merkle mestorf mirzakhani montalcini moore morse moser murdock napier nash neumann newton nightingale
    nobel noether northcutt noyce panini pare pascal pasteur payne perlman pike poincare poitras proskuriakova
    ptolemy raman ramanujan rhodes ride ritchie robinson roentgen rosalind rubin saha sammet sanderson satoshi shamir
    shannon shaw shirley shockley shtern sinoussi snyder solomon spence stallman stonebraker sutherland swanson
    swartz swirles taussig tesla tharp thompson torvalds tu turing varahamihira vaughan vaughn villani visvesvaraya
    volhard weierstrass wescoff wilbur wiles williams williamson wilson wing wozniak
    wright wu yalow yonath zhukovsky""".split()
)


def refused_name(name: str, tool: str = "docker") -> str | None:
    """Return why the engine refuses the name, or None.

    An empty name means a generated one and is accepted. Podman also accepts one letter.
    """
    if not name or VALID.fullmatch(name):
        return None
    bare = name.removeprefix("/")
    if len(bare) == 1 and bare.isascii() and bare.isalnum():
        if "podman" in tool or tool == "quadlet":
            return None
        return "names need at least two characters"
    return "names consist of letters, digits, _ . and -, and start with a letter or a digit"


def is_generated(name: str) -> bool:
    """Return whether it looks like a name that Docker generated: `boring_wozniak`, `nostalgic_curie3`."""
    adjective, _, surname = name.rstrip("0123456789").partition("_")
    return adjective in ADJECTIVES and surname in SURNAMES


def canonical(name: str) -> str:
    """Return the name without the one leading `/` that is allowed."""
    return name.removeprefix("/")


def how_named(word: Word | None) -> str:
    """Return the `…_how` of a name."""
    if word is None or not word.string:
        return "none"
    if word.how != "literal":
        return word.how
    if is_id(word.string):
        return "id"
    return "generated" if is_generated(canonical(word.string)) else "literal"


COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
DOMAIN = (
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
    r"|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
)
REFERENCE = lazy_compile(
    rf"(?P<name>(?:{DOMAIN}/)?{COMPONENT}(?:/{COMPONENT})*)(?::[\w][\w.-]{{0,127}})?(?:@(?:sha256:[0-9a-f]{{64}}"
    rf"|sha384:[0-9a-f]{{96}}|sha512:[0-9a-f]{{128}}))?"
)
MAX_NAME = 255


def is_reference(image: str) -> bool:
    """Return whether the CLI accepts it as an image."""
    match = REFERENCE.fullmatch(image)
    if match is None:
        return False
    domain, slash, path = match["name"].partition("/")
    if not slash:
        path = f"library/{domain}"  # Docker Hub
    elif domain != "localhost" and domain == domain.lower() and not any(c in domain for c in ".:"):
        path = match["name"]
    return len(path) <= MAX_NAME


def repository(image: str) -> str:
    """Return the image without tag and digest, which connects `docker build -t app:1 .` to `docker run app`."""
    image = image.split("@", 1)[0].removeprefix("docker.io/").removeprefix("library/")
    head, _, tail = image.rpartition("/")
    tail = tail.split(":", 1)[0]
    return f"{head}/{tail}" if head else tail
