// Send messages to linklint in Pyodide under Node, and print the answers: node ask.mjs PLAYGROUND <MESSAGES
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const playground = resolve(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(`${playground}/pyodide/pyodide.mjs`));
const { start } = await import(pathToFileURL(`${playground}/session.mjs`));
const ask = await start(loadPyodide, readFileSync(`${playground}/python.zip`));
for (const message of JSON.parse(readFileSync(0, "utf-8"))) console.log(JSON.stringify(ask(message)));
