package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantc/tenantc/internal/change"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/forge"
	"github.com/tenantc/tenantc/internal/gitrepo"
	"github.com/tenantc/tenantc/internal/publish"
	"github.com/tenantc/tenantc/internal/review"
	"github.com/tenantc/tenantc/internal/version"
)

func newReview(s *settings) *cobra.Command {
	var base, out string
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Judge a change of the tenancy for its reviewers",
		Long: `Compile what a branch changes, hold it against the gates of the tenancy
(policy.gates, and waivers in the change), and say what a reviewer must know: what
changes on which site, what the sites cannot take back, which gate refuses it and
who may lift it. Exit code 1 when the change may not go ahead.

The base is the merge base with the revision given. The review goes to standard
output as Markdown, for any forge. With --out it is written into a folder, which
'tenantc review post' brings to a pull request on GitHub: the job that compiles
what a stranger wrote holds no secret, the one that posts compiles nothing.`,
		Example: `  # What will the reviewers see?
  tenantc review --base main

  # In CI, on a pull request
  tenantc review --base HEAD^1 --out review

  # In a second job, with a token in GITHUB_TOKEN
  tenantc review post review`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&base, "base", "", "compare with the merge base with `REV` (default: origin/HEAD, or what the merge queue merges into)")
	cmd.Flags().StringVar(&out, "out", "", "write the review into `DIR` instead of printing it")
	format, now := formatFlag(cmd), nowFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		event, err := forge.ReadEvent(os.Getenv("GITHUB_EVENT_PATH"))
		if err != nil {
			return err
		}
		o := s.publishOptions(now)
		r, err := s.review(cmd.Context(), cmp.Or(base, event.Base, "origin/HEAD"), now(), o)
		if err != nil {
			return err
		}
		save(cmd, o.Compiler)
		r.Pull, r.Head, r.Version = event.Pull, event.Head, version.String()
		if out != "" {
			err = review.Write(s.path(out), r)
		} else {
			_, err = fmt.Fprint(cmd.OutOrStdout(), r.Markdown(0))
		}
		if err != nil {
			return err
		}
		if r.Problem != "" {
			fmt.Fprintln(cmd.ErrOrStderr(), "tenantc: "+diag.Visible(r.Problem))
		}
		return s.verdict(cmd.ErrOrStderr(), r.Faults, format)
	}
	cmd.AddCommand(newReviewPost(s))
	return cmd
}

func (s *settings) review(ctx context.Context, rev string, now time.Time, o publish.Options) (review.Review, error) {
	base, within, err := gitrepo.MergeBase(ctx, s.dir, rev)
	if err != nil {
		return review.Review{}, err
	}
	source, faults, err := compiler.Load(ctx, s.dir)
	if err != nil {
		return review.Review{}, err
	}
	made := change.Change{Base: base}
	if !faults.HasErrors() {
		var more diag.List
		made, more, err = change.Against(ctx, source, base, o)
		if err != nil && !change.IsBase(err) {
			return review.Review{}, err
		}
		faults = append(faults, more...)
	}
	r := review.Of(made, faults, err, now)
	r.Base, r.Within = base, within
	return r, nil
}

// postTimeout bounds a post with all its attempts.
const postTimeout = 10 * time.Minute

func newReviewPost(s *settings) *cobra.Command {
	var o forge.Options
	cmd := &cobra.Command{
		Use:   "post DIR",
		Short: "Bring a review to its pull request on GitHub",
		Long: `Read what 'tenantc review --out DIR' wrote and bring it to GitHub: one comment, which
later pushes change; a check run with annotations at the specs' lines; labels by risk.

Nothing in DIR is believed but the number of the pull request, and that only when the
pull request is at the commit that the event (GITHUB_EVENT_PATH) names. All text is
made harmless here. The token is taken from GITHUB_TOKEN; it needs to write pull
requests and checks. GITHUB_API_URL and GITHUB_REPOSITORY say where.`,
		Example: `  # In a workflow that runs on workflow_run
  tenantc review post review`,
		Args: exactArgs("DIR"),
	}
	cmd.Flags().StringVar(&o.Repository, "repository", os.Getenv("GITHUB_REPOSITORY"), "`OWNER/NAME` of the repository")
	cmd.Flags().StringVar(&o.API, "api", cmp.Or(os.Getenv("GITHUB_API_URL"), "https://api.github.com"), "address of the API; of GitHub Enterprise, https://`HOST`/api/v3")
	cmd.Flags().StringVar(&o.Author, "author", "", "`LOGIN` that the token is of, where that is no bot")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.Token, o.Wait = os.Getenv("GITHUB_TOKEN"), time.After
		event, err := forge.ReadEvent(os.Getenv("GITHUB_EVENT_PATH"))
		if err != nil {
			return err
		}
		r, err := review.Read(s.path(args[0]))
		if err != nil {
			return err
		}
		client, err := forge.New(o)
		if err != nil {
			return usageError{err}
		}
		ctx, stop := context.WithTimeout(cmd.Context(), postTimeout)
		defer stop()
		err = client.Post(ctx, r, event)
		if errors.Is(err, forge.ErrMoved) {
			fmt.Fprintln(cmd.ErrOrStderr(), "nothing posted:", err)
			return nil
		}
		return err
	}
	return cmd
}
