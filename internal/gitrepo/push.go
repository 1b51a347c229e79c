package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// ErrRejected says that the branch does not stand any more where the fleet was
// opened, so nothing was published: open it again, compile against what is
// there now, and push that.
var ErrRejected = errors.New("another publisher was faster, or is at work")

// ErrUnknown says that the push began and its end was not seen.
var ErrUnknown = errors.New("whether the commit arrived is not known: publish again, which does nothing if it did")

// Push sends a commit that was built on the head, in one request that moves the
// branch from the head to the commit if it still stands there. It is the only
// thing this package writes, but for the local repository itself when that is
// not there yet. The error is ErrRejected when the branch has moved. It is
// ErrUnknown when the context ended or the connection broke: the commit may or
// may not have arrived, and a publish that is run again finds out.
func (f *Fleet) Push(ctx context.Context, c Commit) error {
	if c.Parent != f.head.Hash || c.sent.count() == 0 {
		return errors.New("pushing: the commit was not built on this head")
	}
	ctx, cancel := context.WithTimeoutCause(ctx, f.options.Timeout, fmt.Errorf("not done after %v", f.options.Timeout))
	defer cancel()
	if err := f.push(ctx, c); err != nil {
		if ctx.Err() != nil && !errors.Is(err, ErrRejected) {
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
			if !errors.Is(err, ErrUnknown) {
				err = fmt.Errorf("%w; %w", err, ErrUnknown)
			}
		}
		return fmt.Errorf("publishing to %s, branch %s: %w", f.options.Remote, f.options.Remote.Branch(), f.account.clean(err))
	}
	return nil
}

func (f *Fleet) push(ctx context.Context, c Commit) error {
	remote := f.options.Remote
	if !remote.local() {
		return f.account.use(ctx, func(auth transport.AuthMethod) error {
			server, at, err := remote.server()
			if err != nil {
				return err
			}
			session, err := server.NewReceivePackSession(at, auth)
			if err != nil {
				return err
			}
			return send(ctx, session, remote.branch, c)
		})
	}
	present, err := isRepository(remote.folder)
	if err != nil {
		return err
	}
	if !present {
		if err := createBare(ctx, remote.folder, remote.Branch()); err != nil {
			return err
		}
	}
	return within(ctx, func() error {
		session, err := startReceiver(ctx, remote.folder)
		if err != nil {
			return err
		}
		return send(ctx, session, remote.branch, c)
	})
}

// send asks for one update of one branch. go-git's own Remote.Push does the
// same after it has walked every object of the remote's head, which takes
// seconds in a fleet; what is new is known here.
func send(ctx context.Context, session transport.ReceivePackSession, branch plumbing.ReferenceName, c Commit) error {
	defer session.Close()
	refs, err := session.AdvertisedReferencesContext(ctx)
	if err != nil {
		return err
	}
	if now := refs.References[branch.String()]; now != plumbing.NewHash(c.Parent) {
		return fmt.Errorf("%w: the branch stands at %s, not at %q", ErrRejected, now, c.Parent)
	}
	if !refs.Capabilities.Supports(capability.ReportStatus) {
		return errors.New("the server does not report whether a push succeeded")
	}
	var said words
	req := request(refs.Capabilities, branch, c, &said)
	defer req.Packfile.Close() // ends its writer, should the session not have read it all
	report, err := session.ReceivePack(ctx, req)
	return judge(report, err, branch, said.String())
}

func request(offered *capability.List, branch plumbing.ReferenceName, c Commit, said *words) *packp.ReferenceUpdateRequest {
	req := packp.NewReferenceUpdateRequestFromCapabilities(offered)
	for _, wanted := range []capability.Capability{capability.Sideband64k, capability.Quiet} {
		if offered.Supports(wanted) {
			_ = req.Capabilities.Set(wanted)
		}
	}
	req.Progress = said
	req.Commands = []*packp.Command{{Name: branch, Old: plumbing.NewHash(c.Parent), New: plumbing.NewHash(c.Hash)}}
	in, out := io.Pipe()
	go func() { out.CloseWithError(writePack(out, c.sent)) }()
	req.Packfile = in
	return req
}

// judge reads the server's answer: success only when it says so of the objects
// and of the branch.
func judge(report *packp.ReportStatus, err error, branch plumbing.ReferenceName, said string) error {
	switch {
	case report == nil && err == nil:
		return fmt.Errorf("the server did not answer the push; %w", ErrUnknown)
	case report == nil:
		return withWords(fmt.Errorf("the push broke off (%w); %w", err, ErrUnknown), said)
	case report.UnpackStatus != "ok":
		return withWords(fmt.Errorf("the repository could not store the commit: %s", quoteWords(report.UnpackStatus)), said)
	}
	for _, s := range report.CommandStatuses {
		if s.ReferenceName != branch {
			continue
		}
		switch {
		case s.Status == "ok":
			return nil
		case isRace(s.Status, said):
			if lock := lockIn(said); lock != "" {
				return fmt.Errorf("%w, or was killed and has left the lock %s: when no git works in that repository any more, remove that file and publish again", ErrRejected, quoteWords(lock))
			}
			return withWords(fmt.Errorf("%w: %s", ErrRejected, quoteWords(s.Status)), said)
		}
		return withWords(fmt.Errorf("the repository refused the push: %s", quoteWords(s.Status)), said)
	}
	return fmt.Errorf("the server did not say what became of the branch; %w", ErrUnknown)
}

// isRace tells a lost race from a refusal by the words of git, of libgit2 and
// JGit servers, and of the large forges. git itself has one word for a branch
// that has moved and for a disk that is full; what it says besides decides.
// What is taken for a race although it is none, such as the lock of a killed
// git, ends with the caller's last attempt, and what it says then.
func isRace(status, said string) bool {
	signs := []string{
		"fetch first", "stale info", "non-fast-forward", "non fast forward", "failed to lock", "cannot lock ref", "unable to lock",
		"reference already exists", "incorrect old value", "but expected", "lock_failure", "lock failure", "lock error",
	}
	text := strings.ToLower(status)
	if strings.Contains(text, "failed to update ref") {
		if text = strings.ToLower(said); text == "" {
			return true
		}
	}
	if strings.Contains(text, "exists; cannot create") { // main is there, and main/sub is wanted
		return false
	}
	return slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(text, sign) })
}

var lockInTheWay = regexp.MustCompile(`Unable to create '([^'\n]+\.lock)': File exists`)

// lockIn is the file that git found in its way, as git's own servers say it;
// empty for none. tenantc never removes one: it cannot tell a git that was
// killed from one that is slow.
func lockIn(said string) string {
	if m := lockInTheWay.FindStringSubmatch(said); m != nil {
		return path.Clean(m[1])
	}
	return ""
}

func withWords(err error, said string) error {
	if strings.TrimSpace(said) == "" {
		return err
	}
	return fmt.Errorf("%w; it says: %s", err, quoteWords(said))
}
