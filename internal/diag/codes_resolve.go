package diag

func resolveEntries() []Entry {
	return []Entry{}
}
