"""What happens: verbs, one module a noun. They neither commit nor know who asked."""
