package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/go-github/v62/github"
)

const (
	attempts  = 6
	firstWait = time.Second
	// Without a Retry-After, GitHub asks for at least a minute after a
	// secondary rate limit (Best practices for using the REST API).
	limitedWait = time.Minute
)

// failure says how a request failed.
type failure int

const (
	final   failure = iota // asking again gives the same
	limited                // refused before anything was done
	broken                 // it is not known whether anything was done
)

// call does something until it succeeds, fails for good, or ctx would end
// before the next attempt. do must be harmless when it is done twice: a request
// that failed may have been carried out all the same.
func (c *Client) call(ctx context.Context, what string, do func() error) error {
	for attempt := 1; ; attempt++ {
		err := do()
		if err == nil {
			return nil
		}
		kind, pause := classify(err, time.Now())
		if pause == 0 {
			pause = firstWait << (attempt - 1)
		}
		if kind == final || attempt == attempts {
			return fmt.Errorf("%s: %w", what, err)
		}
		if deadline, has := ctx.Deadline(); has && time.Now().Add(pause).After(deadline) {
			return fmt.Errorf("%s: no time left to try again in %s: %w", what, pause.Round(time.Second), err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", what, context.Cause(ctx))
		case <-c.wait(pause):
		}
	}
}

// classify tells failures apart, and how long GitHub wants to be left alone;
// 0 where it does not say.
func classify(err error, now time.Time) (failure, time.Duration) {
	var primary *github.RateLimitError
	var secondary *github.AbuseRateLimitError
	var answer *github.ErrorResponse
	var transport *url.Error
	switch {
	case errors.As(err, &primary):
		return limited, max(primary.Rate.Reset.Sub(now), firstWait)
	case errors.As(err, &secondary):
		if secondary.RetryAfter != nil {
			return limited, *secondary.RetryAfter
		}
		return limited, limitedWait
	case errors.As(err, &answer) && answer.Response != nil:
		return classifyAnswer(answer.Response)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return final, 0
	case errors.As(err, &transport):
		return broken, 0
	}
	return final, 0
}

func classifyAnswer(r *http.Response) (failure, time.Duration) {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil {
		wait = time.Duration(seconds) * time.Second
	}
	switch {
	case r.StatusCode == http.StatusTooManyRequests:
		return limited, max(wait, firstWait)
	case r.StatusCode == http.StatusForbidden && wait > 0:
		return limited, wait
	case r.StatusCode == http.StatusConflict, r.StatusCode >= 500:
		return broken, wait
	}
	return final, 0
}

func hasStatus(err error, status int) bool {
	var answer *github.ErrorResponse
	return errors.As(err, &answer) && answer.Response != nil && answer.Response.StatusCode == status
}
