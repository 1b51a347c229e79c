package gitrepo

import (
	"strconv"
	"strings"
	"sync"
)

// maxWords bounds what is kept and printed of what a server says.
const maxWords = 4 << 10

// words collects what a server or a program says, up to a bound.
type words struct {
	mu   sync.Mutex
	said strings.Builder
}

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said.Write(p[:min(len(p), maxWords-w.said.Len())])
	return len(p), nil
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.said.String()
}

// quoteWords makes somebody else's words fit to be printed: one quoted string,
// in which nothing moves the cursor or begins a line, and of bounded length.
func quoteWords(said string) string {
	said = strings.TrimSpace(strings.ReplaceAll(said, "\r", "\n"))
	if len(said) > maxWords {
		said = said[:maxWords] + "…"
	}
	return strconv.Quote(said)
}

// hide replaces every secret in a text.
func hide(text string, secrets []string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	return text
}
