package tree

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
)

// packed are changes of one folder, at least one, in the order of ComparePaths.
// They are deflated as one: paths first, then contents.
// That takes about a fifth of their room, because what tenantc writes for one
// tenant cluster is much like what it writes for the next.
type packed struct {
	first    string // path
	deflated []byte
	paths    int // bytes of all paths
	contents int // bytes of the rest
	count    int
}

func pack(changes Changes) packed {
	var paths, contents []byte
	for _, c := range changes {
		paths = appendField(paths, []byte(c.Path))
		contents = appendContent(appendContent(contents, c.Before), c.After)
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(paths)
	}
	if err == nil {
		_, err = w.Write(contents)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil { // a buffer takes whatever is written to it
		panic(fmt.Sprintf("tree: %v", err))
	}
	return packed{changes[0].Path, bytes.Clone(out.Bytes()), len(paths), len(contents), len(changes)}
}

func (p packed) unpack() Changes {
	paths, contents := make([]byte, p.paths), make([]byte, p.contents)
	r := flate.NewReader(bytes.NewReader(p.deflated))
	_, err := io.ReadFull(r, paths)
	if err == nil {
		_, err = io.ReadFull(r, contents)
	}
	if err != nil { // it never left the process
		panic(fmt.Sprintf("tree: %v", err))
	}
	names := string(paths) // one string of which all paths are parts
	changes := make(Changes, p.count)
	for i := range changes {
		length, head := binary.Uvarint(paths)
		end := head + int(length)
		changes[i].Path, names, paths = names[head:end], names[end:], paths[end:]
		changes[i].Before, contents = cutContent(contents)
		changes[i].After, contents = cutContent(contents)
	}
	return changes
}

// appendContent adds a content that may be none: its length is one more than it is.
func appendContent(to, data []byte) []byte {
	if data == nil {
		return append(to, 0)
	}
	return append(binary.AppendUvarint(to, uint64(len(data))+1), data...)
}

func cutContent(from []byte) (data, rest []byte) {
	length, head := binary.Uvarint(from)
	if length == 0 {
		return nil, from[head:]
	}
	end := head + int(length) - 1
	return from[head:end:end], from[end:]
}

func appendField(to, data []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(data))), data...)
}
