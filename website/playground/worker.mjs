// Runs linklint in a worker: Pyodide and the archive come from the directory of this file, and from nowhere else.
import { loadPyodide } from "./pyodide/pyodide.mjs";
import { start } from "./session.mjs";

async function archive() {
  const answer = await fetch("python.zip");
  if (!answer.ok) throw new Error(`python.zip: ${answer.status} ${answer.statusText}`);
  return answer.arrayBuffer();
}

const session = archive().then((bytes) => start(loadPyodide, bytes));
session.then(
  () => postMessage({ started: true }),
  (error) => postMessage({ failed: lastLine(error) }),
);

// After a fault, Python may not be able to go on: the page starts it again.
onmessage = async ({ data }) => {
  try {
    const ask = await session;
    postMessage({ number: data.number, answer: ask(data.message) });
  } catch (error) {
    postMessage({ number: data.number, fault: lastLine(error) });
  }
};

function lastLine(error) {
  return String(error?.message ?? error).trim().split("\n").at(-1);
}
