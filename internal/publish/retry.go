package publish

import (
	"context"
	"math/rand/v2"
	"time"
)

// A push that another publisher was faster than is tried again, each time
// compiled against the new state of the branch: so often, and after a pause of
// a random length below a bound that doubles, so that many publishers do not
// meet again and again.
const (
	attempts     = 20
	firstPause   = 50 * time.Millisecond
	longestPause = 3 * time.Second
)

func pause(attempt int) time.Duration {
	return rand.N(min(firstPause<<attempt, longestPause))
}

// wait ends early, with the reason, when the context does.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
