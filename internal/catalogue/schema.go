package catalogue

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemas are the charts' own schemas of their values, unchanged.
//
//go:embed charts
var schemas embed.FS

// Refusal is one place at which a chart's schema refuses values. Path is the
// key, as in sync.toHost.pods.runtimeClassname.
type Refusal struct {
	Path    string
	Message string
}

// validators compile a chart's schema when it is first asked for (20 ms) and
// keep it for the life of the process; they never change afterwards.
var validators = sync.OnceValue(func() map[string]func() *jsonschema.Schema {
	byVersion := map[string]func() *jsonschema.Schema{}
	for _, c := range charts() {
		byVersion[c.Version] = sync.OnceValue(func() *jsonschema.Schema { return compile(c.Schema) })
	}
	return byVersion
})

// Check asks the chart's schema about values in their decoded form (maps,
// slices, strings, numbers, booleans). It returns nothing when they pass. Safe
// to call from several goroutines.
func (c Chart) Check(values map[string]any) []Refusal {
	schema := validators()[c.Version]
	if schema == nil {
		return []Refusal{{Message: fmt.Sprintf("chart version %q is not in the catalogue", c.Version)}}
	}
	err := schema().Validate(values)
	if err == nil {
		return nil
	}
	refused, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return []Refusal{{Message: err.Error()}}
	}
	return leaves(refused.DetailedOutput())
}

// leaves are the refusals themselves, without the chain of keywords above them.
func leaves(out *jsonschema.OutputUnit) []Refusal {
	if len(out.Errors) == 0 && out.Error != nil {
		path := strings.ReplaceAll(strings.TrimPrefix(out.InstanceLocation, "/"), "/", ".")
		return []Refusal{{Path: path, Message: out.Error.String()}}
	}
	var refusals []Refusal
	for i := range out.Errors {
		refusals = append(refusals, leaves(&out.Errors[i])...)
	}
	return refusals
}

// compile reads an embedded schema. It is tenantc's own file: a fault in it is
// a fault of the program.
func compile(name string) *jsonschema.Schema {
	data, err := schemas.ReadFile(name)
	if err != nil {
		panic(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	url := "embed:///" + name // a bare name would be looked up from the working directory, which may be gone
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(url, document); err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return compiler.MustCompile(url)
}
