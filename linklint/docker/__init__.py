"""What Docker means, whatever kind of file said it: command lines, links, ports, names, variables, images."""
