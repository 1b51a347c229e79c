package forge

import (
	"context"

	"github.com/google/go-github/v62/github"

	"github.com/tenantc/tenantc/internal/review"
)

// Check is a check run of a commit.
type Check struct {
	Name        string
	Commit      string
	URL         string // of the full details; empty for none
	Passed      bool
	Title       string
	Summary     string // Markdown, at most 65,535 characters
	Annotations []review.Annotation
}

// batch is how many annotations one request may have; further ones are added
// by further requests.
const batch = 50

// Check makes a check run of the commit. The verdict comes with the last
// request, so that a run that breaks off never passes.
func (c *Client) Check(ctx context.Context, check Check) error {
	var id int64
	rest := check.Annotations
	first := rest[:min(len(rest), batch)]
	err := c.call(ctx, "the check run", func() error {
		o := github.CreateCheckRunOptions{Name: check.Name, HeadSHA: check.Commit, Output: check.output(first), DetailsURL: optional(check.URL)}
		o.Status, o.Conclusion = check.state(len(first) == len(rest))
		run, _, err := c.github.Checks.CreateCheckRun(ctx, c.owner, c.name, o)
		id = run.GetID()
		return err
	})
	for rest = rest[len(first):]; err == nil && len(rest) > 0; {
		next := rest[:min(len(rest), batch)]
		rest = rest[len(next):]
		err = c.call(ctx, "the check run's annotations", func() error {
			o := github.UpdateCheckRunOptions{Name: check.Name, Output: check.output(next)}
			o.Status, o.Conclusion = check.state(len(rest) == 0)
			_, _, err := c.github.Checks.UpdateCheckRun(ctx, c.owner, c.name, id, o)
			return err
		})
	}
	return err
}

func (c Check) state(last bool) (status, conclusion *string) {
	switch {
	case !last:
		return github.String("in_progress"), nil
	case c.Passed:
		return github.String("completed"), github.String("success")
	}
	return github.String("completed"), github.String("failure")
}

func (c Check) output(annotations []review.Annotation) *github.CheckRunOutput {
	out := &github.CheckRunOutput{Title: &c.Title, Summary: &c.Summary}
	for _, a := range annotations {
		out.Annotations = append(out.Annotations, annotationOf(a))
	}
	return out
}

func annotationOf(a review.Annotation) *github.CheckRunAnnotation {
	made := &github.CheckRunAnnotation{
		Path: &a.File, StartLine: &a.Line, EndLine: &a.Line,
		AnnotationLevel: github.String(string(a.Level)), Message: &a.Message, Title: optional(a.Title),
	}
	if a.Column > 0 {
		made.StartColumn, made.EndColumn = &a.Column, &a.Column
	}
	return made
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
