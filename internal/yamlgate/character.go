package yamlgate

import (
	"fmt"
	"unicode"
)

// Hidden are characters that people cannot see, or that parsers take
// differently: all that is not printable but the space and the line's end.
func Hidden(r rune) bool {
	return r != '\n' && !unicode.IsPrint(r)
}

// Describe names a character that does not show, as in: a NUL byte (U+0000).
func Describe(r rune) string {
	names := map[rune]string{
		'\t': "a tab", '\r': "a carriage return that ends no line", 0: "a NUL byte", '\ufeff': "a byte order mark", '\u00a0': "a no-break space",
	}
	if name := names[r]; name != "" {
		return fmt.Sprintf("%s (%U)", name, r)
	}
	if unicode.Is(unicode.Bidi_Control, r) {
		return fmt.Sprintf("a character that turns the direction of text (%U)", r)
	}
	return fmt.Sprintf("the invisible character %U", r)
}
