package diff

import (
	"regexp"
	"strings"
)

// Code makes a code span that also holds inside a table. In it, a forge looks
// for no link, no mention and no HTML.
func Code(text string) string {
	text = strings.ReplaceAll(printable(text), "|", `\|`)
	if text == "" {
		return "` `"
	}
	ticks := strings.Repeat("`", longestRun(text, '`')+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

// ordinary is prose in which no forge finds anything to make of it: words,
// plain numbers and versions, and the punctuation between them.
var ordinary = regexp.MustCompile(`^[(]?` + ordinaryWord + `( [(]?` + ordinaryWord + `)*$`)

const ordinaryWord = `([A-Za-z]+(-[a-z]+)*('s)?|k[038]s|v?[0-9]+(\.[0-9]+){0,3}%?|→)[).,;:]?`

// Words is text as it is where it is ordinary prose, and in code otherwise.
func Words(text string) string {
	if ordinary.MatchString(text) {
		return text
	}
	return Code(text)
}

func longestRun(text string, of rune) int {
	longest, run := 0, 0
	for _, r := range text {
		if r == of {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}
