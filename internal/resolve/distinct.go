package resolve

import (
	"fmt"
	"strings"

	"github.com/tenantc/tenantc/internal/diag"
)

// distinct is a list without the entries whose name another has before them,
// which are faults. what is one entry in a message.
func distinct[T any](fault func(code diag.Code, path, message, hint string), path, what string, entries []T, nameOf func(T) string) []T {
	seen := map[string]int{}
	var out []T
	for i, entry := range entries {
		name := nameOf(entry)
		if first, taken := seen[name]; taken {
			fault(diag.SecondName, fmt.Sprintf("%s[%d].name", path, i),
				fmt.Sprintf("%s %s is listed twice, first as %s[%d]", what, name, path[strings.LastIndexByte(path, '.')+1:], first), "rename or remove one")
			continue
		}
		seen[name] = i
		out = append(out, entry)
	}
	return out
}
