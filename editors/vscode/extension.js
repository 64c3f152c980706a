"use strict";
// Starts `linklint server` and connects it with the editor. The command is a setting of the machine, so that a folder
// cannot choose what is run.
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const SELECTOR = [{ scheme: "file" }];
let client;

async function start() {
  const command = vscode.workspace.getConfiguration("linklint").get("command", "linklint");
  client = new LanguageClient("linklint", "linklint", { command, args: ["server"] }, { documentSelector: SELECTOR });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    vscode.window.showErrorMessage(`linklint does not start: is it installed with its extra "lsp"? (${error.message})`);
  }
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("linklint.restart", async () => {
      await deactivate();
      await start();
    }),
  );
  await start();
}

async function deactivate() {
  await client?.stop();
  client = undefined;
}

module.exports = { activate, deactivate };
