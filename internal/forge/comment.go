package forge

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/go-github/v62/github"
)

// Comment makes a pull request have exactly one comment that begins with the
// marker: it writes the first, changes it when the text is another, and removes
// what an earlier run may have left twice. Comments of other people are left
// alone, whatever they begin with.
func (c *Client) Comment(ctx context.Context, pull int, marker, text string) error {
	body := marker + "\n" + text
	return c.call(ctx, "the comment", func() error {
		own, err := c.comments(ctx, pull, marker)
		if err != nil {
			return err
		}
		if len(own) == 0 {
			_, _, err := c.github.Issues.CreateComment(ctx, c.owner, c.name, pull, &github.IssueComment{Body: &body})
			return err
		}
		for _, twice := range own[1:] {
			_, err := c.github.Issues.DeleteComment(ctx, c.owner, c.name, twice.GetID())
			if err != nil && !hasStatus(err, http.StatusNotFound) {
				return err
			}
		}
		return c.update(ctx, pull, own[0], body)
	})
}

// update changes a comment. One that somebody has removed in the meantime is
// written anew.
func (c *Client) update(ctx context.Context, pull int, old *github.IssueComment, body string) error {
	if old.GetBody() == body {
		return nil
	}
	_, _, err := c.github.Issues.EditComment(ctx, c.owner, c.name, old.GetID(), &github.IssueComment{Body: &body})
	if hasStatus(err, http.StatusNotFound) {
		_, _, err = c.github.Issues.CreateComment(ctx, c.owner, c.name, pull, &github.IssueComment{Body: &body})
	}
	return err
}

// comments lists our own comments that begin with the marker, the oldest first.
func (c *Client) comments(ctx context.Context, pull int, marker string) ([]*github.IssueComment, error) {
	var own []*github.IssueComment
	o := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: 100}}
	for {
		page, answer, err := c.github.Issues.ListComments(ctx, c.owner, c.name, pull, o)
		if err != nil {
			return nil, err
		}
		for _, comment := range page {
			if c.ours(comment.GetUser()) && strings.HasPrefix(comment.GetBody(), marker) {
				own = append(own, comment)
			}
		}
		if answer.NextPage == 0 {
			return own, nil
		}
		o.Page = answer.NextPage
	}
}

// ours: anybody can write a comment that begins with the marker.
func (c *Client) ours(user *github.User) bool {
	if c.author != "" {
		return user.GetLogin() == c.author
	}
	return user.GetType() == "Bot"
}
