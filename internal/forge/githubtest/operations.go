package githubtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"unicode/utf8"
)

// object is a JSON object.
type object = map[string]any

func (s *Server) pull(c call) reply {
	head, found := s.Pulls[int(c.number("pull_number"))]
	if !found {
		return notFound()
	}
	return reply{status: http.StatusOK, value: object{"number": c.number("pull_number"), "head": object{"sha": head}}}
}

func (s *Server) comment(c Comment) object {
	return object{"id": c.ID, "body": c.Body, "user": object{"login": c.Author, "type": c.Type}}
}

func (s *Server) listComments(c call) reply {
	all := []any{}
	for _, comment := range s.Comments {
		if int64(comment.Pull) == c.number("issue_number") {
			all = append(all, s.comment(comment))
		}
	}
	some, header := page(s, c, all)
	return reply{status: http.StatusOK, value: some, header: header}
}

// maxBody is how many characters GitHub takes in a comment.
const maxBody = 65536

func bodyOf(c call) (string, bool) {
	var in struct{ Body string }
	_ = json.Unmarshal(c.body, &in)
	return in.Body, utf8.RuneCountInString(in.Body) <= maxBody
}

func tooLong() reply {
	return reply{status: http.StatusUnprocessableEntity, raw: `{"message": "Validation Failed", "errors": [{"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": "Body is too long (maximum is 65536 characters)"}]}`}
}

func (s *Server) createComment(c call) reply {
	body, ok := bodyOf(c)
	if !ok {
		return tooLong()
	}
	s.next++
	before := s.Comments
	made := Comment{ID: s.next, Pull: int(c.number("issue_number")), Author: Bot, Type: "Bot", Body: body}
	s.Comments = append(slices.Clip(before), made)
	return reply{status: http.StatusCreated, value: s.comment(made), undo: func() { s.Comments = before }}
}

func (s *Server) updateComment(c call) reply {
	body, ok := bodyOf(c)
	i := slices.IndexFunc(s.Comments, func(x Comment) bool { return x.ID == c.number("comment_id") })
	switch {
	case i < 0:
		return notFound()
	case !ok:
		return tooLong()
	case s.Comments[i].Author != Bot:
		return reply{status: http.StatusForbidden, raw: `{"message": "Resource not accessible by integration"}`}
	}
	before := s.Comments
	s.Comments = slices.Clone(before)
	s.Comments[i].Body = body
	return reply{status: http.StatusOK, value: s.comment(s.Comments[i]), undo: func() { s.Comments = before }}
}

func (s *Server) deleteComment(c call) reply {
	i := slices.IndexFunc(s.Comments, func(x Comment) bool { return x.ID == c.number("comment_id") })
	if i < 0 {
		return notFound()
	}
	before := s.Comments
	s.Comments = removeAt(before, i)
	return reply{status: http.StatusNoContent, undo: func() { s.Comments = before }}
}

func labelObjects(names []string) []any {
	all := []any{}
	for _, name := range names {
		all = append(all, object{"name": name})
	}
	return all
}

func (s *Server) listLabels(c call) reply {
	some, header := page(s, c, labelObjects(s.Labels[int(c.number("issue_number"))]))
	return reply{status: http.StatusOK, value: some, header: header}
}

func (s *Server) addLabels(c call) reply {
	var names []string
	if json.Unmarshal(c.body, &names) != nil {
		var in struct{ Labels []string }
		_ = json.Unmarshal(c.body, &in)
		names = in.Labels
	}
	pull := int(c.number("issue_number"))
	before := s.Labels[pull]
	for _, name := range names {
		if !slices.Contains(s.Labels[pull], name) {
			s.Labels[pull] = append(slices.Clip(s.Labels[pull]), name)
		}
	}
	return reply{status: http.StatusOK, value: labelObjects(s.Labels[pull]), undo: func() { s.Labels[pull] = before }}
}

func (s *Server) removeLabel(c call) reply {
	pull := int(c.number("issue_number"))
	before := s.Labels[pull]
	i := slices.Index(before, c.params["name"])
	if i < 0 {
		return notFound()
	}
	s.Labels[pull] = removeAt(before, i)
	return reply{status: http.StatusOK, value: labelObjects(s.Labels[pull]), undo: func() { s.Labels[pull] = before }}
}

// checkInput is what creating and updating have in common.
type checkInput struct {
	Name       string
	HeadSHA    string `json:"head_sha"`
	Status     string
	Conclusion string
	Output     struct {
		Title, Summary string
		Annotations    []map[string]any
	}
}

func (in checkInput) apply(run *CheckRun) {
	run.Status, run.Conclusion = in.Status, in.Conclusion
	run.Title, run.Summary = in.Output.Title, in.Output.Summary
	run.Annotations = append(slices.Clip(run.Annotations), in.Output.Annotations...)
	run.Batches = append(slices.Clip(run.Batches), len(in.Output.Annotations))
}

func checkObject(run CheckRun) object {
	out := object{"id": run.ID, "name": run.Name, "head_sha": run.Head, "status": run.Status, "conclusion": nil}
	if run.Conclusion != "" {
		out["conclusion"] = run.Conclusion
	}
	return out
}

func (s *Server) createCheck(c call) reply {
	var in checkInput
	_ = json.Unmarshal(c.body, &in)
	s.next++
	run := CheckRun{ID: s.next, Name: in.Name, Head: in.HeadSHA}
	in.apply(&run)
	before := s.Checks
	s.Checks = append(slices.Clip(before), run)
	return reply{status: http.StatusCreated, value: checkObject(run), undo: func() { s.Checks = before }}
}

func (s *Server) updateCheck(c call) reply {
	i := slices.IndexFunc(s.Checks, func(x CheckRun) bool { return x.ID == c.number("check_run_id") })
	if i < 0 {
		return notFound()
	}
	var in checkInput
	_ = json.Unmarshal(c.body, &in)
	before := s.Checks
	s.Checks = slices.Clone(before)
	in.apply(&s.Checks[i])
	return reply{status: http.StatusOK, value: checkObject(s.Checks[i]), undo: func() { s.Checks = before }}
}
