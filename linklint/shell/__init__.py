"""Shell text: scanner, tree, expansion, interpreter."""
