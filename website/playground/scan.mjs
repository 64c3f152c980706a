// Scan a directory in Pyodide under Node, and print the findings as JSON: node scan.mjs ARCHIVE DIRECTORY
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { loadPyodide } from "pyodide";

const [archive, directory] = process.argv.slice(2);
const python = await loadPyodide();
python.unpackArchive(new Uint8Array(readFileSync(archive)), "zip");
for (const name of readdirSync(directory, { recursive: true })) {
  const path = join(directory, name);
  if (statSync(path).isDirectory()) python.FS.mkdirTree(`/tree/${name}`);
  else {
    python.FS.mkdirTree(join("/tree", name, ".."));
    python.FS.writeFile(`/tree/${relative(directory, path)}`, new Uint8Array(readFileSync(path)));
  }
}
console.log(
  await python.runPythonAsync(`
import json
from linklint.config.model import Config
from linklint.scanning import scan

found = scan(["/tree"], config=Config())
json.dumps([[f.path, f.line, f.rule, f.severity, f.message] for f in found.findings])
`),
);
