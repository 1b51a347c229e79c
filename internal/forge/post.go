package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"github.com/tenantc/tenantc/internal/review"
)

// ErrMoved says that the pull request is not at the commit that was reviewed:
// somebody has pushed in the meantime, and that push is reviewed by itself; or
// the artifact names a pull request that it is not of.
var ErrMoved = errors.New("the pull request is not at the commit that was reviewed")

// Post brings a review to its pull request. What the review says of itself is
// not believed: event says which commit was reviewed, and the pull request must
// be at it. A review of no pull request, as in the merge queue, becomes a check
// run only.
func (c *Client) Post(ctx context.Context, r review.Review, event Event) error {
	if event.Head == "" {
		return errors.New("the event names no commit: post from a workflow that runs on pull_request, merge_group or workflow_run")
	}
	r.Head = event.Head
	if r.Pull > 0 {
		if err := c.at(ctx, r.Pull, event.Head); err != nil {
			return err
		}
	}
	text := r.Markdown(review.CommentLimit) + details(event.Run)
	check := Check{
		Name: r.Name(), Commit: event.Head, URL: event.Run, Passed: !r.Refused(),
		Title: r.Title(), Summary: text, Annotations: r.Annotations,
	}
	if err := c.Check(ctx, check); err != nil || r.Pull == 0 {
		return err
	}
	return errors.Join(
		c.Comment(ctx, r.Pull, fmt.Sprintf("<!-- %s -->", r.Name()), text),
		c.Labels(ctx, r.Pull, review.LabelPrefix, r.Labels()),
	)
}

// at makes sure that a pull request is at a commit.
func (c *Client) at(ctx context.Context, pull int, commit string) error {
	return c.call(ctx, fmt.Sprintf("pull request %d", pull), func() error {
		found, _, err := c.github.PullRequests.Get(ctx, c.owner, c.name, pull)
		switch {
		case hasStatus(err, http.StatusNotFound):
			return fmt.Errorf("%w: there is none, or the token may not see it", ErrMoved)
		case err != nil:
			return err
		case found.GetHead().GetSHA() != commit:
			return ErrMoved
		}
		return nil
	})
}

var address = regexp.MustCompile(`^https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._-]+)*$`)

// details leads to the run, whose artifact has the whole difference.
func details(run string) string {
	if len(run) > 300 || !address.MatchString(run) {
		return ""
	}
	return "\n[The whole difference is an artifact of this run](" + run + ").\n"
}
