package forge

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/diff"
	"github.com/tenantc/tenantc/internal/forge/githubtest"
	"github.com/tenantc/tenantc/internal/review"
)

const (
	commit = "0123456789012345678901234567890123456789"
	later  = "9876543210987654321098765432109876543210"
)

// fixture is a server with pull request 7 at the commit, and a client that
// writes down how long it was asked to wait instead of waiting.
func fixture(t *testing.T) (*githubtest.Server, *Client, *[]time.Duration) {
	server := githubtest.New(t)
	server.Pulls[7] = commit
	var waits []time.Duration
	client, err := New(Options{API: server.URL, Repository: githubtest.Repository, Token: githubtest.Token, Wait: func(d time.Duration) <-chan time.Time {
		waits = append(waits, d)
		now := make(chan time.Time, 1)
		now <- time.Time{}
		return now
	}})
	require.NoError(t, err)
	return server, client, &waits
}

func low() review.Review {
	return review.Review{Format: review.Format, Pull: 7, Report: diff.Report{Sites: []diff.Site{{Name: "turin-1", Change: diff.Changed, Clusters: []diff.Cluster{
		{ClusterChange: diff.ClusterChange{Tenant: "acme", Name: "prod", Change: diff.Added, To: "active"}},
	}}}}}
}

func refused(annotations int) review.Review {
	r := low()
	r.Faults = diag.List{{Severity: diag.Error, Code: "TC4202", Message: "too far"}}
	for i := range annotations {
		r.Annotations = append(r.Annotations, review.Annotation{Level: review.Failure, File: "tenants/acme.yaml", Line: i + 1, Column: 3, Title: "TC4202", Message: "too far"})
	}
	return r
}

var event = Event{Head: commit, Run: "https://github.com/alpine-telecom/tenancy/actions/runs/1"}

// TestPostThenPush: the second push changes the one comment and the labels, and
// has a check run of its own.
func TestPostThenPush(t *testing.T) {
	server, client, _ := fixture(t)
	server.PageSize = 2
	server.Labels[7] = []string{"bug", "good first issue", "tenantc:high-risk"}
	for i := range 5 {
		server.Comments = append(server.Comments, githubtest.Comment{ID: int64(i), Pull: 7, Author: "eve", Type: "User", Body: "<!-- tenantc -->\nnot ours"})
	}
	foreign := len(server.Comments)
	require.NoError(t, client.Post(t.Context(), refused(120), event))
	require.Len(t, server.Comments, foreign+1)
	require.Contains(t, server.Comments[foreign].Body, "## tenantc: refused by 1 gate")
	require.ElementsMatch(t, []string{"bug", "good first issue", "tenantc:low-risk", "tenantc:refused"}, server.Labels[7])
	require.Len(t, server.Checks, 1)
	require.Equal(t, []int{50, 50, 20}, server.Checks[0].Batches)
	require.Equal(t, "failure", server.Checks[0].Conclusion)
	require.Equal(t, commit, server.Checks[0].Head)

	require.NoError(t, client.Post(t.Context(), refused(120), event))
	require.Zero(t, server.Asked("PATCH", "/comments/"), "the same text is not written again")

	server.Pulls[7] = later
	require.NoError(t, client.Post(t.Context(), low(), Event{Head: later, Run: event.Run}))
	require.Len(t, server.Comments, foreign+1)
	require.Contains(t, server.Comments[foreign].Body, "## tenantc: low risk")
	require.Contains(t, server.Comments[foreign].Body, "[The whole difference is an artifact of this run](https://github.com/alpine-telecom/tenancy/actions/runs/1)")
	for _, comment := range server.Comments[:foreign] {
		require.Equal(t, "<!-- tenantc -->\nnot ours", comment.Body)
	}
	require.ElementsMatch(t, []string{"bug", "good first issue", "tenantc:low-risk"}, server.Labels[7])
	last := server.Checks[len(server.Checks)-1]
	require.Equal(t, []any{later, "success", "completed"}, []any{last.Head, last.Conclusion, last.Status})
}

// TestFailures: what passes is tried again, what does not is told; nothing is
// ever there twice.
func TestFailures(t *testing.T) {
	const comments, update = "/repos/{owner}/{repo}/issues/{issue_number}/comments", "/repos/{owner}/{repo}/issues/comments/{comment_id}"
	const checks, labels = "/repos/{owner}/{repo}/check-runs", "/repos/{owner}/{repo}/issues/{issue_number}/labels"
	reset := time.Now().Add(90 * time.Second)
	secondary := &githubtest.Answer{Status: 403, Header: map[string]string{"Retry-After": "0"},
		Body: `{"message": "You have exceeded a secondary rate limit.", "documentation_url": "https://docs.github.com/rest/overview/secondary-rate-limits"}`}
	for _, c := range []struct {
		name    string
		answers map[string][]*githubtest.Answer
		wait    time.Duration // the first one; 0 for any
		fails   string        // empty: it works in the end
	}{
		{name: "the answer to a new comment gets lost", answers: map[string][]*githubtest.Answer{"POST " + comments: {{Status: 502, Applied: true}}}, wait: time.Second},
		{name: "the server is down for a while", answers: map[string][]*githubtest.Answer{"GET " + comments: {{Status: 503}, {Status: 500}, {Status: 504}}}, wait: time.Second},
		{name: "a conflict", answers: map[string][]*githubtest.Answer{"POST " + labels: {{Status: 409, Body: `{"message": "Conflict"}`}}}, wait: time.Second},
		{name: "a secondary limit", answers: map[string][]*githubtest.Answer{"POST " + checks: {secondary}}},
		{name: "too many requests", answers: map[string][]*githubtest.Answer{"POST " + comments: {{Status: 429, Header: map[string]string{"Retry-After": "17"}}}}, wait: 17 * time.Second},
		{name: "a comment that was removed meanwhile", answers: map[string][]*githubtest.Answer{"PATCH " + update: {{Status: 404, Body: `{"message": "Not Found"}`}}}},
		{name: "a primary limit with no time left", answers: map[string][]*githubtest.Answer{"POST " + checks: {{Status: 403, Body: `{"message": "API rate limit exceeded"}`, Header: map[string]string{
			"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": fmt.Sprint(reset.Unix())}}}}, fails: "no time left to try again in 1m"},
		{name: "no permission", answers: map[string][]*githubtest.Answer{"POST " + comments: {{Status: 403, Body: `{"message": "Resource not accessible by integration"}`}}}, fails: "the comment: .*403 Resource not accessible"},
		{name: "refused as invalid", answers: map[string][]*githubtest.Answer{"POST " + checks: {{Status: 422, Body: `{"message": "Validation Failed"}`}}}, fails: "the check run: .*422 Validation Failed"},
		{name: "down for good", answers: map[string][]*githubtest.Answer{"POST " + comments: {{Status: 500}, {Status: 500}, {Status: 500}, {Status: 500}, {Status: 500}, {Status: 500}}}, fails: "the comment: .*500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server, client, waits := fixture(t)
			server.Answers = c.answers
			if strings.HasPrefix(c.name, "a comment that was removed") {
				server.Comments = []githubtest.Comment{{ID: 3, Pull: 7, Author: githubtest.Bot, Type: "Bot", Body: "<!-- tenantc -->\nold"}}
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			err := client.Post(ctx, low(), event)
			if c.fails != "" {
				require.Error(t, err)
				require.Regexp(t, c.fails, err.Error())
				require.NotContains(t, err.Error(), githubtest.Token)
				return
			}
			require.NoError(t, err)
			for operation, left := range c.answers {
				require.Empty(t, left, operation)
			}
			if c.wait > 0 {
				require.Equal(t, c.wait, (*waits)[0])
			}
			ours := 0
			for _, comment := range server.Comments {
				if strings.Contains(comment.Body, "low risk") {
					ours++
				}
			}
			require.Equal(t, 1, ours)
			require.Equal(t, []string{"tenantc:low-risk"}, server.Labels[7])
			require.Equal(t, "success", server.Checks[len(server.Checks)-1].Conclusion)
		})
	}
}

// TestBrokenOffCheckNeverPasses: the verdict comes with the last annotations.
func TestBrokenOffCheckNeverPasses(t *testing.T) {
	server, client, _ := fixture(t)
	server.Answers["PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}"] = []*githubtest.Answer{{Status: 422, Body: `{}`}}
	r := refused(60)
	r.Faults = nil
	require.Error(t, client.Post(t.Context(), r, event))
	require.Equal(t, "in_progress", server.Checks[0].Status)
	require.Empty(t, server.Checks[0].Conclusion)
	require.Empty(t, server.Comments)
}

// TestTwiceBecomesOne: what two runs at once have left is put right.
func TestTwiceBecomesOne(t *testing.T) {
	server, client, _ := fixture(t)
	for i := range 3 {
		server.Comments = append(server.Comments, githubtest.Comment{ID: int64(i), Pull: 7, Author: githubtest.Bot, Type: "Bot", Body: "<!-- tenantc -->\nold"})
	}
	require.NoError(t, client.Post(t.Context(), low(), event))
	require.Len(t, server.Comments, 1)
	require.Contains(t, server.Comments[0].Body, "low risk")
}

// TestArtifactIsNotBelieved: nothing is written to a pull request that is not at
// the commit of the event; without a pull request there is a check run only.
func TestArtifactIsNotBelieved(t *testing.T) {
	server, client, _ := fixture(t)
	server.Pulls[8] = later
	for _, pull := range []int{8, 9} {
		r := low()
		r.Pull, r.Head = pull, later
		require.ErrorIs(t, client.Post(t.Context(), r, event), ErrMoved)
	}
	require.Empty(t, server.Comments)
	require.Empty(t, server.Checks)
	r := low()
	r.Pull = 0
	require.NoError(t, client.Post(t.Context(), r, event))
	require.Empty(t, server.Comments)
	require.Len(t, server.Checks, 1)
	require.Error(t, client.Post(t.Context(), r, Event{}))
}

// TestLongReviewFits: GitHub takes 65,536 characters.
func TestLongReviewFits(t *testing.T) {
	server, client, _ := fixture(t)
	r := low()
	for i := range 3000 {
		r.Report.Sites = append(r.Report.Sites, diff.Site{Name: fmt.Sprint("site-", i), Change: diff.Changed, Platform: []diff.Object{{Change: diff.Changed, Fields: []diff.Field{{Path: "x", Change: diff.Changed, Before: i, After: strings.Repeat("→", i%50)}}}}})
	}
	require.NoError(t, client.Post(t.Context(), r, event))
	require.Contains(t, server.Comments[0].Body, "Not shown, for want of room")
	require.Contains(t, server.Comments[0].Body, "[The whole difference")
}

// TestTokenStays: it goes to the API's host, encrypted, and nowhere else.
func TestTokenStays(t *testing.T) {
	stolen := ""
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen = r.Header.Get("Authorization") + "." }))
	defer thief.Close()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	}))
	defer api.Close()
	client, err := New(Options{API: api.URL, Repository: "a/b", Token: "canary", Wait: time.After})
	require.NoError(t, err)
	require.Error(t, client.Post(t.Context(), low(), event))
	require.Equal(t, ".", stolen)
	for _, o := range []Options{
		{API: "http://github.example.net/api/v3", Repository: "a/b", Token: "canary"},
		{API: "https://user:pass@github.example.net", Repository: "a/b", Token: "canary"},
		{API: "github.example.net", Repository: "a/b", Token: "canary"},
		{API: "https://github.example.net", Repository: "a/b/c", Token: "canary"},
		{API: "https://github.example.net", Repository: "a/b"},
	} {
		_, err := New(o)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "canary")
		require.NotContains(t, err.Error(), "pass")
	}
	enterprise, err := New(Options{API: "https://github.example.net/api/v3", Repository: "a/b", Token: "canary"})
	require.NoError(t, err)
	require.Equal(t, "https://github.example.net/api/v3/", enterprise.github.BaseURL.String())
}
