// Package githubtest is a GitHub for tests: it keeps pull requests, comments,
// labels and check runs in memory, holds every request and every answer of its
// own against GitHub's OpenAPI description, and fails as it is told to, in the
// ways that GitHub documents.
//
// api.github.com.json is an excerpt of that description; LICENSE is its licence,
// `make github-api` makes it again.
package githubtest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

//go:embed api.github.com.json
var description []byte

// Repository and Token are the only ones that the server knows.
const (
	Repository = "alpine-telecom/tenancy"
	Token      = "canary-token"
)

// Bot is the login of whoever has the token.
const Bot = "github-actions[bot]"

// Comment is a comment of a pull request.
type Comment struct {
	ID     int64
	Pull   int
	Author string
	Type   string // Bot or User
	Body   string
}

// CheckRun is a check run with all annotations that it was given, and how many
// came with each request.
type CheckRun struct {
	ID          int64
	Name        string
	Head        string
	Status      string
	Conclusion  string
	Title       string
	Summary     string
	Annotations []map[string]any
	Batches     []int
}

// Answer is what a request gets instead of what it asks for. Applied says that
// it was carried out all the same, as when a proxy loses the answer.
type Answer struct {
	Status  int
	Header  map[string]string
	Body    string
	Applied bool
}

// Server is the state; the mutex is held while a request is served.
type Server struct {
	URL string // of the API

	t      testing.TB
	router routers.Router
	mu     sync.Mutex
	next   int64

	Pulls    map[int]string // head commit by number
	Comments []Comment
	Labels   map[int][]string
	Checks   []CheckRun
	Requests []string             // method and path, in order
	Answers  map[string][]*Answer // by method and operation's path: for the next requests; nil lets one through
	PageSize int                  // at most; 0 for what is asked
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, Pulls: map[int]string{}, Labels: map[int][]string{}, Answers: map[string][]*Answer{}, next: 1000}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	s.URL = web.URL
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: web.URL}}
	if s.router, err = gorillamux.NewRouter(doc); err != nil {
		t.Fatal(err)
	}
	return s
}

// ServeHTTP judges the request, serves it, and judges the answer.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Requests = append(s.Requests, r.Method+" "+r.URL.Path)
	route, params, err := s.router.FindRoute(r)
	if err != nil {
		s.t.Errorf("%s %s: %v", r.Method, r.URL, err)
		http.Error(w, "no such operation", http.StatusNotImplemented)
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	input := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		s.t.Errorf("%s %s is not as GitHub describes it: %v\n%s", r.Method, r.URL, err, body)
	}
	out := s.answer(call{r, params, body, route.Operation})
	if answer := s.interfere(r.Method + " " + route.Path); answer != nil {
		if !answer.Applied {
			out.undo()
		}
		out = reply{status: answer.Status, header: answer.Header, raw: answer.Body}
	}
	s.send(w, input, out)
}

// interfere takes the next answer that was put in for an operation.
func (s *Server) interfere(operation string) *Answer {
	waiting := s.Answers[operation]
	if len(waiting) == 0 {
		return nil
	}
	s.Answers[operation] = waiting[1:]
	return waiting[0]
}

// call is a request as the operations see it.
type call struct {
	request   *http.Request
	params    map[string]string
	body      []byte
	operation *openapi3.Operation
}

func (c call) number(name string) int64 {
	n, _ := strconv.ParseInt(c.params[name], 10, 64)
	return n
}

// reply is what an operation answers: values over what its schema requires.
type reply struct {
	status int
	header map[string]string
	value  any
	raw    string
	undo   func()
}

func (s *Server) answer(c call) reply {
	nothing := func() {}
	if c.request.Header.Get("Authorization") != "Bearer "+Token {
		return reply{status: http.StatusUnauthorized, raw: `{"message": "Bad credentials"}`, undo: nothing}
	}
	if c.params["owner"]+"/"+c.params["repo"] != Repository {
		return notFound()
	}
	operations := map[string]func(call) reply{
		"pulls/get": s.pull, "issues/list-comments": s.listComments, "issues/create-comment": s.createComment,
		"issues/update-comment": s.updateComment, "issues/delete-comment": s.deleteComment,
		"issues/list-labels-on-issue": s.listLabels, "issues/add-labels": s.addLabels, "issues/remove-label": s.removeLabel,
		"checks/create": s.createCheck, "checks/update": s.updateCheck,
	}
	out := operations[c.operation.OperationID](c)
	if out.undo == nil {
		out.undo = nothing
	}
	return out
}

func notFound() reply {
	return reply{status: http.StatusNotFound, raw: `{"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}`, undo: func() {}}
}

// send writes an answer after holding it against the description; answers that
// GitHub gives everywhere (401, 403, 404, 409, 429, 5xx) are in it only here and there.
func (s *Server) send(w http.ResponseWriter, input *openapi3filter.RequestValidationInput, out reply) {
	body := []byte(out.raw)
	if out.value != nil {
		body, _ = json.Marshal(complete(responseSchema(input.Route.Operation, out.status), out.value))
	}
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	for name, value := range out.header {
		header.Set(name, value)
	}
	if out.status < 300 {
		judged := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: out.status, Header: header, Options: &openapi3filter.Options{IncludeResponseStatus: true}}
		if out.status != http.StatusNoContent {
			judged.SetBodyBytes(body)
		}
		if err := openapi3filter.ValidateResponse(input.Request.Context(), judged); err != nil {
			s.t.Errorf("the test's own answer to %s %s is not as GitHub describes it: %v", input.Request.Method, input.Request.URL, err)
		}
	}
	w.WriteHeader(out.status)
	_, _ = w.Write(body)
}

// page cuts a list as the query asks, with the Link header that leads on.
func page[T any](s *Server, c call, all []T) ([]T, map[string]string) {
	query := c.request.URL.Query()
	size, number := 30, 1
	if n, err := strconv.Atoi(query.Get("per_page")); err == nil {
		size = n
	}
	if s.PageSize > 0 {
		size = min(size, s.PageSize)
	}
	if n, err := strconv.Atoi(query.Get("page")); err == nil {
		number = n
	}
	start := min((number-1)*size, len(all))
	end := min(start+size, len(all))
	if end == len(all) {
		return all[start:end], nil
	}
	query.Set("page", strconv.Itoa(number+1))
	return all[start:end], map[string]string{"Link": fmt.Sprintf(`<%s%s?%s>; rel="next"`, s.URL, c.request.URL.Path, query.Encode())}
}

// Asked counts the requests of a method whose path holds a text.
func (s *Server) Asked(method, text string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.Requests {
		if strings.HasPrefix(r, method+" ") && strings.Contains(r, text) {
			n++
		}
	}
	return n
}

func removeAt[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }
