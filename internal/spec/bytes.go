package spec

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/yamlgate"
)

// Bounds of a file. They come before any parser: within them, the YAML parser
// and CUE were seen to end in well under a second.
const (
	maxFileSize  = 1 << 20 // bytes
	maxLockSize  = 8 << 20 // bytes of placements.lock.yaml: some 100,000 tenant clusters
	maxDocuments = 1000    // of a file
	maxNodes     = 100_000 // values and keys of a file
	maxDepth     = 24      // collections within one another
	maxKeys      = 256     // of one mapping
	maxItems     = 2000    // of one list
	maxFaults    = 100     // told of one file
)

func maxSize(name string) int {
	if name == LockFile {
		return maxLockSize
	}
	return maxFileSize
}

// checkBytes judges a file before it is parsed. Parsing makes no sense when
// fatal; what is wrong otherwise can be told together with what follows.
func checkBytes(f File) (faults diag.List, fatal bool) {
	if len(f.Data) > maxSize(f.Path) {
		return diag.List{tooLarge(f.Path)}, true
	}
	line, column, told := 1, 1, rune(0)
	at := func() diag.Position { return diag.Position{File: f.Path, Line: line, Column: column} }
	for rest := f.Data; len(rest) > 0 && len(faults) < maxFaults; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			return append(faults, fault(diag.BadEncoding, at(),
				fmt.Sprintf("byte 0x%02x is not UTF-8", rest[0]), "save the file as UTF-8")), true
		case column == 1 && r == '%':
			faults = append(faults, fault(diag.BadYAML, at(), "a line begins with %, as YAML directives do",
				"remove the directive; a value that begins with % goes in quotes"))
		case yamlgate.Hidden(r) && !(r == '\r' && bytes.HasPrefix(rest[size:], []byte("\n"))) && r+1 != told:
			told = r + 1 // once a line
			faults = append(faults, fault(diag.HiddenCharacter, at(), "the file contains "+yamlgate.Describe(r), hiddenHint(r)))
			fatal = fatal || r < ' ' && r != '\t' || r == '\ufeff' || r == '\u0085'
		}
		rest = rest[size:]
		column++
		if r == '\n' {
			line, column, told = line+1, 1, 0
		}
	}
	return faults, fatal
}

func tooLarge(name string) diag.Diagnostic {
	return fault(diag.TooLarge, diag.Position{File: name}, fmt.Sprintf("the file has more than %d bytes", maxSize(name)),
		"split it: documents may be spread over any number of files")
}

func hiddenHint(r rune) string {
	switch r {
	case '\t', '\u00a0':
		return "write spaces"
	case '\ufeff':
		return "save the file as UTF-8 without a byte order mark"
	case '\r':
		return "end lines with LF or CR LF"
	}
	return "remove it"
}
