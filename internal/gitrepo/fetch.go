package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// maxWants bounds how many files are asked for by name. Where more are needed,
// all of the newest commit's are fetched.
const maxWants = 5000

// asked is what one fetch is for.
type asked struct {
	wants   []plumbing.Hash // files by name; none: the branch
	history bool            // with all commits before the newest
	files   bool            // with the content of all files
}

// fetch brings the newest commit of the branch into memory, without its
// history, and without files where the server lets them be asked for by name
// later. Objects stay there in the compressed packs that they came in.
func (f *Fleet) fetch(ctx context.Context) error {
	f.remote = filesystem.NewStorageWithOptions(memfs.New(), cache.NewObjectLRU(objectCache), filesystem.Options{KeepDescriptors: true})
	f.objects = newObjects(f.remote)
	f.objects.partial = true
	head, err := f.download(ctx, asked{})
	if err != nil || head.IsZero() {
		return err
	}
	f.head, err = f.objects.commit(head)
	return err
}

// fetchFiles brings files into memory that an earlier fetch has left out.
func (f *Fleet) fetchFiles(ctx context.Context, missing []plumbing.Hash) error {
	if f.remote == nil {
		return fmt.Errorf("%w: file %s", plumbing.ErrObjectNotFound, missing[0])
	}
	ask := asked{wants: missing}
	if len(missing) > maxWants {
		ask = asked{files: true}
	}
	_, err := f.download(ctx, ask)
	if left := f.objects.missing(missing); err == nil && len(left) > 0 {
		err = fmt.Errorf("the server did not send file %s", left[0])
	}
	return f.reading(err)
}

// download sends one request and stores what comes. It returns where the
// branch stands; zero where there is none.
func (f *Fleet) download(ctx context.Context, ask asked) (head plumbing.Hash, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, f.options.Timeout, fmt.Errorf("not done after %v", f.options.Timeout))
	defer cancel()
	err = f.account.use(ctx, func(auth transport.AuthMethod) error {
		server, at, err := f.options.Remote.server()
		if err != nil {
			return err
		}
		session, err := server.NewUploadPackSession(at, auth)
		if err != nil {
			return err
		}
		defer session.Close()
		head, err = f.receive(ctx, session, ask)
		return err
	})
	return head, err
}

func (f *Fleet) receive(ctx context.Context, session transport.UploadPackSession, ask asked) (plumbing.Hash, error) {
	refs, err := session.AdvertisedReferencesContext(ctx)
	if errors.Is(err, transport.ErrEmptyRemoteRepository) {
		return plumbing.ZeroHash, nil
	}
	if err != nil {
		return plumbing.ZeroHash, err
	}
	head := refs.References[f.options.Remote.branch.String()]
	if head.IsZero() {
		return head, nil
	}
	req := ask.request(refs.Capabilities, head)
	answer, err := session.UploadPack(ctx, req)
	if err != nil {
		return head, err
	}
	defer answer.Close()
	f.objects.mu.Lock()
	defer f.objects.mu.Unlock()
	return head, packfile.UpdateObjectStorage(f.remote, demultiplexed(req, answer))
}

func (a asked) request(offered *capability.List, head plumbing.Hash) *packp.UploadPackRequest {
	req := packp.NewUploadPackRequestFromCapabilities(offered)
	req.Wants = a.wants
	if len(a.wants) > 0 {
		return req
	}
	req.Wants = []plumbing.Hash{head}
	if !a.history && offered.Supports(capability.Shallow) {
		_ = req.Capabilities.Set(capability.Shallow)
		req.Depth = packp.DepthCommits(1)
	}
	byName := offered.Supports(capability.AllowReachableSHA1InWant) || offered.Supports(capability.Capability("allow-any-sha1-in-want"))
	if !a.files && byName && offered.Supports(capability.Filter) {
		_ = req.Capabilities.Set(capability.Filter)
		req.Filter = packp.FilterBlobNone()
	}
	return req
}

// demultiplexed is the pack alone, without what the server says beside it.
func demultiplexed(req *packp.UploadPackRequest, answer io.Reader) io.Reader {
	switch {
	case req.Capabilities.Supports(capability.Sideband64k):
		return sideband.NewDemuxer(sideband.Sideband64k, answer)
	case req.Capabilities.Supports(capability.Sideband):
		return sideband.NewDemuxer(sideband.Sideband, answer)
	}
	return answer
}
