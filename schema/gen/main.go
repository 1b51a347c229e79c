// Command gen makes what is derived from the CUE schema: ../types_gen.go and
// ../tenantc.schema.json. Run it with go generate in the folder above.
package main

import (
	"fmt"
	"os"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"

	"github.com/tenantc/tenantc/schema"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	for _, out := range outputs() {
		data, err := generate(out)
		if err != nil {
			return err
		}
		if err := os.WriteFile(out.file, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// output is one derived file; file is relative to the folder of the schema.
type output struct {
	file string
	make func(cue.Value) ([]byte, error)
}

func outputs() []output {
	return []output{
		{"types_gen.go", goTypes},
		{"tenantc.schema.json", jsonSchema},
	}
}

func generate(out output) ([]byte, error) {
	v, err := schema.Build(cuecontext.New())
	if err != nil {
		return nil, err
	}
	return out.make(v)
}
