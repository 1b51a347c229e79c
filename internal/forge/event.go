package forge

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Event is what a workflow was started by, as far as a review needs to know.
type Event struct {
	Pull int    // the pull request's number, of the event pull_request
	Head string // the commit to review
	Base string // the commit that the merge queue merges into
	Run  string // the address of the run whose artifact is posted, of workflow_run
}

// maxEvent bounds what is read of an event, in bytes: GitHub's are at most 25 MB.
const maxEvent = 32 << 20

// ReadEvent reads the file that GITHUB_EVENT_PATH names. An empty path is no
// event. An event of another kind has nothing for a review.
func ReadEvent(path string) (Event, error) {
	if path == "" {
		return Event{}, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return Event{}, err
	}
	defer file.Close()
	var payload struct {
		Number      int
		PullRequest *struct {
			Head struct{ SHA string }
		} `json:"pull_request"`
		MergeGroup *struct {
			HeadSHA string `json:"head_sha"`
			BaseSHA string `json:"base_sha"`
		} `json:"merge_group"`
		WorkflowRun *struct {
			HeadSHA string `json:"head_sha"`
			HTMLURL string `json:"html_url"`
		} `json:"workflow_run"`
	}
	if err := json.NewDecoder(io.LimitReader(file, maxEvent)).Decode(&payload); err != nil {
		return Event{}, fmt.Errorf("the event in %s: %w", path, err)
	}
	switch {
	case payload.WorkflowRun != nil:
		return Event{Head: payload.WorkflowRun.HeadSHA, Run: payload.WorkflowRun.HTMLURL}, nil
	case payload.MergeGroup != nil:
		return Event{Head: payload.MergeGroup.HeadSHA, Base: payload.MergeGroup.BaseSHA}, nil
	case payload.PullRequest != nil:
		return Event{Pull: payload.Number, Head: payload.PullRequest.Head.SHA}, nil
	}
	return Event{}, nil
}
