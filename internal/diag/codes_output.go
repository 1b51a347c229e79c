package diag

func outputEntries() []Entry {
	return []Entry{}
}
