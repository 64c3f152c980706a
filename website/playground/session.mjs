// Start linklint in Pyodide, in a worker or under Node. The texts of the page get a directory of their own, and Python
// imports nothing from the current directory: a text may be called yaml.py.
const START = `
import sys
sys.path[:] = ["/linklint", *(path for path in sys.path if path.startswith("/lib/"))]
from pathlib import Path
from play import Session
Session(Path("/playground"))
`;

export async function start(loadPyodide, archive) {
  const python = await loadPyodide();
  python.unpackArchive(new Uint8Array(archive), "zip", { extractDir: "/linklint" });
  const session = python.runPython(START);
  return (message) => JSON.parse(session.answer(JSON.stringify(message)));
}
