"""The language server: findings in the editor. Needs the extra `lsp`."""
