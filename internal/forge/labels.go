package forge

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-github/v62/github"
)

// Labels makes a pull request have, of the labels that begin with the prefix,
// exactly the wanted ones. Others are left alone. GitHub makes a label that the
// repository does not have yet.
func (c *Client) Labels(ctx context.Context, pull int, prefix string, wanted []string) error {
	return c.call(ctx, "the labels", func() error {
		has, err := c.labels(ctx, pull, prefix)
		if err != nil {
			return err
		}
		var missing []string
		for _, label := range wanted {
			if !slices.Contains(has, label) {
				missing = append(missing, label)
			}
		}
		if len(missing) > 0 {
			if err := c.addLabels(ctx, pull, missing); err != nil {
				return err
			}
		}
		for _, label := range has {
			if slices.Contains(wanted, label) {
				continue
			}
			_, err := c.github.Issues.RemoveLabelForIssue(ctx, c.owner, c.name, pull, url.PathEscape(label))
			if err != nil && !hasStatus(err, http.StatusNotFound) {
				return err
			}
		}
		return nil
	})
}

// addLabels sends what GitHub describes; go-github sends a bare list, which is
// described no more.
func (c *Client) addLabels(ctx context.Context, pull int, labels []string) error {
	path := fmt.Sprintf("repos/%s/%s/issues/%d/labels", c.owner, c.name, pull)
	request, err := c.github.NewRequest(http.MethodPost, path, map[string][]string{"labels": labels})
	if err != nil {
		return err
	}
	_, err = c.github.Do(ctx, request, nil)
	return err
}

func (c *Client) labels(ctx context.Context, pull int, prefix string) ([]string, error) {
	var names []string
	o := &github.ListOptions{PerPage: 100}
	for {
		page, answer, err := c.github.Issues.ListLabelsByIssue(ctx, c.owner, c.name, pull, o)
		if err != nil {
			return nil, err
		}
		for _, label := range page {
			if strings.HasPrefix(label.GetName(), prefix) {
				names = append(names, label.GetName())
			}
		}
		if answer.NextPage == 0 {
			return names, nil
		}
		o.Page = answer.NextPage
	}
}
