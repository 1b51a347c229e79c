package gitrepo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// receiver is `git receive-pack` on a folder of this machine. go-git has such
// a session, too; this one gives the process a clean environment, lets it take
// its locks away when the context ends (go-git kills it, and a killed git
// leaves a branch locked for ever), and keeps what it says on standard error.
type receiver struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr words
	sent   bool
	ended  bool
}

var _ transport.ReceivePackSession = (*receiver)(nil)

func startReceiver(ctx context.Context, folder string) (*receiver, error) {
	r := &receiver{cmd: gitCommand(ctx, "receive-pack", folder)}
	stdin, err := r.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.stdin, r.stdout, r.cmd.Stderr = stdin, bufio.NewReader(stdout), &r.stderr
	if err := r.cmd.Start(); err != nil {
		return nil, fmt.Errorf("git writes to a local repository, and it cannot be run: %w", err)
	}
	return r, nil
}

func (r *receiver) AdvertisedReferences() (*packp.AdvRefs, error) {
	return r.AdvertisedReferencesContext(context.Background())
}

// AdvertisedReferencesContext reads the branches and what git can do. The
// context that counts is the one the process was started with.
func (r *receiver) AdvertisedReferencesContext(context.Context) (*packp.AdvRefs, error) {
	refs := packp.NewAdvRefs()
	if err := refs.Decode(r.stdout); err != nil && !errors.Is(err, packp.ErrEmptyAdvRefs) {
		return nil, r.failed(err)
	}
	return refs, nil
}

// ReceivePack sends the request and reads what became of it. A request that
// breaks off, because git ended early, may still have an answer that says why.
func (r *receiver) ReceivePack(_ context.Context, req *packp.ReferenceUpdateRequest) (*packp.ReportStatus, error) {
	r.sent = true
	sendErr := errors.Join(req.Encode(r.stdin), r.stdin.Close())
	answers := sideband.NewDemuxer(sideband.Sideband64k, r.stdout)
	answers.Progress = req.Progress
	report := packp.NewReportStatus()
	if err := report.Decode(answers); err != nil {
		return nil, r.failed(errors.Join(sendErr, err))
	}
	_, _ = io.Copy(io.Discard, r.stdout) // until git has let go of the repository
	return report, report.Error()
}

// failed waits for the process and joins what it said to an error.
func (r *receiver) failed(err error) error {
	if closeErr := r.Close(); closeErr != nil {
		err = errors.Join(err, closeErr)
	}
	if said := r.stderr.String(); said != "" {
		return fmt.Errorf("%w: %s", err, quoteWords(said))
	}
	return err
}

// Close ends the process, in order when nothing was sent.
func (r *receiver) Close() error {
	if r.ended {
		return nil
	}
	r.ended = true
	if !r.sent {
		_, _ = r.stdin.Write(pktline.FlushPkt)
		_ = r.stdin.Close()
	}
	return r.cmd.Wait()
}
