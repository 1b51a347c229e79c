package diag

// Files and YAML, before the schema is asked.
const (
	UnreadableFile  Code = "TC1001"
	SpecialFile     Code = "TC1002"
	TooLarge        Code = "TC1003"
	TooManyFaults   Code = "TC1004"
	BadEncoding     Code = "TC1005"
	HiddenCharacter Code = "TC1006"
	BadYAML         Code = "TC1007"
	DuplicateKey    Code = "TC1008"
	AliasOrTag      Code = "TC1009"
	BadKey          Code = "TC1010"
	AmbiguousValue  Code = "TC1011"
	NullValue       Code = "TC1012"
	NotRead         Code = "TC1014"
)

// The schema.
const (
	UnknownKind    Code = "TC1101"
	UnknownVersion Code = "TC1102"
	MisplacedKind  Code = "TC1103"
	UnknownField   Code = "TC1104"
	MissingField   Code = "TC1105"
	WrongType      Code = "TC1106"
	BadValue       Code = "TC1107"
	NotAnOption    Code = "TC1108"
	FieldsDisagree Code = "TC1109"
	DefinedTwice   Code = "TC1110"
	NotOneTenancy  Code = "TC1111"
)

func specEntries() []Entry {
	return append(fileEntries(), schemaEntries()...)
}

func fileEntries() []Entry {
	return []Entry{
		{
			Code:   UnreadableFile,
			Title:  "file cannot be read",
			Cause:  "A file or folder of the tenancy exists, but the system refuses to read it.",
			Remedy: "Check its permissions and those of the folders above it.",
		},
		{
			Code:   SpecialFile,
			Title:  "not an ordinary file",
			Cause:  "There is a symbolic link, a device, a pipe, a nested git repository or a submodule among the specs or templates, or a name with invisible characters. A link could lead out of the repository, so none is followed.",
			Remedy: "Put the file itself in its place, under a plain name.",
		},
		{
			Code:   TooLarge,
			Title:  "more than is read",
			Cause:  "A file, list, mapping or nesting is larger than any real spec. The bounds keep one file from holding up the run: 1 MiB, 1,000 documents and 100,000 values a file, 2,000 items a list, 256 keys a mapping, 24 levels; 100,000 files and 256 MiB in all.",
			Remedy: "Spread the documents over several files, at any depth below their folder.",
		},
		{
			Code:   TooManyFaults,
			Title:  "further faults of a file are not shown",
			Cause:  "A file has more than 100 faults; the first 100 were shown.",
			Remedy: "Correct those, then run again.",
		},
		{
			Code:   BadEncoding,
			Title:  "file is not UTF-8",
			Cause:  "A byte does not belong to UTF-8 text, as in files saved in a legacy encoding.",
			Remedy: "Save the file as UTF-8.",
		},
		{
			Code:   HiddenCharacter,
			Title:  "invisible character",
			Cause:  "The file contains what reviewers cannot see or parsers take differently: a tab, a byte order mark, a control character, a no-break or zero-width space, a character that turns the direction of text. Escapes in double quotes count, too.",
			Remedy: "Remove it; write spaces instead of tabs.",
		},
		{
			Code:   BadYAML,
			Title:  "not YAML",
			Cause:  "The file cannot be parsed, holds a merge conflict of git's, or has a YAML directive (a line that begins with %).",
			Remedy: "Check the indentation, and that quotes and brackets are closed, at the line and above it.",
		},
		{
			Code:   DuplicateKey,
			Title:  "key given twice",
			Cause:  "A mapping has the same key twice. Parsers take the first, the last, or both.",
			Remedy: "Keep one.",
		},
		{
			Code:   AliasOrTag,
			Title:  "anchor, alias, merge key or tag",
			Cause:  "A value stands for what is written elsewhere, or says its own type. Parsers differ in what they make of it, and reviewers would have to expand it in their heads.",
			Remedy: "Write the value out where it is needed; put text in quotes.",
		},
		{
			Code:   BadKey,
			Title:  "key is not plain text",
			Cause:  "A key is a number, a word such as yes or null, or a collection.",
			Remedy: "Put the key in quotes.",
		},
		{
			Code:   AmbiguousValue,
			Title:  "parsers read the value differently",
			Cause:  "An unquoted value is text, a number, a date or a truth value, depending on the parser: yes, on, 0123, 1_000, 12:30, 1e3, 2027-01-31.",
			Remedy: "Put it in quotes, or write numbers plainly and truth values as true and false.",
		},
		{
			Code:   NullValue,
			Title:  "no value",
			Cause:  "A key has nothing behind it, or null. It is not clear whether the default is meant or nothing at all.",
			Remedy: "Remove the line to get the default, or write a value.",
		},
		{
			Code:   NotRead,
			Title:  "file that is not read",
			Cause:  "A JSON file lies among the specs. Only those whose names end in .yaml or .yml are read.",
			Remedy: "Rename it to .yaml, for JSON is YAML, too; or move it elsewhere.",
		},
	}
}

func schemaEntries() []Entry {
	return []Entry{
		{
			Code:   UnknownKind,
			Title:  "unknown kind of document",
			Cause:  "kind is none of Tenancy, Site, TenantClass, Tenant and Waiver.",
			Remedy: "Write one of them, in this spelling.",
		},
		{
			Code:   UnknownVersion,
			Title:  "unknown apiVersion",
			Cause:  "The document is written for a version of the specs that this tenantc does not know.",
			Remedy: "Write apiVersion: tenantc.dev/v1alpha1.",
		},
		{
			Code:   MisplacedKind,
			Title:  "document in the wrong folder",
			Cause:  "tenants/, sites/, classes/ and waivers/ hold documents of one kind each, so that who may approve a tenant cannot approve a class, a site or a waiver with it.",
			Remedy: "Move the document into its own folder.",
		},
		{
			Code:   UnknownField,
			Title:  "unknown field",
			Cause:  "There is no such field at this place. A spelling mistake is never ignored.",
			Remedy: "Correct the name; the hint says which names there are. `tenantc schema` prints all fields with their meaning.",
		},
		{
			Code:   MissingField,
			Title:  "missing field",
			Cause:  "A field that has no default is not there.",
			Remedy: "Write it, below the place shown.",
		},
		{
			Code:   WrongType,
			Title:  "value of the wrong type",
			Cause:  "A number stands where text is needed, a list where a single value is, and the like. Quantities and versions are text: \"32\", \"1.34\".",
			Remedy: "Write the value as the hint says; most often quotes are missing.",
		},
		{
			Code:   BadValue,
			Title:  "value out of range or malformed",
			Cause:  "The value has the right type but is not what the field takes: a malformed quantity, address range, host name, duration or name; a reserved name; an empty list; an item given twice.",
			Remedy: "Write it as the hint describes.",
		},
		{
			Code:   NotAnOption,
			Title:  "none of the options",
			Cause:  "The field takes one of a few words, and this is none of them.",
			Remedy: "Write one of the words that the hint lists.",
		},
		{
			Code:   FieldsDisagree,
			Title:  "fields do not go together",
			Cause:  "Each field is right by itself, but one excludes or needs another: site and placement, of which there is one, a database's fields with a store that is no database, dedicated nodes without a pool.",
			Remedy: "Do what the hint says.",
		},
		{
			Code:   DefinedTwice,
			Title:  "defined twice",
			Cause:  "Two documents have the same kind and name. The file's name does not count.",
			Remedy: "Rename one, or remove it.",
		},
		{
			Code:   NotOneTenancy,
			Title:  "not exactly one Tenancy",
			Cause:  "A tenancy repository has one document of kind Tenancy, in tenancy.yaml; there is none, or a second.",
			Remedy: "Keep one. Make sure that tenantc runs in the repository, or name it with -C.",
		},
	}
}
